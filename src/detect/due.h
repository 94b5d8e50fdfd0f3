/* due.h - judging every so often in packet time, instead of in every window. */
#ifndef DETECT_DUE_H
#define DETECT_DUE_H

#include "model/obs.h"

/* Whether `every` has passed since *judged, time went backwards, or the input ends; *judged becomes
 * the window's end then. */
static inline bool window_is_due(const struct window *window, usec_t *judged, usec_t every)
{
	if (!window->last && window->end >= *judged && window->end - *judged < every)
		return false;
	*judged = window->end;
	return true;
}

#endif
