/*
 * fuzz_index.c - a damaged index file: opened, checked, and looked into. The input is a list of
 * changes to a small sound file, whose header is signed again so that the damage is met further in.
 */
#include "intel/index.h"

#include "base/hash.h"
#include "check.h"
#include "intel/index_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHANGES 64 /* four bytes each: what and where to */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char *const texts[] = {
	"evil.com",  "a.evil.com", "45.1.2.3",    "45.1.0.0/16", "45.0.0.0/8",
	"2a00::/20", "evil.com/x", "45.1.2.3:80", "45.1.2.0/24", "d41d8cd98f00b204e9800998ecf8427e"
};

static uint8_t *file_build(size_t *len)
{
	static const char path[] = "/tmp/hinomi-fuzz-index";
	struct index_builder *builder = NULL;
	char room[INDICATOR_VALUE];
	uint8_t *file;
	FILE *in;

	check(index_builder_new("/tmp", &builder) == OK);
	for (size_t i = 0; i < 2 * sizeof(texts) / sizeof(texts[0]); i++) {
		const char *text = texts[i / 2];
		struct indicator one = { .flags = i & 1 ? INDICATOR_GUARD : 0 };
		struct span s = { (const uint8_t *)text, strlen(text) };

		check(indicator_normal(s, INDICATOR_KINDS, room, &one) == INDICATOR_OK);
		one.source = s;
		check(index_builder_add(builder, &one) == OK);
	}
	check(index_builder_finish(builder, path, USEC_PER_SEC) == OK);
	index_builder_free(builder);
	in = fopen(path, "rb");
	check(in != NULL && fseek(in, 0, SEEK_END) == 0);
	*len = (size_t)ftell(in);
	file = malloc(*len);
	rewind(in);
	check(file && fread(file, 1, *len, in) == *len);
	fclose(in);
	unlink(path);
	return file;
}

/* Changes fall on bytes that are used: the header, or some non-zero byte's surroundings. */
static void change(uint8_t *file, size_t len, const uint8_t *how)
{
	size_t at = (size_t)how[0] | (size_t)how[1] << 8;

	if (how[3] & 1)
		at = at * 40 % len;
	else if (how[3] & 2)
		at = at % 400;
	else
		at = INDEX_PAGE + at % 8192;
	if (!(how[3] & 1))
		file[at % len] = how[2];
	else
		for (size_t i = 0; i < 8 && at + i < len; i++)
			file[at + i] ^= how[2];
}

static void see(void *whom, const struct index_match *match)
{
	unsigned *sum = whom;

	check(match->kept <= INDEX_TELLINGS && match->confidence <= 100);
	for (size_t i = 0; i < match->value.len; i++)
		*sum += match->value.ptr[i];
	for (unsigned i = 0; i < match->kept; i++)
		for (size_t b = 0; b < match->telling[i].source.len; b++)
			*sum += match->telling[i].source.ptr[b];
}

/* The fast path of a text of any kind rules out nothing that is found. */
static void look_fast(const struct index *index, struct span text)
{
	struct index_question questions[INDICATOR_KINDS];
	unsigned sum = 0;
	uint32_t may;

	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		questions[kind] = (struct index_question){
			.kind = kind > INDICATOR_ENDPOINT ? (enum indicator_kind)kind
							  : INDICATOR_DOMAIN,
			.text = text,
		};
	may = index_batch(index, questions, INDICATOR_KINDS);
	if (index_domain(index, text, USEC_PER_SEC, see, &sum) > 0)
		check(may >> INDICATOR_DOMAIN & 1);
	if (index_url(index, text, USEC_PER_SEC, see, &sum) > 0)
		check(may >> INDICATOR_URL & 1);
	if (index_text(index, INDICATOR_MD5, text, USEC_PER_SEC, see, &sum) > 0)
		check(may >> INDICATOR_MD5 & 1);
}

static void look(const struct index *index, struct span text)
{
	unsigned sum = 0;

	look_fast(index, text);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct span s = { (const uint8_t *)texts[i], strlen(texts[i]) };
		struct index_end end = { .port = 80 };

		index_domain(index, s, USEC_PER_SEC, see, &sum);
		index_url(index, s, USEC_PER_SEC, see, &sum);
		for (unsigned kind = 0; kind <= INDICATOR_KINDS; kind++)
			index_text(index, (enum indicator_kind)kind, s, USEC_PER_SEC, see, &sum);
		if (ip_parse(&end.ip, texts[i]) != OK && ip_parse(&end.ip, "2a00::1") != OK)
			continue;
		index_batch(index, &(struct index_question){ .end = end }, 1);
		index_ip(index, &end, USEC_PER_SEC, see, &sum);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static uint8_t *sound, *file;
	static size_t size;
	struct index_header header;
	struct index *index = NULL;
	int fd;

	if (!sound) {
		sound = file_build(&size);
		file = malloc(size);
		check(file != NULL);
	}
	memcpy(file, sound, size);
	for (size_t i = 0; i + 4 <= len && i < 4 * CHANGES; i += 4)
		change(file, size, bytes + i);
	if (len % 2) { /* signed again */
		uint32_t sum = (uint32_t)hash_text(file + 16, INDEX_PAGE - 16, 0);

		memcpy(file + 12, &sum, 4);
		memcpy(file, sound, 12);
	}
	if (index_header_read((struct span){ file, size }, &header) != OK)
		return 0;
	fd = memfd_create("index", MFD_CLOEXEC);
	check(fd >= 0 && write(fd, file, size) == (ssize_t)size);
	if (index_open_fd(fd, &index) == OK) {
		look(index, (struct span){ bytes, len });
		(void)!index_check(index);
		index_close(index);
	}
	close(fd);
	return 0;
}
