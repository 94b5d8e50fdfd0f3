/* format_words.c - the parts of a message in words, for all formats that people read. */
#include "respond/format.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>

char *format_text(format_write *write, const struct letter *letter, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		return NULL;
	write(out, letter);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* Labels, in the order in which they are shown. */
enum label { KIND, SEVERITY, WHO, WHOM, AT, RULE, ATTACK, LEVEL };

static const char *const labels[WORDS_FACTS][LANGUAGES] = {
	[KIND] = { "What happened", "内容" },
	[SEVERITY] = { "Severity", "重要度" },
	[WHO] = { "Who", "攻撃元" },
	[WHOM] = { "Against", "対象" },
	[AT] = { "Time", "時刻" },
	[RULE] = { "Rule", "検知ルール" },
	[ATTACK] = { "MITRE ATT&CK", "MITRE ATT&CK" },
	[LEVEL] = { "Vigilance level", "警戒レベル" },
};

static const char *const kinds[MESSAGE_KINDS][LANGUAGES] = {
	[MESSAGE_OPENED] = { "a new incident", "新しい事案" },
	[MESSAGE_WORSE] = { "an incident became worse", "事案の深刻化" },
	[MESSAGE_ENDED] = { "an incident ended", "事案の終息" },
	[MESSAGE_LEVEL] = { "the vigilance level changed", "警戒レベルの変更" },
	[MESSAGE_TROUBLE] = { "Hinomi itself needs help", "Hinomi 自体の異常" },
	[MESSAGE_ACTED] = { "Hinomi acts against an attack", "攻撃への対処" },
	[MESSAGE_MORE] = { "more than was told", "未送信の通知" },
	[MESSAGE_TEST] = { "a test", "テスト" },
};

const char *words_title(const struct letter *letter)
{
	return letter->message->title[letter->target->language];
}

const char *words_summary(const struct letter *letter)
{
	return letter->message->summary[letter->target->language];
}

const char *words_todo(const struct letter *letter)
{
	return letter->message->todo[letter->target->language];
}

const char *words_what_to_do(const struct letter *letter)
{
	return letter->target->language == JAPANESE ? "いま行うこと" : "What to do now";
}

const char *words_see(const struct letter *letter)
{
	return letter->target->language == JAPANESE ? "画面で見る" : "See it on the page";
}

void words_line(FILE *out, const char *text)
{
	struct span rest = text_span(text);
	char visible[RUNE_TEXT];

	while (rest.len > 0) {
		uint32_t rune = text_rune(&rest);

		if (rune != '\n')
			fputs(rune_text(rune, visible), out);
		else if (rest.len > 0)
			fputc(' ', out);
	}
}

void words_host(FILE *out, const struct letter *letter)
{
	const char *host = letter->host[0] ? letter->host : "hinomi";

	for (size_t i = 0; host[i] && i < 255; i++) /* RFC 5424: HOSTNAME */
		fputc(isascii(host[i]) && (isalnum(host[i]) || strchr("-._", host[i])) ? host[i] : '-',
		      out);
}

static void put_severity(FILE *out, const struct letter *letter)
{
	const char *name = severity_name(letter->message->severity);

	if (letter->target->language == JAPANESE) {
		fputs(severity_japanese(letter->message->severity), out);
		return;
	}
	while (*name)
		fputc(toupper(*name++), out);
}

void words_headline(FILE *out, const struct letter *letter)
{
	fputs("[Hinomi] ", out);
	put_severity(out, letter);
	fputs(": ", out);
	if (letter->message->kind == MESSAGE_ENDED)
		fputs(letter->target->language == JAPANESE ? "終息：" : "ended: ", out);
	words_line(out, words_title(letter));
}

static const char *level_words(const struct letter *letter)
{
	return letter->target->language == JAPANESE ? level_japanese(letter->message->level)
						    : level_name(letter->message->level);
}

static const char *severity_words(const struct letter *letter)
{
	return letter->target->language == JAPANESE ? severity_japanese(letter->message->severity)
						    : severity_name(letter->message->severity);
}

bool words_fact(const struct letter *letter, unsigned index, struct fact *fact)
{
	const struct message *m = letter->message;
	char at[TIME_TEXT];
	const char *const values[WORDS_FACTS] = {
		[KIND] = kinds[m->kind][letter->target->language],
		[SEVERITY] = severity_words(letter),
		[WHO] = m->who,
		[WHOM] = m->whom,
		[AT] = time_human(m->at, at),
		[RULE] = m->rule,
		[ATTACK] = m->attack,
		[LEVEL] = level_words(letter),
	};

	for (unsigned i = 0; i < WORDS_FACTS; i++)
		if (values[i][0] && index-- == 0) {
			fact->name = labels[i][letter->target->language];
			snprintf(fact->value, sizeof(fact->value), "%s", values[i]);
			return true;
		}
	return false;
}
