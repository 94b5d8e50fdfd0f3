/*
 * spawn.h - begins another program: fixed words that no shell reads, nothing of our environment, three
 * descriptors and no other, signals as at the start, and a group of its own, so that its children can be ended
 * with it.
 */
#ifndef PROCESS_SPAWN_H
#define PROCESS_SPAWN_H

#include <sys/types.h>

/* The first of the words is its path, NULL ends them; `fds` are its standard input, output and error. 0, or an
 * errno: then *pid is as it was. */
int spawn_program(const char *const *words, const int fds[3], pid_t *pid);

/* A program that must not outlive us, for work that takes long. */
struct spawn_tied {
	const char *const *words;       /* as above */
	const char *const *environment; /* "NAME=VALUE", NULL-ended */
	const char *folder;             /* to begin in; NULL: ours */
	int fds[3];
};

/* In a session of its own, so that it has no terminal to ask for passwords. The kernel kills it when the thread that
 * calls this ends, however that ends (PR_SET_PDEATHSIG, prctl(2)); it dumps no core, which would hold its secrets.
 * 0, or an errno: then *pid is as it was. */
int spawn_tied(const struct spawn_tied *spawn, pid_t *pid);

#endif
