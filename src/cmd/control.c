/* control.c - the client's end of the control socket. */
#include "cmd/control.h"

#include "base/cursor.h"
#include "process/ipc.h"
#include "base/text.h"
#include "policy/tower.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 20000 /* milliseconds: the tower answers at once, or is in trouble */
#define QUEUE    (1u << 20)

const char *control_path(const char *given)
{
	const char *path = getenv("HINOMI_CONTROL");

	if (given)
		return given;
	return path && *path ? path : CONTROL_SOCKET;
}

static struct ipc *control_open(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(path);
	struct ipc *ipc;
	int fd;

	if (size >= sizeof(address.sun_path)) {
		fprintf(stderr, "hinomi: the socket's path is too long: %s\n", path);
		return NULL;
	}
	memcpy(address.sun_path, path, size);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		fprintf(stderr, "hinomi: no tower answers at %s: %s. Does 'hinomi watch' run here, and may you ask it (root)?\n",
			path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	ipc = ipc_new(fd, QUEUE, false);
	if (!ipc)
		fputs("hinomi: not enough memory\n", stderr);
	return ipc;
}

const char *control_asker(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *user = getpwuid(getuid());

	if (sudo && *sudo)
		return sudo;
	return user ? user->pw_name : "console";
}

static bool control_send(struct ipc *ipc, const char *op, json_t *args)
{
	json_t *request = json_pack("{s:s, s:o, s:s, s:s}", "op", op, "args",
				    args ? args : json_object(), "user", control_asker(), "role", "admin");
	char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
	size_t size = text ? strlen(text) : 0;
	uint8_t *body = text ? calloc(1, TOWER_NUMBER + size) : NULL;
	bool sent = false;

	if (body) {
		memcpy(body + TOWER_NUMBER, text, size);
		sent = ipc_send(ipc, TOWER_REQUEST, (struct span){ body, TOWER_NUMBER + size }, -1) == OK &&
		       ipc_flush(ipc) == OK;
	}
	free(body);
	free(text);
	json_decref(request);
	return sent;
}

static bool take_answer(void *whom, const struct ipc_frame *frame)
{
	json_t **answer = whom;

	if (frame->type == TOWER_ANSWER && frame->body.len > TOWER_NUMBER && !*answer)
		*answer = json_loadb((const char *)frame->body.ptr + TOWER_NUMBER,
				     frame->body.len - TOWER_NUMBER, 0, NULL);
	return true;
}

json_t *control_ask(const char *path, const char *op, json_t *args)
{
	struct ipc *ipc = control_open(path);
	json_t *answer = NULL, *data = NULL;
	struct pollfd wait;

	if (!ipc || !control_send(ipc, op, args)) {
		if (ipc)
			fputs("hinomi: the tower does not take the question\n", stderr);
		ipc_free(ipc);
		return NULL;
	}
	wait = (struct pollfd){ ipc_fd(ipc), POLLIN, 0 };
	while (!answer && poll(&wait, 1, PATIENCE) > 0)
		if (ipc_read(ipc, take_answer, &answer) != OK)
			break;
	ipc_free(ipc);
	if (json_is_true(json_object_get(answer, "ok"))) {
		data = json_incref(json_object_get(answer, "data"));
	} else if (answer) {
		fputs("hinomi: ", stderr);
		text_visible(stderr, text_span(control_words(answer, "error")));
		fputc('\n', stderr);
	} else {
		fputs("hinomi: the tower did not answer; its log tells why (journalctl -u hinomi)\n", stderr);
	}
	json_decref(answer);
	return data;
}

const char *control_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

bool control_japanese(void)
{
	const char *names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "ja", 2) == 0;
	}
	return false;
}

json_t *control_answer(const struct control_wish *wish, const char *op, json_t *args, int *code)
{
	json_t *data = control_ask(control_path(wish->socket), op, args);

	*code = data ? 0 : 2;
	if (!data || !wish->json)
		return data;
	json_dumpf(data, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(data);
	return NULL;
}

const char *control_words(const json_t *object, const char *key)
{
	return control_text(json_object_get(object, key), control_japanese() ? "ja" : "en");
}

const char *control_say(const char *en, const char *ja)
{
	return control_japanese() ? ja : en;
}

void control_print(const char *text)
{
	text_visible(stdout, text_span(text));
}

/* `at`: which of the known ones it was; -1: by one letter. */
static int option_wrong(const struct control_options *options, int option, int at)
{
	char trouble[256];

	if (option == '?' || at < 0) /* getopt_long() has said which */
		return options->usage("that option is not known, or lacks its value");
	snprintf(trouble, sizeof(trouble), "--%s: '%.100s' cannot be", options->known[at].name, optarg ? optarg : "");
	return options->usage(trouble);
}

bool control_take_options(const struct control_options *options, int argc, char **argv, int *code)
{
	int option, at = -1;

	while ((option = getopt_long(argc, argv, "h", options->known, &at)) != -1) {
		if (option == 'h') {
			fputs(options->help, stdout);
			*code = 0;
			return false;
		}
		if (option == '?' || !options->take(options->whom, option)) {
			*code = option_wrong(options, option, at);
			return false;
		}
		at = -1;
	}
	return true;
}
