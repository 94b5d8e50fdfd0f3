/*
 * address.h - who stands in a header field: mailboxes (RFC 5322, 3.4) in all their forms, and what is made of them:
 * groups, comments, quotes, routes, several addresses where one belongs.
 */
#ifndef LETTER_ADDRESS_H
#define LETTER_ADDRESS_H

#include "base/span.h"
#include "exam/arena.h"

#include <stdbool.h>

struct mailbox {
	struct span display; /* UTF-8, encoded words undone; empty: none */
	struct span address; /* as it stands */
	struct span domain;  /* of it, in lower case; empty: it has none */
};

/* Cuts the next mailbox off a list, unfolded or not. False: there is no more. */
bool address_next(struct span *rest, struct arena *arena, struct mailbox *mailbox);

/* The first mailbox of a field as it stands; of long ones the beginning is read. */
struct mailbox address_first(struct span field, struct arena *arena);

/* The first address that stands in a text for people; empty: none. `domain` is as it stands. */
struct span address_in_text(struct span text, struct span *domain);

/* Whether anybody can have a mailbox there for nothing; `domain` in any case. */
bool address_is_free(struct span domain);

#endif
