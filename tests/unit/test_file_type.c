/* test_file_type.c - what a file is by its first bytes; the bytes from the formats' specifications.
 */
#include "wire/file_type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define BYTES(text) text, sizeof(text) - 1

struct sample {
	const char *bytes;
	size_t len;
	enum file_type type;
};

static void expect(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t *copy = malloc(samples[i].len ? samples[i].len : 1);
		enum file_type type;

		memcpy(copy, samples[i].bytes, samples[i].len);
		type = file_type_of((struct span){copy, samples[i].len});
		free(copy);
		if (type != samples[i].type)
			fail_msg("sample %zu: %s, not %s", i, file_type_name(type),
				 file_type_name(samples[i].type));
	}
}

static void test_magic(void **state)
{
	static const struct sample samples[] = {
		{BYTES(""), FILE_EMPTY},
		{BYTES("\x7f"
		       "ELF\2\1\1"),
		 FILE_ELF},
		{BYTES("\xcf\xfa\xed\xfe\x07"), FILE_MACHO},
		{BYTES("\xca\xfe\xba\xbe\0\0\0\2\1\0\0\7"), FILE_MACHO}, /* two architectures */
		{BYTES("\xca\xfe\xba\xbe\0\0\0\x34\0\x10"), FILE_JAVA},  /* Java 8 */
		{BYTES("PK\3\4\x14"), FILE_ZIP},
		{BYTES("PK\5\6\0\0"), FILE_ZIP},
		{BYTES("\x1f\x8b\x08\0"), FILE_GZIP},
		{BYTES("Rar!\x1a\7\1\0"), FILE_RAR},
		{BYTES("7z\xbc\xaf\x27\x1c\0\4"), FILE_7Z},
		{BYTES("MSCF\0\0\0\0"), FILE_CAB},
		{BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"), FILE_OLE},
		{BYTES("%PDF-1.7"), FILE_PDF},
		{BYTES("\r\njunk %PDF-1.7"), FILE_PDF},
		{BYTES("{\\rtf1"), FILE_RTF},
		{BYTES("\x89PNG\r\n\x1a\n\0"), FILE_PNG},
		{BYTES("\xff\xd8\xff\xe0"), FILE_JPEG},
		{BYTES("GIF89a\1"), FILE_GIF},
		{BYTES("RIFF\1\2\3\4WEBPVP8 "), FILE_WEBP},
		{BYTES("RIFF\1\2\3\4WAVEfmt "), FILE_AUDIO_VIDEO},
		{BYTES("\0\0\0\x18"
		       "ftypmp42"),
		 FILE_AUDIO_VIDEO},
		{BYTES("\xff\xfb\x90\x00"), FILE_AUDIO_VIDEO}, /* MPEG-1 layer III, 128 kbit/s */
		{BYTES("wOF2\0\1\0\0"), FILE_FONT},
		{BYTES("\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0"), FILE_ICO},
		{BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), FILE_BMP},
		{BYTES("L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"), FILE_LNK},
		{BYTES("#!/bin/sh\n"), FILE_SCRIPT},
		{BYTES("\1\2\3\4\5\6\7\x08"), FILE_UNKNOWN},
		{BYTES("RAFF\1\2\3\4WEBP"), FILE_UNKNOWN}, /* no RIFF */
	};

	(void)state;
	expect(samples, COUNT(samples));
}

/* Two letters make no program: the PE header has to be where the DOS header says. */
static void test_pe(void **state)
{
	uint8_t file[0x84] = "MZ";

	(void)state;
	file[0x3c] = 0x80;
	memcpy(file + 0x80, "PE\0", 4);
	assert_int_equal(file_type_of((struct span){file, sizeof(file)}), FILE_PE);
	assert_int_equal(file_type_of((struct span){file, 64}), FILE_PE); /* cut before it */
	file[0x80] = 'N';
	assert_int_equal(file_type_of((struct span){file, sizeof(file)}), FILE_UNKNOWN);
	file[0x3f] = 0xff; /* far outside */
	assert_int_equal(file_type_of((struct span){file, sizeof(file)}), FILE_UNKNOWN);
	assert_int_equal(file_type_of((struct span){file, 2}), FILE_TEXT);
}

static void test_text(void **state)
{
	static const struct sample samples[] = {
		{BYTES("hello\r\n"), FILE_TEXT},
		{BYTES("\xe7\x81\xab\xe3\x81\xae\xe8\xa6\x8b"), FILE_TEXT},
		{BYTES("\xff\xfeh\0i\0"), FILE_TEXT},
		{BYTES("  \n<!DOCTYPE html><html>"), FILE_HTML},
		{BYTES("\xef\xbb\xbf<HTML>"), FILE_HTML},
		{BYTES("<!-- x --><html>"), FILE_HTML},
		{BYTES("<?xml version=\"1.0\"?><svg>"), FILE_XML},
		{BYTES("<?xml version=\"1.0\"?><scriptlet>"), FILE_SCRIPT},
		{BYTES("@echo off\r\n"), FILE_SCRIPT},
		{BYTES("On Error Resume Next\r\n"), FILE_SCRIPT},
		{BYTES("var a = new ActiveXObject(\"WScript.Shell\");"), FILE_SCRIPT},
		{BYTES("<?php system"), FILE_SCRIPT},
		{BYTES("BM of the month"), FILE_TEXT},
		{BYTES("text with a zero\0"), FILE_UNKNOWN},
	};

	(void)state;
	expect(samples, COUNT(samples));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_pe),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
