/* coin.h - addresses that cryptocurrency is sent to, found in texts. */
#ifndef LETTER_COIN_H
#define LETTER_COIN_H

#include "base/digest.h"

/* The first address whose checksum is right: Bitcoin and its kin (Base58Check; BIP 173 and 350: Bech32). Those of Ethereum
 * and Monero, whose checksum takes another digest, by their form. Empty: there is none. */
struct span coin_address(struct digest_kit *kit, struct span text);

#endif
