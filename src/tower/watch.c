/* watch.c - the warden's own work: what it hands to the processes, and when. */
#include "tower/watch.h"

#include "tower/process.h"
#include "tower/warden.h"
#include "tower/watch_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char self[] = "warden";

struct tower {
	struct watch watch; /* first: the processes see no more */
	struct warden *warden;
	int eve; /* -1: none */
	struct stat index; /* of the one that was handed last; st_ino 0: none */
	int ring_fds[WATCH_RINGS];
};

/* --- what is handed to processes */

/* An older file moves on by one number, the oldest goes. */
static void eve_rotate(const struct config_eve *config)
{
	char from[CONFIG_PATH + 16], to[CONFIG_PATH + 16];

	for (uint32_t n = config->keep; n > 0; n--) {
		snprintf(to, sizeof(to), "%s.%u", config->file, n);
		if (n > 1)
			snprintf(from, sizeof(from), "%s.%u", config->file, n - 1);
		else
			snprintf(from, sizeof(from), "%s", config->file);
		if (rename(from, to) != 0 && errno != ENOENT)
			process_log(self, "cannot rename %s: %s", from, strerror(errno));
	}
	if (config->keep == 0 && unlink(config->file) != 0)
		process_log(self, "cannot remove %s: %s", config->file, strerror(errno));
}

static bool eve_open(struct tower *t)
{
	const char *path = t->watch.config->eve.file;

	if (t->eve >= 0)
		close(t->eve);
	t->eve = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (t->eve < 0)
		process_log(self, "cannot write the EVE log %s: %s", path, strerror(errno));
	return t->eve >= 0;
}

static void eve_hand(struct tower *t, enum process which)
{
	if (t->eve >= 0)
		warden_send(t->warden, which, FRAME_EVE, (struct span){ NULL, 0 }, t->eve);
}

static void eve_watch(struct tower *t)
{
	const struct config_eve *config = &t->watch.config->eve;
	struct stat is;

	if (t->eve < 0 || fstat(t->eve, &is) != 0 || !config->rotate_bytes ||
	    (uint64_t)is.st_size < config->rotate_bytes)
		return;
	eve_rotate(config);
	if (!eve_open(t))
		return;
	eve_hand(t, PROCESS_SENSOR);
	eve_hand(t, PROCESS_KEEPER);
}

/* Hands over the index when it is another than before; whether it is sound, the sensor finds out. */
static void index_hand(struct tower *t)
{
	const struct config_intel *config = &t->watch.config->intel;
	struct stat is;
	int fd;

	if (!*config->index || (t->index.st_ino && !config->follow) || stat(config->index, &is) != 0 ||
	    (is.st_ino == t->index.st_ino && is.st_dev == t->index.st_dev &&
	     is.st_size == t->index.st_size && is.st_mtime == t->index.st_mtime))
		return;
	if (is.st_mode & (S_IWGRP | S_IWOTH)) {
		process_log(self, "the index %s is not used: others can write it (chmod go-w)", config->index);
		t->index = is;
		return;
	}
	fd = open(config->index, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (warden_send(t->warden, PROCESS_SENSOR, FRAME_INDEX, (struct span){ NULL, 0 }, fd))
		t->index = is;
	close(fd);
}

static void tower_begun(void *whom, enum process which)
{
	struct tower *t = whom;

	if (which == PROCESS_SENSOR || which == PROCESS_KEEPER)
		eve_hand(t, which);
	if (which == PROCESS_SENSOR) {
		t->index.st_ino = 0;
		index_hand(t);
	}
}

static void tower_second(void *whom, int64_t now)
{
	struct tower *t = whom;

	(void)now;
	eve_watch(t);
	index_hand(t);
}

/* --- the beginning and the end */

static bool tower_open(struct tower *t, const struct config *config, const char *replay)
{
	t->watch.config = config;
	t->watch.replay = replay;
	t->watch.since = loop_time();
	t->eve = -1;
	return watch_open_place(&t->watch) && watch_open_rings(&t->watch) &&
	       watch_open_sockets(&t->watch) && (!*config->eve.file || eve_open(t));
}

static void tower_close(struct tower *t)
{
	warden_free(t->warden);
	free(t->watch.tls_certificate);
	free(t->watch.tls_key);
	free(t); /* the descriptors end with the process */
}

static void tell_begin(const struct watch *w)
{
	char text[PREFIX_TEXT];

	process_log(self, "watching with %u worker%s; our own networks are %s%s", w->workers,
		    w->workers == 1 ? "" : "s", prefix_text(&w->home.prefixes[0], text),
		    w->home.count > 1 ? " and more" : "");
	if (w->http >= 0)
		process_log(self, "the page is at %s/", w->page);
}

int watch_run(const struct config *config, const char *replay)
{
	struct tower *t = calloc(1, sizeof(*t));
	int code = 2;

	if (!t)
		return code;
	if (!tower_open(t, config, replay)) {
		tower_close(t);
		return code;
	}
	for (size_t i = 0; i < t->watch.ring_count; i++)
		t->ring_fds[i] = t->watch.rings[i].fd;
	{
		const struct warden_process processes[] = {
			{ PROCESS_KEEPER, keeper_begin, &t->watch.control, 1 },
			{ PROCESS_SENSOR, sensor_begin, t->ring_fds, t->watch.ring_count },
			{ PROCESS_TELLER, teller_begin, NULL, 0 },
			{ PROCESS_WEB, web_begin, &t->watch.http, 1 },
		};
		struct warden_settings settings = {
			.processes = processes,
			.count = t->watch.http >= 0 ? 4 : 3,
			.whom = t,
			.begun = tower_begun,
			.second = tower_second,
		};

		t->warden = warden_new(&settings);
		tell_begin(&t->watch);
		if (t->warden)
			code = warden_run(t->warden);
		else
			process_log(self, "cannot begin: %s", strerror(errno));
		tower_close(t);
	}
	return code;
}
