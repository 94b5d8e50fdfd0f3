/* backup_file.h - the files that `hinomi backup init` makes: the password, and the configuration
 * with one more part. */
#ifndef CMD_BACKUP_FILE_H
#define CMD_BACKUP_FILE_H

#include "policy/repository.h"

#define BACKUP_PASSWORD 64 /* with its NUL */

/* Makes the file with a new password of 160 bits (mode 0600), which `password` gets; one that is
 * there stays, and `password` is "". `must_be`: it has to be there. False: it was told why. */
bool backup_password_make(const char *path, bool must_be, char password[BACKUP_PASSWORD]);

/* The configuration's text with [[backup]] behind it (NULL: as it is; no file is an empty one); the caller frees. NULL: it
 * was told why. */
char *backup_config_with(const char *path, const struct repository *repository);

/* Makes the folder of the configuration where it alone is not there yet, as without the package. False: it was told why. */
bool backup_config_folder(const char *path);

/* In place of the file, whole or not at all; owner and mode stay. False: it was told why. */
bool backup_config_write(const char *path, const char *text);

#endif
