/* process.c - what all processes of the tower share: names, frames taken apart, lines of the log. */
#include "tower/process.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE 512

const char *process_name(enum process process)
{
	static const char *const names[PROCESSES] = { "keeper", "sensor", "web", "teller", "mail", "milter",
							    "backup", "site" };

	return names[process];
}

bool frame_take(const struct ipc_frame *frame, void *into, size_t size)
{
	if (frame->body.len != size)
		return false;
	memcpy(into, frame->body.ptr, size);
	return true;
}

static bool text_ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

/* As bytes: a bool that is neither 0 nor 1 may not even be looked at. */
static bool is_bool(const bool *value)
{
	uint8_t byte;

	memcpy(&byte, value, sizeof(byte));
	return byte <= 1;
}

bool order_take(const struct ipc_frame *frame, struct order *order)
{
	const struct action *action = &order->action;

	return frame_take(frame, order, sizeof(*order)) && action->id && (unsigned)action->verb < ACTION_VERBS &&
	       (unsigned)action->hand < HANDS && is_bool(&action->automatic) && is_bool(&action->rehearse) &&
	       !action->rehearse && text_ends(action->reason, sizeof(action->reason)) &&
	       text_ends(action->owner, sizeof(action->owner)) && filter_sound(&action->filter) &&
	       order->remains > 0 && order->remains <= ORDER_LONGEST;
}

/* In one write, so that the lines of several processes do not mix. */
void process_log(const char *who, const char *format, ...)
{
	char line[LINE];
	va_list arguments;
	int n = snprintf(line, sizeof(line), "hinomi[%s]: ", who), more;

	va_start(arguments, format);
	more = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, arguments);
	va_end(arguments);
	if (more < 0)
		return;
	n += more;
	if (n > LINE - 2)
		n = LINE - 2;
	for (int i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nobody reads it: nobody to tell */
}
