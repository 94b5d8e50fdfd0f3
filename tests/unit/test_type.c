/* test_type.c - what a file is, by its bytes, and what its name promises. */
#include "exam/type.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static enum type told(const char *bytes, size_t len, const char *name)
{
	return type_of((struct span){ (const uint8_t *)bytes, len }, text_span(name));
}

#define TOLD(bytes, name, type) assert_string_equal(type_name(told(bytes, sizeof(bytes) - 1, name)), type_name(TYPE_##type))

static void bytes_tell(void **state)
{
	(void)state;
	TOLD("PK\3\4....", "a.pdf", ZIP);
	TOLD("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.txt", OLE);
	TOLD("%PDF-1.7\n", "a.doc", PDF);
	TOLD("\x01\x02%PDF-1.7\n\0\0\0\0", "", PDF);
	TOLD("{\\rt\n", "", RTF);
	TOLD("\xff\xd8\xff\xe0", "", JPEG);
	TOLD("Rar!\x1a\7\1\0", "", RAR);
	TOLD("\x4c\0\0\0\1\x14\2\0\0\0\0\0", "readme.txt", LNK);
	TOLD("", "a.exe", UNKNOWN);
}

static void programs_are_told_from_texts(void **state)
{
	char pe[256] = "MZ";

	(void)state;
	pe[60] = (char)0x80;
	memcpy(pe + 0x80, "PE\0\0", 4);
	assert_int_equal(told(pe, sizeof(pe), "a.jpg"), TYPE_PE);
	pe[60] = (char)0xff;
	pe[63] = (char)0xff;
	assert_int_equal(told(pe, sizeof(pe), "a.jpg"), TYPE_DOS);
	TOLD("MZ is how Mark Zbikowski begins.", "letter.txt", TEXT);
	TOLD("\xca\xfe\xba\xbe\0\0\0\x34", "", JAVA);
	TOLD("\xca\xfe\xba\xbe\0\0\0\2", "", MACHO);
}

static void texts_are_told(void **state)
{
	(void)state;
	TOLD("\xef\xbb\xbf  <!DOCTYPE html><p>", "", HTML);
	TOLD("<!-- saved --><HTML>", "", HTML);
	TOLD("<?xml version='1.0'?><svg xmlns='x'>", "", SVG);
	TOLD("<?xml version='1.0'?><a/>", "", XML);
	TOLD("<html><head><hta:application id=x>", "", HTML); /* by its name it is another */
	TOLD("<html>", "a.hta", HTA);
	TOLD("var a = 1;", "a.js", JSCRIPT);
	TOLD("var a = 1;", "", TEXT);
	TOLD("Dim a", "a.vbs", VBSCRIPT);
	TOLD("Hello", "a.doc", TEXT);
	TOLD("1,2,3", "a.csv", CSV);
}

static void messages_are_told(void **state)
{
	(void)state;
	TOLD("Received: from a\r\n\tby b\r\nFrom: c\r\n\r\n", "", MESSAGE);
	TOLD("From c Thu Jan  1 00:00:00 2026\nFrom: c\nTo: d\n\n", "", MESSAGE);
	TOLD("Dear all: this is\nno header: at all\n", "", TEXT);
	TOLD("From: only one field\n", "", TEXT);
	TOLD("From: x\nSubject: y\n\n", "a.eml", MESSAGE);
	TOLD("Content-Type: text/plain\n\nx", "a.eml", MESSAGE);
	TOLD("Dear: all\n\nx", "a.eml", TEXT);
}

static void images_of_disks_are_told(void **state)
{
	static char image[40000];

	(void)state;
	memcpy(image + 0x8001, "CD001", 5);
	assert_int_equal(told(image, sizeof(image), ""), TYPE_ISO);
	memcpy(image + 0x8001, "BEA01", 5);
	assert_int_equal(told(image, sizeof(image), ""), TYPE_UDF);
	memset(image, 0, sizeof(image));
	memcpy(image + sizeof(image) - 512, "conectix", 8);
	assert_int_equal(told(image, sizeof(image), ""), TYPE_VHD);
}

static void names_promise(void **state)
{
	(void)state;
	assert_int_equal(type_promised(text_span("A.PDF")), TYPE_PDF);
	assert_int_equal(type_promised(text_span("a.pdf.exe")), TYPE_PE);
	assert_int_equal(type_promised(text_span("a.exe. . ")), TYPE_PE); /* Windows drops them */
	assert_int_equal(type_promised(text_span("folder.exe/readme")), TYPE_UNKNOWN);
	assert_int_equal(type_promised(text_span("exe")), TYPE_UNKNOWN);
	assert_int_equal(type_promised(text_span("x.settingcontent-ms")), TYPE_SETTINGS);
	assert_int_equal(type_promised(text_span("x.averyveryverylongextensionindeed")), TYPE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_tell),	   cmocka_unit_test(programs_are_told_from_texts),
		cmocka_unit_test(texts_are_told),  cmocka_unit_test(messages_are_told),
		cmocka_unit_test(images_of_disks_are_told), cmocka_unit_test(names_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
