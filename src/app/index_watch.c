/* index_watch.c - opens, checks and offers new index files beside the reader of packets. */
#include "app/index_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY 500000000L /* nanoseconds, below a second */

struct index_watch {
	struct index_watch_settings settings;
	struct index *current;            /* the reader's */
	struct index *_Atomic offered;    /* checked, not taken yet */
	struct index *_Atomic given_back; /* to be closed */
	uint32_t taken;
	struct file_identity seen; /* the thread's: the last that was looked into, good or bad */

	pthread_t thread;
	bool following;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	bool quit;
	int handed; /* an open file; -1: none */
	uint32_t refused;
	char trouble[RUN_INDEX_TROUBLE], told[RUN_INDEX_TROUBLE];
};

struct file_identity file_identity(const struct stat *stat)
{
	return (struct file_identity){ stat->st_dev, stat->st_ino, stat->st_size, stat->st_ctim };
}

bool file_is_shared(const struct stat *stat)
{
	return stat->st_mode & (S_IWGRP | S_IWOTH);
}

bool file_identity_equal(const struct file_identity *a, const struct file_identity *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Sets what is wrong, for the report. */
static void watch_trouble(struct index_watch *w, const char *what)
{
	pthread_mutex_lock(&w->lock);
	snprintf(w->trouble, sizeof(w->trouble), "%s", what);
	pthread_mutex_unlock(&w->lock);
}

static const char *trouble_of(enum err err)
{
	switch (err) {
	case ERR_EMPTY:
	case ERR_TRUNCATED:
		return "it is cut short";
	case ERR_UNSUPPORTED:
		return "it is of another version: build it again with 'hinomi intel import'";
	case ERR_MEMORY:
		return "not enough memory";
	case ERR_READ:
	case ERR_OPEN:
		return strerror(errno);
	default:
		return "it is damaged, or no index: build it again with 'hinomi intel import'";
	}
}

static bool others_may_write(const struct stat *stat)
{
	return (stat->st_uid != 0 && stat->st_uid != geteuid()) || file_is_shared(stat);
}

/* The file at the path, or the one that was handed; -1: none, and *trouble why. */
static int watch_file(struct index_watch *w, const char **trouble)
{
	int fd;

	if (w->settings.path) {
		fd = open(w->settings.path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno != ENOENT)
			*trouble = strerror(errno);
		return fd;
	}
	pthread_mutex_lock(&w->lock);
	fd = w->handed;
	w->handed = -1;
	pthread_mutex_unlock(&w->lock);
	if (fd < 0 && w->seen.inode)
		*trouble = NULL; /* nothing new */
	return fd;
}

/* Opens what is there, unless it was looked into before. `whole`: checks all of it. NULL: nothing new, or
 * nothing that can be used. */
static struct index *watch_open(struct index_watch *w, bool whole)
{
	const char *trouble = "there is none: make one with 'hinomi intel import'";
	struct index *index = NULL;
	struct file_identity now;
	struct stat stat;
	enum err err;
	int fd = watch_file(w, &trouble);

	if (fd < 0 || fstat(fd, &stat) != 0) {
		if (trouble)
			watch_trouble(w, fd < 0 ? trouble : strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	now = file_identity(&stat);
	if (file_identity_equal(&now, &w->seen)) {
		close(fd);
		return NULL;
	}
	w->seen = now;
	err = index_open_fd(fd, &index);
	if (err == OK && whole)
		err = index_check(index);
	close(fd);
	if (err == OK && !(w->settings.strict && others_may_write(&stat))) {
		watch_trouble(w, "");
		return index;
	}
	watch_trouble(w, err != OK ? trouble_of(err)
				   : "not trusted: other users can write it, or own it");
	index_close(index);
	pthread_mutex_lock(&w->lock);
	w->refused++;
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Waits; false: it is over. */
static bool watch_wait(struct index_watch *w)
{
	struct timespec until;
	bool quit;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_EVERY;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&w->lock);
	while (!w->quit && pthread_cond_timedwait(&w->wake, &w->lock, &until) == 0)
		;
	quit = w->quit;
	pthread_mutex_unlock(&w->lock);
	return !quit;
}

static void *watch_main(void *whom)
{
	struct index_watch *w = whom;

	while (watch_wait(w)) {
		struct index *fresh;

		index_close(atomic_exchange(&w->given_back, NULL));
		fresh = watch_open(w, true);
		if (fresh) /* one that was not taken in between is out of date */
			index_close(atomic_exchange(&w->offered, fresh));
	}
	return NULL;
}

struct index_watch *index_watch_new(const struct index_watch_settings *settings)
{
	struct index_watch *w = calloc(1, sizeof(*w));
	pthread_condattr_t clock;

	if (!w)
		return NULL;
	w->settings = *settings;
	w->handed = -1;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &clock);
	pthread_condattr_destroy(&clock);
	w->current = watch_open(w, false);
	return w;
}

bool index_watch_follow(struct index_watch *w)
{
	w->following = pthread_create(&w->thread, NULL, watch_main, w) == 0;
	return w->following;
}

void index_watch_hand(struct index_watch *w, int fd)
{
	int before;

	pthread_mutex_lock(&w->lock);
	before = w->handed;
	w->handed = fd;
	pthread_mutex_unlock(&w->lock);
	if (before >= 0)
		close(before);
}

const struct index *index_watch_take(struct index_watch *w)
{
	struct index *fresh;

	if (!atomic_load_explicit(&w->offered, memory_order_relaxed))
		return w->current;
	fresh = atomic_exchange(&w->offered, NULL);
	if (!fresh)
		return w->current;
	/* Closed here only when two were taken within one look of the thread. */
	index_close(atomic_exchange(&w->given_back, w->current));
	w->current = fresh;
	w->taken++;
	return w->current;
}

void index_watch_report(struct index_watch *w, struct run_index *run)
{
	*run = (struct run_index){ .path = w->settings.path, .taken = w->taken };
	if (w->current) {
		struct index_facts facts = index_facts(w->current);

		run->used = true;
		run->values = facts.values;
		run->built = facts.built;
	}
	pthread_mutex_lock(&w->lock);
	run->refused = w->refused;
	snprintf(w->told, sizeof(w->told), "%s", w->trouble);
	pthread_mutex_unlock(&w->lock);
	run->trouble = w->told;
}

void index_watch_free(struct index_watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->quit = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	if (w->following)
		pthread_join(w->thread, NULL);
	index_close(w->current);
	index_close(atomic_load(&w->offered));
	index_close(atomic_load(&w->given_back));
	if (w->handed >= 0)
		close(w->handed);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
