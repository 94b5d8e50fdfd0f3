/*
 * fake_keeper.c - the real web process before a keeper that answers from a folder of files: for tests,
 * and for work on the page.
 *
 *     fake_keeper [--port N] [--answers FOLDER] [--log FILE] [--tick] ...
 *
 * Prints the page's address and the web process' id. OP is answered with the data in FOLDER/OP.json, or
 * with just what stands in FOLDER/OP.answer; the files are read anew each time. Without one the data are
 * {"op": OP}. The accounts viewer, operator and admin have the password "correct horse battery".
 *
 * Lines on standard input: "push JSON" sends an event, "silent" and "speak" stop and begin to answer,
 * "lost" begins a new channel to the web process, as when the keeper was begun again.
 *
 * With --relay another program is the keeper, except for logins: each request is printed as a line
 * "ask NUMBER JSON" and is answered by a line "answer NUMBER JSON".
 */
#include "process/ipc.h"
#include "base/load.h"
#include "process/loop.h"
#include "process/sandbox.h"
#include "policy/tower.h"
#include "web/password.h"
#include "web/web.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_MAX  (3u << 20)
#define NAMES_MAX 8

struct fake {
	const char *answers; /* the folder, NULL: none */
	FILE *log;
	bool tick, silent, relay, sandbox;
	json_t *accounts; /* name: {"hash", "role"} */
	struct loop *loop;
	struct ipc *web, *warden;
	pid_t pid;
	char line[1u << 20]; /* of standard input */
	size_t used;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* The file as text, the caller's; NULL: there is none. */
static char *file_read(const char *path)
{
	FILE *in = fopen(path, "rb");
	char *text = in ? calloc(1, FILE_MAX + 1) : NULL;

	if (text && fread(text, 1, FILE_MAX, in) == 0)
		text[0] = '\0';
	if (in)
		fclose(in);
	return text;
}

static char *answer_file(const struct fake *f, const char *op, const char *kind)
{
	char path[1024];

	if (!f->answers || strspn(op, "abcdefghijklmnopqrstuvwxyz_") != strlen(op))
		return NULL;
	snprintf(path, sizeof(path), "%s/%s.%s", f->answers, op, kind);
	return file_read(path);
}

static char *answer_data(json_t *data)
{
	json_t *answer = json_pack("{s:b,s:o}", "ok", 1, "data", data);
	char *text = json_dumps(answer, JSON_COMPACT);

	json_decref(answer);
	return text;
}

static char *answer_not_found(void)
{
	return strdup("{\"ok\":false,\"error\":{\"en\":\"no such user\",\"ja\":\"-\"},\"code\":"
		      "\"not_found\"}");
}

/* Whether it is about accounts: those are kept here, also when another program is the keeper. */
static bool is_account(const char *op)
{
	return strncmp(op, "account_", 8) == 0 || strcmp(op, "password_set") == 0;
}

static char *answer_account(struct fake *f, const char *op, json_t *request)
{
	bool own = strcmp(op, "password_set") == 0;
	json_t *args = json_object_get(request, "args");
	const char *name = json_string_value(json_object_get(own ? request : args, own ? "user" : "name"));
	json_t *account = name ? json_object_get(f->accounts, name) : NULL;

	if (own && account)
		json_object_set(account, "hash", json_object_get(args, "hash"));
	else if (strcmp(op, "account_set") == 0 && name)
		json_object_set_new(f->accounts, name, json_deep_copy(args));
	else if (!account)
		return answer_not_found();
	else if (strcmp(op, "account_remove") == 0)
		json_object_del(f->accounts, name);
	else
		return answer_data(json_incref(account));
	return answer_data(json_object());
}

/* The caller frees it. */
static char *answer(struct fake *f, json_t *request)
{
	const char *op = json_string_value(json_object_get(request, "op"));
	json_t *data;
	char *text;

	if (!op)
		return strdup("{}");
	text = answer_file(f, op, "answer");
	if (text)
		return text;
	if (strcmp(op, "login_secret") == 0 || is_account(op))
		return answer_account(f, op, request);
	text = answer_file(f, op, "json");
	data = text ? json_loads(text, JSON_DECODE_ANY, NULL) : json_pack("{s:s}", "op", op);
	if (!data)
		fprintf(stderr, "fake_keeper: %s.json is no JSON\n", op);
	free(text);
	return answer_data(data ? data : json_null());
}

static void answer_send(struct fake *f, uint64_t number, const char *text)
{
	size_t size = TOWER_NUMBER + strlen(text);
	uint8_t *body = malloc(size);

	memcpy(body, &number, TOWER_NUMBER);
	memcpy(body + TOWER_NUMBER, text, strlen(text));
	if (ipc_send(f->web, TOWER_ANSWER, (struct span){ body, size }, -1) != OK)
		fprintf(stderr, "fake_keeper: an answer is lost: %.80s\n", text);
	free(body);
}

/* Hands a request on; what logins need of it is kept here besides. False: it is to be answered here. */
static bool relay(struct fake *f, uint64_t number, json_t *request)
{
	const char *op = json_string_value(json_object_get(request, "op"));
	char *text;

	if (!f->relay || !op || strncmp(op, "login_", 6) == 0)
		return false;
	if (is_account(op))
		free(answer_account(f, op, request));
	text = json_dumps(request, JSON_COMPACT);
	printf("ask %llu %s\n", (unsigned long long)number, text);
	fflush(stdout);
	free(text);
	return true;
}

static bool frame_arrived(void *whom, const struct ipc_frame *frame)
{
	struct fake *f = whom;
	uint64_t number;
	json_t *request;
	char *text;

	if (f->log) {
		fwrite(frame->body.ptr + TOWER_NUMBER, 1, frame->body.len - TOWER_NUMBER, f->log);
		fputc('\n', f->log);
		fflush(f->log);
	}
	if (f->silent)
		return true;
	request = json_loadb((const char *)frame->body.ptr + TOWER_NUMBER,
			     frame->body.len - TOWER_NUMBER, 0, NULL);
	memcpy(&number, frame->body.ptr, TOWER_NUMBER);
	if (!relay(f, number, request)) {
		text = answer(f, request);
		answer_send(f, number, text);
		free(text);
	}
	json_decref(request);
	return true;
}

static void web_ready(void *whom, unsigned events)
{
	struct fake *f = whom;

	(void)events;
	if (ipc_read(f->web, frame_arrived, f) != OK || ipc_flush(f->web) != OK)
		loop_stop(f->loop);
}

static void push(struct fake *f, const char *json)
{
	if (ipc_send(f->web, TOWER_PUSH, (struct span){ (const uint8_t *)json, strlen(json) },
		     -1) != OK)
		fprintf(stderr, "fake_keeper: an event is lost\n");
}

static void second_passed(void *whom, int64_t now)
{
	struct fake *f = whom;
	char text[200];

	if (ipc_flush(f->web) != OK)
		loop_stop(f->loop);
	snprintf(text, sizeof(text),
		 "{\"push\":\"tick\",\"data\":{\"t\":%lld,\"in_pps\":%u,\"out_pps\":%u,"
		 "\"in_bps\":%u,\"out_bps\":%u,\"dropped\":0}}",
		 (long long)(now / USEC_PER_SEC), 900 + randombytes_uniform(300),
		 500 + randombytes_uniform(200), 8000000 + randombytes_uniform(3000000),
		 1000000 + randombytes_uniform(500000));
	if (f->tick)
		push(f, text);
}

/* A new channel between the two; its other end goes to the web process by way of the warden's. */
static void channel_renew(struct fake *f)
{
	int fds[2];

	if (!ipc_pair(fds))
		fail("socketpair");
	if (f->web) {
		loop_forget(f->loop, ipc_fd(f->web));
		ipc_free(f->web);
	}
	f->web = ipc_new(fds[0], 64u << 20, false);
	if (!f->web || !loop_watch(f->loop, fds[0], LOOP_READ, web_ready, f) ||
	    ipc_send(f->warden, TOWER_KEEPER, (struct span){ NULL, 0 }, fds[1]) != OK)
		fail("channel");
	close(fds[1]);
}

static void line_do(struct fake *f, const char *line)
{
	char *json;
	uint64_t number;

	if (strncmp(line, "push ", 5) == 0) {
		push(f, line + 5);
	} else if (strncmp(line, "answer ", 7) == 0) {
		number = strtoull(line + 7, &json, 10);
		answer_send(f, number, json);
	} else if (strcmp(line, "lost") == 0) {
		channel_renew(f);
	} else {
		f->silent = strcmp(line, "silent") == 0;
	}
}

static void input_ready(void *whom, unsigned events)
{
	struct fake *f = whom;
	ssize_t got = read(STDIN_FILENO, f->line + f->used, sizeof(f->line) - f->used);
	char *end;

	(void)events;
	if (got <= 0) {
		loop_forget(f->loop, STDIN_FILENO);
		return;
	}
	f->used += (size_t)got;
	while ((end = memchr(f->line, '\n', f->used)) != NULL) {
		*end = '\0';
		line_do(f, f->line);
		f->used -= (size_t)(end + 1 - f->line);
		memmove(f->line, end + 1, f->used);
	}
}

static void signal_arrived(void *whom, const struct signalfd_siginfo *info)
{
	struct fake *f = whom;

	(void)info;
	loop_stop(f->loop);
}

static int listen_at(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(*port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) != 0)
		fail("listen");
	*port = ntohs(at.sin_port);
	return fd;
}

/* As the tower does it, when that is wanted. */
static bool confine(void *whom)
{
	const struct sandbox_wish wish = { .role = SANDBOX_WEB };
	const struct fake *f = whom;
	struct sandbox_report report;

	return !f->sandbox || sandbox_enter(&wish, &report) == OK;
}

static void accounts_make(struct fake *f)
{
	static const char *const names[] = { "viewer", "operator", "admin" };
	char hash[PASSWORD_HASH];

	if (sodium_init() < 0 || !password_hash("correct horse battery", hash))
		fail("hash");
	f->accounts = json_object();
	for (size_t i = 0; i < 3; i++)
		json_object_set_new(f->accounts, names[i],
				    json_pack("{s:s,s:s}", "hash", hash, "role", names[i]));
}

static void options_read(int count, char **words, struct fake *f, struct web_settings *web,
			 uint16_t *port)
{
	static const char *names[NAMES_MAX + 1];
	static const struct option known[] = {
		{ "port", 1, NULL, 'p' },        { "answers", 1, NULL, 'a' },
		{ "log", 1, NULL, 'l' },         { "tick", 0, NULL, 't' },
		{ "cert", 1, NULL, 'c' },        { "key", 1, NULL, 'k' },
		{ "name", 1, NULL, 'n' },        { "setup", 1, NULL, 's' },
		{ "life", 1, NULL, 'L' },        { "idle", 1, NULL, 'I' },
		{ "closed", 0, NULL, 'C' },      { "connections", 1, NULL, 'N' },
		{ "per-address", 1, NULL, 'P' }, { "relay", 0, NULL, 'r' },
		{ "sandbox", 0, NULL, 'S' },     { NULL, 0, NULL, 0 },
	};
	size_t name_count = 0;

	web->metrics_open = true;
	web->names = names;
	for (int c; (c = getopt_long(count, words, "", known, NULL)) != -1;) {
		switch (c) {
		case 'p':
			*port = (uint16_t)strtoul(optarg, NULL, 10);
			break;
		case 'a':
			f->answers = optarg;
			break;
		case 'l':
			f->log = fopen(optarg, "w");
			break;
		case 't':
			f->tick = true;
			break;
		case 'r':
			f->relay = true;
			break;
		case 'c':
			web->tls_cert = file_read(optarg);
			break;
		case 'k':
			web->tls_key = file_read(optarg);
			break;
		case 'n':
			if (name_count < NAMES_MAX)
				names[name_count++] = optarg;
			break;
		case 's':
			web->setup_token = optarg;
			break;
		case 'L':
			web->session_life = strtol(optarg, NULL, 10) * USEC_PER_SEC;
			break;
		case 'I':
			web->session_idle = strtol(optarg, NULL, 10) * USEC_PER_SEC;
			break;
		case 'S':
			f->sandbox = true;
			break;
		case 'C':
			web->metrics_open = false;
			break;
		case 'N':
			web->connections = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'P':
			web->per_address = (unsigned)strtoul(optarg, NULL, 10);
			break;
		default:
			exit(2);
		}
	}
}

/* Begins the web process, which has one end of each pair. */
static void web_begin(struct fake *f, const struct web_settings *settings)
{
	int keeper[2], warden[2];

	if (!ipc_pair(keeper) || !ipc_pair(warden))
		fail("socketpair");
	f->pid = fork();
	if (f->pid < 0)
		fail("fork");
	if (f->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		close(keeper[0]);
		close(warden[0]);
		exit(web_process(settings, keeper[1], warden[1], confine, f));
	}
	close(keeper[1]);
	close(warden[1]);
	f->web = ipc_new(keeper[0], 64u << 20, false);
	f->warden = ipc_new(warden[0], 4096, false);
}

int main(int count, char **words)
{
	static struct fake fake;
	static struct web_settings settings = { .loopback = true };
	uint16_t port = 0;
	sigset_t end;
	int status;

	options_read(count, words, &fake, &settings, &port);
	accounts_make(&fake);
	settings.listen_fd = listen_at(&port);
	web_begin(&fake, &settings);
	close(settings.listen_fd);
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigaddset(&end, SIGINT);
	fake.loop = loop_new();
	if (!fake.loop || !fake.web || !fake.warden ||
	    !loop_signals(fake.loop, &end, signal_arrived, &fake) ||
	    !loop_every(fake.loop, USEC_PER_SEC, second_passed, &fake) ||
	    !loop_watch(fake.loop, ipc_fd(fake.web), LOOP_READ, web_ready, &fake))
		fail("loop");
	if (!loop_watch(fake.loop, STDIN_FILENO, LOOP_READ, input_ready, &fake))
		fprintf(stderr, "fake_keeper: standard input is not read\n");
	printf("%s://127.0.0.1:%u/ pid %d\n", settings.tls_cert ? "https" : "http", port,
	       (int)fake.pid);
	fflush(stdout);
	if (!loop_run(fake.loop))
		fail("epoll");
	kill(fake.pid, SIGTERM);
	if (waitpid(fake.pid, &status, 0) != fake.pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0) {
		fprintf(stderr, "fake_keeper: the web process did not end well\n");
		return 1;
	}
	return 0;
}
