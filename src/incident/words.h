/*
 * words.h - texts for people in both languages as JSON, and JSON into memory.
 */
#ifndef INCIDENT_WORDS_H
#define INCIDENT_WORDS_H

#include "base/json.h"
#include "incident/advice.h"
#include "model/time.h"

/* {"en": ..., "ja": ...} */
void words_json(struct json *json, struct words words);
void words_put(struct json *json, const char *key, struct words words);

/* Words that are composed of parts. What does not fit is cut. */
#define SAID_TEXT 480
struct said {
	char en[SAID_TEXT], ja[SAID_TEXT];
};
struct words said_words(const struct said *said);
void said_en(struct said *said, const char *format, ...) __attribute__((format(printf, 2, 3)));
void said_ja(struct said *said, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The words as they are kept, in the log and in the story of an incident: JSON. Empty: they did not fit. */
#define WORDS_TEXT 4096
char *words_text(char text[WORDS_TEXT], struct words words);
/* Writes such a text as a value; what is no JSON stands in both languages. */
void words_text_json(struct json *json, const char *text);

/* JSON that is written into memory. */
struct buffer {
	struct json json;
	char *text;
	size_t size;
};

/* False: no memory. */
bool buffer_open(struct buffer *buffer);
/* What was written, until buffer_free(); empty when there was no memory for all of it. */
struct span buffer_close(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

/* A key and an instant; null for 0. */
void time_put(struct json *json, const char *key, usec_t t);

#endif
