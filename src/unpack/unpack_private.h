/* unpack_private.h - what the readers of archives share. */
#ifndef UNPACK_UNPACK_PRIVATE_H
#define UNPACK_UNPACK_PRIVATE_H

#include "format/zip.h"
#include "unpack/unpack.h"

/* --- unpack_path.c: where names lead --- */

#define UNPACK_NAME 4096 /* bytes of a name, as UTF-8: more is left out */

/* A name as UTF-8, which archives do not always say that it is; may lie in the arena. */
struct span unpack_text(struct exam *e, struct span name, bool utf8);

/* Judges where a name leads: out of the folder that is unpacked to, or beside a file (streams of NTFS). */
void unpack_path(struct exam *e, const struct part *part, struct span name);
/* The same for a symbolic link and what it points to. */
void unpack_link(struct exam *e, const struct part *part, struct span name, struct span target);

/* --- unpack_names.c: names beside each other --- */

/* The names of the files in one archive: a table in the arena. */
struct unpack_names {
	struct span *slots;
	uint32_t mask, left; /* size - 1; names that still fit */
	bool crowded;        /* a name found no place */
};
void unpack_names_open(struct unpack_names *names, uint32_t count, struct arena *arena);
/* True: the very same name is there already. The name must stay. */
bool unpack_names_add(struct unpack_names *names, struct span name);
/* Judges files that have the name of a folder, of which Windows' programs run what is in the folder; and scripts, which
 * mean something where there is little else. */
void unpack_names_judge(const struct unpack_names *names, struct exam *e, const struct part *part);

/* --- unpack_entry.c --- */

/* Hands a file of an archive on; `packed`: how many bytes it was, 0 where nobody knows. `cut`: there would be more. */
struct unpacked {
	struct span name, bytes;
	uint64_t packed;
	bool cut, unlocked;
};
void unpack_entry(struct exam *e, const struct part *part, const struct unpacked *file);
/* The same for one whose bytes cannot be had: its name is judged. */
void unpack_closed(struct exam *e, const struct part *part, struct span name);

/* --- judge_name.c --- */

/* What a click on a file of that name does. */
enum unpack_click {
	CLICK_NOTHING, CLICK_PROGRAM, CLICK_SCRIPT, CLICK_SHORTCUT, CLICK_IMAGE,
	CLICK_OTHER, /* archives of programs have them by right */
	CLICK_LURE,  /* hardly anybody puts them into an archive, but to have them clicked */
};
enum unpack_click unpack_click(struct span name);
/* Whether its extension is one of the words, which have blanks around them: " js css ". */
bool unpack_ends_in(struct span name, const char *endings);

/* --- unpack_lock.c: passwords --- */

struct unpack_lock {
	struct span password;    /* the last one that opened a file; empty: none did */
	bool mailed;             /* it stands in the mail's text */
	uint32_t opened, closed; /* files, or what holds several */
};
/* A password to try: those of the mail's text come first. */
struct unpack_try {
	unsigned next; /* 0 before the first */
	struct span password;
	bool mailed;
};
/* False: there are no more. */
bool unpack_try_next(const struct exam *e, struct unpack_try *try);
/* It was the one. */
void unpack_lock_opened(struct unpack_lock *lock, const struct unpack_try *try);
/* As zip_unpack(), with the passwords that there are. */
enum err unpack_unlock(struct exam *e, const struct zip_entry *entry, struct unpack_lock *lock, size_t room,
		       struct span *bytes);
/* What came of it, once all files were tried. */
void unpack_lock_tell(const struct unpack_lock *lock, struct exam *e, const struct part *part);

#endif
