/* exam.c - one message under examination: findings with their path, and what is used up of the limits. */
#include "exam/exam.h"

#include "base/pen.h"

#include <stdarg.h>
#include <stdio.h>

/* Readers take 20 to 1,000 MB/s; at this rate a message's work takes less than its seconds. */
#define WORK_A_SECOND ((uint64_t)128 << 20)
/* Small things may grow by any measure: a kilobyte of zeros is no bomb. */
#define RATIO_FROM ((size_t)4 << 20)
#define STEPS      48  /* of a path that are shown */
#define STEP_TEXT  96  /* bytes of one */
#define ARROW      " \xe2\x86\x92 "
#define DOTS       "\xe2\x80\xa6"

const struct exam_limits exam_limits_usual = {
#define LIMIT(field, key, usual, lowest, highest, english, japanese) .field = usual,
#include "exam/limits.def"
#undef LIMIT
};

/* The findings that are kept are large, and counted: they need not be zeroed. */
void exam_begin(struct exam *e)
{
	struct arena arena = e->arena;
	const struct exam_settings *settings = e->settings;
	const struct exam_hooks *hooks = e->hooks;
	struct digest_kit *kit = e->kit;

	arena_clear(&arena);
	memset(e, 0, offsetof(struct exam, found));
	memset(e->found_of, 0, sizeof(*e) - offsetof(struct exam, found_of));
	e->arena = arena;
	e->settings = settings;
	e->hooks = hooks;
	e->kit = kit;
}

/* --- texts of findings --- */

size_t exam_visible(char *into, size_t size, struct span text)
{
	struct pen pen = pen_init(into, size - sizeof(DOTS));
	char rune[RUNE_TEXT];

	while (text.len && !pen.cut) {
		size_t before = pen.used;

		pen_text(&pen, rune_text(text_rune(&text), rune));
		if (pen.cut)
			pen.used = before;
	}
	if (pen.cut) {
		memcpy(into + pen.used, DOTS, sizeof(DOTS) - 1);
		pen.used += sizeof(DOTS) - 1;
	}
	into[pen.used] = '\0';
	return pen.used;
}

static void step_name(const struct part *part, char text[STEP_TEXT])
{
	if (!part->in && part->type == TYPE_MESSAGE)
		snprintf(text, STEP_TEXT, "mail");
	else if (part->name.len)
		exam_visible(text, STEP_TEXT, part->name);
	else
		snprintf(text, STEP_TEXT, "%s", type_name(part->type));
}

/* From the message down to the part. What does not fit is left out in the middle, so that both ends show. */
static void path_write(char path[FINDING_PATH], const struct part *part, struct span below)
{
	const struct part *way[STEPS];
	unsigned count = 0;
	char step[STEP_TEXT], last[STEP_TEXT] = "";

	for (; part && count < STEPS; part = part->in)
		way[count++] = part;
	if (below.len)
		exam_visible(last, sizeof(last), below);
	path[0] = '\0';
	while (count--) {
		step_name(way[count], step);
		if (count > 0 && strlen(path) + strlen(step) + 2 * STEP_TEXT + 16 > FINDING_PATH)
			continue;
		text_append(path, FINDING_PATH, "%s%s", *path ? ARROW : "", step);
	}
	if (*last)
		text_append(path, FINDING_PATH, "%s%s", *path ? ARROW : "", last);
}

static bool is_told(const struct exam *e, enum finding_id id, const char *evidence)
{
	for (unsigned i = 0; i < e->found_count; i++)
		if (e->found[i].id == id && strcmp(e->found[i].evidence, evidence) == 0)
			return true;
	return false;
}

/* Where the next one is kept; when all places are taken, the one that says least gives way to a better. */
static struct finding *place(struct exam *e, enum finding_id id)
{
	struct finding *least;

	if (e->found_count < EXAM_FINDINGS)
		return &e->found[e->found_count++];
	e->found_more++;
	least = &e->found[0];
	for (unsigned i = 1; i < EXAM_FINDINGS; i++)
		if (finding_rows[e->found[i].id].weight < finding_rows[least->id].weight)
			least = &e->found[i];
	return finding_rows[least->id].weight < finding_rows[id].weight ? least : NULL;
}

void exam_find_at(struct exam *e, const struct part *part, struct span below, enum finding_id id,
		  struct span evidence)
{
	char text[FINDING_EVIDENCE];
	struct finding *finding;

	exam_visible(text, sizeof(text), evidence);
	if (is_told(e, id, text))
		return;
	if (e->found_of[id] < UINT16_MAX)
		e->found_of[id]++;
	if (e->found_of[id] > EXAM_SAME) {
		e->found_more++;
		return;
	}
	finding = place(e, id);
	if (!finding)
		return;
	finding->id = id;
	finding->order = e->found_count + e->found_more;
	memcpy(finding->evidence, text, sizeof(text));
	path_write(finding->path, part, below);
}

void exam_find(struct exam *e, const struct part *part, enum finding_id id, struct span evidence)
{
	exam_find_at(e, part, (struct span){ 0 }, id, evidence);
}

void exam_findf(struct exam *e, const struct part *part, enum finding_id id, const char *format, ...)
{
	char text[4 * FINDING_EVIDENCE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	exam_find(e, part, id, text_span(text));
}

void exam_unseen(struct exam *e, const struct part *part, enum unseen unseen, const char *why)
{
	static const enum finding_id ids[UNSEENS] = {
		[UNSEEN_ENCRYPTED] = FINDING_NOT_ENCRYPTED,
		[UNSEEN_LIMIT] = FINDING_NOT_LIMIT,
		[UNSEEN_BROKEN] = FINDING_NOT_BROKEN,
		[UNSEEN_UNSUPPORTED] = FINDING_NOT_SUPPORTED,
	};

	e->unseen[unseen]++;
	exam_find(e, part, ids[unseen], text_span(why));
}

/* --- limits --- */

bool exam_work(struct exam *e, size_t bytes)
{
	e->work += bytes;
	if (e->work > e->settings->limits.seconds * WORK_A_SECOND && !e->over) {
		e->over = true;
		exam_unseen(e, NULL, UNSEEN_LIMIT, "it takes too long");
	}
	return !e->over;
}

uint64_t exam_work_left(const struct exam *e)
{
	uint64_t all = e->settings->limits.seconds * WORK_A_SECOND;

	return e->work < all ? all - e->work : 0;
}

size_t exam_inflate_room(const struct exam *e, size_t packed)
{
	const struct exam_limits *limits = &e->settings->limits;
	uint64_t left = e->inflated < limits->inflated ? limits->inflated - e->inflated : 0;
	uint64_t grown = (uint64_t)packed * limits->ratio;

	if (grown < RATIO_FROM)
		grown = RATIO_FROM;
	return (size_t)(left < grown ? left : grown);
}

bool exam_inflate(struct exam *e, const struct part *part, uint64_t bytes, uint64_t packed)
{
	const struct exam_limits *limits = &e->settings->limits;

	if (bytes > RATIO_FROM && bytes / limits->ratio > packed) {
		exam_unseen(e, part, UNSEEN_LIMIT, "it grows too much when it is unpacked");
		return false;
	}
	e->inflated += bytes < UINT32_MAX ? bytes : UINT32_MAX;
	if (e->inflated > limits->inflated) {
		if (!e->over)
			exam_unseen(e, part, UNSEEN_LIMIT, "too much to unpack");
		e->over = true;
		return false;
	}
	return exam_work(e, bytes);
}

bool exam_entry(struct exam *e, const struct part *part)
{
	if (e->entries >= e->settings->limits.entries) {
		exam_unseen(e, part, UNSEEN_LIMIT, "too many files in archives");
		return false;
	}
	e->entries++;
	return !e->over;
}

/* --- parts --- */

static bool holds_files(enum type type)
{
	enum type_kind kind = type_kind(type);

	return kind == KIND_ARCHIVE || kind == KIND_IMAGE || kind == KIND_DOCUMENT || kind == KIND_PROGRAM;
}

static bool depth_allows(struct exam *e, const struct part *child)
{
	if (child->mime_depth > e->settings->limits.mime_depth) {
		exam_unseen(e, child->in, UNSEEN_LIMIT, "too many parts inside each other");
		return false;
	}
	if (child->archive_depth > e->settings->limits.archive_depth) {
		exam_unseen(e, child->in, UNSEEN_LIMIT, "too many archives inside each other");
		return false;
	}
	return true;
}

void exam_part(struct exam *e, const struct part *in, struct part *child)
{
	size_t mark = arena_mark(&e->arena);

	child->in = in;
	if (in) {
		unsigned depth = in->mime_depth + (type_kind(in->type) == KIND_MESSAGE);

		if (child->mime_depth < depth)
			child->mime_depth = (uint8_t)depth;
		child->archive_depth = (uint8_t)(in->archive_depth + holds_files(in->type));
	}
	if (e->over || !depth_allows(e, child))
		return;
	if (++e->parts > e->settings->limits.parts + e->settings->limits.entries) {
		e->over = true;
		exam_unseen(e, in, UNSEEN_LIMIT, "too many parts");
		return;
	}
	child->type = type_of(child->bytes, child->name);
	e->hooks->open(e, child);
	if (in) /* the message's own stays: e->sender points into it */
		arena_back(&e->arena, mark);
}

/* --- what readers pass on --- */

struct span exam_imitated(const struct exam *e, struct span host)
{
	return e->hooks->imitated(e, host);
}

void exam_text(struct exam *e, const struct part *part, struct span utf8)
{
	if (utf8.len && exam_work(e, utf8.len))
		e->hooks->text(e, part, utf8);
}

void exam_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	if (url.len && !e->over)
		e->hooks->url(e, part, url, shown);
}

void exam_password(struct exam *e, struct span word)
{
	uint8_t *copy = e->password_room + e->password_used;

	for (unsigned i = 0; i < e->password_count; i++)
		if (span_equal(e->passwords[i], word))
			return;
	if (word.len == 0 || word.len > EXAM_PASSWORD_ROOM - e->password_used ||
	    e->password_count == EXAM_PASSWORDS)
		return;
	memcpy(copy, word.ptr, word.len);
	e->password_used += word.len;
	e->passwords[e->password_count++] = (struct span){ copy, word.len };
}
