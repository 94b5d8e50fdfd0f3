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

#endif
