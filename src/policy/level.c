/* level.c - the table of the vigilance levels, for programs and for people. */
#include "policy/level.h"

#include <stdio.h>
#include <string.h>

#define MINUTE 60u
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* The percents of the thresholds are measured: docs/levels.md tells what they cost in alarms. */
static const struct {
	const char *name, *japanese;
	struct level_rules rules;
} levels[LEVELS] = {
	[LEVEL_NORMAL] = { "normal", "平常",
			   { .threshold_percent = 100,
			     .multiplier_percent = 100,
			     .learning_percent = 100,
			     .mail = MAIL_TELL,
			     .backup_age = 48 * HOUR,
			     .drill_interval = 30 * DAY,
			     .probe_interval = 5 * MINUTE,
			     .retention_percent = 100,
			     .response = RESPOND_SUGGEST,
			     .tell_from = SEVERITY_HIGH } },
	[LEVEL_GUARDED] = { "guarded", "注意",
			    { .threshold_percent = 85,
			      .multiplier_percent = 90,
			      .learning_percent = 50,
			      .mail = MAIL_TELL,
			      .backup_age = 36 * HOUR,
			      .drill_interval = 14 * DAY,
			      .probe_interval = 2 * MINUTE,
			      .retention_percent = 100,
			      .response = RESPOND_SUGGEST,
			      .tell_from = SEVERITY_WARNING } },
	[LEVEL_HIGH] = { "high", "警戒",
			 { .threshold_percent = 60,
			   .multiplier_percent = 75,
			   .learning_percent = 25,
			   .mail = MAIL_HOLD_SUSPICIOUS,
			   .backup_age = 26 * HOUR,
			   .drill_interval = 7 * DAY,
			   .probe_interval = MINUTE,
			   .retention_percent = 150,
			   .response = RESPOND_ACT,
			   .tell_from = SEVERITY_WARNING } },
	[LEVEL_SEVERE] = { "severe", "厳戒",
			   { .threshold_percent = 40,
			     .multiplier_percent = 50,
			     .learning_percent = 10,
			     .mail = MAIL_HOLD_ATTACHMENTS,
			     .backup_age = 13 * HOUR,
			     .drill_interval = DAY,
			     .probe_interval = 30,
			     .retention_percent = 200,
			     .response = RESPOND_ACT,
			     .tell_from = SEVERITY_NOTICE } },
};

const char *level_name(enum level level)
{
	return level < LEVELS ? levels[level].name : "";
}

const char *level_japanese(enum level level)
{
	return level < LEVELS ? levels[level].japanese : "";
}

bool level_from_name(const char *name, enum level *level)
{
	for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
		if (strcmp(name, levels[l].name) == 0 || strcmp(name, levels[l].japanese) == 0) {
			*level = l;
			return true;
		}
	}
	return false;
}

const struct level_rules *level_rules(enum level level)
{
	return &levels[level].rules;
}

double level_threshold(enum level level, double threshold)
{
	return threshold * (levels[level].rules.threshold_percent / 100.0);
}

double level_multiplier(enum level level, double multiplier)
{
	double times = multiplier * (levels[level].rules.multiplier_percent / 100.0);

	return times > 1 ? times : 1; /* what is normal is never too much */
}

enum level level_reached(double value, double threshold)
{
	enum level level = LEVEL_NORMAL;

	while (level < LEVELS && !level_reaches(level, value, threshold))
		level++;
	return level;
}

static char *percent_text(unsigned percent, bool japanese, char text[LEVEL_TEXT])
{
	if (percent == 100)
		snprintf(text, LEVEL_TEXT, "%s", japanese ? "通常どおり" : "as usual");
	else
		snprintf(text, LEVEL_TEXT, japanese ? "通常の %u %%" : "%u %% of the usual", percent);
	return text;
}

/* In the largest unit that it is a whole number of. */
static char *seconds_text(uint32_t seconds, bool japanese, char text[LEVEL_TEXT])
{
	static const struct {
		uint32_t seconds;
		const char *english, *japanese;
	} units[] = {
		{ DAY, "day", "日" }, { HOUR, "hour", "時間" }, { MINUTE, "minute", "分" }, { 1, "second", "秒" }
	};
	unsigned u = 0;
	uint32_t count;

	while (seconds % units[u].seconds)
		u++;
	count = seconds / units[u].seconds;
	if (japanese)
		snprintf(text, LEVEL_TEXT, "%u %s", count, units[u].japanese);
	else
		snprintf(text, LEVEL_TEXT, "%u %s%s", count, units[u].english, count == 1 ? "" : "s");
	return text;
}

static const char *mail_words(enum level_mail mail, bool japanese)
{
	static const char *const words[][2] = {
		[MAIL_TELL] = { "delivered, and told", "届けたうえで知らせる" },
		[MAIL_HOLD_SUSPICIOUS] = { "held back", "配送を保留する" },
		[MAIL_HOLD_ATTACHMENTS] = { "held back, and so is what could not be inspected",
					    "保留する（検査しきれないメールも保留）" },
	};

	return words[mail][japanese];
}

static const char *response_words(enum level_response response, bool japanese)
{
	static const char *const words[][2] = {
		[RESPOND_SUGGEST] = { "suggested; a person decides", "提案する（実行は人が決める）" },
		[RESPOND_ACT] = { "taken at once; undone when they expire",
				  "すぐに実行する（期限が来れば元に戻す）" },
	};

	return words[response][japanese];
}

enum row {
	ROW_THRESHOLD,
	ROW_MULTIPLIER,
	ROW_LEARNING,
	ROW_MAIL,
	ROW_BACKUP,
	ROW_DRILL,
	ROW_PROBE,
	ROW_RETENTION,
	ROW_RESPONSE,
	ROW_TELL,
};

_Static_assert(ROW_TELL + 1 == LEVEL_ROWS, "one for each rule");

static const struct {
	const char *key, *english, *japanese;
} rows[LEVEL_ROWS] = {
	[ROW_THRESHOLD] = { "threshold", "Thresholds of all detectors", "すべての検知のしきい値" },
	[ROW_MULTIPLIER] = { "multiplier", "How many times the learned normal is too much",
			     "学習した平常値の何倍から異常とみなすか" },
	[ROW_LEARNING] = { "learning", "How fast a rising normal is learned",
			   "平常値の上昇を学習する速さ" },
	[ROW_MAIL] = { "mail", "Suspicious mail", "不審なメールの扱い" },
	[ROW_BACKUP] = { "backup_age", "A backup is too old after", "バックアップを古いとみなすまでの時間" },
	[ROW_DRILL] = { "drill_interval", "Restoring is tried out every", "復元訓練の間隔" },
	[ROW_PROBE] = { "probe_interval", "Sites are looked at every", "サイトを確認する間隔" },
	[ROW_RETENTION] = { "retention", "How long records are kept", "記録を保存する期間" },
	[ROW_RESPONSE] = { "response", "Countermeasures", "対処" },
	[ROW_TELL] = { "tell_from", "Told to people at once from", "すぐに知らせる重要度の下限" },
};

const char *level_row_key(unsigned row)
{
	return rows[row].key;
}

const char *level_row_what(unsigned row, bool japanese)
{
	return japanese ? rows[row].japanese : rows[row].english;
}

char *level_row_value(enum level level, unsigned row, bool japanese, char text[LEVEL_TEXT])
{
	const struct level_rules *r = level_rules(level);
	const char *words = "";

	switch ((enum row)row) {
	case ROW_THRESHOLD:
		return percent_text(r->threshold_percent, japanese, text);
	case ROW_MULTIPLIER:
		return percent_text(r->multiplier_percent, japanese, text);
	case ROW_LEARNING:
		return percent_text(r->learning_percent, japanese, text);
	case ROW_BACKUP:
		return seconds_text(r->backup_age, japanese, text);
	case ROW_DRILL:
		return seconds_text(r->drill_interval, japanese, text);
	case ROW_PROBE:
		return seconds_text(r->probe_interval, japanese, text);
	case ROW_RETENTION:
		return percent_text(r->retention_percent, japanese, text);
	case ROW_MAIL:
		words = mail_words(r->mail, japanese);
		break;
	case ROW_RESPONSE:
		words = response_words(r->response, japanese);
		break;
	case ROW_TELL:
		words = japanese ? severity_japanese(r->tell_from) : severity_name(r->tell_from);
		break;
	}
	snprintf(text, LEVEL_TEXT, "%s", words);
	return text;
}
