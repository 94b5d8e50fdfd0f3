/* test_deed.c - what a script of a page does, and the addresses that it puts together. */
#include "markup/deed.h"

#include "base/text.h"
#include "markup/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ROOM ((size_t)1 << 20)

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	return arena_open(&arena, ROOM) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	arena_close(&arena);
	return 0;
}

static struct span fold(const char *script)
{
	return script_fold(text_span(script), FOLD_JAVASCRIPT, &arena).text;
}

static void deeds_are_told_by_the_names_that_are_called(void **state)
{
	static const struct {
		const char *script;
		unsigned deeds;
	} cases[] = {
		{ "document.body.classList.add('ready');", 0 },
		{ "eval(x)", DEED_RUNS },
		{ "fetch('/a').then(r=>r.text()).then(t=>new Function(t)())", DEED_RUNS | DEED_RUNS_SENT | DEED_SENDS },
		{ "var "
		  "s=document.createElement('script');s.src='/a.js';document.head.appendChild(s)",
		  DEED_FETCHES | DEED_PUTS },
		{ "var s=document['createElement']('scr'+'ipt')", DEED_FETCHES },
		{ "document.onkeypress=function(e){k+=e.key;fetch(u,{body:k})}", DEED_SENDS | DEED_TAPS },
		{ "f.addEventListener('submit',function(){navigator.sendBeacon(u,new "
		  "FormData(f))})",
		  DEED_SENDS | DEED_TAPS },
		{ "f.addEventListener('click',function(){x.value=1})", 0 },
	};

	(void)state;
	for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++)
		if (script_deeds(fold(cases[n].script)) != cases[n].deeds)
			fail_msg("%s: %u", cases[n].script, script_deeds(fold(cases[n].script)));
}

static void addresses_are_put_together_and_variables_marked(void **state)
{
	static const struct {
		const char *script, *address;
	} cases[] = {
		{ "'https://a.example/'+x", "https://a.example/\x01" },
		{ "'https://a.example/';x", "https://a.example/" },
		{ "'https://'+d+'.example.top/x'", "https://\x01.example.top/x" },
		{ "['htt','ps:/','/b.example'].join('')", "https://b.example" },
		{ "['htt','ps:/','/'+d+'.example.top'].join('')", "https://\x01.example.top" },
		{ "'/a';x='b'", "/a" },
		{ "'a'+f(1)+'b'", "a\x01"
				  "b" },
		{ "noStrings", "" },
		{ "'open", "open" },
	};

	(void)state;
	for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		struct span address = script_address(fold(cases[n].script), &arena);

		if (!span_equal(address, text_span(cases[n].address)))
			fail_msg("%s: %.*s", cases[n].script, (int)address.len, (const char *)address.ptr);
	}
}

static void lists_of_letters_are_read_and_other_lists_not(void **state)
{
	struct span rest = fold("a=[1,2,3];b=[300,400,104,105,106,107,108,109,110];c=[104,116,116,"
				"112,58,47,47,97,46,98];d=["),
		    text;

	(void)state;
	assert_true(script_numbers(&rest, &arena, &text));
	assert_true(span_equal(text, text_span("http://a.b")));
	assert_false(script_numbers(&rest, &arena, &text));
}

static void hosts_without_a_scheme_are_known(void **state)
{
	static const char *const hosts[] = { "cdn.example.top", "a.b.example/x.js", "x-1.example" };
	static const char *const others[] = { "jquery.min.js",   "/a.example", "a", "a..example",
					      "one two.example", "v1.2",       "",  ".$x" };

	(void)state;
	for (size_t n = 0; n < sizeof(hosts) / sizeof(hosts[0]); n++)
		if (!is_bare_host(text_span(hosts[n])))
			fail_msg("%s", hosts[n]);
	for (size_t n = 0; n < sizeof(others) / sizeof(others[0]); n++)
		if (is_bare_host(text_span(others[n])))
			fail_msg("%s", others[n]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(deeds_are_told_by_the_names_that_are_called, begin, end),
		cmocka_unit_test_setup_teardown(addresses_are_put_together_and_variables_marked, begin, end),
		cmocka_unit_test_setup_teardown(lists_of_letters_are_read_and_other_lists_not, begin, end),
		cmocka_unit_test_setup_teardown(hosts_without_a_scheme_are_known, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
