/*
 * format_log.c - one line for other programs: syslog (RFC 5424) and CEF.
 *
 * Sources: RFC 5424; RFC 3164; "ArcSight Common Event Format", revision 25: '|' and '\' are escaped in the
 * header, '=' and '\' in the extension.
 */
#include "respond/format.h"

#include "base/text.h"
#include "model/ip.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define VALUE_MAX 250  /* bytes of one value: all of them, and the host, leave room for the message */
#define MSG_MAX   1023 /* of CEF's msg */

/* Severities of RFC 5424, table 2: critical 2, error 3, warning 4, notice 5, informational 6. */
static unsigned priority_of(const struct letter *letter)
{
	static const uint8_t severities[] = { 6, 5, 4, 3, 2 };

	return letter->target->facility * 8u + severities[letter->message->severity];
}

/* Visible runes, and a backslash before those of `escaped`, which the backslash is one of: so before the
 * escapes of what is not shown, too. At most `most` bytes, and nothing by half. */
static void put_escaped(FILE *out, const char *text, const char *escaped, size_t most)
{
	struct span rest = text_span(text);
	char visible[RUNE_TEXT];

	while (rest.len > 0) {
		uint32_t rune = text_rune(&rest);
		const char *shown = rune == '\n' ? " " : rune_text(rune, visible);
		const char *before = strchr(escaped, shown[0]) ? "\\" : "";

		if (strlen(before) + strlen(shown) > most)
			return;
		most -= strlen(before) + strlen(shown);
		fprintf(out, "%s%s", before, shown);
	}
}

static void put_param(FILE *out, const char *name, const char *value)
{
	if (!value[0])
		return;
	fprintf(out, " %s=\"", name);
	put_escaped(out, value, "\"\\]", VALUE_MAX); /* section 6.3.3 */
	fputc('"', out);
}

/* 32473 is the number that RFC 5612 keeps for those who have none of their own. */
static void put_structured(FILE *out, const struct letter *letter)
{
	const struct message *m = letter->message;
	char number[24];

	fputs("[hinomi@32473", out);
	snprintf(number, sizeof(number), "%" PRIu64, m->incident);
	put_param(out, "incident", m->incident ? number : "");
	snprintf(number, sizeof(number), "%" PRIu32, m->count);
	put_param(out, "count", number);
	put_param(out, "severity", severity_name(m->severity));
	put_param(out, "level", level_name(m->level));
	put_param(out, "rule", m->rule);
	put_param(out, "attack", m->attack);
	put_param(out, "who", m->who);
	put_param(out, "whom", m->whom);
	put_param(out, "link", m->link);
	fputc(']', out);
}

static void put_syslog(FILE *out, const struct letter *letter)
{
	char at[TIME_TEXT];

	fprintf(out, "<%u>1 %s ", priority_of(letter), time_rfc3339(letter->message->at, at));
	words_host(out, letter);
	fprintf(out, " hinomi - %s ", message_kind_name(letter->message->kind));
	put_structured(out, letter);
	fputs(" \xef\xbb\xbf", out); /* section 6.4: what follows is UTF-8 */
	words_headline(out, letter);
	if (words_summary(letter)[0]) {
		fputs(": ", out);
		words_line(out, words_summary(letter));
	}
}

/* Up to SYSLOG_MAX bytes of whole runes: the message is last, and is what is cut. */
void format_syslog(FILE *out, const struct letter *letter)
{
	size_t len;
	char *text = format_text(put_syslog, letter, &len), room[SYSLOG_MAX + 1];

	message_text(room, sizeof(room), text ? text : "");
	fputs(room, out);
	free(text);
}

/* One part of the header. */
static void put_part(FILE *out, const char *text)
{
	fputc('|', out);
	put_escaped(out, text, "|\\", VALUE_MAX);
}

static void put_extension(FILE *out, const char *key, const char *value)
{
	if (!value[0])
		return;
	fprintf(out, " %s=", key);
	put_escaped(out, value, "=\\", strcmp(key, "msg") == 0 ? MSG_MAX : VALUE_MAX);
}

/* A custom string, which carries its own label. */
static void put_labelled(FILE *out, const char *key, const char *label, const char *value)
{
	if (value[0])
		fprintf(out, " %sLabel=%s", key, label);
	put_extension(out, key, value);
}

/* A party: under CEF's own key when it is one address of IPv4, as the key's type is. */
static void put_party(FILE *out, const char *key, const char *six, const char *words, const char *party)
{
	struct ip ip;

	if (ip_parse(&ip, party) != OK)
		put_labelled(out, words, key[0] == 's' ? "Who" : "Against", party);
	else if (ip_is_v4(&ip))
		put_extension(out, key, party);
	else
		put_labelled(out, six,
			     key[0] == 's' ? "Source IPv6 Address" : "Destination IPv6 Address", party);
}

static void put_extensions(FILE *out, const struct letter *letter)
{
	const struct message *m = letter->message;
	char number[32];

	fprintf(out, "|rt=%" PRId64, m->at / USEC_PER_MS);
	fputs(" dvchost=", out);
	words_host(out, letter);
	snprintf(number, sizeof(number), "%" PRIu64, m->incident);
	put_extension(out, "externalId", m->incident ? number : "");
	put_extension(out, "cat", message_kind_name(m->kind));
	put_party(out, "src", "c6a2", "cs1", m->who);
	put_party(out, "dst", "c6a3", "cs2", m->whom);
	put_labelled(out, "cs3", "Level", level_name(m->level));
	put_labelled(out, "cs4", "ATT&CK", m->attack);
	put_extension(out, "request", m->link);
	snprintf(number, sizeof(number), "%" PRIu32, m->count);
	put_labelled(out, "cn1", "Incidents", number);
	put_extension(out, "msg", words_summary(letter));
}

/* CEF's severities: 0 to 3 low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high. */
void format_cef(FILE *out, const struct letter *letter)
{
	static const uint8_t severities[] = { 1, 3, 5, 8, 10 };
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const struct message *m = letter->message;
	time_t seconds = (time_t)(m->at / USEC_PER_SEC);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	fprintf(out, "<%u>%.3s %2d %02d:%02d:%02d ", priority_of(letter), months + 3 * tm.tm_mon, tm.tm_mday,
		tm.tm_hour, tm.tm_min, tm.tm_sec);
	words_host(out, letter);
	fputs(" CEF:0|Hinomi|Hinomi", out);
	put_part(out, HINOMI_VERSION);
	put_part(out, m->rule[0] ? m->rule : message_kind_name(m->kind));
	put_part(out, words_title(letter));
	fprintf(out, "|%u", severities[m->severity]);
	put_extensions(out, letter);
}
