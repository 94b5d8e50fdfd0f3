/* dict.c - walks through the dictionaries of an object with one frame for each bracket that is open. */
#include "pdf/dict.h"

#include "base/text.h"

static const char *const key_texts[] = {
#define PDF_KEY(id, text) text,
#include "pdf/key.def"
#undef PDF_KEY
};

/* The first key of each length: [16] is one beyond BitsPerComponent's. */
#define LONGEST 16
static const uint8_t first_of_length[LONGEST + 2] = {
	[1] = PDF_KEY_A,
	[2] = PDF_KEY_AA,
	[3] = PDF_KEY_CFM,
	[4] = PDF_KEY_Font,
	[5] = PDF_KEY_First,
	[6] = PDF_KEY_Annots,
	[7] = PDF_KEY_Columns,
	[8] = PDF_KEY_Contents,
	[9] = PDF_KEY_Predictor,
	[10] = PDF_KEY_JavaScript,
	[11] = PDF_KEY_DecodeParms,
	[12] = PDF_KEY_EmbeddedFile,
	[13] = PDF_KEY_EncryptMetadata,
	[14] = PDF_KEY_EncryptMetadata,
	[15] = PDF_KEY_EncryptMetadata,
	[16] = PDF_KEY_BitsPerComponent,
	[17] = PDF_KEYS,
};

enum pdf_key pdf_key(struct span name)
{
	if (name.len == 0 || name.len > LONGEST)
		return PDF_KEYS;
	for (unsigned key = first_of_length[name.len]; key < first_of_length[name.len + 1]; key++)
		if (memcmp(key_texts[key], name.ptr, name.len) == 0)
			return (enum pdf_key)key;
	return PDF_KEYS;
}

struct frame {
	struct pdf_dict dict;
	bool array; /* then `dict` means nothing */
	bool asks;  /* a key was read: its value comes */
};

struct walk {
	struct frame frames[PDF_DEPTH];
	unsigned depth;
	unsigned beyond; /* brackets deeper than PDF_DEPTH that are open */
	const struct pdf_object *object;
	struct cur at;
	pdf_see *see;
	void *whom;
	bool deep;
};

/* Words that scanners look for, and that nobody writes with #xx to print a letter. */
static bool is_watched(struct span name)
{
	static const char *const words[] = { "GoToR", "GoToE", "ImportData", "SubmitForm", "RichMedia",
					     "ObjStm", "FlateDecode", "Catalog", "Action" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (pdf_is(name, words[i]))
			return true;
	return name.len > 1 && pdf_key(name) != PDF_KEYS;
}

static void open_frame(struct walk *w, bool array, uint32_t begin)
{
	struct frame *frame;

	if (w->depth)
		w->frames[w->depth - 1].asks = false;
	if (w->depth == PDF_DEPTH || w->beyond) {
		w->beyond++;
		w->deep = true;
		return;
	}
	frame = &w->frames[w->depth++];
	frame->array = array;
	frame->asks = false;
	if (array)
		return;
	memset(frame->dict.at, 0, sizeof(frame->dict.at));
	frame->dict.object = w->object;
	frame->dict.text = w->object->text;
	frame->dict.begin = begin;
	frame->dict.odd = (struct span){ cur_zeros, 0 };
}

static void close_dict(struct walk *w, uint32_t end)
{
	if (w->beyond) {
		w->beyond--;
		return;
	}
	while (w->depth && w->frames[w->depth - 1].array) /* arrays that nobody closed */
		w->depth--;
	if (!w->depth)
		return;
	w->depth--;
	w->frames[w->depth].dict.outer = w->depth == 0;
	w->frames[w->depth].dict.end = end;
	w->see(w->whom, &w->frames[w->depth].dict);
}

static void close_array(struct walk *w)
{
	if (w->beyond)
		w->beyond--;
	else if (w->depth && w->frames[w->depth - 1].array)
		w->depth--;
}

static uint32_t offset(const struct walk *w)
{
	return (uint32_t)(w->object->text.len - w->at.left);
}

/* The dictionary that the cursor is in, or in an array of. */
static void note_odd(struct walk *w, struct span coded)
{
	unsigned i = w->depth;

	while (i && w->frames[i - 1].array)
		i--;
	if (i && !w->frames[i - 1].dict.odd.len)
		w->frames[i - 1].dict.odd = coded;
}

static void take_name(struct walk *w, struct pdf_token token)
{
	struct frame *frame = w->depth && !w->beyond ? &w->frames[w->depth - 1] : NULL;
	uint8_t room[PDF_NAME_MAX];
	struct span name;
	enum pdf_key key;

	name = token.coded ? pdf_name(token.text, room) : token.text;
	if (token.coded && is_watched(name))
		note_odd(w, token.text);
	if (!frame || frame->array)
		return;
	if (frame->asks) {
		frame->asks = false;
		return;
	}
	frame->asks = true;
	key = pdf_key(name);
	if (key != PDF_KEYS)
		frame->dict.at[key] = offset(w);
}

/* False: the object ends here. */
static bool take_token(struct walk *w, struct pdf_token token)
{
	switch (token.kind) {
	case PDF_END:
		return false;
	case PDF_DICT_OPEN:
		open_frame(w, false, offset(w) - 2);
		return true;
	case PDF_DICT_CLOSE:
		close_dict(w, offset(w));
		break;
	case PDF_ARRAY_OPEN:
		open_frame(w, true, 0);
		return true;
	case PDF_ARRAY_CLOSE:
		close_array(w);
		break;
	case PDF_NAME:
		take_name(w, token);
		break;
	case PDF_WORD:
		if (pdf_is(token.text, "endobj") || pdf_is(token.text, "stream"))
			return false;
		/* fall through */
	default:
		if (w->depth)
			w->frames[w->depth - 1].asks = false;
	}
	return w->depth > 0;
}

uint32_t pdf_walk(const struct pdf_object *object, uint32_t from, pdf_see *see, void *whom, bool *deep)
{
	struct walk w; /* its frames are filled as they are opened */

	w.depth = w.beyond = 0;
	w.object = object;
	w.see = see;
	w.whom = whom;
	w.deep = false;
	w.at = cur_init(object->text);
	cur_span(&w.at, from);
	while (take_token(&w, pdf_next(&w.at)))
		;
	while (w.depth) { /* what nobody closed ends with the object */
		w.beyond = 0;
		close_dict(&w, offset(&w));
	}
	*deep |= w.deep;
	return offset(&w);
}
