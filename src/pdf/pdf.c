/*
 * pdf.c - PDF (ISO 32000-2): finds its objects, unlocks them, and has each dictionary that means something judged.
 *
 * Each byte outside of streams is cut into words once; streams are not touched but those that hold objects, scripts,
 * files or the text of the first pages.
 */
#include "pdf/pdf.h"

#include "pdf/judge.h"

#define PDF_END 4096 /* bytes at the end, in which "%%EOF" stands: 1,024 by the standard, but some have more behind it */
#define LOCK_WORK ((size_t)96 << 10) /* bytes that could be read while a password is tried */

static void mark_dict(void *whom, const struct pdf_dict *dict)
{
	struct pdf *pdf = whom;
	struct pdf_mark *mark;

	pdf->open_trailer |= dict->outer && dict->at[PDF_KEY_Root] && !dict->at[PDF_KEY_Encrypt];
	if (!pdf_is_watched(dict))
		return;
	mark = arena_take(&pdf->e->arena, sizeof(*mark));
	if (!mark)
		return;
	*mark = (struct pdf_mark){ .object = dict->object,
				   .begin = dict->begin,
				   .outer = dict->outer,
				   .locks = dict->outer && dict->at[PDF_KEY_Encrypt],
				   .packs = dict->outer && dict->at[PDF_KEY_First] && dict->at[PDF_KEY_N] };
	pdf->pages += pdf_is_page(dict);
	*pdf->marks_end = mark;
	pdf->marks_end = &mark->next;
}

/* Reads a marked dictionary again. */
static bool read_mark(struct pdf *pdf, const struct pdf_mark *mark, struct pdf_dict *dict)
{
	struct pdf_value value = { mark->object, mark->object->text };

	value.text.ptr += mark->begin;
	value.text.len -= mark->begin;
	if (!pdf_dict(pdf, value, dict))
		return false;
	dict->outer = mark->outer;
	return true;
}

/* Marks what is in the objects from this one on. */
static void survey(struct pdf *pdf, const struct pdf_object *object)
{
	for (; object; object = object->next)
		if (!exam_work(pdf->e, pdf_walk(object, 0, mark_dict, pdf, &pdf->deep)))
			return;
}

static enum pdf_method crypt_method(const struct pdf *pdf, const struct pdf_dict *encrypt, enum pdf_key which)
{
	uint8_t room[PDF_NAME_MAX], room_inner[PDF_NAME_MAX];
	struct span name = pdf_get_name(pdf, encrypt, which, room);
	struct cur at = cur_init(pdf_get(pdf, encrypt, PDF_KEY_CF).text);
	struct pdf_dict filter;

	if (name.len == 0 || pdf_is(name, "Identity"))
		return PDF_PLAIN;
	if (pdf_next(&at).kind != PDF_DICT_OPEN)
		return PDF_METHOD_UNKNOWN;
	for (struct pdf_token key; (key = pdf_next(&at)).kind == PDF_NAME; pdf_skip(&at)) {
		struct pdf_value value = { pdf_get(pdf, encrypt, PDF_KEY_CF).object, cur_rest(&at) };

		if (!span_equal(pdf_name(key.text, room_inner), name) || !pdf_dict(pdf, pdf_follow(pdf, value), &filter))
			continue;
		if (pdf_named(pdf, &filter, PDF_KEY_CFM, "V2"))
			return PDF_RC4;
		if (pdf_named(pdf, &filter, PDF_KEY_CFM, "AESV2"))
			return PDF_AES_128;
		if (pdf_named(pdf, &filter, PDF_KEY_CFM, "AESV3"))
			return PDF_AES_256;
		return pdf_named(pdf, &filter, PDF_KEY_CFM, "None") ? PDF_PLAIN : PDF_METHOD_UNKNOWN;
	}
	return PDF_METHOD_UNKNOWN;
}

/* What /Encrypt of a trailer says. Nothing in it is encrypted itself. */
static bool read_lock(struct pdf *pdf, const struct pdf_dict *trailer, struct pdf_lock *lock)
{
	struct pdf_array ids = pdf_array(pdf_get(pdf, trailer, PDF_KEY_ID));
	struct pdf_dict encrypt;
	struct pdf_value id;

	if (!pdf_dict(pdf, pdf_get(pdf, trailer, PDF_KEY_Encrypt), &encrypt))
		return false;
	*lock = (struct pdf_lock){
		.version = pdf_get_integer(pdf, &encrypt, PDF_KEY_V, 0),
		.revision = pdf_get_integer(pdf, &encrypt, PDF_KEY_R, 0),
		.permissions = pdf_get_integer(pdf, &encrypt, PDF_KEY_P, 0),
		.key_size = (size_t)(pdf_get_integer(pdf, &encrypt, PDF_KEY_Length, 40) / 8 & 31),
		.owner = pdf_get_bytes(pdf, &encrypt, PDF_KEY_O),
		.user = pdf_get_bytes(pdf, &encrypt, PDF_KEY_U),
		.user_key = pdf_get_bytes(pdf, &encrypt, PDF_KEY_UE),
		.metadata = !pdf_is(pdf_first(pdf_get(pdf, &encrypt, PDF_KEY_EncryptMetadata)).text, "false"),
	};
	if (pdf_array_next(pdf, &ids, &id))
		lock->id = pdf_string(pdf_first(id), &pdf->e->arena);
	pdf->crypt.strings = pdf->crypt.streams = PDF_RC4;
	if (lock->version >= 4) {
		lock->key_size = 16;
		pdf->crypt.strings = crypt_method(pdf, &encrypt, PDF_KEY_StrF);
		pdf->crypt.streams = crypt_method(pdf, &encrypt, PDF_KEY_StmF);
	}
	return true;
}

/* Hashes of revision 6 are made to be slow: they are paid for like bytes. */
static bool try_password(struct pdf *pdf, const struct pdf_lock *lock, struct span password)
{
	return exam_work(pdf->e, lock->revision >= 6 ? LOCK_WORK : LOCK_WORK / 16) &&
	       pdf_unlock(&pdf->crypt, lock, password, pdf->e->kit);
}

/* By the empty password, as most are; else by those that the mail's own text names. */
static bool unlock(struct pdf *pdf, const struct pdf_lock *lock)
{
	struct exam *e = pdf->e;

	if (try_password(pdf, lock, (struct span){ cur_zeros, 0 }))
		return true;
	exam_find(e, pdf->part, FINDING_PDF_ENCRYPTED, pdf->part->name);
	for (unsigned i = 0; i < e->password_count; i++)
		if (try_password(pdf, lock, e->passwords[i]))
			return true;
	exam_unseen(e, pdf->part, UNSEEN_ENCRYPTED, "password-protected PDF");
	return false;
}

static void open_lock(struct pdf *pdf)
{
	struct pdf_dict trailer;
	struct pdf_lock lock;

	for (struct pdf_mark *mark = pdf->marks; mark && !pdf->crypt.on; mark = mark->next) {
		if (!mark->locks || !read_mark(pdf, mark, &trailer) || !read_lock(pdf, &trailer, &lock))
			continue;
		pdf->crypt.on = true;
		pdf->crypt.opened = unlock(pdf, &lock);
	}
}

/* Object streams add objects, which may not hold such streams again. */
static void unpack_objects(struct pdf *pdf)
{
	struct pdf_object *last = pdf->last;
	struct pdf_dict dict;

	if (pdf->crypt.on && !pdf->crypt.opened)
		return;
	for (struct pdf_mark *mark = pdf->marks; mark && !pdf->e->over; mark = mark->next)
		if (mark->packs && read_mark(pdf, mark, &dict))
			pdf_index_packed(pdf, &dict);
	if (last)
		survey(pdf, last->next);
}

static void judge(struct pdf *pdf)
{
	struct pdf_dict dict;

	for (struct pdf_mark *mark = pdf->marks; mark && !pdf->e->over; mark = mark->next) {
		size_t before = arena_mark(&pdf->e->arena);

		if (!read_mark(pdf, mark, &dict))
			continue;
		pdf->catalog |= pdf_named(pdf, &dict, PDF_KEY_Type, "Catalog");
		if (dict.odd.len)
			exam_find(pdf->e, pdf->part, FINDING_PDF_OBFUSCATED, dict.odd);
		pdf_judge_actions(pdf, &dict);
		pdf_judge_scripts(pdf, &dict);
		pdf_judge_files(pdf, &dict);
		pdf_judge_page(pdf, &dict);
		arena_back(&pdf->e->arena, before);
	}
	for (struct pdf_mark *mark = pdf->marks; mark && !pdf->e->over; mark = mark->next) {
		size_t before = arena_mark(&pdf->e->arena);

		if (mark->outer && read_mark(pdf, mark, &dict))
			pdf_judge_stray_file(pdf, &dict);
		arena_back(&pdf->e->arena, before);
	}
}

/* Trailers that disagree about encryption are no accident: then the file is read in both ways. */
static void read_both(struct pdf *pdf)
{
	unpack_objects(pdf);
	judge(pdf);
	if (!pdf->crypt.on || !pdf->open_trailer)
		return;
	pdf->crypt = (struct pdf_crypt){ .on = false };
	for (struct pdf_object *object = pdf->first; object; object = object->next)
		object->used = false;
	unpack_objects(pdf);
	judge(pdf);
}

/* Viewers repair a PDF without its end, and so do we: but objects that were behind the cut are not there. */
static bool has_end(struct span bytes)
{
	size_t look = bytes.len < PDF_END ? bytes.len : PDF_END;

	return memmem(bytes.ptr + (bytes.len - look), look, "%%EOF", 5) != NULL;
}

static void tell_unread(struct pdf *pdf)
{
	if (!has_end(pdf->part->bytes))
		exam_unseen(pdf->e, pdf->part, UNSEEN_BROKEN, "a PDF without its end");
	if (pdf->crypt.on && !pdf->crypt.opened)
		return;
	if (pdf->broken || !pdf->catalog)
		exam_unseen(pdf->e, pdf->part, UNSEEN_BROKEN, "broken PDF");
	if (pdf->deep)
		exam_unseen(pdf->e, pdf->part, UNSEEN_LIMIT, "brackets too deep in a PDF");
}

void pdf_document(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct pdf pdf = { .e = e, .part = part };

	pdf.marks_end = &pdf.marks;
	pdf.inflater.memory = arena_take(&e->arena, PDF_INFLATER_MEMORY);
	if (exam_work(e, part->bytes.len) && pdf.inflater.memory) {
		pdf_index(&pdf);
		survey(&pdf, pdf.first);
		open_lock(&pdf);
		read_both(&pdf);
		tell_unread(&pdf);
	}
	arena_back(&e->arena, mark);
}
