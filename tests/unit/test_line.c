/* test_line.c - what the watches without packets tell the keeper: the newest of each, again to a new keeper, bounded. */
#include "lookout/line.h"

#include "policy/tower.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

/* Both ends in one process: the line's loop runs until its own turn says stop. */
struct world {
	struct line *line;
	struct ipc *warden, *keeper; /* our ends */
	unsigned turns, stop_at;
	enum level level;
	char request[64];
	char heard[512];
};

static void take_level(void *whom, enum level level)
{
	((struct world *)whom)->level = level;
}

static void take_request(void *whom, struct span json)
{
	snprintf(((struct world *)whom)->request, 64, "%.*s", (int)json.len, (const char *)json.ptr);
}

static void turn(void *whom, usec_t now)
{
	struct world *w = whom;

	(void)now;
	if (++w->turns >= w->stop_at)
		loop_stop(line_loop(w->line));
}

static bool hear(void *whom, const struct ipc_frame *frame)
{
	struct world *w = whom;
	const uint8_t *p = frame->body.ptr;

	assert_int_equal(frame->type, FRAME_WATCHED);
	assert_true(frame->body.len >= 3u + p[2]);
	text_append(w->heard, sizeof(w->heard), "%u%c%.*s=%.*s;", p[0], p[1] == WATCHED_GONE ? '-' : '+', p[2],
		    (const char *)p + 3, (int)(frame->body.len - 3 - p[2] > 20 ? 20 : frame->body.len - 3 - p[2]),
		    (const char *)p + 3 + p[2]);
	return true;
}

static void new_keeper(struct world *w)
{
	int fds[2];
	uint8_t level = LEVEL_HIGH;

	ipc_free(w->keeper);
	assert_true(ipc_pair(fds));
	w->keeper = ipc_new(fds[0], 8u << 20, false);
	assert_int_equal(ipc_send(w->warden, TOWER_KEEPER, (struct span){ NULL, 0 }, fds[1]), OK);
	assert_int_equal(ipc_send(w->keeper, FRAME_LEVEL, (struct span){ &level, 1 }, -1), OK);
	close(fds[1]);
}

/* A few turns of the line, and what came of it. */
static const char *hear_after(struct world *w, unsigned turns)
{
	w->heard[0] = '\0';
	w->turns = 0;
	w->stop_at = turns;
	assert_true(line_run(w->line));
	assert_int_equal(ipc_read(w->keeper, hear, w), OK);
	return w->heard;
}

static struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof(*w));
	int fds[2];

	assert_non_null(w);
	assert_true(ipc_pair(fds));
	w->warden = ipc_new(fds[0], 1u << 20, true);
	w->line = line_new("test", fds[1], &(struct line_calls){ w, take_level, take_request, NULL, turn });
	assert_non_null(w->line);
	return w;
}

static void tell(struct world *w, const char *name, const char *json)
{
	line_tell(w->line, WATCHED_SITE, name, text_span(json));
}

static void test_line(void **state)
{
	struct world *w = world_new();
	static char large[WATCHED_JSON + 2];

	(void)state;
	tell(w, "a", "{1}");
	tell(w, "a", "{2}"); /* before anybody hears: only the newest */
	new_keeper(w);
	assert_string_equal(hear_after(w, 2), "3+a={2};");
	assert_int_equal(w->level, LEVEL_HIGH);
	assert_string_equal(hear_after(w, 2), ""); /* once is enough */

	tell(w, "a", "{3}");
	line_tell(w->line, WATCHED_BACKUP, "a", text_span("{b}"));
	line_gone(w->line, WATCHED_SITE, "a");
	assert_non_null(strstr(hear_after(w, 2), "3-a=;"));
	assert_non_null(strstr(w->heard, "0+a={b};"));

	assert_int_equal(ipc_send(w->keeper, FRAME_WATCH_DO, text_span("{\"do\":\"check\"}"), -1), OK);
	hear_after(w, 2);
	assert_string_equal(w->request, "{\"do\":\"check\"}");

	new_keeper(w); /* who knows nothing */
	assert_string_equal(hear_after(w, 2), "0+a={b};");

	memset(large, 'x', watched_most(WATCHED_SITE) + 1); /* the keeper would drop it */
	tell(w, "large", large);
	assert_string_equal(hear_after(w, 2), "");
	large[watched_most(WATCHED_SITE)] = '\0';
	tell(w, "whole", large);
	assert_string_equal(hear_after(w, 2), "3+whole=xxxxxxxxxxxxxxxxxxxx;");
	memset(large, 'x', sizeof(large) - 1);
	tell(w, "large", large);
	assert_string_equal(hear_after(w, 2), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_line) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
