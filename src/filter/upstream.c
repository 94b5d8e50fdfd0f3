/* upstream.c - a filter in words, and a letter to the provider, in English and Japanese. */
#include "filter/upstream.h"
#include "filter/filter_export.h"
#include "filter/filter_private.h"

#include "base/text.h"

#include <stdio.h>
#include <time.h>

/* The words of the text form, and what stands behind their values. */
struct label {
	const char *word;
	const char *name[LANGUAGES], *unit[LANGUAGES];
};

static const struct label labels[] = {
	{ "from", { "source", "送信元" }, { "", "" } },
	{ "to", { "destination", "宛先" }, { "", "" } },
	{ "proto", { "protocol", "プロトコル" }, { "", "" } },
	{ "from-port", { "source port", "送信元ポート" }, { "", "" } },
	{ "to-port", { "destination port", "宛先ポート" }, { "", "" } },
	{ "length", { "length of the IP packet", "IP パケット長" }, { " bytes", " バイト" } },
	{ "window", { "TCP window", "TCP ウィンドウ" }, { "", "" } },
	{ "header", { "length of the TCP header", "TCP ヘッダー長" }, { " bytes", " バイト" } },
	{ "ttl", { "TTL", "TTL" }, { "", "" } },
	{ "flags",
	  { "TCP flags", "TCP フラグ" },
	  { " (set / looked at)", "（立っているもの/調べるもの）" } },
	{ "fragment", { "fragments", "フラグメント" }, { "", "" } },
	{ "bytes",
	  { "payload", "ペイロード" },
	  { " (offset:value/mask)", "（位置:値/マスク）" } },
};

static const struct label icmp_labels[] = {
	{ "from-port", { "ICMP type", "ICMP タイプ" }, { "", "" } },
	{ "to-port", { "ICMP code", "ICMP コード" }, { "", "" } },
};

/* How a filter speaks of fragments, in words. */
static const struct label fragment_labels[] = {
	{ "none", { "none (whole packets only)", "なし（分割されていないパケットのみ）" }, { "", "" } },
	{ "any", { "all of them", "すべて" }, { "", "" } },
	{ "later", { "all but the first of a packet", "2 番目以降" }, { "", "" } },
};

static const struct label *label_of(const struct label *all, size_t count, struct span word)
{
	for (size_t i = 0; i < count; i++)
		if (span_equal(word, text_span(all[i].word)))
			return &all[i];
	return NULL;
}

#define LABEL_OF(all, word) label_of(all, sizeof(all) / sizeof((all)[0]), word)

static void put_label(char text[FILTER_WORDS], enum language language, const struct label *label,
		      struct span value)
{
	const struct label *fragment = LABEL_OF(fragment_labels, value);

	if (*text)
		text_append(text, FILTER_WORDS, "%s", language == JAPANESE ? "、" : ", ");
	text_append(text, FILTER_WORDS, "%s ", label->name[language]);
	if (fragment)
		text_append(text, FILTER_WORDS, "%s", fragment->name[language]);
	else
		text_append(text, FILTER_WORDS, "%.*s%s", (int)value.len, (const char *)value.ptr,
			    label->unit[language]);
}

char *filter_words(const struct filter *filter, enum language language, char text[FILTER_WORDS])
{
	const bool icmp = (filter->parts & FILTER_PROTO) && proto_is_icmp(filter->proto);
	char form[FILTER_TEXT];
	struct span rest = text_span(filter_text(filter, form)), word, value;

	text[0] = '\0';
	while (text_word(&rest, &word) && text_word(&rest, &value)) {
		const struct label *label = icmp ? LABEL_OF(icmp_labels, word) : NULL;

		put_label(text, language, label ? label : LABEL_OF(labels, word), value);
	}
	return text;
}

/* The letter; what stands in braces is filled in, what stands in brackets is for the writer. */
struct letter {
	const char *whole;
	const char *full, *burdened; /* {situation}: with the line full, or not yet */
	const char *filters, *no_flowspec, *no_filters; /* {traffic} */
	const char *unknown, *comma;
};

static const struct letter letters[LANGUAGES] = {
	[ENGLISH] = {
		.whole = "Subject: [URGENT] DDoS attack on {target}: request to block traffic\n\n"
			 "To the network operations centre of [your company],\n\n"
			 "this is [name] of [company, contract number], reachable at [telephone].\n"
			 "{situation}"
			 "Please block the traffic described below inside your network, before it reaches our "
			 "line.\n\n"
			 "Target: {target}\n"
			 "Kind:   {kinds}\n"
			 "Since:  {since}\n"
			 "Peak:   {pps} packets/s, {bps}\n"
			 "As of:  {now}\n\n"
			 "{traffic}\n"
			 "We shall let you know when the attack has ended, so that the measures can be lifted. "
			 "We can provide packet samples on request.\n\n"
			 "Kind regards,\n[name]\n",
		.full = "A DDoS attack on our network fills the line that you provide to us, so that we cannot "
			"stop it with our own equipment.\n",
		.burdened = "Our network is under a DDoS attack.\n",
		.filters = "Traffic to be dropped (a packet must meet all conditions of one line):\n",
		.no_flowspec = "   BGP FlowSpec cannot express this filter.\n",
		.no_filters = "We know no filter that would separate the attack from normal traffic. Please "
			      "consider scrubbing by your DDoS protection service or, if nothing else helps, "
			      "a blackhole for {target} (RFC 7999), and tell us beforehand.\n",
		.unknown = "not known",
		.comma = ", ",
	},
	[JAPANESE] = {
		.whole = "件名: 【至急】{target} への DDoS 攻撃に伴う通信遮断のお願い\n\n"
			 "[貴社名] ネットワーク運用ご担当者様\n\n"
			 "いつもお世話になっております。[会社名・契約番号] の [担当者名]（連絡先: [電話番号]）です。\n"
			 "{situation}"
			 "つきましては、弊社回線に届く前に、貴社網内で下記の通信を遮断していただけますでしょうか。"
			 "お忙しいところ恐れ入りますが、至急のご対応をお願いいたします。\n\n"
			 "攻撃対象: {target}\n"
			 "攻撃種別: {kinds}\n"
			 "開始時刻: {since}\n"
			 "最大流量: 毎秒 {pps} パケット、{bps}\n"
			 "作成時刻: {now}\n\n"
			 "{traffic}\n"
			 "攻撃が収まりましたらこちらからご連絡いたしますので、遮断の解除をお願いいたします。"
			 "パケットのサンプルが必要な場合は、お申し付けください。\n\n"
			 "何とぞよろしくお願い申し上げます。\n[担当者名]\n",
		.full = "弊社ネットワークが DDoS 攻撃を受けており、貴社との接続回線の帯域が埋まっているため、"
			"弊社側の機器では対処しきれない状況です。\n",
		.burdened = "弊社ネットワークが DDoS 攻撃を受けております。\n",
		.filters = "遮断をお願いしたい通信（各行の条件をすべて満たすパケット）:\n",
		.no_flowspec = "   この条件は BGP FlowSpec では表現できません。\n",
		.no_filters = "攻撃と正常な通信を区別できる条件は、現時点では見つかっておりません。"
			      "貴社の DDoS 対策サービスによる洗浄をご検討ください。ほかに手段がない場合は、"
			      "{target} 宛ての全通信の破棄（RFC 7999 のブラックホール）もやむを得ませんが、"
			      "その際は事前にご連絡ください。\n",
		.unknown = "不明",
		.comma = "、",
	},
};

/* In UTC; to Japan in its one time, nine hours ahead all year. */
static const char *time_said(usec_t when, enum language language, char text[TIME_TEXT])
{
	const time_t japan = (time_t)(when / USEC_PER_SEC + 9 * 3600);
	struct tm tm;

	if (language == JAPANESE && gmtime_r(&japan, &tm) &&
	    strftime(text, TIME_TEXT, "%Y-%m-%d %H:%M:%S（日本時間）", &tm))
		return text;
	return time_human(when, text);
}

struct hole {
	const char *name, *value;
};

/* Appends a text, the names in braces replaced by their values. */
static void fill(char text[UPSTREAM_TEXT], const char *form, const struct hole *holes, size_t count)
{
	const char *open;

	while ((open = strchr(form, '{'))) {
		const char *close = strchr(open, '}');
		struct span name = { (const uint8_t *)open + 1, (size_t)(close - open - 1) };

		text_append(text, UPSTREAM_TEXT, "%.*s", (int)(open - form), form);
		for (size_t i = 0; i < count; i++)
			if (span_equal(name, text_span(holes[i].name)))
				text_append(text, UPSTREAM_TEXT, "%s", holes[i].value);
		form = close + 1;
	}
	text_append(text, UPSTREAM_TEXT, "%s", form);
}

static void put_filter(char text[UPSTREAM_TEXT], const struct filter *filter, size_t number,
		       enum language language)
{
	char words[FILTER_WORDS], trouble[FILTER_TROUBLE];
	struct filter_flowspec flow;

	text_append(text, UPSTREAM_TEXT, "%zu. %s\n", number, filter_words(filter, language, words));
	if (filter_flowspec(filter, &flow, trouble) == OK)
		text_append(text, UPSTREAM_TEXT, "   BGP FlowSpec (RFC %s): %s\n",
			    flow.family == 4 ? "8955" : "8956", flow.exabgp);
	else
		text_append(text, UPSTREAM_TEXT, "%s", letters[language].no_flowspec);
}

static void put_traffic(char text[UPSTREAM_TEXT], const struct upstream_note *note, enum language language,
			const struct hole *target)
{
	text[0] = '\0';
	if (!note->filter_count) {
		fill(text, letters[language].no_filters, target, 1);
		return;
	}
	text_append(text, UPSTREAM_TEXT, "%s", letters[language].filters);
	for (size_t i = 0; i < note->filter_count && i < UPSTREAM_FILTERS; i++)
		put_filter(text, &note->filters[i], i + 1, language);
}

#define KINDS_TEXT 1024
static const char *kinds_said(const struct upstream_note *note, enum language language, char text[KINDS_TEXT])
{
	text[0] = '\0';
	for (size_t i = 0; i < note->vector_count; i++)
		text_append(text, KINDS_TEXT, "%s%s", i ? letters[language].comma : "",
			    language == JAPANESE ? vector_japanese(note->vectors[i])
						 : vector_title(note->vectors[i]));
	return *text ? text : letters[language].unknown;
}

char *upstream_text(const struct upstream_note *note, enum language language, char text[UPSTREAM_TEXT])
{
	const struct letter *letter = &letters[language];
	char target[PREFIX_TEXT], kinds[KINDS_TEXT], since[TIME_TEXT], now[TIME_TEXT];
	char pps[TEXT_NUMBER], bps[TEXT_NUMBER], traffic[UPSTREAM_TEXT];
	const struct hole holes[] = {
		{ "target", target },
		{ "situation", note->line_full ? letter->full : letter->burdened },
		{ "kinds", kinds_said(note, language, kinds) },
		{ "since", time_said(note->from, language, since) },
		{ "now", time_said(note->now, language, now) },
		{ "pps", text_count(note->peak_pps, pps) },
		{ "bps", text_bits(note->peak_bps, bps) },
		{ "traffic", traffic },
	};

	if (note->target.bits == 128)
		ip_text(&note->target.ip, target);
	else
		prefix_text(&note->target, target);
	put_traffic(traffic, note, language, holes);
	text[0] = '\0';
	fill(text, letter->whole, holes, sizeof(holes) / sizeof(holes[0]));
	return text;
}
