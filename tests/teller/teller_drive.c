/*
 * teller_drive.c - stands where the keeper does: begins the teller with the targets of a configuration,
 * hands each line of standard input over as a TELL frame, and prints the body of each DONE.
 *
 *   teller_drive CONFIG CONNECT_MS TOTAL_MS [FOLDER]
 *
 * With a folder the teller is in its sandbox, and may read and write what is in there.
 * A line that begins with '!' goes as a frame of a type that nobody knows; "!!" sends bytes that are no
 * frame. At the end of the input the channel is closed; the last line is "exit N", of the teller.
 */
#include "process/ipc.h"
#include "process/loop.h"
#include "process/sandbox.h"
#include "config/config.h"
#include "respond/teller.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX_BYTES (1u << 20)

struct drive {
	struct loop *loop;
	struct ipc *teller;
	char *line;
	size_t used;
};

static void send_line(struct drive *d, const char *line, size_t len)
{
	uint16_t type = line[0] == '!' ? 0x7777 : TELLER_TELL;

	if (len == 2 && memcmp(line, "!!", 2) == 0) {
		static const unsigned char wrong[] = { 0xff, 0xff, 0xff, 0xff, 0, 0 };

		if (write(ipc_fd(d->teller), wrong, sizeof(wrong)) != sizeof(wrong))
			exit(3);
	} else if (ipc_send(d->teller, type, (struct span){ (const uint8_t *)line, len }, -1) != OK) {
		exit(3);
	}
}

static void input_ready(void *whom, unsigned events)
{
	struct drive *d = whom;
	ssize_t got = read(STDIN_FILENO, d->line + d->used, LINE_MAX_BYTES - d->used);
	char *end;

	(void)events;
	if (got <= 0) {
		loop_stop(d->loop);
		return;
	}
	d->used += (size_t)got;
	while ((end = memchr(d->line, '\n', d->used))) {
		size_t len = (size_t)(end - d->line);

		send_line(d, d->line, len);
		d->used -= len + 1;
		memmove(d->line, end + 1, d->used);
	}
}

static bool print_done(void *whom, const struct ipc_frame *frame)
{
	(void)whom;
	if (frame->type == TELLER_DONE)
		printf("%.*s\n", (int)frame->body.len, (const char *)frame->body.ptr);
	else
		printf("a frame of type %u\n", frame->type);
	fflush(stdout);
	return true;
}

static void teller_ready(void *whom, unsigned events)
{
	struct drive *d = whom;

	(void)events;
	if (ipc_read(d->teller, print_done, d) != OK || ipc_flush(d->teller) != OK)
		loop_stop(d->loop);
}

static void confine(const char *folder)
{
	const char *const read[] = { folder, NULL };
	struct sandbox_wish wish = {
		.role = SANDBOX_TELLER, .write = folder, .read = read, .may_exec = true,
	};
	struct sandbox_report report;

	if (sandbox_enter(&wish, &report) != OK) {
		perror("sandbox");
		exit(4);
	}
}

/* The teller in a process of its own. */
static pid_t begin(const struct config *config, char **words, int fds[2])
{
	struct teller_settings settings = {
		.targets = config->tell.targets,
		.target_count = config->tell.target_count,
		.host = config->tell.host,
		.ca_file = config->tell.ca_file,
		.connect_max = strtol(words[2], NULL, 10) * USEC_PER_MS,
		.total_max = strtol(words[3], NULL, 10) * USEC_PER_MS,
	};
	pid_t child = fork();

	if (child != 0)
		return child;
	close(fds[0]);
	if (words[4])
		confine(words[4]);
	exit(teller_process(&settings, fds[1]));
}

int main(int argc, char **argv)
{
	struct drive drive = { .line = malloc(LINE_MAX_BYTES) };
	struct config *config;
	char trouble[CONFIG_TROUBLE];
	int fds[2], status = 0;
	pid_t child;

	if (argc < 4 || argc > 5 || !drive.line || !ipc_pair(fds))
		return 2;
	if (config_load(&config, argv[1], trouble) != OK) {
		fprintf(stderr, "%s\n", trouble);
		return 2;
	}
	child = begin(config, argv, fds);
	close(fds[1]);
	drive.loop = loop_new();
	drive.teller = ipc_new(fds[0], 16u << 20, false);
	if (!drive.loop || !drive.teller ||
	    !loop_watch(drive.loop, STDIN_FILENO, LOOP_READ, input_ready, &drive) ||
	    !loop_watch(drive.loop, fds[0], LOOP_READ, teller_ready, &drive) || !loop_run(drive.loop))
		return 2;
	ipc_free(drive.teller);
	loop_free(drive.loop);
	waitpid(child, &status, 0);
	printf("exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	config_free(config);
	free(drive.line);
	return 0;
}
