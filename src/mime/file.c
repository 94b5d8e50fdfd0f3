/* file.c - what a part of a message says of itself, and its bytes. */
#include "mime/file.h"

#include "base/line.h"
#include "format/charset.h"
#include "mime/uuencode.h"

#define LOOK 60 /* letters in a row that only base64 has */

static bool is_dangerous(struct span name)
{
	enum type_kind kind = type_kind(type_promised(name));

	return kind == KIND_SCRIPT || kind == KIND_PROGRAM || kind == KIND_SHORTCUT || kind == KIND_IMAGE;
}

/* One more name that some program shows; the first counts, but for a more dangerous one. */
static void name_add(struct exam *e, const struct part *part, struct file *file, struct span name)
{
	bool differs = file->name.len && name.len && type_promised(name) != type_promised(file->name);

	if (differs && (is_dangerous(name) || is_dangerous(file->name)))
		exam_findf(e, part, FINDING_MIME_AMBIGUOUS, "two names for a file: %.*s, %.*s", (int)file->name.len,
			   (const char *)file->name.ptr, (int)name.len, (const char *)name.ptr);
	if (name.len && (!file->name.len || (differs && is_dangerous(name) && !is_dangerous(file->name))))
		file->name = name;
}

/* The name of the field's own parameter, then of the other's, which the lenient take as well. */
static void names_add(struct exam *e, const struct part *part, struct file *file, const struct parameters *parameters,
		      const char *const names[2])
{
	for (unsigned i = 0; i < 2; i++)
		for (enum parameter_form form = 0; form < PARAMETER_FORMS; form++) {
			struct span name = parameter_text(parameters, names[i], form, &e->arena);

			name_add(e, part, file, name);
			if (line_find(name, 0) < name.len) /* where programs of C see its end */
				name_add(e, part, file, line_cut(name, line_find(name, 0)));
		}
	if (parameters->more)
		exam_unseen(e, part, UNSEEN_LIMIT, "a field with too many parameters");
}

static bool is_text_body(struct span said)
{
	static const char *const types[] = { "text/plain", "text/html", "text", "text/enriched", "text/richtext" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (line_is(said, types[i]))
			return true;
	return false;
}

static void said_read(struct exam *e, const struct leaf *leaf, struct file *file, struct parameters *parameters)
{
	file->said = content_read(leaf->head.type, &e->arena, parameters);
	if (!file->said.len)
		file->said = text_span(leaf->around == AROUND_DIGEST ? "message/rfc822" : "text/plain");
	file->charset = parameter_text(parameters, "charset", PARAMETER_PLAIN, &e->arena);
	file->sealed = line_is(file->said, "application/pkcs7-mime") || line_is(file->said, "application/x-pkcs7-mime");
	file->url = field_unfold(leaf->head.elsewhere, &e->arena);
	if (line_is(file->said, "message/external-body"))
		file->url = parameter_text(parameters, "url", PARAMETER_PLAIN, &e->arena);
}

void file_read(struct exam *e, const struct part *part, const struct leaf *leaf, bool first, struct file *file)
{
	static const char *const disposed[] = { "filename", "name" }, *const typed[] = { "name", "filename" };
	struct parameters type, disposition;
	bool attached, named;
	struct span description;

	*file = (struct file){ 0 };
	said_read(e, leaf, file, &type);
	attached = line_is(content_read(leaf->head.disposition, &e->arena, &disposition), "attachment");
	names_add(e, part, file, &disposition, disposed);
	named = file->name.len > 0;
	if (!span_equal(leaf->head.disposition, leaf->head.disposition_last)) {
		content_read(leaf->head.disposition_last, &e->arena, &disposition);
		names_add(e, part, file, &disposition, disposed);
	}
	names_add(e, part, file, &type, typed);
	file->body = is_text_body(file->said) && !attached && !named && !is_dangerous(file->name) &&
		     (!file->name.len || first || leaf->around == AROUND_ALTERNATIVE);
	file->loose = file->body && !first && leaf->around == AROUND_MIXED && line_is(file->said, "text/html");
	description = field_text(leaf->head.description, &e->arena);
	if (!file->name.len && !file->body && type_promised(description) != TYPE_UNKNOWN) /* [MS-OXCMAIL] 2.2.3.4 */
		file->name = description;
}

static bool looks_like_base64(struct span body)
{
	size_t n = 0;

	while (n < LOOK && n < body.len && line_base64(body.ptr[n]) >= 0)
		n++;
	return n == LOOK;
}

static struct span base64_bytes(struct exam *e, const struct part *part, struct span body, const struct file *file)
{
	bool strange;
	struct span bytes = base64_undo(body, &e->arena, &strange);

	if (strange && !file->body) /* texts have footers behind them that lists and scanners write there */
		exam_findf(e, part, FINDING_MIME_AMBIGUOUS, "base64 with other characters in it: %.*s",
			   (int)file->name.len, (const char *)file->name.ptr);
	return bytes;
}

struct span file_bytes(struct exam *e, const struct part *part, const struct leaf *leaf, struct file *file)
{
	enum transfer transfer = transfer_of(leaf->head.encoding);
	struct uu uu;
	struct span body = leaf->body;

	if (!exam_work(e, body.len))
		return line_cut(body, 0);
	switch (transfer) {
	case TRANSFER_BASE64:
		return base64_bytes(e, part, body, file);
	case TRANSFER_QUOTED:
		return quoted_undo(body, &e->arena, NULL);
	case TRANSFER_UU:
		if (!uu_next(&body, &e->arena, &uu))
			return body;
		if (!file->name.len)
			file->name = uu.name;
		return uu.bytes;
	case TRANSFER_UNKNOWN:
		if (!looks_like_base64(body))
			return body;
		exam_findf(e, part, FINDING_MIME_AMBIGUOUS, "an encoding that nobody knows: %.*s",
			   (int)(leaf->head.encoding.len < 80 ? leaf->head.encoding.len : 80),
			   (const char *)leaf->head.encoding.ptr);
		return base64_bytes(e, part, body, file);
	default:
		return body;
	}
}
