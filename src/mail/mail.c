/* mail.c - one message in, a verdict out. */
#include "mail/mail_private.h"

#include "format/charset.h"
#include "unpack/unpack.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct mail {
	struct exam exam;
};

static const struct exam_hooks hooks = {
	.open = mail_open, .text = mail_text, .url = mail_url, .imitated = mail_imitated,
};

void mail_load(void)
{
	charset_open();
	unpack_open();
}

struct mail *mail_new(const struct exam_settings *settings)
{
	struct mail *mail = calloc(1, sizeof(*mail));

	if (!mail)
		return NULL;
	mail->exam.settings = settings;
	mail->exam.hooks = &hooks;
	mail->exam.kit = digest_kit_new();
	if (!mail->exam.kit || !arena_open(&mail->exam.arena, settings->limits.memory)) {
		mail_free(mail);
		return NULL;
	}
	return mail;
}

void mail_free(struct mail *mail)
{
	if (!mail)
		return;
	arena_close(&mail->exam.arena);
	digest_kit_free(mail->exam.kit);
	free(mail);
}

/* The gravest first; of equal ones as they were found. */
static int compare_gravity(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	const struct finding_row *row_a = &finding_rows[a->id], *row_b = &finding_rows[b->id];

	if (row_a->severity != row_b->severity)
		return row_a->severity > row_b->severity ? -1 : 1;
	if (row_a->weight != row_b->weight)
		return row_a->weight > row_b->weight ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void mail_result_add(struct mail_result *result, enum finding_id id, struct span evidence)
{
	double harmless = (1 - result->score / 100.0) * (1 - finding_rows[id].weight / 100.0);
	struct finding *finding;

	result->score = (uint8_t)lround(100 * (1 - harmless));
	result->verdict = mail_verdict_of(result->score, result->verdict != VERDICT_CLEAN || id == FINDING_NOT_CLAMD);
	for (uint32_t i = 0; i < result->found_count; i++)
		result->found[i].order = i; /* those of a result out of a frame have none */
	if (result->found_count == EXAM_FINDINGS) {
		result->found_count--; /* the one that says least */
		result->found_more++;
	}
	finding = &result->found[result->found_count++];
	finding->id = id;
	finding->order = EXAM_FINDINGS;
	snprintf(finding->path, sizeof(finding->path), "mail");
	exam_visible(finding->evidence, sizeof(finding->evidence), evidence);
	qsort(result->found, result->found_count, sizeof(result->found[0]), compare_gravity);
}

static void write_result(const struct exam *e, struct mail_result *result)
{
	result->score = mail_score(e);
	result->verdict = mail_verdict(e, result->score);
	result->found_count = e->found_count;
	result->found_more = e->found_more;
	memcpy(result->found, e->found, e->found_count * sizeof(e->found[0]));
	qsort(result->found, result->found_count, sizeof(result->found[0]), compare_gravity);
	exam_visible(result->subject, sizeof(result->subject), e->sender.subject);
	exam_visible(result->from, sizeof(result->from), e->sender.address);
}

void mail_examine(struct mail *mail, struct span bytes, struct span name, int64_t now, struct mail_result *result)
{
	struct exam *e = &mail->exam;
	struct part message = { .name = name, .bytes = bytes };

	exam_begin(e);
	e->now = now;
	if (bytes.len > e->settings->limits.message) {
		message.bytes.len = e->settings->limits.message;
		exam_unseen(e, NULL, UNSEEN_LIMIT, "the message is too long");
	}
	exam_part(e, NULL, &message);
	mail_known_sender(e, &message);
	if (e->over)
		exam_unseen(e, NULL, UNSEEN_LIMIT, "not all of it was looked at");
	else if (e->arena.full)
		exam_unseen(e, NULL, UNSEEN_LIMIT, "it takes too much memory");
	write_result(e, result);
	digest_of(e->kit, DIGEST_SHA256, bytes, result->sha256);
}
