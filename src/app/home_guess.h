/*
 * home_guess.h - which networks are ours, when nobody said: inferred from the first packets.
 */
#ifndef APP_HOME_GUESS_H
#define APP_HOME_GUESS_H

#include "model/frame.h"
#include "model/home.h"

/* Fills `home` with what the frames suggest, and the reason in a sentence. It stays empty when
 * nothing is clear; the reason then says so. */
void home_guess(struct home *home, const struct frame *frames, size_t count);

#endif
