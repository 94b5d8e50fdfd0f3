/*
 * deed.h - what a script of a page does, by the names that it calls, and the addresses that it puts together.
 *
 * For scripts that script_fold() folded as JavaScript: all their strings stand in double quotes, and hold none.
 * Nothing is run: names say what a script can do, not whether it does.
 */
#ifndef MARKUP_DEED_H
#define MARKUP_DEED_H

#include "exam/arena.h"

#include <stdbool.h>

enum deed {                     /* bits */
	    DEED_RUNS = 1,      /* a text as a program */
	    DEED_RUNS_SENT = 2, /* ... that a host answered */
	    DEED_FETCHES = 4,   /* another script */
	    DEED_SENDS = 8,     /* something to a host */
	    DEED_TAPS = 16,     /* hears what is typed, and reads it */
	    DEED_PUTS = 32,     /* an element into the page */
};
unsigned script_deeds(struct span folded);

#define DEED_UNKNOWN 0x01 /* stands for what a variable holds */

/* An address that is put together where `expression` begins: its strings in turn (also of a list that is joined), with
 * DEED_UNKNOWN where there is a variable. Empty: it is no expression of strings. In the arena. */
struct span script_address(struct span expression, struct arena *arena);

/* The next list of numbers that are letters ("[104, 116, ...]"), as a text in the arena. False: there is no more. */
bool script_numbers(struct span *rest, struct arena *arena, struct span *text);

/* Whether a string is a host's name, as scripts hold it apart from its "https://": "cdn.example.top/x.js". */
bool is_bare_host(struct span string);

#endif
