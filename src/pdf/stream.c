/* stream.c - where the bytes of a stream are, and what they are behind their filters. */
#include "pdf/file.h"
#include "base/line.h"

#define FILTERS 8 /* of one stream that are undone */

/* Whether a stream ends here: blanks, and the word for it. */
static bool ends_here(struct span rest)
{
	size_t i = 0;

	while (i < rest.len && i < 4 && pdf_blank(rest.ptr[i]))
		i++;
	rest = (struct span){ rest.ptr + i, rest.len - i };
	return line_begins(rest, "endstream") || line_begins(rest, "endobj");
}

/* Behind the end of the line that "stream" stands in (7.3.8.1), in any of the ways it is written. */
static void skip_line_end(struct cur *at)
{
	while (at->left && *at->p == ' ')
		cur_take(at, 1);
	if (at->left && *at->p == '\r')
		cur_take(at, 1);
	if (at->left && *at->p == '\n')
		cur_take(at, 1);
}

/* By its /Length where that is true, else up to the word that ends it. False: no stream, or out of work. */
static bool find_raw(const struct pdf *pdf, const struct pdf_dict *dict, struct span *raw)
{
	int64_t length = pdf_get_integer(pdf, dict, PDF_KEY_Length, -1);
	struct cur at = cur_init(dict->text);
	const uint8_t *end;

	cur_span(&at, dict->end);
	if (!pdf_is(pdf_next(&at).text, "stream"))
		return false;
	skip_line_end(&at);
	*raw = cur_rest(&at);
	if (length >= 0 && (uint64_t)length <= raw->len &&
	    ends_here((struct span){ raw->ptr + length, raw->len - (size_t)length })) {
		raw->len = (size_t)length;
		return exam_work(pdf->e, raw->len);
	}
	end = memmem(raw->ptr, raw->len, "endstream", 9);
	if (!end)
		end = memmem(raw->ptr, raw->len, "endobj", 6);
	if (end)
		raw->len = (size_t)(end - raw->ptr);
	return exam_work(pdf->e, raw->len);
}

static struct pdf_parms read_parms(const struct pdf *pdf, struct pdf_value value)
{
	struct pdf_parms parms = { 0 };
	struct pdf_dict dict;

	if (!pdf_dict(pdf, value, &dict))
		return parms;
	parms.predictor = pdf_get_integer(pdf, &dict, PDF_KEY_Predictor, 1);
	parms.colors = pdf_get_integer(pdf, &dict, PDF_KEY_Colors, 1);
	parms.bits = pdf_get_integer(pdf, &dict, PDF_KEY_BitsPerComponent, 8);
	parms.columns = pdf_get_integer(pdf, &dict, PDF_KEY_Columns, 1);
	parms.late = pdf_get_integer(pdf, &dict, PDF_KEY_EarlyChange, 1) == 0;
	return parms;
}

struct chain {
	struct {
		enum pdf_filter filter;
		struct pdf_parms parms;
	} steps[FILTERS];
	unsigned count;
};

/* False: too many, or one that is not undone. */
static bool read_chain(const struct pdf *pdf, const struct pdf_dict *dict, struct chain *chain)
{
	struct pdf_array filters = pdf_array(pdf_get(pdf, dict, PDF_KEY_Filter));
	struct pdf_array parms = pdf_array(pdf_get(pdf, dict, PDF_KEY_DecodeParms));
	struct pdf_value value;
	uint8_t room[PDF_NAME_MAX];

	chain->count = 0;
	while (pdf_array_next(pdf, &filters, &value)) {
		struct pdf_token token = pdf_first(value);

		if (token.kind != PDF_NAME)
			continue;
		if (chain->count == FILTERS) {
			exam_unseen(pdf->e, pdf->part, UNSEEN_LIMIT, "too many filters on a stream of a PDF");
			return false;
		}
		chain->steps[chain->count].filter = pdf_filter_named(pdf_name(token.text, room));
		chain->steps[chain->count].parms = (struct pdf_parms){ 0 };
		if (pdf_array_next(pdf, &parms, &value))
			chain->steps[chain->count].parms = read_parms(pdf, value);
		if (chain->steps[chain->count++].filter == PDF_PICTURE)
			return false;
	}
	return true;
}

static bool undo_step(struct pdf *pdf, const struct chain *chain, unsigned step, size_t limit,
		      struct pdf_content *content)
{
	size_t room = exam_inflate_room(pdf->e, content->bytes.len), packed = content->bytes.len;
	struct pdf_undoing undoing = { .inflater = &pdf->inflater, .arena = &pdf->e->arena };

	undoing.limit = room < limit ? room : limit;
	content->bytes = pdf_undo(&undoing, chain->steps[step].filter, &chain->steps[step].parms, content->bytes);
	content->broken |= undoing.broken;
	if (undoing.cut && room <= limit)
		exam_unseen(pdf->e, pdf->part, UNSEEN_LIMIT, "a stream of a PDF grows too much");
	content->cut |= undoing.cut;
	content->filters++;
	return exam_inflate(pdf->e, pdf->part, content->bytes.len, packed);
}

bool pdf_stream(struct pdf *pdf, const struct pdf_dict *dict, size_t limit, struct pdf_content *content)
{
	struct chain chain;
	struct pdf_owner owner = { dict->object->number, dict->object->generation };
	bool plain;

	*content = (struct pdf_content){ 0 };
	if (!dict->outer || dict->object->packed || !find_raw(pdf, dict, &content->bytes) ||
	    !read_chain(pdf, dict, &chain))
		return false;
	plain = chain.count && chain.steps[0].filter == PDF_CRYPT; /* Identity is all that is used */
	if (!plain && pdf->crypt.opened)
		content->bytes = pdf_decrypt(&pdf->crypt, pdf->crypt.streams, owner, content->bytes, pdf->e->kit,
					     &pdf->e->arena);
	for (unsigned i = 0; i < chain.count; i++)
		if (chain.steps[i].filter != PDF_CRYPT && !undo_step(pdf, &chain, i, limit, content))
			return false;
	return true;
}
