/*
 * exports.h - actions as other programs want them, as text: one form for all actions of an attack.
 *
 * What a form cannot say exactly is left out, and a line that begins with '#' says so.
 */
#ifndef ACTION_EXPORTS_H
#define ACTION_EXPORTS_H

#include "action/action.h"

#include <stddef.h>
#include <stdio.h>

/* A table for `nft -f`. */
void exports_nft(FILE *out, const struct action *all, size_t count);
/* A line for each: the words behind `gobgp global rib -a ipv4-flowspec add` (or ipv6-flowspec). */
void exports_flowspec(FILE *out, const struct action *all, size_t count);
/* One expression for tcpdump that matches what any of them does. */
void exports_bpf(FILE *out, const struct action *all, size_t count);
/* The rules of the XDP program as a JSON array. */
void exports_xdp(FILE *out, const struct action *all, size_t count);

#endif
