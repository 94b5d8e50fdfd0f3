/* read_mail.c - overheard mail to children; what they find is kept until all of it can be told in order. */
#include "app/read_mail.h"

#include "app/examiner.h"
#include "overhear/overhear.h"

#include <stdlib.h>
#include <unistd.h>

#define UNDER_WAY 64   /* messages in hand: their files take descriptors and memory */
#define FOUND     4096 /* messages of which something is told */

struct read_mail {
	struct overhear *overhear;
	struct examiner *examiner;
	struct exam_settings exam;
	struct found {
		struct overheard message;
		struct mail_result *result;
	} found[FOUND];
	size_t count;
	uint64_t lost;
	struct mail_waves waves;
};

/* One that is being examined. */
struct looked_at {
	struct read_mail *mail;
	struct overheard message;
};

struct read_mail *read_mail_new(const struct home *home, const struct index *index)
{
	struct read_mail *mail = calloc(1, sizeof(*mail));
	struct examiner_settings settings = { 0 };

	if (!mail)
		return NULL;
	mail->exam = (struct exam_settings){ .index = index, .limits = exam_limits_usual };
	settings.exam = &mail->exam;
	mail->overhear = overhear_new(home);
	mail->examiner = examiner_new(&settings);
	if (mail->overhear && mail->examiner)
		return mail;
	read_mail_free(mail);
	return NULL;
}

void read_mail_free(struct read_mail *mail)
{
	if (!mail)
		return;
	examiner_free(mail->examiner);
	overhear_free(mail->overhear);
	for (size_t i = 0; i < mail->count; i++)
		free(mail->found[i].result);
	free(mail);
}

struct talk_mail_sink read_mail_sink(struct read_mail *mail)
{
	return overhear_sink(mail->overhear);
}

static void keep(struct read_mail *mail, const struct overheard *message, const struct mail_result *result)
{
	struct mail_result *copy = mail->count < FOUND ? malloc(sizeof(*copy)) : NULL;

	if (!copy) {
		mail->lost++;
		return;
	}
	*copy = *result;
	mail->found[mail->count++] = (struct found){ *message, copy };
}

static void take_result(void *whom, const struct mail_result *result)
{
	struct looked_at *l = whom;

	overhear_done(l->mail->overhear, &l->message);
	l->mail->lost += examiner_failed(result);
	if (result->verdict >= VERDICT_SUSPICIOUS)
		keep(l->mail, &l->message, result);
	free(l);
}

static void look_at(struct read_mail *mail, const struct overheard *message)
{
	struct examiner_message whole = { .fd = message->fd, .name = text_span(MAIL_NAME) };
	struct looked_at *l = malloc(sizeof(*l));

	if (l)
		*l = (struct looked_at){ mail, *message };
	if (!l || !examiner_begin(mail->examiner, &whole, take_result, l)) {
		overhear_done(mail->overhear, message);
		mail->lost++;
		free(l);
	}
	close(message->fd);
}

/* Until at most so many are in hand. */
static void wait_for(struct read_mail *mail, unsigned most)
{
	while (examiner_busy(mail->examiner) > most && examiner_wait(mail->examiner))
		;
}

void read_mail_turn(struct read_mail *mail)
{
	struct overheard message;

	while (overhear_take(mail->overhear, &message)) {
		look_at(mail, &message);
		wait_for(mail, UNDER_WAY);
	}
}

static int compare_order(const void *left, const void *right)
{
	const struct found *a = left, *b = right;

	return (a->message.order > b->message.order) - (a->message.order < b->message.order);
}

uint64_t read_mail_end(struct read_mail *mail, struct pipeline *pipeline)
{
	struct alert alert;

	read_mail_turn(mail);
	wait_for(mail, 0);
	qsort(mail->found, mail->count, sizeof(mail->found[0]), compare_order);
	for (size_t i = 0; i < mail->count; i++) {
		struct mail_way way = overheard_way(&mail->found[i].message);

		if (mail_alert(&mail->waves, mail->found[i].result, &way, &alert))
			pipeline_alert(pipeline, &alert);
	}
	return mail->lost + overhear_lost(mail->overhear);
}
