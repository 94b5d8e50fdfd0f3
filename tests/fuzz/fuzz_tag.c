/* fuzz_tag.c - hostile HTML and XML before the tokenizer: it ends, tells no byte twice, and stays inside. */
#include "format/tag.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_inside(struct span all, struct span s)
{
	check(s.len == 0 || (s.ptr >= all.ptr && s.ptr + s.len <= all.ptr + all.len));
}

static void read_tag(const struct tag *tag, struct span all, enum tag_language language, struct arena *arena)
{
	struct span rest = tag->bytes, name, value;

	check_inside(all, tag->name);
	check_inside(all, tag->bytes);
	check(tag_text(tag->bytes, language, arena).len <= tag->bytes.len);
	tag_value(tag, language, language == TAG_XML ? ":id" : "href");
	tag_is(tag, "script");
	while (tag->kind == TAG_OPEN && tag_attribute(&rest, &name, &value)) {
		check_inside(all, name);
		check_inside(all, value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct arena arena;
	struct span all = { bytes, len };

	if (!arena.memory)
		check(arena_open(&arena, (size_t)1 << 24));
	for (int language = TAG_HTML; language <= TAG_XML; language++) {
		struct tags tags = tags_begin(all, (enum tag_language)language);
		size_t told = 0;
		struct tag tag;

		while (tags_next(&tags, &tag)) {
			told += tag.name.len + tag.bytes.len;
			if (tag.kind == TAG_RAW) /* its name was told with its tag */
				told -= tag.name.len;
			check(tag.kind != TAG_END_OF_TEXT);
			read_tag(&tag, all, (enum tag_language)language, &arena);
		}
		check(told <= len);
		arena_clear(&arena);
	}
	return 0;
}
