/* key_show.c - values as they are written in the file. */
#include "config/key.h"

#include "base/json.h"

#include <inttypes.h>

#define KIB 1024

/* JSON's quoting is TOML's, but for what JSON writes as a surrogate pair: such runes (rune_is_hidden())
 * cannot be in a checked text. */
static void show_text(FILE *out, const char *text)
{
	struct json json = json_init(out);

	json_write_string(&json, text);
}

static void show_texts(FILE *out, const char *first, size_t size, size_t each)
{
	fputc('[', out);
	for (size_t used = 0; used < size && first[used]; used += each) {
		fputs(used ? ", " : "", out);
		show_text(out, first + used);
	}
	fputc(']', out);
}

static void show_networks(FILE *out, const struct home *home)
{
	char text[PREFIX_TEXT];

	fputc('[', out);
	for (size_t i = 0; i < home->count; i++)
		fprintf(out, "%s\"%s\"", i ? ", " : "", prefix_text(&home->prefixes[i], text));
	fputc(']', out);
}

static void show_bytes(FILE *out, uint64_t bytes)
{
	static const char *const names[] = { "KiB", "MiB", "GiB" };
	unsigned steps = 0;

	while (steps < 3 && bytes && bytes % KIB == 0) {
		bytes /= KIB;
		steps++;
	}
	if (steps)
		fprintf(out, "\"%" PRIu64 " %s\"", bytes, names[steps - 1]);
	else
		fprintf(out, "%" PRIu64, bytes);
}

/* TOML tells a float from an integer by its point. */
static void show_factor(FILE *out, double factor)
{
	char text[40];

	snprintf(text, sizeof(text), "%.15g", factor);
	fprintf(out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

/* In the largest unit that needs no fraction. */
static void show_seconds(FILE *out, uint32_t seconds)
{
	static const struct {
		uint32_t length;
		char name;
	} spans[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	unsigned i = 0;

	while (seconds % spans[i].length)
		i++;
	fprintf(out, "\"%" PRIu32 "%c\"", seconds / spans[i].length, spans[i].name);
}

static void show_choices(FILE *out, const struct config_key *key, uint8_t bits)
{
	const char *between = "";

	fputc('[', out);
	for (unsigned i = 0; key->choice(i); i++)
		if (bits & 1u << i) {
			fprintf(out, "%s\"%s\"", between, key->choice(i));
			between = ", ";
		}
	fputc(']', out);
}

static void show_day(FILE *out, const struct calendar_day *day)
{
	char text[CALENDAR_TEXT];

	fprintf(out, "\"%s\"", calendar_text(day, text));
}

void key_show(const struct config_key *key, const void *base, FILE *out)
{
	const void *at = (const char *)base + key->offset;
	const struct target *target = base;

	switch (key->type) {
	case KEY_BOOL:
		fputs(*(const bool *)at ? "true" : "false", out);
		break;
	case KEY_NUMBER:
		fprintf(out, "%" PRIu32, *(const uint32_t *)at);
		break;
	case KEY_OCTET:
		fprintf(out, "%u", *(const uint8_t *)at);
		break;
	case KEY_BYTES:
		show_bytes(out, *(const uint64_t *)at);
		break;
	case KEY_FACTOR:
		show_factor(out, *(const double *)at);
		break;
	case KEY_SECONDS:
		show_seconds(out, *(const uint32_t *)at);
		break;
	case KEY_TEXT:
		show_text(out, at);
		break;
	case KEY_TEXTS:
		show_texts(out, at, key->size, key->each);
		break;
	case KEY_NETWORKS:
		show_networks(out, at);
		break;
	case KEY_CHOICE:
		fprintf(out, "\"%s\"", key->choice(*(const unsigned *)at));
		break;
	case KEY_CHOICES:
		show_choices(out, key, *(const uint8_t *)at);
		break;
	case KEY_LEAST:
		fprintf(out, "\"%s\"", target->by_level ? "level" : severity_name(target->least));
		break;
	case KEY_DAY:
		show_day(out, at);
		break;
	}
}
