/* language.c - names of the languages. */
#include "policy/language.h"

const char *language_name(enum language language)
{
	return language == JAPANESE ? "ja" : "en";
}
