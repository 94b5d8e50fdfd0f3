/* secret.h - files that hold one secret: a password, a token, a URL. */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_WHY 120

/* Reads the one line of the file into `room`, with a NUL. False: `why` has what is wrong and the mend;
 * nothing of the secret is in it, and `room` is as it was. A file that anybody but its owner can read,
 * or whose owner is neither root nor who runs, is refused. */
bool secret_read(const char *path, char *room, size_t size, char why[SECRET_WHY]);

#endif
