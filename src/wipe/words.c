/* words.c - a judgement in words: what is wrong, what to do, why, and which files. */
#include "wipe/judge.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_TAIL 100 /* bytes of a path's end that are shown: its name tells more than where it begins */

/* What happened; "%s" are about how many files of how many, and the share. */
static const struct {
	const char *en, *ja;
} causes[CAUSES] = {
	[CAUSE_NONE] = { "Nothing speaks for damage.", "被害の兆しはありません。" },
	[CAUSE_ENCRYPTED] = { "Files were encrypted or overwritten: they are noise now and were documents, pictures or texts before.",
			      "ファイルが暗号化または上書きされました。以前は文書・画像・テキストだったものが、乱数のような中身になっています。" },
	[CAUSE_HIDDEN] = { "Files are noise or blank now, although their size and date say that nobody changed them: someone hides it.",
			   "サイズと日時は前と同じなのに、中身が乱数や同じ模様に変わったファイルがあります。変更が隠されています。" },
	[CAUSE_SEALED] = { "Many files were encrypted with a program that people use for it, such as gpg or zip with a password.",
			   "gpg やパスワード付き zip など、一般に使われるプログラムで多くのファイルが暗号化されました。" },
	[CAUSE_SLOW] = { "A few files were encrypted in each of the last snapshots; together they are many.",
			 "最近のスナップショットごとに少しずつファイルが暗号化されており、合計すると多数になります。" },
	[CAUSE_DESTROYED] = { "Files were emptied, or overwritten with one byte or pattern again and again.",
			      "ファイルが空にされたか、同じバイトや模様の繰り返しで上書きされました。" },
	[CAUSE_SCATTERED] = { "Files are gone from many folders that are still there; this is not how people tidy up.",
			      "残っている多くのフォルダーからファイルが消えました。人が整理したときの消え方ではありません。" },
	[CAUSE_SEEPING] = { "A few files went away in each of the last snapshots, from more folders than people delete in; together they are many.",
			    "最近のスナップショットごとに、普段より多くのフォルダーから少しずつファイルが消えており、合計すると多数になります。" },
	[CAUSE_GONE] = { "A large part of all files is gone and has not been found in another folder or archive.",
			 "全ファイルの大きな部分が消え、ほかのフォルダーやアーカイブにも見つかりません。" },
	[CAUSE_RENAMED] = { "Files got names with endings that this set never had, as ransomware gives them.",
			    "ランサムウェアがするように、これまでにない拡張子がファイル名に付けられました。" },
	[CAUSE_FAMILY] = { "Files got an ending that is known of ransomware.",
			   "ランサムウェアとして知られる拡張子がファイルに付けられました。" },
	[CAUSE_NOTE] = { "New files say what ransom notes say.", "身代金を要求する文面と同じ内容の新しいファイルがあります。" },
	[CAUSE_CANARY] = { "A canary file, which nobody ever changes, was changed or is gone.",
			   "誰も変更しないはずの見張り用ファイルが、変更されたか消えました。" },
};

static const char mend_en[] = " Keep the snapshots before this one, take the machine off the network, and restore from the one before.";
static const char mend_ja[] = " これより前のスナップショットを消さず、機器をネットワークから切り離し、前のものから復元してください。";
static const char ask_en[] = " Find out who did this; if it was you, say so and it is learned.";
static const char ask_ja[] = " 誰が行ったか確かめてください。ご自身の作業なら、その旨を登録すると学習します。";

static const char *const loss_names[LOSSES] = {
	[LOSS_NOISE] = "noise", [LOSS_CODED] = "coded noise", [LOSS_PART] = "noise in parts",
	[LOSS_BROKEN] = "broken inside", [LOSS_FLAT] = "one pattern", [LOSS_SWAP] = "another kind",
	[LOSS_KIND] = "no known kind", [LOSS_CUT] = "cut short",
	[LOSS_ALIKE] = "the same as others", [LOSS_SEALED] = "locked",
};

/* --- reasons --- */

static char *add_why(struct wipe_finding *f, const char *key, const char *key_ja)
{
	if (f->why_count == WIPE_WHY)
		return NULL;
	snprintf(f->why[f->why_count].key, sizeof(f->why[0].key), "%s", key);
	snprintf(f->why[f->why_count].key_ja, sizeof(f->why[0].key_ja), "%s", key_ja);
	return f->why[f->why_count++].value;
}

/* "1,234 of 20,000 (6.2 %)" */
static void why_share(struct wipe_finding *f, const char *key, const char *key_ja, double part, double whole)
{
	char *value = part >= 0.5 ? add_why(f, key, key_ja) : NULL;
	char a[TEXT_NUMBER], b[TEXT_NUMBER];

	if (value)
		snprintf(value, sizeof(f->why[0].value), "%s / %s (%.1f %%)", text_count((uint64_t)(part + 0.5), a),
			 text_count((uint64_t)whole, b), 100 * part / whole);
}

static void why_losses(const struct judgement *j, struct wipe_finding *f)
{
	unsigned hits = 0, looked = 0;
	char *value;

	for (unsigned i = 0; i < SAMPLE_WANTED; i++) {
		hits += j->of[i].hits + j->of[i].sealed;
		looked += j->of[i].looked;
	}
	value = hits ? add_why(f, "looked at, and lost", "調べたうち失われた数") : NULL;
	if (!value)
		return;
	snprintf(value, sizeof(f->why[0].value), "%u / %u:", hits, looked);
	for (unsigned i = LOSS_NONE + 1; i < LOSSES; i++)
		if (j->losses[i])
			text_append(value, sizeof(f->why[0].value), " %s %u", loss_names[i], j->losses[i]);
}

static void why_names(const struct wipe *wipe, const struct judgement *j, struct wipe_finding *f)
{
	const struct extent *x = &wipe->extent;
	char *value;

	why_share(f, "new endings behind names", "付け足された拡張子", (double)(x->strange + x->unnamed), j->files);
	if (j->creeping > 0)
		why_share(f, "renamed so over the last snapshots", "最近の合計で付け足された拡張子", j->creeping * j->files, j->files);
	value = wipe->change.suffix[0] ? add_why(f, "commonest new ending", "最も多い新しい拡張子") : NULL;
	if (value) {
		const char *family = known_family(wipe->change.suffix);

		text_append(value, sizeof(f->why[0].value), ".");
		for (const char *c = wipe->change.suffix; *c; c++) /* it is hostile: only what is plain is shown */
			text_append(value, sizeof(f->why[0].value), "%c", *c > ' ' && *c < 127 ? *c : '?');
		if (family)
			text_append(value, sizeof(f->why[0].value), " (%s)", family);
	}
	value = j->notes ? add_why(f, "texts like ransom notes", "身代金要求文に似た文書") : NULL;
	if (value)
		snprintf(value, sizeof(f->why[0].value), "%u", j->notes);
	value = j->canaries ? add_why(f, "canaries", "見張り用ファイル") : NULL;
	if (value)
		snprintf(value, sizeof(f->why[0].value), "%llu", (unsigned long long)j->canaries);
}

static void reasons(const struct wipe *wipe, const struct judgement *j, struct wipe_finding *f)
{
	const struct wipe_change *c = &wipe->change;

	why_share(f, "lost what they were (estimated)", "中身が失われた（推定）", j->lost * j->files, j->files);
	why_losses(j, f);
	if (j->score[CAUSE_SLOW] > 0)
		why_share(f, "lost over the last snapshots", "最近の合計で失われた", j->slow * j->files, j->files);
	why_share(f, "encrypted by known programs", "既知のプログラムで暗号化された", j->sealed * j->files, j->files);
	why_share(f, "emptied", "空になった", (double)wipe->extent.emptied, j->files);
	why_share(f, "gone and not found elsewhere", "消えて見つからない", j->gone * j->files, j->files);
	if (j->score[CAUSE_SEEPING] > 0)
		why_share(f, "folders that lost files lately", "最近ファイルが消えたフォルダー", j->seeping * j->files, j->files);
	why_names(wipe, j, f);
	why_share(f, "changed", "変更", (double)c->changed, j->files);
	why_share(f, "renamed or moved", "改名・移動", (double)c->renamed, j->files);
	why_share(f, "removed", "削除", (double)c->removed, j->files);
	why_share(f, "added", "追加", (double)c->added, j->files);
}

/* --- examples --- */

/* The end of a path, made visible. What does not fit is cut where a rune ends. */
static void show_path(struct span path, char text[256])
{
	FILE *out = fmemopen(text, 256, "w");
	size_t from = path.len > SHOWN_TAIL ? path.len - SHOWN_TAIL : 0, n;

	text[0] = '\0';
	if (!out)
		return;
	while (from && from < path.len && (path.ptr[from] & 0xc0) == 0x80)
		from++;
	if (from)
		fputs("...", out);
	text_visible(out, (struct span){ path.ptr + from, path.len - from });
	fclose(out);
	text[255] = '\0';
	n = strlen(text);
	if (n < 255)
		return;
	while (n && ((uint8_t)text[n - 1] & 0xc0) == 0x80)
		n--;
	text[n ? n - 1 : 0] = '\0';
}

static bool is_example(const struct wanted *w, enum cause cause)
{
	if (cause == CAUSE_NOTE)
		return w->note > 0;
	return w->loss != LOSS_NONE || (w->class == SAMPLE_ADDED && w->alone) ||
	       (cause == CAUSE_CANARY && w->class == SAMPLE_CANARY && !w->equal);
}

/* What is gone or empty has no contents that could be looked at. */
static void examples_told(const struct wipe *wipe, enum sample_class class, struct wipe_finding *f)
{
	const struct reservoir *r = &wipe->reservoirs[class];

	for (size_t i = 0; i < r->count && f->example_count < WIPE_EXAMPLES; i++)
		show_path(text_span(r->samples[i].before), f->examples[f->example_count++]);
}

static void examples(const struct wipe *wipe, enum cause cause, struct wipe_finding *f)
{
	if (cause == CAUSE_DESTROYED)
		examples_told(wipe, SAMPLE_EMPTIED, f);
	if (cause == CAUSE_SCATTERED || cause == CAUSE_SEEPING || cause == CAUSE_GONE)
		examples_told(wipe, SAMPLE_GONE, f);
	for (size_t i = 0; i < wipe->want_count && f->example_count < WIPE_EXAMPLES; i++) {
		bool renamed = wipe->wanted[i].class == SAMPLE_RENAMED &&
			       (cause == CAUSE_RENAMED || cause == CAUSE_FAMILY);

		if (wipe->wants[i].after.len && (renamed || (wipe->wanted[i].looked && is_example(&wipe->wanted[i], cause))))
			show_path(wipe->wants[i].after, f->examples[f->example_count++]);
	}
}

void judge_words(const struct wipe *wipe, const struct judgement *j, struct wipe_finding *f)
{
	enum cause cause = f->verdict == WIPE_NORMAL ? CAUSE_NONE : j->cause;
	bool told = cause != CAUSE_NONE && (f->verdict == WIPE_ALARM || j->score[cause] >= 0.5);

	if (told) {
		snprintf(f->say_en, sizeof(f->say_en), "%s%s", causes[cause].en, f->verdict == WIPE_ALARM ? mend_en : ask_en);
		snprintf(f->say_ja, sizeof(f->say_ja), "%s%s", causes[cause].ja, f->verdict == WIPE_ALARM ? mend_ja : ask_ja);
		examples(wipe, cause, f);
	} else if (f->verdict == WIPE_UNUSUAL) {
		snprintf(f->say_en, sizeof(f->say_en), "More changed, moved or went away than usual, but what was looked at is still "
						       "what it was.");
		snprintf(f->say_ja, sizeof(f->say_ja), "普段より多くのファイルが変更・移動・削除されましたが、調べた中身は元のままです。");
	} else {
		snprintf(f->say_en, sizeof(f->say_en), "%s", causes[CAUSE_NONE].en);
		snprintf(f->say_ja, sizeof(f->say_ja), "%s", causes[CAUSE_NONE].ja);
	}
	reasons(wipe, j, f);
}
