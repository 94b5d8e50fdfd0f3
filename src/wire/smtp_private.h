/* smtp_private.h - what the two files of the SMTP parser share: the session and its messages. */
#ifndef WIRE_SMTP_PRIVATE_H
#define WIRE_SMTP_PRIVATE_H

#include "wire/smtp.h"

/* Appends to one of the envelope's texts, as far as there is room. */
void smtp_text_add(struct smtp *s, enum smtp_text which, struct span text);

/* A message begins, unless one has: behind DATA, or with the first BDAT of an envelope. */
void smtp_message_begin(struct smtp *s, const struct smtp_sink *sink);

/* Some of the message, as it is to be handed on. */
void smtp_message_part(struct smtp *s, struct span part, const struct smtp_sink *sink);

/* Bytes behind DATA, up to what ends them. True: they ended. */
bool smtp_message_data(struct smtp *s, struct cur *c, const struct smtp_sink *sink);

/* Some bytes behind DATA were lost. */
void smtp_message_gap(struct smtp *s, uint64_t missing);

/* The envelope is done, and its message if it has one: both are told. */
void smtp_envelope_end(struct smtp *s, bool accepted, const struct smtp_sink *sink);

#endif
