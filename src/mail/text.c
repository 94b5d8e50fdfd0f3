/* text.c - what was found, for people: the verdict, each finding in a sentence, where it is, and what to do now. */
#include "mail/mail.h"

#include <stdio.h>

static const struct {
	const char *name, *english, *japanese;
	const char *advice[LANGUAGES];
} verdicts[VERDICTS] = {
	[VERDICT_CLEAN] = { "clean", "clean", "問題なし", { "", "" } },
	[VERDICT_NOT_INSPECTED] = { "not_inspected", "NOT FULLY INSPECTED", "未検査あり",
		{ "Part of it could not be looked into: treat it as unknown. Ask the sender, by another way, what it is before you open it.",
		  "検査できなかった部分があります。開く前に、送信者に別の手段で内容を確かめてください。" } },
	[VERDICT_SUSPICIOUS] = { "suspicious", "SUSPICIOUS", "疑わしい",
		{ "Do not open attachments or links before you have asked the sender by another way, such as the telephone.",
		  "電話など別の手段で送信者に確かめるまで、添付ファイルやリンクを開かないでください。" } },
	[VERDICT_MALICIOUS] = { "malicious", "MALICIOUS", "悪質",
		{ "Do not open it. Tell your administrator; if somebody opened it, take that computer off the network and leave it switched on.",
		  "開かないでください。管理者に知らせてください。開いてしまった場合は、電源を切らずにネットワークから外してください。" } },
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

const char *verdict_japanese(enum verdict verdict)
{
	return verdicts[verdict].japanese;
}

const char *verdict_advice(enum verdict verdict, enum language language)
{
	return verdicts[verdict].advice[language];
}

char *finding_say(const struct finding *finding, enum language language, char say[FINDING_SAY])
{
	const char *form = finding_rows[finding->id].say[language], *hole = strstr(form, "%s");

	if (hole)
		snprintf(say, FINDING_SAY, "%.*s%s%s", (int)(hole - form), form, finding->evidence, hole + 2);
	else
		snprintf(say, FINDING_SAY, "%s", form);
	return say;
}

static void write_finding(FILE *out, const struct finding *finding, enum language language)
{
	const struct finding_row *row = &finding_rows[finding->id];
	bool japanese = language == JAPANESE;
	char say[FINDING_SAY];

	fprintf(out, "  [%s] %s\n", japanese ? severity_japanese(row->severity) : severity_name(row->severity),
		finding_say(finding, language, say));
	fprintf(out, "      %s: %s\n", japanese ? "場所" : "where", finding->path);
	if (*row->attack)
		fprintf(out, "      ATT&CK: %s   (%s)\n", row->attack, row->key);
	else
		fprintf(out, "      (%s)\n", row->key);
}

void mail_write_text(FILE *out, const char *file, const struct mail_result *result, enum language language)
{
	bool japanese = language == JAPANESE;
	enum verdict verdict = result->verdict;

	text_visible(out, text_span(file));
	fprintf(out, japanese ? ": %s（%u 点）\n" : ": %s (score %u)\n",
		japanese ? verdicts[verdict].japanese : verdicts[verdict].english, result->score);
	if (verdict == VERDICT_CLEAN && result->found_count == 0)
		return;
	if (*result->from)
		fprintf(out, "  %s: %s\n", japanese ? "差出人" : "from", result->from);
	if (*result->subject)
		fprintf(out, "  %s: %s\n", japanese ? "件名" : "subject", result->subject);
	for (uint32_t i = 0; i < result->found_count; i++)
		write_finding(out, &result->found[i], language);
	if (result->found_more)
		fprintf(out, japanese ? "  ほかに %u 件\n" : "  and %u more\n", result->found_more);
	if (*verdicts[verdict].advice[language])
		fprintf(out, "  %s: %s\n", japanese ? "対応" : "what to do", verdicts[verdict].advice[language]);
}
