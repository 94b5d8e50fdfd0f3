/* line_down.c - our own line: lost when nearly all that were looked at lately fail alike, back with a good look. */
#include "fare/line_down.h"

#define WINDOW (60 * USEC_PER_SEC)
#define HOSTS  2
#define SHARE  80 /* percent */

enum line_reach line_reach_of(const struct probe_result *r)
{
	if (r->ours)
		return LINE_OURS;
	if (r->failed == PROBE_DNS || r->failed == PROBE_TCP)
		return LINE_LOST;
	return r->failed == PROBE_DONE ? LINE_GOOD : LINE_REACHED;
}

struct sum {
	unsigned all, lost, ours;
	uint32_t host; /* of the first that is lost */
	bool hosts;    /* there is another one */
};

static struct sum sum_of(const struct line_look *looks, size_t count, usec_t from)
{
	struct sum sum = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (looks[i].reach == LINE_NONE || looks[i].at < from)
			continue;
		sum.all++;
		if (looks[i].reach < LINE_LOST)
			continue;
		if (sum.lost++ == 0)
			sum.host = looks[i].host;
		sum.hosts |= looks[i].host != sum.host;
		sum.ours += looks[i].reach == LINE_OURS;
	}
	return sum;
}

static bool nearly_all(const struct sum *sum)
{
	return sum->lost * 100 >= sum->all * SHARE;
}

static bool is_our_line(const struct sum *sum)
{
	if (sum->all && sum->ours == sum->all)
		return true;
	return sum->lost >= LINE_SITES && sum->hosts && nearly_all(sum);
}

static enum line_news become(struct site_line *line, bool down, usec_t at)
{
	line->down = down;
	line->since = at;
	return down ? LINE_WENT_DOWN : LINE_CAME_BACK;
}

bool site_line_weighs(const struct site_line *line, enum line_reach reach)
{
	return reach >= LINE_LOST || (reach == LINE_REACHED && line->lost_since);
}

enum line_news site_line_see(struct site_line *line, const struct line_look *look, const struct line_look *looks,
			     size_t count, usec_t least)
{
	usec_t now = look->at;
	struct sum sum;

	if (look->reach == LINE_GOOD) {
		line->lost_since = 0;
		return line->down ? become(line, false, now) : LINE_SAME;
	}
	if (!site_line_weighs(line, look->reach))
		return LINE_SAME;
	if (!line->lost_since || line->lost_since > now) /* the clock was set back */
		line->lost_since = now;
	sum = sum_of(looks, count, line->lost_since > now - WINDOW ? line->lost_since : now - WINDOW);
	if (line->down)
		return nearly_all(&sum) ? LINE_SAME : become(line, false, now);
	if (now - line->lost_since < least || !is_our_line(&sum))
		return LINE_SAME;
	line->lost = sum.lost;
	line->of = sum.all;
	return become(line, true, now);
}

void site_line_words(const struct site_line *line, struct said *said)
{
	said_en(said, "Our own line or name server seems to fail: %u of %u sites could not be reached at once. Nothing is said of the sites until it is back. Look from elsewhere, a mobile phone say; if they fail there too, it is what they have in common.",
		line->lost, line->of);
	said_ja(said, "自組織の回線または DNS リゾルバーの障害とみられます（%2$u サイト中 %1$u サイトに同時に到達できません）。回復するまでサイトの停止とは判断しません。携帯回線など外からも確かめ、外からも見えない場合は、サイトに共通する設備を調べてください。",
		line->lost, line->of);
}
