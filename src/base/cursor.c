/* cursor.c - the zeros that a failed read yields. */
#include "base/cursor.h"

const uint8_t cur_zeros[CUR_TAKE_MAX];
