/* test_tag.c - tags and texts as browsers cut them (WHATWG HTML 13.2.5), and XML. */
#include "format/tag.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct sample {
	enum tag_language language;
	const char *text;
	const char *told; /* of each tag: its kind, its name, "=" and its bytes (of a text without "="), "/" when
			     closed; parted by '|' */
};

static void add(char *told, size_t size, const struct tag *tag)
{
	static const char kinds[] = { [TAG_OPEN] = '<',    [TAG_CLOSE] = '/',   [TAG_TEXT] = 't',       [TAG_RAW] = 'r',
				      [TAG_COMMENT] = '!', [TAG_DOCTYPE] = 'd', [TAG_INSTRUCTION] = '?' };

	text_append(told, size, "%s%c%.*s", *told ? "|" : "", kinds[tag->kind], (int)tag->name.len, tag->name.ptr);
	if (tag->bytes.len)
		text_append(told, size, "%s%.*s", tag->kind == TAG_TEXT ? "" : "=", (int)tag->bytes.len,
			    tag->bytes.ptr);
	if (tag->closed)
		text_append(told, size, "/");
}

static void expect(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(samples[i].text);
		uint8_t *copy = malloc(len + 1);
		char told[1024] = "";
		struct tags tags;
		struct tag tag;

		memcpy(copy, samples[i].text, len);
		tags = tags_begin((struct span){ copy, len }, samples[i].language);
		while (tags_next(&tags, &tag))
			add(told, sizeof(told), &tag);
		if (strcmp(told, samples[i].told) != 0)
			fail_msg("%s\n gives %s\n not   %s", samples[i].text, told, samples[i].told);
		free(copy);
	}
}

static void test_html(void **state)
{
	static const struct sample samples[] = {
		{ TAG_HTML, "", "" },
		{ TAG_HTML, "a<b>c</b>d", "ta|<b|tc|/b|td" },
		{ TAG_HTML, "1 < 2 <3 <", "t1 < 2 <3 <" },
		{ TAG_HTML, "<A HREF='x>y' b=\"'>'\">z", "<A= HREF='x>y' b=\"'>'\"|tz" },
		{ TAG_HTML, "<a b=c\"d>e\">f", "<a= b=c\"d|te\">f" },
		{ TAG_HTML, "<a =\"x>y\">z", "<a= =\"x|ty\">z" },
		{ TAG_HTML, "<br/><br /><a href=x/>", "<br/|<br= /|<a= href=x/" },
		{ TAG_HTML, "<a/href=x>", "<a=/href=x" },
		{ TAG_HTML, "<!DOCTYPE html><!-- a > b --><!--><!---><!--x--!>y", "d= html|!= a > b |!|!|!=x|ty" },
		{ TAG_HTML, "<?php x ?></ x></>y<![CDATA[z]]>", "?=php x ?|!= x|!|ty|!=[CDATA[z]]" },
		{ TAG_HTML, "</a b='>'>c", "/a|tc" },
		{ TAG_HTML, "<a href='x", "<a= href='x" },
		{ TAG_HTML, "<!-- a -", "!= a -" },
	};

	(void)state;
	expect(samples, COUNT(samples));
}

static void test_raw(void **state)
{
	static const struct sample samples[] = {
		{ TAG_HTML, "<script>a<b></scripts></SCRIPT >c", "<script|rscript=a<b></scripts>|/SCRIPT|tc" },
		{ TAG_HTML, "<script></script><style>a</style", "<script|/script|<style|rstyle=a</style" },
		{ TAG_HTML, "<textarea><b></textarea><title><i></title>",
		  "<textarea|rtextarea=<b>|/textarea|<title|rtitle=<i>|/title" },
		{ TAG_HTML, "<script><!--<script></script>--></script>x",
		  "<script|rscript=<!--<script></script>-->|/script|tx" },
		{ TAG_HTML, "<script><!--x</script>y", "<script|rscript=<!--x|/script|ty" },
		{ TAG_HTML, "<script><!--><script></script>y", "<script|rscript=<!--><script>|/script|ty" },
		{ TAG_HTML, "<plaintext><b></plaintext>", "<plaintext|rplaintext=<b></plaintext>" },
		/* in svg a script may be closed at once, and CDATA is one */
		{ TAG_HTML, "<svg><script/><![CDATA[<x>]]></svg><script/>y",
		  "<svg|<script/|r=<x>|/svg|<script/|rscript=y" },
		{ TAG_HTML, "<svg><title><b></title><script/><b>", "<svg|<title|<b|/title|<script/|<b" },
		{ TAG_HTML, "<svg><p><title><b></title>", "<svg|<p|<title|rtitle=<b>|/title" },
	};

	(void)state;
	expect(samples, COUNT(samples));
}

static void test_xml(void **state)
{
	static const struct sample samples[] = {
		{ TAG_XML, "<?xml version='1.0'?><w:p w:a=\"1>2\" b='\"'/>x",
		  "?=xml version='1.0'|<w:p= w:a=\"1>2\" b='\"'/|tx" },
		{ TAG_XML, "<script>a</script>", "<script|ta|/script" },
		{ TAG_XML, "<a><![CDATA[x<y]] >]]></a>", "<a|r=x<y]] >|/a" },
		{ TAG_XML, "<!DOCTYPE a [<!ENTITY b '>]'>]>c", "d= a [<!ENTITY b '>]'>]|tc" },
		{ TAG_XML, "<!DOCTYPE a '>b", "d= a '|tb" },
		{ TAG_XML, "<!-- a --!> b -->c", "!= a --!> b |tc" },
		{ TAG_XML, "<\xc3\xa4>1 < 2", "<\xc3\xa4|t1 < 2" },
		{ TAG_XML, "<a b='", "<a= b='" },
	};

	(void)state;
	expect(samples, COUNT(samples));
}

static struct tag open_tag(const char *text, enum tag_language language)
{
	struct tags tags = tags_begin(text_span(text), language);
	struct tag tag;

	assert_true(tags_next(&tags, &tag));
	assert_int_equal(tag.kind, TAG_OPEN);
	return tag;
}

static void test_values(void **state)
{
	struct tag html = open_tag("<a one=1 TWO = '2 2'three=\"3\"four five=x/ two=9>", TAG_HTML);
	struct tag xml = open_tag("<p:sldId id=\"256\" r:id=\"rId2\"/>", TAG_XML);

	(void)state;
	assert_true(span_equal(tag_value(&html, TAG_HTML, "one"), text_span("1")));
	assert_true(span_equal(tag_value(&html, TAG_HTML, "two"), text_span("2 2")));
	assert_true(span_equal(tag_value(&html, TAG_HTML, "three"), text_span("3")));
	assert_int_equal(tag_value(&html, TAG_HTML, "four").len, 0);
	assert_true(span_equal(tag_value(&html, TAG_HTML, "five"), text_span("x/")));
	assert_int_equal(tag_value(&html, TAG_HTML, "six").len, 0);
	assert_true(span_equal(tag_value(&xml, TAG_XML, "id"), text_span("256")));
	assert_true(span_equal(tag_value(&xml, TAG_XML, "r:id"), text_span("rId2")));
	assert_true(span_equal(tag_value(&xml, TAG_XML, ":id"), text_span("rId2")));
	assert_int_equal(tag_value(&xml, TAG_XML, "ID").len, 0);
	assert_true(tag_is(&xml, "sldid"));
	assert_false(tag_is(&xml, "sldi"));
}

static void test_references(void **state)
{
	static const struct {
		enum tag_language language;
		const char *text, *undone;
	} samples[] = {
		{ TAG_HTML, "no reference", "no reference" },
		{ TAG_HTML, "&lt;&#x41;&#65&#0066;&amp", "<AAB&" },
		{ TAG_HTML, "j&Tab;a&NewLine;v&colon;", "j\ta\nv:" },
		{ TAG_HTML, "a?b=1&copy=2&copy;&reg x", "a?b=1&copy=2\xc2\xa9\xc2\xae x" },
		{ TAG_HTML, "&#x80;&#0;&#x110000;&#xffffffffff;", "\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ TAG_HTML, "&&#&#x;&nosuch;&averyveryverylongname;", "&&#&#x;&nosuch;&averyveryverylongname;" },
		{ TAG_XML, "&lt;&quot;&apos;&amp;amp;&lt", "<\"'&amp;&lt" },
	};
	struct arena arena;

	(void)state;
	assert_true(arena_open(&arena, 1 << 16));
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct span undone = tag_text(text_span(samples[i].text), samples[i].language, &arena);

		if (!span_equal(undone, text_span(samples[i].undone)))
			fail_msg("%s gives %.*s", samples[i].text, (int)undone.len, undone.ptr);
	}
	arena_close(&arena);
}

/* What is hostile about tags is that a naive reader looks for an end again and again. */
static void test_linear(void **state)
{
	static const char *const pieces[] = {
		"<",         "<a",      "<a '", "</", "<!--",           "<!-- -",      "<script><!--<script",
		"<![CDATA[", "<?",      "&",    "&#", "<svg><![CDATA[", "<!DOCTYPE '", "<a b=",
		"--",        "</script"
	};
	size_t size = (size_t)4 << 20, tags_told = 0;
	uint8_t *text = malloc(size);

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		for (size_t n = 0, len = strlen(pieces[i]); n + len <= size; n += len)
			memcpy(text + n, pieces[i], len);
		for (int language = TAG_HTML; language <= TAG_XML; language++) {
			struct tags tags = tags_begin((struct span){ text, size }, (enum tag_language)language);
			struct tag tag;

			while (tags_next(&tags, &tag))
				tags_told++;
			assert_int_equal(tags.at.left, 0);
		}
	}
	assert_true(tags_told > 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),   cmocka_unit_test(test_raw),        cmocka_unit_test(test_xml),
		cmocka_unit_test(test_values), cmocka_unit_test(test_references), cmocka_unit_test(test_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
