/* copy.c - the command line of `hinomi copy`: has the tower copy its store, and fetches the copy. */
#include "cmd/cmd.h"
#include "cmd/control.h"
#include "base/span.h"
#include "policy/tower.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum option_code { OPT_FORCE = 256, OPT_JSON, OPT_SOCKET };

#define PIECE (64u << 10) /* bytes */

static const char help[] =
	"Usage: hinomi copy FILE [options]\n"
	"\n"
	"Copies what the running tower keeps (incidents, evidence, accounts, its log) to FILE, while it goes on.\n"
	"The copy is whole and was checked, or there is none. For root: whoever may read the tower's folder.\n"
	"The tower's folder needs room for the copy until it is fetched.\n"
	"\n"
	"Options:\n"
	"      --force         FILE may be there already: it is replaced when the new copy is whole\n"
	"      --json          {\"file\", \"bytes\"} when it is done\n"
	"      --control PATH  the tower's socket (default: $HINOMI_CONTROL, else " CONTROL_SOCKET ")\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit code: 0 done, 2 error: FILE is as it was.\n"
	"\n"
	"Examples:\n"
	"  hinomi copy /backup/hinomi-$(date +%F).db\n"
	"  30 3 * * * root hinomi copy --force /backup/hinomi.db     a line of /etc/cron.d/hinomi: every night\n"
	"\n"
	"To restore: stop the tower, put FILE in place as /var/lib/hinomi/hinomi.db (owner hinomi, mode 0600, no\n"
	"hinomi.db-wal beside it), start it.\n";

struct asked {
	const char *file, *socket;
	bool force, json;
};

static int usage(const char *trouble)
{
	fprintf(stderr, "hinomi copy: %s; see 'hinomi copy --help'\n", trouble);
	return 2;
}

/* False: it has told what is wrong, with the mend. */
static bool failed(const char *what, const char *path, const char *mend)
{
	fprintf(stderr, "hinomi copy: %s %s: %s%s%s\n", what, path, strerror(errno), *mend ? ". " : "", mend);
	return false;
}

static bool take_option(void *whom, int option)
{
	struct asked *a = whom;

	switch (option) {
	case OPT_FORCE: a->force = true; break;
	case OPT_JSON: a->json = true; break;
	case OPT_SOCKET: a->socket = optarg; break;
	default: return false;
	}
	return true;
}

static bool options(int argc, char **argv, struct asked *a, int *code)
{
	static const struct option known[] = {
		{ "force", no_argument, NULL, OPT_FORCE },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "control", required_argument, NULL, OPT_SOCKET },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct control_options taken = { help, known, take_option, usage, a };

	if (!control_take_options(&taken, argc, argv, code))
		return false;
	if (optind + 1 == argc)
		a->file = argv[optind];
	else
		*code = usage("say one file for the copy");
	return a->file != NULL;
}

/* --- the tower makes its copy */

static void show_progress(const json_t *data)
{
	long long copied = (long long)json_integer_value(json_object_get(data, "copied"));
	long long all = (long long)json_integer_value(json_object_get(data, "all"));

	fprintf(stderr, "\rcopying: %lld %% ", all > 0 ? copied * 100 / all : 0);
}

/* Asks until it is done: each question is a step. The last answer, NULL: it was told why. */
static json_t *tower_copies(const char *socket)
{
	bool progress = isatty(STDERR_FILENO);
	json_t *data = control_ask(socket, "backup", NULL);

	while (data && !json_is_true(json_object_get(data, "done"))) {
		if (progress)
			show_progress(data);
		json_decref(data);
		data = control_ask(socket, "backup", NULL);
	}
	if (progress)
		fputs("\r               \r", stderr);
	return data;
}

/* The keeper is less trusted than who runs this: what it names must be a file that only it can have put
 * there, no link to another's. Its name goes at once, so that nothing is left when this ends early. */
static int take_copy(const char *path)
{
	static const char name[] = "/" TOWER_COPY;
	size_t size = strlen(path);
	struct stat is;
	int fd;

	if (size < sizeof(name) || strcmp(path + size - (sizeof(name) - 1), name) != 0) {
		fputs("hinomi copy: the tower names a file that is no copy of its store\n", stderr);
		return -1;
	}
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		failed("cannot read the tower's copy", path,
		       errno == ENOENT ? "Another copy has taken it: try again" : "Are you root, on the tower's machine?");
		return -1;
	}
	if (fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && is.st_nlink == 1) {
		unlink(path);
		return fd;
	}
	fprintf(stderr, "hinomi copy: %s is no file of its own; look who put it there, and remove it\n", path);
	close(fd);
	return -1;
}

/* --- and it goes to its place */

static bool pour(int from, int to, long long *bytes)
{
	static char piece[PIECE];
	ssize_t got;

	while ((got = read(from, piece, sizeof(piece))) > 0) {
		if (!span_write(to, (struct span){ (const uint8_t *)piece, (size_t)got }))
			return false;
		*bytes += got;
	}
	return got == 0 && fsync(to) == 0;
}

/* The folder too, or the name might not survive the power. */
static bool folder_sync(const char *file)
{
	const char *slash = strrchr(file, '/');
	char folder[PATH_MAX];
	bool good;
	int fd;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash + 1 - file) : 1, slash ? file : ".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	good = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

static bool fetch(const struct asked *a, const char *part, int to, long long *bytes)
{
	json_t *data = tower_copies(control_path(a->socket));
	int from = data ? take_copy(control_text(data, "path")) : -1;
	bool good;

	json_decref(data);
	if (from < 0)
		return false;
	good = pour(from, to, bytes) || failed("cannot write", part, "Is there room on that disk?");
	close(from);
	if (good && (rename(part, a->file) != 0 || !folder_sync(a->file)))
		return failed("cannot put the copy in place as", a->file, "");
	return good;
}

/* Whether a copy may be put there. */
static bool is_free(const struct asked *a)
{
	struct stat is;

	if (lstat(a->file, &is) != 0)
		return errno == ENOENT || failed("cannot look at", a->file, "");
	if (a->force && S_ISREG(is.st_mode))
		return true;
	fprintf(stderr, "hinomi copy: %s is there already%s\n", a->file,
		S_ISREG(is.st_mode) ? "; take another name, or --force to replace it" : ", and is no file: take another name");
	return false;
}

static void tell(const struct asked *a, long long bytes)
{
	json_t *told;

	if (!a->json) {
		printf("%s: %lld bytes, checked\n", a->file, bytes);
		return;
	}
	told = json_pack("{s:s, s:I}", "file", a->file, "bytes", (json_int_t)bytes);
	json_dumpf(told, stdout, 0);
	putchar('\n');
	json_decref(told);
}

static int copy(const struct asked *a)
{
	char part[PATH_MAX];
	long long bytes = 0;
	bool good;
	int to;

	if (snprintf(part, sizeof(part), "%s.part", a->file) >= (int)sizeof(part))
		return usage("the name is too long");
	if (!is_free(a))
		return 2;
	unlink(part); /* of one that was cut off */
	to = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0) {
		failed("cannot write", part, "Is the folder there, and may you write into it?");
		return 2;
	}
	good = fetch(a, part, to, &bytes);
	close(to);
	if (!good) {
		unlink(part);
		return 2;
	}
	tell(a, bytes);
	return 0;
}

int cmd_copy(int argc, char **argv)
{
	struct asked a = { 0 };
	int code = 2;

	return options(argc, argv, &a, &code) ? copy(&a) : code;
}
