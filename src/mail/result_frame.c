/* result_frame.c - results to bytes and back. */
#include "mail/result_frame.h"

#include "base/cursor.h"
#include "base/text.h"

#define VERSION 1

static void put_text(struct pen *p, const char *text)
{
	pen_le(p, strlen(text), 2);
	pen_text(p, text);
}

void result_frame_write(struct pen *p, const struct mail_result *r)
{
	pen_le(p, VERSION, 1);
	pen_le(p, r->verdict, 1);
	pen_le(p, r->score, 1);
	pen_le(p, r->found_count, 1);
	pen_le(p, r->found_more, 4);
	pen_span(p, (struct span){ r->sha256, sizeof(r->sha256) });
	put_text(p, r->subject);
	put_text(p, r->from);
	for (uint32_t i = 0; i < r->found_count; i++) {
		pen_le(p, r->found[i].id, 2);
		put_text(p, r->found[i].path);
		put_text(p, r->found[i].evidence);
	}
}

/* Into room for `size` bytes with the NUL; what a reader could be fooled with is made visible. */
static void take_text(struct cur *c, char *into, size_t size)
{
	struct span text = cur_span(c, cur_le16(c));
	struct pen pen = pen_init(into, size - 1);
	char rune[RUNE_TEXT];

	while (text.len > 0) {
		const char *shown = rune_text(text_rune(&text), rune);

		if (pen.used + strlen(shown) > pen.size)
			break;
		pen_text(&pen, shown);
	}
	into[pen.used] = '\0';
}

static void take_finding(struct cur *c, struct finding *finding)
{
	uint16_t id = cur_le16(c);

	c->bad |= id >= FINDINGS;
	finding->id = c->bad ? 0 : (enum finding_id)id;
	take_text(c, finding->path, sizeof(finding->path));
	take_text(c, finding->evidence, sizeof(finding->evidence));
}

enum err result_frame_read(struct span bytes, struct mail_result *result)
{
	struct cur c = cur_init(bytes);
	uint8_t version = cur_u8(&c), verdict = cur_u8(&c), score = cur_u8(&c), count = cur_u8(&c);

	if (c.bad || version != VERSION || verdict >= VERDICTS || score > 100 || count > EXAM_FINDINGS)
		return ERR_FORMAT;
	result->verdict = (enum verdict)verdict;
	result->score = score;
	result->found_count = count;
	result->found_more = cur_le32(&c);
	cur_copy(&c, result->sha256, sizeof(result->sha256));
	take_text(&c, result->subject, sizeof(result->subject));
	take_text(&c, result->from, sizeof(result->from));
	for (uint32_t i = 0; i < count && !c.bad; i++)
		take_finding(&c, &result->found[i]);
	return c.bad || c.left ? ERR_FORMAT : OK;
}
