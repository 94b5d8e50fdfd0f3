/*
 * keyword.h - whether a page has the text that it must have, in whichever charset of Japan it is written.
 */
#ifndef FARE_KEYWORD_H
#define FARE_KEYWORD_H

#include "base/span.h"

#include <stdbool.h>

/* `keyword`: UTF-8; "" is in every page. As it stands in the page's source, without a mark-up in its middle. */
bool site_keyword_found(struct span page, const char *keyword);

#endif
