/*
 * mail.c - examines mails in this process, again and again: for profiles, and for the cost without the sandbox.
 *
 *   build/bench/mail ROUNDS FILE...
 *
 * Prints mails and megabytes per second of the processor, and the peak of the arena.
 */
#include "mail/mail.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct span map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat is;
	void *map;

	if (fd < 0 || fstat(fd, &is) != 0 || is.st_size == 0)
		return (struct span){ 0 };
	map = mmap(NULL, (size_t)is.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return map == MAP_FAILED ? (struct span){ 0 } : (struct span){ map, (size_t)is.st_size };
}

int main(int argc, char **argv)
{
	struct exam_settings settings = { .limits = exam_limits_usual };
	struct mail *mail = mail_new(&settings);
	struct mail_result *result = calloc(1, sizeof(*result));
	long rounds = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	double begin, bytes = 0, mails = 0;

	if (!mail || !result || rounds < 1) {
		fputs("Usage: mail ROUNDS FILE...\n", stderr);
		return 2;
	}
	begin = seconds();
	for (int i = 2; i < argc; i++) {
		struct span file = map_file(argv[i]);

		for (long round = 0; file.len && round < rounds; round++) {
			mail_examine(mail, file, text_span(argv[i]), 0, result);
			bytes += (double)file.len;
			mails++;
		}
		if (file.len)
			munmap((void *)file.ptr, file.len);
	}
	begin = seconds() - begin;
	printf("%.0f mails/s, %.1f MB/s\n", mails / begin, bytes / begin / 1e6);
	mail_free(mail);
	free(result);
	return 0;
}
