/*
 * judge.c - from what was counted and looked at to a verdict.
 *
 * Each cause has a score of its own: what was measured over the threshold at the normal level. The strongest decides, so
 * that each alarm has one plain reason; the others are told beside it. Files that are not what they were weigh most: no
 * ordinary day makes them. What is gone is weighed by where it is gone from: people remove whole folders, and pack or move
 * them; wipers take files out of folders that stay.
 */
#include "wipe/judge.h"

#include <math.h>
#include <string.h>

/* Thresholds at the normal level: shares of all files, or numbers of files where it says so. */
#define LOST_SHARE      0.02  /* lost what they were, hardly less; ... */
#define LOST_LIKELY     0.03  /* ... as likely as not */
#define LOST_FEW        20.0  /* files: fewer are no alarm, unless they are much of a class ... */
#define LOST_FEW_SHARE  0.003
#define LOST_PART       0.25  /* ... so much of it */
#define LOST_HITS       4     /* samples that must agree; in small sets less, below */
#define SMALL_SET       100   /* files */
#define SOFT_KINDS      4     /* kinds of which samples are of no kind now, or of another */
#define SLOW_SHARE      0.02
#define SEALED_SHARE    0.04  /* encrypted by a program that people use: some do that with a folder of theirs */
#define LOCKED_FEW      8.0   /* archives with a password, in one day: people make one or two */
#define EMPTIED_SHARE   0.015
#define EMPTIED_FEW     8.0
#define SCATTERED_SHARE 0.04
#define SCATTERED_FEW   20.0
#define WIDE_SHARE      0.025 /* ... when they are of many kinds, and from many folders into which nothing came */
#define WIDE_FOLDERS    20
#define WIDE_KINDS      5
#define OLDER           0.7   /* standard deviations by which what is gone is older than all */
#define BARE_ALLOWED    6.0   /* folders: in so many people delete on any day */
#define BARE_SHARE      0.02  /* folders over many snapshots, in shares of all files */
#define BARE_FEW        40.0
#define BARE_DAY        0.014 /* of one day at most */
#define FOLDERS_FEW     12    /* folders: who tidies up does so in a few of them ... */
#define FOLDERS_SHARE   0.25  /* ... and there may take so much away */
#define GONE_SHARE      0.40
#define ROOTS_SHARE     0.07  /* gone with whole folders, of which there are many ... */
#define ROOTS_MANY      16
#define SOME_SHARE      0.15  /* ... or some: people delete one project, or two */
#define SOME_ROOTS      4
#define STRANGE_SHARE   0.03
#define STRANGE_FEW     12.0
#define STRANGE_KINDS   4     /* endings before: people rename those of one kind, as .js to .ts */
#define ODD_KINDS       3     /* ... the same of one of many days */
#define ODD_FEW         12.0  /* files over these days */
#define ODD_DAY         0.02  /* of one day at most: it may have been said to be no damage */
#define FAMILY_FEW      6.0
#define FAMILY_FIRST    25.0 /* in a first snapshot, of which nothing is known */
#define NOTE_FILES      3
#define NOTE_LOST       3     /* samples with a loss, beside which one note is enough */
#define NOTE_WEIGHT     3     /* of known_note_text() */
#define HIDDEN_NOISE    4     /* behind an unchanged size and time noise is never by chance, ... */
#define HIDDEN_BLANK    2     /* ... one blank file may be a bad disk's, ... */
#define HIDDEN_LOSS     1     /* ... and so may some that are broken */
#define CHANGE_FLOOR    0.25  /* of changed, added, renamed: less is never unusual */
#define ARCHIVE_PART    0.04  /* an archive is at least so much of what was packed into it: texts pack to a tenth */
#define SURE            1.645 /* standard deviations: one in twenty is less than the least */

/* Wilson's lower bound of a share, of hits that may weigh less than one. */
static double wilson_low(double hits, double looked)
{
	double z2 = SURE * SURE, p = hits / looked;
	double low = (p + z2 / (2 * looked) - SURE * sqrt(p * (1 - p) / looked + z2 / (4 * looked * looked))) /
		     (1 + z2 / looked);

	return low > 0 ? low : 0;
}

static bool is_soft(enum loss loss)
{
	return loss == LOSS_KIND || loss == LOSS_SWAP || loss == LOSS_CUT;
}

/* A program may write a new format, and people save pictures under wrong names; but each does it to one kind. */
static double soft_weight(const struct wipe *wipe)
{
	uint16_t kinds[SOFT_KINDS];
	unsigned count = 0, k;

	for (size_t i = 0; i < wipe->want_count && count < SOFT_KINDS; i++) {
		if (!is_soft(wipe->wanted[i].loss))
			continue;
		for (k = 0; k < count && kinds[k] != wipe->wanted[i].was; k++)
			;
		if (k == count)
			kinds[count++] = wipe->wanted[i].was;
	}
	return count < SOFT_KINDS ? 0.5 : 1;
}

static double loss_weight(enum loss loss, double soft)
{
	return loss == LOSS_NONE || loss == LOSS_SEALED ? 0 : is_soft(loss) ? soft : 1;
}

static void estimate_finish(struct estimate *e, double weight)
{
	if (e->looked == 0 || e->hits == 0)
		return;
	e->lost = weight / e->looked * (double)e->population;
	e->least = e->looked >= e->population ? e->lost : wilson_low(weight, e->looked) * (double)e->population;
}

/* Samples, class by class. */
static void read_samples(const struct wipe *wipe, struct judgement *j)
{
	double weights[SAMPLE_WANTED] = { 0 }, soft = soft_weight(wipe);
	uint64_t canaries = wipe->change.canaries;

	for (size_t i = 0; i < wipe->want_count; i++) {
		const struct wanted *w = &wipe->wanted[i];
		struct estimate *e = &j->of[w->class];

		if (!w->looked)
			continue;
		e->looked++;
		e->hits += w->loss != LOSS_NONE && w->loss != LOSS_SEALED;
		e->sealed += w->loss == LOSS_SEALED;
		weights[w->class] += loss_weight(w->loss, soft);
		j->archives += w->archive;
		j->locked += w->locked;
		j->stored += w->stored;
		j->losses[w->loss]++;
		if (w->class == SAMPLE_SAME && w->loss != LOSS_NONE && w->loss != LOSS_SEALED)
			j->hidden += w->hard ? HIDDEN_NOISE : w->blank ? HIDDEN_BLANK : HIDDEN_LOSS;
		j->notes += w->note >= NOTE_WEIGHT;
		j->note_files += w->note >= NOTE_WEIGHT && w->class == SAMPLE_NOTE;
		if (w->class == SAMPLE_ADDED) {
			j->alone_looked++;
			j->alone += w->alone;
		}
		if (w->class == SAMPLE_CANARY) {
			/* Its time was touched, no more; or it hides that it was changed. */
			canaries -= w->equal && canaries > 0;
			canaries += w->loss != LOSS_NONE && canaries == 0;
		}
	}
	j->canaries = canaries;
	for (unsigned class = 0; class < SAMPLE_WANTED; class++) {
		j->of[class].population = wipe->reservoirs[class].seen;
		estimate_finish(&j->of[class], weights[class]);
	}
}

/* So many of the new files, as far as others are gone for them. */
static double new_for_gone(const struct wipe *wipe, const struct judgement *j, unsigned hits)
{
	double gone = (double)wipe->extent.scattered + (double)wipe->extent.vanished - (double)wipe->extent.moved;
	double come;

	if (hits < LOST_HITS || gone <= 0)
		return 0;
	come = wilson_low(hits, j->alone_looked) * (double)wipe->reservoirs[SAMPLE_ADDED].seen;
	return come < gone ? come : gone;
}

static double pick_gone(const struct day *day)
{
	return day->gone;
}

static double pick_changed(const struct day *day)
{
	return day->changed;
}

static double pick_renamed(const struct day *day)
{
	return day->renamed;
}

static double pick_damage(const struct day *day)
{
	return day->damage;
}

static double pick_sealed(const struct day *day)
{
	return day->sealed;
}

static double pick_bare(const struct day *day)
{
	return day->bare;
}

static double pick_odd(const struct day *day)
{
	return day->odd;
}

static double at_most(double a, double b)
{
	return a < b ? a : b;
}

static double at_least(double a, double b)
{
	return a > b ? a : b;
}

static unsigned hits_needed(const struct judgement *j)
{
	return j->files <= 2 ? 1 : j->files < SMALL_SET ? 2 : LOST_HITS;
}

static void judge_lost(const struct wipe *wipe, struct judgement *j)
{
	/* Nothing but noise: encrypted under names that have nothing in common with the old ones. */
	double alone = new_for_gone(wipe, j, j->alone), lost = alone, least = alone;
	unsigned hits = j->alone >= LOST_HITS && alone > 0 ? j->alone : 0;
	enum cause cause = j->losses[LOSS_FLAT] * 2 > j->losses[LOSS_NOISE] + j->losses[LOSS_PART] ? CAUSE_DESTROYED
												     : CAUSE_ENCRYPTED;

	for (unsigned class = SAMPLE_CHANGED; class < SAMPLE_WANTED; class++) {
		const struct estimate *e = &j->of[class];
		double few = at_least(LOST_FEW, LOST_FEW_SHARE * j->files);

		lost += e->lost;
		least += e->least;
		hits += e->hits;
		/* A class of which much is lost is plain earlier than the whole tree. */
		if (e->hits >= LOST_HITS && e->least >= LOST_PART * (double)e->population)
			j->score[cause] = at_least(j->score[cause], at_most(e->least / few, 50));
	}
	lost += (double)wipe->extent.emptied;
	if ((double)wipe->extent.emptied >= EMPTIED_FEW)
		least += (double)wipe->extent.emptied;
	j->lost = at_most(lost / j->files, 1);
	j->least = at_most(least / j->files, 1);
	if (hits >= hits_needed(j))
		j->score[cause] = at_least(j->score[cause], at_least(j->least / LOST_SHARE, j->lost / LOST_LIKELY));
	if ((double)wipe->extent.emptied >= EMPTIED_FEW)
		j->score[CAUSE_DESTROYED] = at_least(j->score[CAUSE_DESTROYED],
						     (double)wipe->extent.emptied / j->files / EMPTIED_SHARE);
	if (j->hidden)
		j->score[CAUSE_HIDDEN] = (double)j->hidden / HIDDEN_NOISE;
}

static void judge_sealed(const struct wipe *wipe, const struct learned *learned, struct judgement *j)
{
	double sealed = new_for_gone(wipe, j, j->stored), before = learned_sum(learned, pick_sealed);

	/* Many locked archives in place of what is gone, whatever that was. */
	if (j->locked >= LOST_HITS &&
	    (double)j->locked / j->alone_looked * (double)wipe->reservoirs[SAMPLE_ADDED].seen >= LOCKED_FEW)
		sealed += (double)wipe->change.removed;
	for (unsigned class = SAMPLE_CHANGED; class < SAMPLE_WANTED; class++) {
		const struct estimate *e = &j->of[class];

		if (e->sealed >= LOST_HITS)
			sealed += (double)e->sealed / e->looked * (double)e->population;
	}
	j->sealed = at_most(sealed / j->files, 1);
	j->score[CAUSE_SEALED] = j->sealed / SEALED_SHARE;
	if (j->sealed > 0 && j->sealed < SEALED_SHARE)
		j->score[CAUSE_SEALED] = (j->sealed + before) / SEALED_SHARE;
}

/* Gone are files of many kinds: people remove one kind, as photos that are no good, or what lies in one folder. */
static bool is_mixed(const struct extent *x)
{
	uint64_t sum = 0, most = 0;
	unsigned kinds = 0;

	for (unsigned i = 0; i < GONE_ENDINGS; i++) {
		sum += x->gone_endings[i];
		most = x->gone_endings[i] > most ? x->gone_endings[i] : most;
		kinds += x->gone_endings[i] > 0;
	}
	return kinds >= WIDE_KINDS && most * 2 <= sum;
}

/* Gone is what was oldest: people and programs keep files for a time, and wipers do not ask for it. */
static bool is_by_age(const struct extent *x)
{
	double mean = x->all.sum / x->all.count, spread = sqrt(at_least(x->all.squares / x->all.count - mean * mean, 0));

	return x->gone_ages.count > 0 && mean - x->gone_ages.sum / x->gone_ages.count > OLDER * spread;
}

/* A little each day, but in more folders than people delete in. `stay`: that part of what is gone did not move. One day
 * alone counts as less than a slow one does in all. */
static void judge_seeping(const struct wipe *wipe, const struct learned *learned, double stay, struct judgement *j)
{
	double usual = 1, sum = learned_many(learned, pick_bare, BARE_ALLOWED / j->files, &usual);

	j->bare = is_mixed(&wipe->extent) && !is_by_age(&wipe->extent) ? at_most((double)wipe->extent.bare * stay / j->files, BARE_DAY) : 0;
	if (j->bare <= usual)
		return;
	j->seeping = sum + j->bare - usual;
	if (j->seeping * j->files >= BARE_FEW)
		j->score[CAUSE_SEEPING] = j->seeping / BARE_SHARE;
}

static void judge_gone(const struct wipe *wipe, const struct learned *learned, struct judgement *j)
{
	const struct extent *x = &wipe->extent;
	double moved = (double)x->moved, scattered = (double)x->scattered, vanished = (double)x->vanished;
	double packed = x->gone_bytes ? (double)x->archive_bytes / (double)x->gone_bytes : 0;
	double share;

	/* What moved is taken from whole folders first. */
	vanished -= at_most(moved, vanished);
	scattered -= at_most(moved - at_most(moved, (double)x->vanished), scattered);
	/* Else any small zip would excuse all; one that nobody can open excuses nothing. */
	if (packed >= ARCHIVE_PART && vanished / j->files < GONE_SHARE && j->locked <= j->archives)
		vanished = 0;
	j->gone = (vanished + scattered) / j->files;
	share = learned_limit(learned, pick_gone, x->folders < FOLDERS_FEW ? FOLDERS_SHARE :
					       x->bare >= WIDE_FOLDERS && is_mixed(x) && !is_by_age(x) ?
								WIDE_SHARE :
								SCATTERED_SHARE);
	if (scattered >= SCATTERED_FEW)
		j->score[CAUSE_SCATTERED] = scattered / j->files / share;
	j->score[CAUSE_GONE] = j->gone / GONE_SHARE;
	share = learned_limit(learned, pick_gone, x->roots >= ROOTS_MANY ? ROOTS_SHARE : SOME_SHARE);
	if (x->roots >= SOME_ROOTS)
		j->score[CAUSE_GONE] = at_least(j->score[CAUSE_GONE], vanished / j->files / share);
	judge_seeping(wipe, learned, x->scattered ? scattered / (double)x->scattered : 0, j);
}

/* A few names each day. Programs that mark what they have done with do so from the first days on, and to one kind. */
static void judge_creeping(const struct wipe *wipe, const struct learned *learned, struct judgement *j)
{
	double usual = 1, sum = learned_many(learned, pick_odd, 0, &usual);

	j->odd = __builtin_popcountll(wipe->extent.odd_endings) >= ODD_KINDS ? at_most((double)wipe->extent.odd / j->files, ODD_DAY) : 0;
	if (j->odd <= usual)
		return;
	j->creeping = sum + j->odd - usual;
	if (j->creeping * j->files >= ODD_FEW)
		j->score[CAUSE_RENAMED] = at_least(j->score[CAUSE_RENAMED], j->creeping / STRANGE_SHARE);
}

/* What was written anew under another name is a pair by its size only: the samples tell how much of that is so. */
static double unnamed_anew(const struct wipe *wipe, const struct judgement *j, uint64_t *kinds)
{
	unsigned hits = 0;

	for (size_t i = 0; i < wipe->want_count; i++) {
		if (!wipe->wanted[i].unnamed)
			continue;
		hits++;
		*kinds |= 1ull << (wipe->wanted[i].was % 64);
	}
	return hits < LOST_HITS ? 0 : wilson_low(hits, j->of[SAMPLE_RENAMED].looked) * (double)j->of[SAMPLE_RENAMED].population;
}

static void judge_names(const struct wipe *wipe, struct judgement *j)
{
	const struct extent *x = &wipe->extent;
	uint64_t kinds = x->endings;
	double anew = unnamed_anew(wipe, j, &kinds);
	double strange = (double)x->strange, unnamed = at_least((double)x->unnamed, anew);
	unsigned hits = 0;

	if (strange + unnamed >= STRANGE_FEW && __builtin_popcountll(kinds) >= STRANGE_KINDS)
		j->score[CAUSE_RENAMED] = (strange + unnamed) / j->files / STRANGE_SHARE;
	j->score[CAUSE_FAMILY] = (double)x->family / FAMILY_FEW;
	/* A text that says so may be anybody's; in several folders, or beside damage, it is meant. */
	for (unsigned class = SAMPLE_CHANGED; class < SAMPLE_WANTED; class++)
		hits += j->of[class].hits;
	if (j->notes)
		j->score[CAUSE_NOTE] = j->note_files >= NOTE_FILES || hits >= NOTE_LOST ? 1.5 : 0.5;
	if (j->canaries)
		j->score[CAUSE_CANARY] = 1.5;
}

static void judge_unusual(const struct wipe *wipe, const struct learned *learned, struct judgement *j)
{
	double changed = (double)wipe->change.changed / j->files, renamed = (double)wipe->change.renamed / j->files;

	j->unusual = at_least(changed / learned_limit(learned, pick_changed, CHANGE_FLOOR),
			      renamed / learned_limit(learned, pick_renamed, CHANGE_FLOOR));
	j->unusual = at_least(j->unusual, j->gone / learned_limit(learned, pick_gone, SCATTERED_SHARE));
}

static struct day day_of(const struct wipe *wipe, const struct judgement *j)
{
	const struct wipe_change *c = &wipe->change;

	return (struct day){ (double)c->changed / j->files, at_most((double)c->added / j->files, 1),
			     (double)c->removed / j->files, (double)c->renamed / j->files, j->least, j->gone, j->sealed, j->bare,
			    j->odd };
}

/* How sure: twice the threshold is nearly so. Several causes at once are surer. */
static uint8_t confidence_of(const struct judgement *j)
{
	double score = j->score[j->cause];
	unsigned causes = 0;

	for (unsigned i = 1; i < CAUSES; i++)
		causes += j->score[i] >= 1;
	return (uint8_t)at_most(98, 100 * (1 - exp(-1.1 * score)) + 4 * (causes > 1 ? causes - 1 : 0));
}

static bool is_about_gone(enum cause cause)
{
	return cause == CAUSE_SCATTERED || cause == CAUSE_SEEPING || cause == CAUSE_GONE;
}

static void decide(struct judgement *j, struct wipe_finding *f)
{
	static const char *const attacks[CAUSES] = {
		[CAUSE_ENCRYPTED] = "T1486", [CAUSE_HIDDEN] = "T1486", [CAUSE_SLOW] = "T1486",
		[CAUSE_SEALED] = "T1486",
		[CAUSE_DESTROYED] = "T1485", [CAUSE_SCATTERED] = "T1485", [CAUSE_GONE] = "T1485",
		[CAUSE_SEEPING] = "T1485",
		[CAUSE_RENAMED] = "T1486", [CAUSE_FAMILY] = "T1486", [CAUSE_NOTE] = "T1486",
		[CAUSE_CANARY] = "T1486",
	};

	for (unsigned i = 1; i < CAUSES; i++)
		if (j->score[i] > j->score[j->cause])
			j->cause = i;
	f->level = level_reached(j->score[j->cause], 1);
	f->verdict = f->level == LEVEL_NORMAL ? WIPE_ALARM : WIPE_NORMAL;
	if (f->verdict == WIPE_NORMAL && (f->level != LEVELS || j->score[j->cause] >= 0.5 || j->unusual >= 1))
		f->verdict = WIPE_UNUSUAL;
	f->confidence = f->verdict == WIPE_NORMAL ? 0 : confidence_of(j);
	f->attack = f->verdict == WIPE_ALARM || f->level != LEVELS ? attacks[j->cause] : NULL;
	f->damaged = at_most(j->lost + j->sealed * (j->cause == CAUSE_SEALED) + (is_about_gone(j->cause) ? j->gone : 0), 1);
}

enum err wipe_judge(const struct wipe *wipe, usec_t at, const char *learned_text, struct wipe_finding *finding,
		    char **new_learned)
{
	struct judgement j = { .files = at_least((double)wipe->change.files_before, 1) };
	struct wipe_finding f = { 0 };
	struct learned learned;
	struct day today;

	learned_read(&learned, learned_text);
	read_samples(wipe, &j);
	if (wipe->has_before) { /* else nothing can be lost */
		judge_lost(wipe, &j);
		judge_sealed(wipe, &learned, &j);
		judge_gone(wipe, &learned, &j);
		judge_names(wipe, &j);
		judge_creeping(wipe, &learned, &j);
		judge_unusual(wipe, &learned, &j);
		j.slow = j.least + learned_sum(&learned, pick_damage);
		if (j.least > 0 && j.least < LOST_SHARE)
			j.score[CAUSE_SLOW] = j.slow / SLOW_SHARE;
	} else { /* it may have happened before the first snapshot */
		j.files = at_least((double)wipe->change.files, 1);
		j.score[CAUSE_FAMILY] = (double)wipe->extent.family / FAMILY_FIRST;
	}
	decide(&j, &f);
	judge_words(wipe, &j, &f);
	today = day_of(wipe, &j);
	if (learned_write(&learned, &today, at, new_learned) != OK)
		return ERR_MEMORY;
	*finding = f;
	return OK;
}
