/* feed_file.c - writes and reads the file of one feed. */
#include "feed/feed_file.h"

#include "base/text.h"
#include "feed/import_private.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#define MAGIC       "#hinomi-feed\t1"
#define LINE_FIELDS (IMPORT_ALIASES + 4)

struct feed_writer {
	FILE *out;
	struct feed_info counts;
	char path[PATH_MAX], aside[PATH_MAX];
};

uint64_t feed_total(const struct feed_info *info)
{
	uint64_t sum = 0;

	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		sum += info->taken[kind];
	return sum;
}

bool feed_name_good(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < FEED_NAME && name[0] != '.' && name[0] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
		       len;
}

enum err feed_writer_new(const char *folder, const char *name, struct feed_writer **writer)
{
	struct feed_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return ERR_MEMORY;
	snprintf(w->counts.name, sizeof(w->counts.name), "%s", name);
	if (snprintf(w->path, sizeof(w->path), "%s/%s.tsv", folder, name) >= (int)sizeof(w->path) ||
	    snprintf(w->aside, sizeof(w->aside), "%s/.%s.new", folder, name) >=
		    (int)sizeof(w->aside)) {
		free(w);
		return ERR_LIMIT;
	}
	w->out = fopen(w->aside, "we");
	if (!w->out) {
		free(w);
		return ERR_OPEN;
	}
	for (unsigned i = 0; i < FEED_HEAD; i++)
		putc(i + 1 == FEED_HEAD ? '\n' : ' ', w->out);
	*writer = w;
	return OK;
}

static void put_text(FILE *out, struct span text)
{
	static const char marks[] = "\t\n\r\\", letters[] = "tnr\\";

	for (size_t i = 0; i < text.len; i++) {
		const char *mark = text.ptr[i] ? strchr(marks, text.ptr[i]) : NULL;

		if (mark)
			putc('\\', out);
		putc(mark ? letters[mark - marks] : text.ptr[i], out);
	}
}

static bool writer_take(void *whom, const struct indicator *i)
{
	struct feed_writer *w = whom;
	const struct span texts[] = { i->malware, i->group, i->origin, i->reference };

	w->counts.taken[i->kind]++;
	w->counts.guards += (i->flags & INDICATOR_GUARD) != 0;
	w->counts.contexts += (i->flags & INDICATOR_CONTEXT) != 0;
	fprintf(w->out, "%s\t", indicator_kind_name(i->kind));
	put_text(w->out, i->value);
	fprintf(w->out, "\t%u\t%u\t%" PRId64 "\t%" PRId64, i->confidence, i->flags,
		i->seen / USEC_PER_SEC, i->expires / USEC_PER_SEC);
	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
		putc('\t', w->out);
		put_text(w->out, texts[t]);
	}
	putc('\n', w->out);
	return !ferror(w->out);
}

static bool writer_group(void *whom, const struct import_group *group)
{
	struct feed_writer *w = whom;

	w->counts.groups++;
	fputs("group\t", w->out);
	put_text(w->out, group->id);
	putc('\t', w->out);
	put_text(w->out, group->name);
	for (size_t a = 0; a < group->aliases; a++) {
		putc('\t', w->out);
		put_text(w->out, group->alias[a]);
	}
	putc('\n', w->out);
	return !ferror(w->out);
}

struct import_sink feed_writer_sink(struct feed_writer *w)
{
	return (struct import_sink){ .indicators = { writer_take, w },
				     .group = writer_group,
				     .whom = w };
}

uint64_t feed_writer_count(const struct feed_writer *w)
{
	return feed_total(&w->counts) + w->counts.groups;
}

static void put_head(FILE *out, const struct feed_info *info)
{
	fprintf(out, MAGIC "\n#name\t%s\n#format\t%s\n#imported\t%" PRId64 "\n#confidence\t%u\n",
		info->name, info->format, info->imported / USEC_PER_SEC, info->confidence);
	fprintf(out,
		"#groups\t%" PRIu64 "\n#guards\t%" PRIu64 "\n#contexts\t%" PRIu64
		"\n#named\t%" PRIu64 "\n",
		info->groups, info->guards, info->contexts, info->named);
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		if (info->taken[kind] > 0)
			fprintf(out, "#count\t%s\t%" PRIu64 "\n",
				indicator_kind_name((enum indicator_kind)kind), info->taken[kind]);
	fputs("#added_after\t", out);
	put_text(out, text_span(info->added_after));
	fputs("\n#url\t", out);
	put_text(out, text_span(info->url));
	fputs("\n#notice\t", out);
	put_text(out, text_span(info->notice));
	putc('\n', out);
}

enum err feed_writer_finish(struct feed_writer *w, struct feed_info *info)
{
	int failed;

	memcpy(info->taken, w->counts.taken, sizeof(info->taken));
	info->groups = w->counts.groups;
	info->guards = w->counts.guards;
	info->contexts = w->counts.contexts;
	memcpy(info->name, w->counts.name, sizeof(info->name));
	if (fseek(w->out, 0, SEEK_SET) == 0)
		put_head(w->out, info);
	failed = ftell(w->out) >= FEED_HEAD || fflush(w->out) != 0 || ferror(w->out) ||
		 fsync(fileno(w->out)) != 0;
	failed |= fclose(w->out) != 0;
	w->out = NULL;
	if (failed || rename(w->aside, w->path) != 0) {
		unlink(w->aside);
		return ERR_WRITE;
	}
	w->aside[0] = '\0';
	return OK;
}

void feed_writer_free(struct feed_writer *w)
{
	if (!w)
		return;
	if (w->out)
		fclose(w->out);
	if (w->aside[0])
		unlink(w->aside);
	free(w);
}

/* Undoes put_text(); `room` holds `size` bytes, what does not fit is left out. */
static struct span get_text(struct span text, uint8_t *room, size_t size)
{
	static const char letters[] = "tnr\\", marks[] = "\t\n\r\\";
	size_t len = 0;

	for (size_t i = 0; i < text.len && len < size; i++) {
		uint8_t c = text.ptr[i];

		if (c == '\\' && i + 1 < text.len) {
			const char *letter = strchr(letters, text.ptr[++i]);

			c = letter && *letter ? (uint8_t)marks[letter - letters] : text.ptr[i];
		}
		room[len++] = c;
	}
	return (struct span){ room, len };
}

static void get_string(struct span text, char *string, size_t size)
{
	struct span got = get_text(text, (uint8_t *)string, size - 1);

	string[got.len] = '\0';
}

static uint64_t get_number(struct span text)
{
	uint64_t number = 0;

	return span_number(text, UINT64_MAX, &number) ? number : 0;
}

static bool kind_parse(struct span name, enum indicator_kind *kind)
{
	for (unsigned k = 0; k < INDICATOR_KINDS; k++)
		if (span_is(name, indicator_kind_name((enum indicator_kind)k))) {
			*kind = (enum indicator_kind)k;
			return true;
		}
	return false;
}

static void read_head_line(struct feed_info *info, struct span line)
{
	struct span key = span_cut(&line, '\t');
	enum indicator_kind kind;

	if (span_is(key, "#name"))
		get_string(line, info->name, sizeof(info->name));
	else if (span_is(key, "#format"))
		get_string(line, info->format, sizeof(info->format));
	else if (span_is(key, "#url"))
		get_string(line, info->url, sizeof(info->url));
	else if (span_is(key, "#notice"))
		get_string(line, info->notice, sizeof(info->notice));
	else if (span_is(key, "#added_after"))
		get_string(line, info->added_after, sizeof(info->added_after));
	else if (span_is(key, "#imported"))
		info->imported = (usec_t)get_number(line) * USEC_PER_SEC;
	else if (span_is(key, "#confidence"))
		info->confidence = (uint8_t)get_number(line);
	else if (span_is(key, "#groups"))
		info->groups = get_number(line);
	else if (span_is(key, "#guards"))
		info->guards = get_number(line);
	else if (span_is(key, "#contexts"))
		info->contexts = get_number(line);
	else if (span_is(key, "#named"))
		info->named = get_number(line);
	else if (span_is(key, "#count") && kind_parse(span_cut(&line, '\t'), &kind))
		info->taken[kind] = get_number(line);
}

enum err feed_file_info(const char *path, struct feed_info *info)
{
	uint8_t head[FEED_HEAD];
	struct span rest = { head, 0 }, line;
	FILE *in = fopen(path, "re");

	if (!in)
		return ERR_OPEN;
	rest.len = fread(head, 1, sizeof(head), in);
	fclose(in);
	if (rest.len < FEED_HEAD || !text_line(&rest, &line) || !span_is(line, MAGIC))
		return ERR_FORMAT;
	*info = (struct feed_info){ 0 };
	while (text_line(&rest, &line))
		read_head_line(info, line);
	return OK;
}

/* What a line's fields are unescaped into. */
struct fields {
	struct span field[LINE_FIELDS];
	size_t count;
	uint8_t room[INPUT_LINE];
};

static void read_fields(struct fields *f, struct span line)
{
	size_t used = 0;

	f->count = 0;
	do {
		struct span text = span_cut(&line, '\t');

		f->field[f->count] = get_text(text, f->room + used, sizeof(f->room) - used);
		used += f->field[f->count++].len;
	} while (line.len > 0 && f->count < LINE_FIELDS);
}

static bool read_group(const struct fields *f, const struct import_sink *sink)
{
	struct import_group group = { .id = f->field[1], .name = f->field[2] };

	for (size_t i = 3; i < f->count && group.aliases < IMPORT_ALIASES; i++)
		group.alias[group.aliases++] = f->field[i];
	return !sink->group || sink->group(sink->whom, &group);
}

/* False: the line is damaged. */
static bool read_indicator(struct fields *f, const struct import_sink *sink, struct span source,
			   bool *stopped)
{
	char room[INDICATOR_VALUE];
	enum indicator_kind kind;
	struct indicator i = { 0 };

	for (; f->count < 10; f->count++) /* trailing empty fields */
		f->field[f->count] = (struct span){ f->room, 0 };
	if (!kind_parse(f->field[0], &kind))
		return false;
	i.flags = (uint8_t)get_number(f->field[3]);
	if (indicator_normal(f->field[1], kind, room, &i) != INDICATOR_OK)
		return false;
	i.confidence = (uint8_t)get_number(f->field[2]);
	i.seen = (usec_t)get_number(f->field[4]) * USEC_PER_SEC;
	i.expires = (usec_t)get_number(f->field[5]) * USEC_PER_SEC;
	i.malware = f->field[6];
	i.group = f->field[7];
	i.source = source;
	i.origin = f->field[8];
	i.reference = f->field[9];
	*stopped = !sink->indicators.take(sink->indicators.whom, &i);
	return true;
}

enum err feed_file_read(const char *path, const struct import_sink *sink, uint64_t *damaged)
{
	struct fields *f = calloc(1, sizeof(*f));
	struct input *input = NULL;
	struct feed_info info;
	struct span line;
	const char *why;
	bool stopped = false;
	enum err err = feed_file_info(path, &info);

	*damaged = 0;
	if (err == OK && !f)
		err = ERR_MEMORY;
	if (err == OK)
		err = input_open(path, UINT64_MAX, &input, &why);
	while (err == OK && !stopped && input_line(input, &line)) {
		if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ' ')
			continue;
		read_fields(f, line);
		if (span_is(f->field[0], "group") && f->count >= 3)
			stopped = !read_group(f, sink);
		else if (!read_indicator(f, sink, text_span(info.name), &stopped))
			++*damaged;
	}
	if (err == OK)
		err = input_failed(input, &why);
	input_close(input);
	free(f);
	return err == OK && stopped ? ERR_LIMIT : err;
}
