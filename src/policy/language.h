/* language.h - the languages that the tower speaks, and a text in each of them. */
#ifndef POLICY_LANGUAGE_H
#define POLICY_LANGUAGE_H

enum language {
	ENGLISH,
	JAPANESE,
	LANGUAGES,
};

const char *language_name(enum language language); /* "en": ISO 639-1 */

#endif
