/*
 * overhear_line.h - overheard mail on its way to the process that has it examined, and back as alerts.
 *
 * In one thread, which owns the loop. What is under way when that process dies is not asked again.
 */
#ifndef OVERHEAR_OVERHEAR_LINE_H
#define OVERHEAR_OVERHEAR_LINE_H

#include "overhear/overhear.h"
#include "process/loop.h"

struct overhear_line;

struct overhear_line_settings {
	struct overhear *overhear; /* borrowed, like the loop */
	struct loop *loop;
	void (*alert)(void *whom, const struct alert *alert);
	void *whom;
};

/* NULL: no memory. Lives as long as its process. */
struct overhear_line *overhear_line_new(const struct overhear_line_settings *settings);

/* A channel to the process, of which it takes the descriptor. */
void overhear_line_join(struct overhear_line *line, int fd);

/* Several times a second: asks for what has come. Returns how many were lost since the last call. */
uint64_t overhear_line_turn(struct overhear_line *line);

#endif
