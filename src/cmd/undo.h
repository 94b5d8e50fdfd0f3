/* undo.h - `hinomi undo-all --now`: every hand is cleared from here, whether a tower runs or not. */
#ifndef CMD_UNDO_H
#define CMD_UNDO_H

/* `config`, `runtime`: as of `hinomi watch`; NULL: the usual. Exit code; what was done is on standard output. */
int undo_now(const char *config, const char *runtime);

#endif
