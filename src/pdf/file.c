/* file.c - finds the objects of a PDF, and follows references between them. */
#include "pdf/file.h"

#define OBJECTS  ((uint32_t)500000) /* of a file, all versions */
#define HOPS     8                  /* references to references */
#define CHAIN    256                /* objects in one bucket that are looked at */
#define TRAILERS 256
#define BUCKETS_MIN 256u
#define BUCKETS_MAX 65536u

/* NULL: a limit, which is told. */
static struct pdf_object *add_object(struct pdf *pdf, struct pdf_object object)
{
	struct pdf_object **bucket = &pdf->buckets[object.number & (pdf->bucket_count - 1)];
	struct pdf_object *kept = pdf->count < OBJECTS ? arena_take(&pdf->e->arena, sizeof(*kept)) : NULL;

	if (!kept) {
		exam_unseen(pdf->e, pdf->part, UNSEEN_LIMIT, "too many objects in a PDF");
		return NULL;
	}
	*kept = object;
	kept->older = *bucket;
	*bucket = kept;
	if (pdf->last)
		pdf->last->next = kept;
	else
		pdf->first = kept;
	pdf->last = kept;
	pdf->count++;
	return kept;
}

/* Moves back over blanks, then over the digits of a number. False: there are none. */
static bool number_before(struct span bytes, size_t *at, uint64_t *number)
{
	uint64_t scale = 1;
	size_t i = *at, end;

	while (i && pdf_blank(bytes.ptr[i - 1]))
		i--;
	*number = 0;
	for (end = i; i && bytes.ptr[i - 1] >= '0' && bytes.ptr[i - 1] <= '9' && end - i < 10; i--) {
		*number += scale * (bytes.ptr[i - 1] - '0');
		scale *= 10;
	}
	*at = i;
	return i < end;
}

/* Whether "obj", which ends at `end`, is that of "n g obj". */
static bool object_at(struct span bytes, size_t end, struct pdf_object *object)
{
	uint64_t number, generation;
	size_t at = end - 3;

	if (!number_before(bytes, &at, &generation) || !at || !pdf_blank(bytes.ptr[at - 1]) ||
	    !number_before(bytes, &at, &number) || number > UINT32_MAX)
		return false;
	*object = (struct pdf_object){ .text = { bytes.ptr + end, bytes.len - end },
				       .number = (uint32_t)number,
				       .generation = (uint16_t)generation };
	return true;
}

static void index_trailers(struct pdf *pdf)
{
	static const char word[] = "trailer";
	struct span rest = pdf->part->bytes;
	const uint8_t *hit;

	for (int i = 0; i < TRAILERS && (hit = memmem(rest.ptr, rest.len, word, sizeof(word) - 1)); i++) {
		size_t passed = (size_t)(hit - rest.ptr) + sizeof(word) - 1;

		rest = (struct span){ rest.ptr + passed, rest.len - passed };
		if (!add_object(pdf, (struct pdf_object){ .text = rest, .packed = true }))
			return;
	}
}

static bool make_buckets(struct pdf *pdf)
{
	size_t size;

	pdf->bucket_count = BUCKETS_MIN;
	while (pdf->bucket_count < BUCKETS_MAX && pdf->bucket_count < pdf->part->bytes.len / 512)
		pdf->bucket_count *= 2;
	size = pdf->bucket_count * sizeof(*pdf->buckets);
	pdf->buckets = arena_take(&pdf->e->arena, size);
	if (pdf->buckets)
		memset(pdf->buckets, 0, size);
	return pdf->buckets != NULL;
}

/* The rarest letter of "obj" leads: bytes of pictures cost next to nothing. */
void pdf_index(struct pdf *pdf)
{
	struct span bytes = pdf->part->bytes;
	struct pdf_object object;
	const uint8_t *hit;
	size_t at = 0;

	if (!make_buckets(pdf))
		return;
	while (at < bytes.len && (hit = memchr(bytes.ptr + at, 'j', bytes.len - at))) {
		at = (size_t)(hit - bytes.ptr) + 1;
		if (at >= 3 && hit[-1] == 'b' && hit[-2] == 'o' && object_at(bytes, at, &object) &&
		    !add_object(pdf, object))
			return;
	}
	index_trailers(pdf);
}

/* 7.5.7: pairs of number and offset, then, from /First on, the objects. */
void pdf_index_packed(struct pdf *pdf, const struct pdf_dict *dict)
{
	int64_t count = pdf_get_integer(pdf, dict, PDF_KEY_N, 0);
	int64_t first = pdf_get_integer(pdf, dict, PDF_KEY_First, -1);
	struct pdf_content content;
	struct cur at;

	if (first < 0 || !pdf_stream(pdf, dict, SIZE_MAX, &content))
		return;
	pdf->broken |= content.broken;
	at = cur_init(content.bytes);
	for (int64_t i = 0; i < count && at.left; i++) {
		int64_t number = pdf_integer(pdf_next(&at).text, -1);
		int64_t offset = pdf_integer(pdf_next(&at).text, -1);
		struct pdf_object object = { .packed = true, .number = (uint32_t)number };

		if (number < 0 || number > UINT32_MAX || offset < 0 ||
		    (uint64_t)first + (uint64_t)offset >= content.bytes.len)
			continue;
		object.text.ptr = content.bytes.ptr + first + offset;
		object.text.len = content.bytes.len - (size_t)(first + offset);
		if (!add_object(pdf, object))
			return;
	}
}

struct pdf_object *pdf_find(const struct pdf *pdf, int64_t number, const struct pdf_object *after)
{
	struct pdf_object *object;

	if (number < 0 || number > UINT32_MAX)
		return NULL;
	object = after ? after->older : pdf->buckets[number & (pdf->bucket_count - 1)];
	for (int i = 0; object && i < CHAIN; i++, object = object->older)
		if (object->number == number)
			return object;
	return NULL;
}

/* Whether a value is "n g R"; *number is n. */
static bool is_reference(struct span text, int64_t *number)
{
	struct cur at = cur_init(text);
	struct pdf_token token = pdf_next(&at);

	if (token.kind != PDF_NUMBER)
		return false;
	*number = pdf_integer(token.text, -1);
	if (pdf_next(&at).kind != PDF_NUMBER)
		return false;
	token = pdf_next(&at);
	return token.kind == PDF_WORD && token.text.len && token.text.ptr[0] == 'R';
}

static struct pdf_value value_at(const struct pdf_dict *dict, enum pdf_key key)
{
	uint32_t at = dict->at[key];

	if (!at)
		return (struct pdf_value){ dict->object, { dict->text.ptr, 0 } };
	return (struct pdf_value){ dict->object, { dict->text.ptr + at, dict->text.len - at } };
}

struct pdf_value pdf_follow(const struct pdf *pdf, struct pdf_value value)
{
	int64_t number;

	for (int i = 0; i < HOPS && is_reference(value.text, &number); i++) {
		value.object = pdf_find(pdf, number, NULL);
		value.text = value.object ? value.object->text : (struct span){ value.text.ptr, 0 };
	}
	return value;
}

struct pdf_value pdf_get(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key)
{
	return pdf_follow(pdf, value_at(dict, key));
}

struct pdf_object *pdf_reference(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key)
{
	int64_t number;

	return is_reference(value_at(dict, key).text, &number) ? pdf_find(pdf, number, NULL) : NULL;
}

struct pdf_token pdf_first(struct pdf_value value)
{
	struct cur at = cur_init(value.text);

	return pdf_next(&at);
}

static void keep_outer(void *whom, const struct pdf_dict *dict)
{
	if (dict->outer)
		*(struct pdf_dict *)whom = *dict;
}

bool pdf_dict(const struct pdf *pdf, struct pdf_value value, struct pdf_dict *dict)
{
	uint32_t from, end;
	bool deep = false; /* was told when the object was surveyed */

	if (!value.object || pdf_first(value).kind != PDF_DICT_OPEN)
		return false;
	from = (uint32_t)(value.text.ptr - value.object->text.ptr);
	dict->object = NULL;
	end = pdf_walk(value.object, from, keep_outer, dict, &deep);
	return exam_work(pdf->e, end - from) && dict->object;
}

void pdf_skip(struct cur *at)
{
	unsigned depth = 0;
	int64_t number;

	if (is_reference(cur_rest(at), &number)) {
		pdf_next(at);
		pdf_next(at);
		pdf_next(at);
		return;
	}
	do {
		enum pdf_kind kind = pdf_next(at).kind;

		if (kind == PDF_END)
			return;
		if (kind == PDF_DICT_OPEN || kind == PDF_ARRAY_OPEN)
			depth++;
		else if ((kind == PDF_DICT_CLOSE || kind == PDF_ARRAY_CLOSE) && depth)
			depth--;
	} while (depth);
}

struct pdf_array pdf_array(struct pdf_value value)
{
	struct pdf_array array = { cur_init(value.text), value.object, true };
	struct cur inside = array.at;

	if (pdf_next(&inside).kind == PDF_ARRAY_OPEN) {
		array.at = inside;
		array.single = false;
	}
	return array;
}

bool pdf_array_next(const struct pdf *pdf, struct pdf_array *array, struct pdf_value *value)
{
	struct cur ahead = array->at;
	enum pdf_kind kind = pdf_next(&ahead).kind;

	if (kind == PDF_END || kind == PDF_ARRAY_CLOSE || kind == PDF_DICT_CLOSE)
		return false;
	*value = pdf_follow(pdf, (struct pdf_value){ array->object, cur_rest(&array->at) });
	if (array->single)
		array->at.left = 0;
	else
		pdf_skip(&array->at);
	return true;
}

struct span pdf_get_name(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key,
			 uint8_t room[PDF_NAME_MAX])
{
	struct pdf_token token = pdf_first(pdf_get(pdf, dict, key));

	return token.kind == PDF_NAME ? pdf_name(token.text, room) : (struct span){ room, 0 };
}

bool pdf_named(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key, const char *name)
{
	uint8_t room[PDF_NAME_MAX];

	return dict->at[key] && pdf_is(pdf_get_name(pdf, dict, key, room), name);
}

int64_t pdf_get_integer(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key, int64_t otherwise)
{
	struct pdf_token token = pdf_first(pdf_get(pdf, dict, key));

	return token.kind == PDF_NUMBER ? pdf_integer(token.text, otherwise) : otherwise;
}

struct span pdf_value_bytes(struct pdf *pdf, struct pdf_value value)
{
	struct span bytes = pdf_string(pdf_first(value), &pdf->e->arena);
	struct pdf_owner owner;

	if (!bytes.len || !pdf->crypt.on || value.object->packed)
		return bytes;
	if (!pdf->crypt.opened)
		return (struct span){ bytes.ptr, 0 };
	owner = (struct pdf_owner){ value.object->number, value.object->generation };
	return pdf_decrypt(&pdf->crypt, pdf->crypt.strings, owner, bytes, pdf->e->kit, &pdf->e->arena);
}

struct span pdf_get_bytes(struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key)
{
	return pdf_value_bytes(pdf, pdf_get(pdf, dict, key));
}

struct span pdf_get_text(struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key)
{
	return pdf_text(pdf_get_bytes(pdf, dict, key), &pdf->e->arena);
}
