/*
 * talk_capture.h - a capture's TCP conversations before the stream parsers, each before the one
 * that recognises its first bytes. Reads with libpcap and puts segments in order in the simplest
 * way.
 */
#ifndef UNIT_TALK_CAPTURE_H
#define UNIT_TALK_CAPTURE_H

#include <stdio.h>

/* Writes what all conversations told, in the order of their beginnings. Returns how many were
 * recognised, or -1 when the capture cannot be read. */
int talk_capture(const char *path, FILE *out);

#endif
