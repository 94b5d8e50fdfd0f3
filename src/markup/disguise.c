/*
 * disguise.c - words that people read and filters do not: invisible signs between their letters, letters of other
 * alphabets that look like Latin ones.
 */
#include "base/line.h"
#include "base/text.h"
#include "markup/markup.h"

#define SPLIT_MANY 4  /* letters with something invisible between them; one or two come by copying */
#define SPACE_MANY 12 /* ... that allows a line to break there (U+200B), as long names in good mails have it */
#define MIXED_MANY 3  /* words of two alphabets; one or two are slips of the keyboard */

struct disguise {
	unsigned split, spaced, mixed;
	bool latin, other, told; /* of the word that is read */
	bool letter;             /* the rune before was a letter of ASCII */
	uint32_t hidden;         /* the invisible one behind it */
};

static bool is_latin(uint32_t rune)
{
	return (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
}

/* Signs that are not seen, and not needed between two letters of ASCII. Soft hyphens (U+00AD) are. */
static bool is_invisible(uint32_t rune)
{
	return (rune >= 0x200b && rune <= 0x200d) || rune == 0x2060 || rune == 0xfeff || rune == 0x34f ||
	       rune == 0x180e || (rune >= 0xfe00 && rune <= 0xfe0f) || (rune >= 0xe0000 && rune <= 0xe01ef);
}

/* Letters of Greek and Cyrillic. */
static bool is_other(uint32_t rune)
{
	return (rune >= 0x386 && rune <= 0x3ff) || (rune >= 0x400 && rune <= 0x52f);
}

static void take_rune(struct disguise *d, uint32_t rune)
{
	bool latin = is_latin(rune), other = is_other(rune);

	if (is_invisible(rune)) {
		d->hidden = rune;
		return;
	}
	if (latin && d->letter && d->hidden)
		d->hidden == 0x200b ? d->spaced++ : d->split++;
	d->hidden = 0;
	d->letter = latin;
	if (!latin && !other) {
		d->latin = d->other = d->told = false;
		return;
	}
	d->latin = d->latin || latin;
	d->other = d->other || other;
	d->mixed += d->latin && d->other && !d->told;
	d->told = d->latin && d->other;
}

void markup_disguise(struct exam *e, const struct part *part, struct span utf8)
{
	struct disguise d = { 0 };
	struct span rest = utf8;

	if (!part->inline_body && part->type != TYPE_MESSAGE)
		return;
	while (rest.len) {
		if (*rest.ptr < 0x80 && !d.hidden && !d.other) { /* most text */
			d.letter = d.latin = is_latin(*rest.ptr);
			d.told = false;
			rest = line_from(rest, 1);
			continue;
		}
		take_rune(&d, text_rune(&rest));
	}
	if (d.split >= SPLIT_MANY || d.spaced >= SPACE_MANY)
		exam_findf(e, part, FINDING_WORDS_DISGUISED, "%u letters are parted by signs that cannot be seen",
			   d.split + d.spaced);
	else if (d.mixed >= MIXED_MANY)
		exam_findf(e, part, FINDING_WORDS_DISGUISED, "%u words mix Latin letters with others that look alike",
			   d.mixed);
}
