/* sniff.c - the few magic numbers that people's mistakes come with. */
#include "capture/sniff.h"

#include <string.h>

#define SNIFF_TEXT 512 /* how far a file is looked at to call it text */

static const struct {
	const char *magic;
	size_t len;
	struct sniff sniff;
} sniffs[] = {
	{"PK\3\4", 4, {"a ZIP archive", "unpack it first (unzip)"}},
	{"BZh", 3, {"bzip2", "unpack it first (bunzip2)"}},
	{"\xfd"
	 "7zXZ",
	 5,
	 {"xz", "unpack it first (unxz)"}},
	{"7z\xbc\xaf", 4, {"a 7-Zip archive", "unpack it first (7z x)"}},
	{"Rar!", 4, {"a RAR archive", "unpack it first (unrar x)"}},
	{"\x04\x22\x4d\x18", 4, {"lz4", "unpack it first (unlz4)"}},
	{"snoop\0", 6, {"a snoop capture", "convert it with editcap -F pcap"}},
	{"RTSS", 4, {"a Microsoft Network Monitor capture", "convert it with editcap -F pcap"}},
	{"GMBU", 4, {"a Microsoft Network Monitor capture", "convert it with editcap -F pcap"}},
	{"\x13\0\0\0", 4, {"a Windows trace (ETL)", "convert it with etl2pcapng"}},
	{"\x7f"
	 "ELF",
	 4,
	 {"a program (ELF)", "name the capture instead"}},
	{"MZ", 2, {"a Windows program", "name the capture instead"}},
	{"%PDF", 4, {"a PDF document", "name the capture instead"}},
	{"SQLite format 3", 15, {"a SQLite database", "name the capture instead"}},
	{"\x89PNG", 4, {"a PNG picture", "name the capture instead"}},
};

static const struct sniff sniff_text = {"text", "name the capture instead"};

static int text_like(struct span start)
{
	size_t len = start.len < SNIFF_TEXT ? start.len : SNIFF_TEXT, i;

	for (i = 0; i < len; i++) {
		uint8_t b = start.ptr[i];

		if (b == 0x7f || (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f'))
			return 0;
	}
	return len > 0;
}

const struct sniff *sniff_find(struct span start)
{
	size_t i;

	for (i = 0; i < sizeof(sniffs) / sizeof(sniffs[0]); i++) {
		if (start.len >= sniffs[i].len &&
		    memcmp(start.ptr, sniffs[i].magic, sniffs[i].len) == 0)
			return &sniffs[i].sniff;
	}
	return text_like(start) ? &sniff_text : NULL;
}
