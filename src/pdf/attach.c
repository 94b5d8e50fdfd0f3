/* attach.c - files inside a PDF, handed on to their own readers, and the names of files (ISO 32000-2, 7.11). */
#include "pdf/judge.h"

#include "active/target.h"
#include "base/line.h"
#include "base/text.h"

bool pdf_is_share(struct span name)
{
	return target_reach(name) == REACH_SHARE;
}

bool pdf_is_url(struct span name)
{
	return line_starts(name, "http://") || line_starts(name, "https://") || line_starts(name, "ftp://");
}

struct span pdf_file_name(struct pdf *pdf, struct pdf_value value)
{
	struct pdf_dict dict;
	struct span name;

	if (!pdf_dict(pdf, value, &dict))
		return pdf_text(pdf_value_bytes(pdf, value), &pdf->e->arena);
	name = pdf_get_text(pdf, &dict, PDF_KEY_UF);
	return name.len ? name : pdf_get_text(pdf, &dict, PDF_KEY_F);
}

/* What goes with electronic invoices (ZUGFeRD, Factur-X) and archived documents is data. */
static bool is_data(const struct part *file)
{
	return file->type == TYPE_XML || file->type == TYPE_TEXT || file->type == TYPE_CSV ||
	       file->type == TYPE_PDF || file->type == TYPE_UNKNOWN ||
	       (type_kind(file->type) == KIND_PLAIN && type_promised(file->name) == file->type);
}

static void hand_on(struct pdf *pdf, const struct pdf_dict *stream, struct span name)
{
	struct pdf_content content;
	struct part file = { .name = name };

	if (!exam_entry(pdf->e, pdf->part))
		return;
	if (!pdf_stream(pdf, stream, SIZE_MAX, &content)) {
		if (!pdf->crypt.on)
			exam_unseen(pdf->e, pdf->part, UNSEEN_UNSUPPORTED, "file in a PDF behind an unknown filter");
		return;
	}
	if (content.broken)
		exam_unseen(pdf->e, pdf->part, UNSEEN_BROKEN, "broken file in a PDF");
	file.bytes = content.bytes;
	file.type = type_of(file.bytes, file.name);
	if (!is_data(&file))
		exam_find(pdf->e, pdf->part, FINDING_PDF_FILE,
			  name.len ? name : text_span(type_name(file.type)));
	file.type = TYPE_UNKNOWN;
	exam_part(pdf->e, pdf->part, &file);
}

/* Each version of the file's stream: tables can point viewers to an older one than the newest. */
static void judge_embedded(struct pdf *pdf, const struct pdf_dict *streams, enum pdf_key key, struct span name)
{
	struct pdf_object *object = pdf_reference(pdf, streams, key);
	struct pdf_dict stream;

	for (; object && !object->used; object = pdf_find(pdf, object->number, object)) {
		size_t mark = arena_mark(&pdf->e->arena);

		object->used = true;
		if (pdf_dict(pdf, (struct pdf_value){ object, object->text }, &stream))
			hand_on(pdf, &stream, name);
		arena_back(&pdf->e->arena, mark);
	}
}

void pdf_judge_files(struct pdf *pdf, const struct pdf_dict *dict)
{
	static const enum pdf_key systems[] = { PDF_KEY_F, PDF_KEY_UF, PDF_KEY_Unix, PDF_KEY_Mac };
	struct pdf_dict streams;
	uint8_t room[PDF_NAME_MAX];
	struct span kind = pdf_get_name(pdf, dict, PDF_KEY_Subtype, room), name;

	if (pdf_is(kind, "RichMedia") || pdf_is(kind, "3D") || pdf_is(kind, "Movie"))
		exam_find(pdf->e, pdf->part, FINDING_PDF_MEDIA, kind);
	if (!dict->at[PDF_KEY_EF] || !pdf_dict(pdf, pdf_get(pdf, dict, PDF_KEY_EF), &streams))
		return;
	name = pdf_get_text(pdf, dict, PDF_KEY_UF);
	if (!name.len)
		name = pdf_get_text(pdf, dict, PDF_KEY_F);
	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		judge_embedded(pdf, &streams, systems[i], name);
}

void pdf_judge_stray_file(struct pdf *pdf, const struct pdf_dict *dict)
{
	if (!pdf_named(pdf, dict, PDF_KEY_Type, "EmbeddedFile") || dict->object->used)
		return;
	hand_on(pdf, dict, (struct span){ cur_zeros, 0 });
}
