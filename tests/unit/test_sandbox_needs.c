/*
 * test_sandbox_needs.c - what each role must be able to do in its sandbox, with the libraries it
 * uses.
 */
#include "identity_test.h"
#include "sandbox_test.h"

#include "process/ipc.h"
#include "process/loop.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define THREADS 4
#define LARGE   ((size_t)8 << 20)

#define need(holds)                                                                                \
	do {                                                                                       \
		if (!(holds)) {                                                                    \
			fprintf(stderr, "line %d: not so: %s (%s)\n", __LINE__, #holds,            \
				strerror(errno));                                                  \
			return false;                                                              \
		}                                                                                  \
	} while (0)

static struct sandbox_wish wish_of(enum sandbox_role role)
{
	return (struct sandbox_wish){ .role = role, .uid = sandbox_user(), .gid = sandbox_user() };
}

static int setup(void **state)
{
	(void)state;
	sandbox_folder();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sandbox_folders_remove();
	return 0;
}

static void tick(void *whom, int64_t now)
{
	(void)now;
	loop_stop(whom);
}

/* A loop that is made only now, its timer, memory, the clock, a message on stderr. */
static bool live_on(void)
{
	struct loop *loop = loop_new();
	struct timespec moment = { 0, 1000 };
	time_t now = time(NULL);
	char *large = malloc(LARGE);
	struct tm parts;

	need(loop && loop_every(loop, 1000, tick, loop) && loop_run(loop));
	loop_free(loop);
	need(large);
	memset(large, 1, LARGE);
	large = realloc(large, 2 * LARGE);
	need(large);
	free(large);
	need(localtime_r(&now, &parts));
	need(clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL) == 0);
	need(sysconf(_SC_NPROCESSORS_ONLN) > 0);
	fprintf(stderr, "still there\n");
	return true;
}

static void *work(void *whom)
{
	char *memory = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	pthread_setname_np(pthread_self(), "worker");
	if (memory == MAP_FAILED)
		return NULL;
	madvise(memory, LARGE, MADV_HUGEPAGE);
	memset(memory, 1, LARGE);
	for (unsigned i = 0; i < 100; i++) {
		sched_yield();
		free(malloc(i * 1000));
	}
	munmap(memory, LARGE);
	return whom;
}

static bool work_in_threads(void)
{
	pthread_t threads[THREADS];

	for (unsigned i = 0; i < THREADS; i++)
		need(pthread_create(&threads[i], NULL, work, threads) == 0);
	for (unsigned i = 0; i < THREADS; i++) {
		void *result;

		need(pthread_join(threads[i], &result) == 0 && result == threads);
	}
	return true;
}

/* What a sensor is given: its channel, and what it captures from. */
struct sensor {
	struct ipc *channel;
	int capture, xdp; /* -1: not allowed here */
};

static bool take_frame(void *whom, const struct ipc_frame *frame)
{
	unsigned *frames = whom;

	*frames += frame->type == 1 && frame->body.len == 4;
	return true;
}

static bool be_sensor(void *whom)
{
	struct sensor *sensor = whom;
	struct tpacket_stats_v3 counts;
	struct xdp_statistics xdp_counts;
	socklen_t len = sizeof(counts), xdp_len = sizeof(xdp_counts);
	struct span body = { (const uint8_t *)"body", 4 };
	unsigned frames = 0;

	need(live_on() && work_in_threads());
	need(ipc_read(sensor->channel, take_frame, &frames) == OK && frames == 1);
	need(ipc_send(sensor->channel, 1, body, -1) == OK && ipc_waiting(sensor->channel) == 0);
	if (sensor->capture >= 0)
		need(getsockopt(sensor->capture, SOL_PACKET, PACKET_STATISTICS, &counts, &len) ==
		     0);
	if (sensor->xdp >= 0) {
		need(getsockopt(sensor->xdp, SOL_XDP, XDP_STATISTICS, &xdp_counts, &xdp_len) == 0);
		need(recvfrom(sensor->xdp, NULL, 0, MSG_DONTWAIT, NULL, NULL) < 0 && errno == ENXIO);
	}
	return true;
}

static void test_sensor(void **state)
{
	struct sandbox_wish wish = wish_of(SANDBOX_SENSOR);
	struct sensor sensor = { .capture = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0),
				 .xdp = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0) };
	int mute[] = { sensor.capture, sensor.xdp, -1 };
	struct span body = { (const uint8_t *)"body", 4 };
	struct ipc *other;
	unsigned frames = 0;
	int ends[2];

	(void)state;
	assert_true(ipc_pair(ends));
	sensor.channel = ipc_new(ends[0], 1000, false);
	other = ipc_new(ends[1], 1000, false);
	assert_int_equal(ipc_send(other, 1, body, -1), OK);
	wish.mute = mute;
	assert_int_equal(sandbox_try(&wish, be_sensor, &sensor), DID);
	assert_int_equal(ipc_read(other, take_frame, &frames), OK);
	assert_int_equal(frames, 1);
	ipc_free(sensor.channel);
	ipc_free(other);
	if (sensor.capture >= 0)
		close(sensor.capture);
	if (sensor.xdp >= 0)
		close(sensor.xdp);
}

static bool be_aborted(void *whom)
{
	(void)whom;
	abort();
}

/* A fault of our own is seen as what it is, not as an attack. */
static void test_abort(void **state)
{
	(void)state;
	for (unsigned role = 0; role < SANDBOX_ROLES; role++) {
		struct sandbox_wish wish = wish_of(role);
		int status;
		pid_t pid = sandbox_start(&wish, be_aborted, NULL);

		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

static bool runs(sqlite3 *store, const char *sql)
{
	char *trouble = NULL;
	int rc = sqlite3_exec(store, sql, NULL, NULL, &trouble);

	if (rc != SQLITE_OK)
		fprintf(stderr, "%s: %s\n", sql, trouble);
	return rc == SQLITE_OK;
}

/* A database in WAL, growing, copied while it is in use, checked, made smaller, begun again. */
static bool keep(const char *folder)
{
	char path[128], copy_path[128];
	sqlite3 *store, *copy;
	sqlite3_backup *backup;
	int log, checkpointed;

	snprintf(path, sizeof(path), "%s/store.db", folder);
	snprintf(copy_path, sizeof(copy_path), "%s/copy.db", folder);
	need(sqlite3_open(path, &store) == SQLITE_OK);
	need(runs(store,
		  "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=1000000; "
		  "PRAGMA temp_store=MEMORY;"
		  "CREATE TABLE IF NOT EXISTS t (a, b); CREATE INDEX IF NOT EXISTS i ON t (b)"));
	for (unsigned i = 0; i < 20; i++)
		need(runs(store,
			  "BEGIN; INSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT "
			  "x+1 FROM n LIMIT 500) SELECT x, randomblob(200) FROM n; COMMIT"));
	need(sqlite3_open(copy_path, &copy) == SQLITE_OK);
	backup = sqlite3_backup_init(copy, "main", store, "main");
	need(backup && sqlite3_backup_step(backup, -1) == SQLITE_DONE);
	need(sqlite3_backup_finish(backup) == SQLITE_OK && sqlite3_close(copy) == SQLITE_OK);
	need(sqlite3_wal_checkpoint_v2(store, NULL, SQLITE_CHECKPOINT_TRUNCATE, &log,
				       &checkpointed) == SQLITE_OK);
	need(runs(store, "DELETE FROM t WHERE a > 10; VACUUM;"
			 "PRAGMA integrity_check; SELECT * FROM t ORDER BY b"));
	need(sqlite3_close(store) == SQLITE_OK);
	need(unlink(copy_path) == 0);
	return true;
}

static bool be_keeper(void *whom)
{
	char from[128], to[128];
	int fd;

	need(live_on() && work_in_threads());
	need(keep(whom) && keep(whom));
	snprintf(from, sizeof(from), "%s/events.json", (char *)whom);
	snprintf(to, sizeof(to), "%s/events.json.1", (char *)whom);
	fd = open(from, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	need(fd >= 0 && write(fd, "{}\n", 3) == 3 && fsync(fd) == 0 && close(fd) == 0);
	need(rename(from, to) == 0);
	snprintf(from, sizeof(from), "%s/part", (char *)whom);
	need(mkdir(from, 0700) == 0 && rmdir(from) == 0);
	fd = open(whom, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	need(fd >= 0 && fsync(fd) == 0);
	return true;
}

static void test_keeper(void **state)
{
	struct sandbox_wish wish = wish_of(SANDBOX_KEEPER);

	(void)state;
	wish.write = sandbox_folder();
	assert_int_equal(sandbox_try(&wish, be_keeper, (void *)sandbox_folder()), DID);
	sandbox_folders_remove();
	sandbox_folder();
	wish.uid = 0; /* who it is */
	wish.write = sandbox_folder();
	if (geteuid() == 0)
		assert_int_equal(chown(wish.write, 0, 0), 0);
	assert_int_equal(sandbox_try(&wish, be_keeper, (void *)sandbox_folder()), DID);
}

struct web {
	int listening, end[2]; /* end: a pipe, closed when it is over */
	const struct identity *identity;
};

static enum MHD_Result answer(void *whom, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **request)
{
	static char hello[] = "hello";
	struct MHD_Response *response;
	enum MHD_Result result;

	(void)whom, (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
	(void)request;
	response = MHD_create_response_from_buffer(5, hello, MHD_RESPMEM_PERSISTENT);
	result = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return result;
}

/* The daemon begins in the sandbox, with threads and TLS: more than web needs. */
static bool be_web(void *whom)
{
	struct web *web = whom;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_TLS;
	char byte, hash[crypto_pwhash_STRBYTES];
	struct MHD_Daemon *daemon;

	need(live_on() && work_in_threads());
	need(sodium_init() >= 0);
	need(crypto_pwhash_str(hash, "secret", 6, crypto_pwhash_OPSLIMIT_MIN,
			       crypto_pwhash_MEMLIMIT_MIN) == 0);
	daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, NULL, MHD_OPTION_LISTEN_SOCKET,
				  web->listening, MHD_OPTION_HTTPS_MEM_KEY, web->identity->key,
				  MHD_OPTION_HTTPS_MEM_CERT, web->identity->certificate,
				  MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_END);
	need(daemon);
	need(close(web->end[1]) == 0 && read(web->end[0], &byte, 1) == 0);
	MHD_stop_daemon(daemon);
	return true;
}

/* Asks web, with the certificates of a file (NULL: the system's). */
static CURLcode ask(unsigned short port, const char *ca_file)
{
	CURL *curl = curl_easy_init();
	char url[64];
	long status = 0;
	CURLcode code;

	snprintf(url, sizeof(url), "https://localhost:%u/", port);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
	if (ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	return code == CURLE_OK && status != 200 ? CURLE_HTTP_RETURNED_ERROR : code;
}

struct teller {
	unsigned short port;
	char ca_file[128];
};

static bool resolves(const char *name)
{
	struct addrinfo *found = NULL, hints = { .ai_socktype = SOCK_STREAM };
	int rc = getaddrinfo(name, "https", &hints, &found);

	if (found)
		freeaddrinfo(found);
	return rc == 0;
}

static bool be_teller(void *whom)
{
	struct teller *teller = whom;
	CURLcode code;

	need(live_on() && work_in_threads());
	need(resolves("localhost"));
	need(!resolves("tower.invalid")); /* asks a name server, if there is one */
	code = ask(teller->port, NULL);
	need(code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE);
	need(ask(teller->port, teller->ca_file) == CURLE_OK);
	return true;
}

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

/* A teller's request, verified with a certificate that it may read, answered by web: both inside.
 */
static void test_web_and_teller(void **state)
{
	struct sandbox_wish web_wish = wish_of(SANDBOX_WEB), teller_wish = wish_of(SANDBOX_TELLER);
	struct identity identity;
	struct teller teller;
	const char *reads[] = { teller.ca_file, NULL };
	struct web web = { .identity = &identity };
	pid_t pid;

	(void)state;
	setenv("RES_OPTIONS", "timeout:1 attempts:1", 1);
	identity_make(&identity);
	snprintf(teller.ca_file, sizeof(teller.ca_file), "%s/ca.pem", sandbox_folder());
	write_file(teller.ca_file, identity.certificate);
	web.listening = sandbox_listen(&teller.port);
	assert_int_equal(pipe2(web.end, O_CLOEXEC), 0);
	pid = sandbox_start(&web_wish, be_web, &web);
	teller_wish.read = reads;
	close(web.end[0]);
	assert_int_equal(sandbox_try(&teller_wish, be_teller, &teller), DID);
	close(web.end[1]);
	close(web.listening);
	assert_int_equal(sandbox_end(pid), DID);
}

extern char **environ;

/* The exit status of a script; -1: it did not end so. */
static int script(const char *text)
{
	char shell[] = "/bin/sh", option[] = "-c", body[256];
	char *words[] = { shell, option, body, NULL };
	int status;
	pid_t pid;

	snprintf(body, sizeof(body), "%s", text);
	if (posix_spawn(&pid, shell, NULL, NULL, words, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool be_runner(void *whom)
{
	(void)whom;
	need(live_on() && work_in_threads());
	need(script("exit 7") == 7);
	need(script("echo a | sed s/a/b/ | grep -q b && date >/dev/null && sleep 0.01") == 0);
	need(script("sleep 60 & kill $! && ! wait $!") == 0);
	need(script("cat /etc/passwd 2>/dev/null") == 1);
	need(script("(echo >/tmp/hinomi-never) 2>/dev/null") != 0);
	return true;
}

static void test_runner(void **state)
{
	struct sandbox_wish wish = wish_of(SANDBOX_TELLER);

	(void)state;
	wish.may_exec = true;
	assert_int_equal(sandbox_try(&wish, be_runner, NULL), DID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sensor), TEST(test_abort),          TEST(test_keeper),
		TEST(test_runner), TEST(test_web_and_teller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
