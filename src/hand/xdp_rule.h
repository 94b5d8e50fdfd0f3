/* xdp_rule.h - an order as a rule of the program in the kernel, and the table that finds it. */
#ifndef HAND_XDP_RULE_H
#define HAND_XDP_RULE_H

#include "hand/hand.h"

#include <shield.h>

#define XDP_IP4_BITS 96 /* of an IPv4-mapped address, before the IPv4 address begins */

/* Whether the order goes to the hash of sources instead: it drops all that comes from a prefix. One so wide
 * that it holds IPv4-mapped addresses besides others, such as ::/0, is for the table: the hashes are of one
 * family each. */
bool xdp_is_source(const struct hand_order *order);

/* The first `bits` of an address, as words in the order of memory. */
void xdp_mask(uint8_t bits, uint64_t mask[2]);

void xdp_rule_make(const struct hand_order *order, struct shield_rule *rule);

/* Puts it at `number`, below SHIELD_RULES, where nothing is yet. */
void xdp_table_add(struct shield_table *table, uint32_t number, const struct shield_rule *rule);

#endif
