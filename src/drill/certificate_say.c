/*
 * certificate_say.c - what a certificate proves and what it does not, in sentences.
 *
 * Of both languages the numbers are the same, so each sentence has its parts in one place. What it does not prove is
 * said as plainly as what it does: people bet their data on it.
 */
#include "drill/certificate_read.h"

#include "base/text.h"
#include "snapshot/trouble.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>

/* Numbers as texts; one call of a sentence may use several. */
struct numbers {
	char all[TEXT_NUMBER], bytes_all[TEXT_NUMBER], some[TEXT_NUMBER], bytes[TEXT_NUMBER], more[TEXT_NUMBER];
};

static const char *of(enum language language, const char *en, const char *ja)
{
	return language == JAPANESE ? ja : en;
}

static char *count(json_int_t number, char text[TEXT_NUMBER])
{
	return text_count((uint64_t)number, text);
}

static char *bytes_of(json_int_t number, char text[TEXT_NUMBER])
{
	return text_bytes((uint64_t)number, text);
}

/* "12 s", "3 min 20 s", ...; as the language has it. */
static char *length(json_int_t ms, enum language language, char text[TIME_TEXT])
{
	usec_t span = ms < INT64_MAX / 1000 ? ms * 1000 : INT64_MAX;

	return language == JAPANESE ? time_span_japanese(span, text) : time_span(span, text);
}

/* A line of the language, of two formats that take the same values in the same order or by number. */
struct teller {
	enum language language;
	certificate_line *line;
	FILE *out;
};

__attribute__((format(printf, 2, 4), format(printf, 3, 4))) static void
tell(const struct teller *teller, const char *en, const char *ja, ...)
{
	char text[CERTIFICATE_LINE];
	va_list values;

	va_start(values, ja);
	vsnprintf(text, sizeof(text), teller->language == JAPANESE ? ja : en, values);
	va_end(values);
	teller->line(teller->out, text);
}

/* --- what is proven */

static void restored_tell(const struct certificate *c, const struct teller *t)
{
	struct numbers n;

	if (c->files > 0 && c->wrong == 0)
		tell(t,
		     "Files that came back from the backup: %s (%s), each with the size and time that the snapshot says. "
		     "%s verified their bytes by its own checksums.",
		     "%s ファイル (%s) がバックアップから復元され、大きさと時刻はスナップショットの記録と一致しました。"
		     "内容は %s が自身のチェックサムで検証しました。",
		     count(c->files, n.some), bytes_of(c->bytes, n.bytes), c->tool);
	else
		tell(t, "Files that came back from the backup: %s (%s); missing or not as the snapshot says: %s.",
		     "%s ファイル (%s) がバックアップから復元されました。%s 件は欠けていたか、記録と一致しませんでした。",
		     count(c->files, n.some), bytes_of(c->bytes, n.bytes), count(c->wrong, n.more));
}

static void critical_tell(const struct certificate *c, const struct teller *t)
{
	size_t named = json_array_size(c->critical);
	struct numbers n;

	if (named == 0)
		return;
	if (c->critical_missing == 0)
		tell(t, "All paths named as critical (%s) are in the snapshot; files in them that came back: %s.",
		     "重要と指定されたパス (%s 件) はすべてスナップショットにあり、その %s ファイルが復元されました。",
		     count((json_int_t)named, n.all), count(c->critical_files, n.some));
	else
		tell(t, "Paths named as critical: %s. NOT in the snapshot: %s.",
		     "重要と指定されたパス %s 件のうち、%s 件がスナップショットにありません。",
		     count((json_int_t)named, n.all), count(c->critical_missing, n.some));
}

static void random_tell(const struct certificate *c, const struct teller *t)
{
	struct numbers n;

	if (c->random_files == 0)
		return;
	count(c->random_files, n.some);
	count(c->random_of, n.all);
	if (c->random_wrong > 0)
		tell(t, "Files drawn at random: %s of %s. Wrong: %s.",
		     "%2$s ファイルから無作為に選んだ %1$s ファイルのうち、%3$s 件に誤りがありました。", n.some, n.all,
		     count(c->random_wrong, n.more));
	else if (c->random_files >= c->random_of)
		tell(t, "The other files (%s) were restored, too, all of them, and none was wrong.",
		     "ほかの %s ファイルもすべて復元され、誤りはありませんでした。", n.all);
	else
		tell(t,
		     "Files drawn at random: %s of %s. None was wrong: with 95 %% certainty fewer than %.2f %% of all of "
		     "these are.",
		     "%2$s ファイルから無作為に選んだ %1$s ファイルに誤りはありませんでした。誤りのある割合は 95 %% "
		     "の確度で %3$.2f %% 未満です。",
		     n.some, n.all, (double)c->random_below / 1e4);
}

static void source_tell(const struct certificate *c, const struct teller *t)
{
	struct numbers n;

	if (c->compared == 0)
		return;
	count(c->compared, n.all);
	if (c->compared == c->compared_same)
		tell(t, "Files compared with their sources by SHA-256: %s. All are the same.",
		     "%s ファイルを元のファイルと SHA-256 で比較し、すべて一致しました。", n.all);
	else
		tell(t, "Files compared with their sources by SHA-256: %s. The same: only %s.",
		     "%s ファイルを元のファイルと SHA-256 で比較し、一致したのは %s 件だけでした。", n.all,
		     count(c->compared_same, n.some));
}

static void time_tell(const struct certificate *c, const struct teller *t)
{
	char took[TIME_TEXT], full[TIME_TEXT];
	struct numbers n;

	if (c->full_ms == 0)
		return;
	tell(t, "The restore took %s (%s a second). At that rate the whole snapshot (files: %s; %s) takes about %s.",
	     "復元には %s かかりました (毎秒 %s)。この速さでは、スナップショット全体 (%s ファイル、%s) の復元に約 %s "
	     "かかります。",
	     length(c->restoring_ms, t->language, took), bytes_of(c->rate, n.bytes), count(c->files_all, n.all),
	     bytes_of(c->bytes_all, n.bytes_all), length(c->full_ms, t->language, full));
}

void certificate_proven(const struct certificate *c, enum language language, certificate_line *line, FILE *out)
{
	const struct teller t = { language, line, out };

	restored_tell(c, &t);
	critical_tell(c, &t);
	random_tell(c, &t);
	source_tell(c, &t);
	time_tell(c, &t);
}

/* --- what is not */

static void rest_tell(const struct certificate *c, const struct teller *t)
{
	json_int_t files = c->files_all - c->files, bytes = c->bytes_all - c->bytes;
	struct numbers n;

	if (files <= 0)
		return;
	tell(t, "Files that were not restored: %s of %s (%s of %s). Of these it says only what the sample says.",
	     "%2$s ファイル中 %1$s ファイル (%4$s 中 %3$s) は復元していません。これらについては標本から言えることだけです。",
	     count(files, n.some), count(c->files_all, n.all), bytes_of(bytes > 0 ? bytes : 0, n.bytes),
	     bytes_of(c->bytes_all, n.bytes_all));
}

static void large_tell(const struct certificate *c, const struct teller *t)
{
	json_int_t large = c->files_all - c->random_of - c->critical_files;
	struct numbers n;

	if (large <= 0 || c->wrong > 0) /* some of the critical ones may be missing: then it is not known */
		return;
	tell(t, "Files larger than %s (%s of them) were not among those drawn at random.",
	     "%s より大きい %s ファイルは無作為抽出の対象外です。", bytes_of(c->random_size, n.bytes),
	     count(large, n.some));
}

static void uncompared_tell(const struct certificate *c, const struct teller *t)
{
	struct numbers n;

	if (!c->source_here)
		tell(t, "No file was compared with its source: the snapshot is of another machine.",
		     "元のファイルとの比較はしていません。スナップショットは別の機器のものです。");
	else if (c->changed_since > 0)
		tell(t, "Files that could not be compared with their sources, which were changed since or are gone: %s.",
		     "%s ファイルは、元のファイルがその後変更されたか無くなったため、比較できませんでした。",
		     count(c->changed_since, n.some));
}

void certificate_unproven(const struct certificate *c, enum language language, certificate_line *line, FILE *out)
{
	const struct teller t = { language, line, out };

	rest_tell(c, &t);
	large_tell(c, &t);
	if (json_array_size(c->critical) == 0)
		tell(&t, "No path is named as critical, so nothing was restored for certain.",
		     "重要なパスが指定されていないため、必ず復元して確かめたものはありません。");
	uncompared_tell(c, &t);
	tell(&t,
	     "Whether the backed up files were sound when they were backed up, and whether programs start with them, "
	     "was not tried; owners, permissions and the targets of links were not compared.",
	     "バックアップ時点で内容が正しかったか、プログラムがそのデータで起動するかは試していません。所有者、権限、"
	     "リンク先は比較していません。");
	tell(&t, "The time for the whole is an estimate: network, disks and people may take longer.",
	     "全体の所要時間は見積もりです。ネットワーク、ディスク、人の作業でさらにかかることがあります。");
}

/* --- what is wrong */

static enum tool_trouble trouble_of(const char *name)
{
	for (int i = 0; i < TOOL_TROUBLES; i++)
		if (strcmp(trouble_name((enum tool_trouble)i), name) == 0)
			return (enum tool_trouble)i;
	return TOOL_OTHER;
}

void certificate_problems(const struct certificate *c, enum language language, certificate_line *line, FILE *out)
{
	const struct teller t = { language, line, out };
	enum tool_trouble trouble = trouble_of(c->trouble);
	json_int_t told = (json_int_t)json_array_size(c->problems);
	char said[TROUBLE_SAID];
	struct numbers n;
	json_t *problem;
	size_t i;

	if (trouble != TOOL_FINE) {
		line(out, trouble_say(trouble, language));
		line(out, trouble_mend(trouble, language));
	}
	if (c->said[0])
		line(out, trouble_said(c->said, language, said));
	json_array_foreach(c->problems, i, problem) {
		line(out, trouble_said(json_string_value(problem), language, said));
	}
	if (c->problem_count > told)
		tell(&t, "and %s more.", "ほか %s 件。", count(c->problem_count - told, n.more));
}

/* --- the frame */

const char *certificate_verdict(const struct certificate *c, enum language language)
{
	return c->good ? of(language, "The backup came back: what was tried is whole.",
			    "バックアップは復元できました。試したものはすべて無事です。")
		       : of(language, "NOT GOOD: do not rely on this backup until what is named below is mended.",
			    "不合格: 下記の問題が直るまで、このバックアップに頼らないでください。");
}

const char *certificate_heading(enum certificate_heading heading, enum language language)
{
	static const char *const words[HEADINGS][LANGUAGES] = {
		[HEADING_TITLE] = { "Restore certificate", "復元証明書" },
		[HEADING_PROVEN] = { "What was proven", "証明されたこと" },
		[HEADING_UNPROVEN] = { "What was not proven", "証明されていないこと" },
		[HEADING_PROBLEMS] = { "What is wrong", "問題点" },
		[HEADING_CHECK] = { "How to check this certificate", "この証明書の確かめ方" },
	};

	return words[heading][language];
}

const char *certificate_check(enum language language)
{
	return of(language,
		  "Keep its JSON, and run: hinomi backup verify-certificate FILE --key PUBLIC_KEY. It is signed with "
		  "Ed25519: whoever changes a byte of it breaks the signature.",
		  "JSON を保管し、hinomi backup verify-certificate FILE --key PUBLIC_KEY を実行してください。Ed25519 "
		  "で署名されており、1 バイトでも変えると署名が合わなくなります。");
}

static void paths_write(const json_t *paths, char *text, size_t size)
{
	json_t *path;
	size_t i;

	text[0] = '\0';
	json_array_foreach(paths, i, path) {
		text_append(text, size, "%s%s", i ? ", " : "", json_string_value(path));
	}
}

/* "2026-05-01 12:00:00 UTC"; what is no time is shown as it is. */
static const char *when(const char *at, char text[TIME_TEXT])
{
	usec_t t;

	return time_parse(&t, at) == OK ? time_human(t, text) : at;
}

void certificate_pairs(const struct certificate *c, enum language language, certificate_pair *pair, FILE *out)
{
	char text[CERTIFICATE_LINE], at[TIME_TEXT], fingerprint[CERTIFICATE_FINGERPRINT];
	uint8_t key[32];
	size_t size;

	snprintf(text, sizeof(text), "%s (%s %s): %s", c->name, c->tool, c->tool_version, c->place);
	pair(out, of(language, "Repository", "リポジトリ"), text);
	snprintf(text, sizeof(text), "%s, %s, %.16s", when(c->snapshot_at, at), c->snapshot_host, c->snapshot_id);
	pair(out, of(language, "Snapshot", "スナップショット"), text);
	paths_write(c->paths, text, sizeof(text));
	if (text[0])
		pair(out, of(language, "Of", "対象"), text);
	paths_write(c->critical, text, sizeof(text));
	if (text[0])
		pair(out, of(language, "Critical", "重要なパス"), text);
	snprintf(text, sizeof(text), "%s, %s (Hinomi %s)", when(c->at, at), c->host, c->hinomi);
	pair(out, of(language, "Drill", "復元訓練"), text);
	if (sodium_hex2bin(key, sizeof(key), c->key, strlen(c->key), NULL, &size, NULL) == 0 && size == sizeof(key))
		pair(out, of(language, "Signed by", "署名鍵"), certificate_fingerprint(key, fingerprint));
}
