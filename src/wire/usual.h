/*
 * usual.h - the fast way through the decoder, for the frame that nine of ten are: Ethernet, IPv4
 * without options, unfragmented, TCP or UDP, all headers captured.
 *
 * Everything is read from one block of 54 bytes. It gives exactly what the general decoder gives
 * (tests/fuzz/fuzz_decode.c holds the two against each other) in a quarter of the instructions,
 * and declines whatever is not usual.
 */
#ifndef WIRE_USUAL_H
#define WIRE_USUAL_H

#include "wire/decode_private.h"

/* True: *packet is the frame's only packet. False: ask the general decoder. */
bool decode_usual(const struct decoder *decoder, const struct frame *frame, struct packet *packet);

#endif
