/*
 * picture.c - has headless Chromium take a picture of a page's head.
 *
 * The page may be hostile: the browser gets an empty folder that is deleted afterwards, our environment is not its own,
 * and every name but that of the site leads nowhere, so that a page cannot make it call our inner machines
 * (--host-resolver-rules also holds for addresses). Chromium refuses its own sandbox to root: whoever can, calls this
 * as another user.
 */
#include "deface/picture.h"

#include "base/text.h"
#include "link/link.h"
#include "process/loop.h"
#include "process/spawn.h"
#include "process/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_ROOM  512
#define WORD_ROOM  (PATH_ROOM + 128)
#define WAIT_MOST  600 /* seconds */
#define OWN        "picture-" /* how folders of the browser begin */

/* The program itself first: the other is a script that a shell reads. */
const char *picture_browser(void)
{
	static const char *const paths[] = { "/usr/lib/chromium/chromium", "/opt/google/chrome/chrome",
					     "/usr/bin/chromium", "/usr/bin/google-chrome" };

	for (size_t n = 0; n < sizeof(paths) / sizeof(paths[0]); n++)
		if (!access(paths[n], X_OK))
			return paths[n];
	return NULL;
}

void picture_clean(const char *folder)
{
	DIR *open = opendir(folder);
	const struct dirent *one;
	char path[PATH_ROOM];

	while (open && (one = readdir(open)))
		if (!strncmp(one->d_name, OWN, strlen(OWN)) &&
		    snprintf(path, sizeof(path), "%s/%s", folder, one->d_name) < (int)sizeof(path))
			tree_remove(path);
	if (open)
		closedir(open);
}

/* False: it did not end in time, or not well. */
static bool wait_for(pid_t pid, unsigned seconds)
{
	int64_t until = loop_steady() + (int64_t)seconds * 1000000, left;
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int status = -1;
	bool ended = false;

	while (end.fd >= 0 && !ended && (left = until - loop_steady()) > 0)
		ended = poll(&end, 1, (int)(left / 1000) + 1) == 1;
	kill(-pid, SIGKILL); /* also what it left behind */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (end.fd >= 0)
		close(end.fd);
	return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static enum err run_browser(const char *const *words, unsigned seconds)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), error;
	pid_t pid;

	if (null < 0)
		return ERR_OPEN;
	error = spawn_program(words, (int[]){ null, null, null }, &pid);
	close(null);
	if (error) {
		errno = error;
		return ERR_OPEN;
	}
	return wait_for(pid, seconds < WAIT_MOST ? seconds : WAIT_MOST) ? OK : ERR_LIMIT;
}

/* The one host that may be called, and where it is. */
static void write_rules(char rules[WORD_ROOM], const struct link *link, const struct ip *at)
{
	char address[IP_TEXT];

	if (!at || link->address)
		snprintf(rules, WORD_ROOM, "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE %.*s", (int)link->host.len,
			 (const char *)link->host.ptr);
	else
		snprintf(rules, WORD_ROOM, ip_is_v4(at) ? "--host-resolver-rules=MAP %.*s %s , MAP * ~NOTFOUND"
							: "--host-resolver-rules=MAP %.*s [%s] , MAP * ~NOTFOUND",
			 (int)link->host.len, (const char *)link->host.ptr, ip_text(at, address));
}

/* `what`: the browser, the page, the folder that is the browser's alone, the rules for names. */
static enum err take_into(const char *const what[4], unsigned seconds, uint8_t hash[8])
{
	char data[WORD_ROOM], shot[WORD_ROOM], png[PATH_ROOM + 16];
	const char *words[] = { what[0],
				"--headless=new",
				"--window-size=1280,900",
				"--hide-scrollbars",
				"--disable-gpu",
				"--disable-extensions",
				"--disable-sync",
				"--disable-background-networking",
				"--disable-component-update",
				"--disable-breakpad",
				"--disable-crash-reporter",
				"--disable-quic",
				"--no-first-run",
				"--mute-audio",
				"--ignore-certificate-errors",
				"--virtual-time-budget=5000",
				data,
				shot,
				what[3],
				geteuid() ? "--no-default-browser-check" : "--no-sandbox",
				what[1],
				NULL };
	enum err err;

	snprintf(png, sizeof(png), "%s/head.png", what[2]);
	snprintf(data, sizeof(data), "--user-data-dir=%s/data", what[2]);
	snprintf(shot, sizeof(shot), "--screenshot=%s", png);
	err = run_browser(words, seconds);
	return err ? err : picture_hash(png, hash);
}

/* A host that cannot end the rule it stands in. */
static bool is_plain(struct span host)
{
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] <= ' ' || host.ptr[i] == ',' || host.ptr[i] >= 0x7f)
			return false;
	return host.len > 0;
}

enum err picture_take(const char *browser, const char *url, const struct ip *at, const char *folder, unsigned seconds,
		      uint8_t hash[8])
{
	struct link link;
	char own[PATH_ROOM], rules[WORD_ROOM];
	enum err err;

	if (!link_read(text_span(url), &link) || !(line_is(link.scheme, "http") || line_is(link.scheme, "https")) ||
	    !is_plain(link.host))
		return ERR_FORMAT;
	if (snprintf(own, sizeof(own), "%s/" OWN "XXXXXX", folder) >= (int)sizeof(own))
		return ERR_LIMIT;
	if (!mkdtemp(own))
		return ERR_OPEN;
	write_rules(rules, &link, at);
	err = take_into((const char *const[]){ browser, url, own, rules }, seconds, hash);
	tree_remove(own);
	return err;
}
