/* guard.c - looks at an action before it is taken, and says what is in the way of it. */
#include "action/guard.h"

#include <stdarg.h>
#include <stdio.h>

#define V4_BITS 96 /* of a prefix in front of those of IPv4 */

/*
 * A range that is wider tells next to nothing apart: an eighth of the ports; the lengths of Ethernet are
 * 20 to 1500. A filter whose only conditions are such ones hits everything, whatever it looks like.
 */
#define PORTS_NARROW  8192
#define LENGTH_NARROW 187
#define TTL_NARROW    31
#define WINDOW_NARROW 8192
#define HEADER_NARROW 4
#define BYTES_NARROW  8 /* bits that are compared, at least */

#define DNS_PORT 53

#define DAYS(n) ((n) * 24u * 3600u)

static const struct guard_limits usual = { .breadth4 = 24, .breadth6 = 48, .actions = 1024, .seconds = DAYS(7) };

static const struct {
	const char *prefix;
	enum guard_kind kind;
	const char *what;
} always[] = {
	{ "127.0.0.0/8", GUARD_LOOPBACK, "loopback" },
	{ "::1", GUARD_LOOPBACK, "loopback" },
	{ "0.0.0.0", GUARD_SPECIAL, "hosts without an address yet" },
	{ "::", GUARD_SPECIAL, "hosts without an address yet" },
	{ "169.254.0.0/16", GUARD_SPECIAL, "link-local" },
	{ "fe80::/10", GUARD_SPECIAL, "link-local" },
	{ "224.0.0.0/4", GUARD_SPECIAL, "multicast" },
	{ "ff00::/8", GUARD_SPECIAL, "multicast" },
	{ "255.255.255.255", GUARD_SPECIAL, "broadcast" },
};

static const struct {
	const char *name, *japanese;
} kinds[GUARD_KINDS] = {
	[GUARD_LOOPBACK] = { "loopback", "ループバック" },
	[GUARD_OWN] = { "own", "この機器自身のアドレス" },
	[GUARD_GATEWAY] = { "gateway", "ゲートウェイ" },
	[GUARD_DNS] = { "dns", "DNS サーバー" },
	[GUARD_SESSION] = { "session", "ログイン中の管理者" },
	[GUARD_OFFICE] = { "office", "本部・拠点" },
	[GUARD_PARTNER] = { "partner", "保護対象として登録された相手" },
	[GUARD_SPECIAL] = { "special", "特別な用途のアドレス" },
};

const char *guard_kind_name(enum guard_kind kind)
{
	return kind < GUARD_KINDS ? kinds[kind].name : "";
}

void guard_init(struct guard *guard)
{
	*guard = (struct guard){ .limits = usual };
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		struct prefix prefix;

		if (prefix_parse(&prefix, always[i].prefix) != OK ||
		    guard_add(guard, &prefix, always[i].kind, always[i].what) != OK)
			guard->full = true; /* our own mistake: then nothing is allowed */
	}
}

/* By the configuration. */
static bool is_named(enum guard_kind kind)
{
	return kind == GUARD_OFFICE || kind == GUARD_PARTNER;
}

static void member_fill(struct guard_member *member, enum guard_kind kind, const char *what)
{
	member->kind = kind < GUARD_KINDS ? kind : GUARD_PARTNER;
	snprintf(member->what, sizeof(member->what), "%s", what);
}

enum err guard_add(struct guard *guard, const struct prefix *prefix, enum guard_kind kind, const char *what)
{
	struct guard_member *member;
	uint8_t bits = prefix->bits > 128 ? 128 : prefix->bits;
	struct prefix clean = ip_prefix(&prefix->ip, bits);

	for (size_t i = 0; i < guard->count; i++) {
		member = &guard->members[i];
		if (member->prefix.bits != clean.bits || !ip_equal(&member->prefix.ip, &clean.ip))
			continue;
		if (is_named(kind) && !is_named(member->kind))
			member_fill(member, kind, what);
		return OK;
	}
	if (guard->count == GUARD_MEMBERS) {
		guard->full = true;
		return ERR_LIMIT;
	}
	member = &guard->members[guard->count];
	member->prefix = clean;
	member_fill(member, kind, what);
	guard->count++;
	return OK;
}

bool guard_passes(const struct guard_member *member)
{
	static const uint8_t link_local[] = { 0xfe, 0x80 };

	return member->kind != GUARD_LOOPBACK &&
	       (member->kind != GUARD_SPECIAL || memcmp(member->prefix.ip.b, link_local, sizeof(link_local)) == 0);
}

static bool prefixes_touch(const struct prefix *a, const struct prefix *b)
{
	return a->bits < b->bits ? prefix_has(a, &b->ip) : prefix_has(b, &a->ip);
}

/* NULL: the prefix touches none. */
static const struct guard_member *guard_touched(const struct guard *guard, const struct prefix *prefix)
{
	for (size_t i = 0; i < guard->count; i++)
		if (prefixes_touch(&guard->members[i].prefix, prefix))
			return &guard->members[i];
	return NULL;
}

/* A prefix that holds all of IPv4 is none of IPv4. */
static bool prefix_is_wide(const struct prefix *prefix, const struct guard_limits *limits)
{
	if (prefix->bits >= V4_BITS && ip_is_v4(&prefix->ip))
		return prefix->bits - V4_BITS < limits->breadth4;
	return prefix->bits < limits->breadth6;
}

static bool is_narrow(const struct filter *f, enum filter_part part, const struct filter_range *range,
		      unsigned most)
{
	return (f->parts & part) && range->high - range->low <= (int)most;
}

static bool bytes_are_narrow(const struct filter_bytes *bytes)
{
	int bits = 0;

	for (unsigned i = 0; i < bytes->len && i < FILTER_BYTES_MAX; i++)
		bits += __builtin_popcount(bytes->mask[i]);
	return bits >= BYTES_NARROW;
}

/* Whether packets of every connection have these flags: the first one, or those that follow. */
static bool flags_are_usual(const struct filter *f)
{
	static const uint8_t usual_flags[] = { TCP_SYN, TCP_ACK, TCP_ACK | TCP_PSH };
	bool is = false;

	for (size_t i = 0; i < sizeof(usual_flags); i++)
		is |= (usual_flags[i] & f->flags_mask) == f->flags;
	return is;
}

/* Whether it tells packets apart by more than addresses, the protocol and the port that they go to. Flags that
 * every connection has are enough for a limit or a challenge, not to drop them. */
static bool filter_picks(const struct filter *f, bool dropped)
{
	return is_narrow(f, FILTER_FROM_PORT, &f->from_port, PORTS_NARROW) ||
	       is_narrow(f, FILTER_LENGTH, &f->length, LENGTH_NARROW) ||
	       is_narrow(f, FILTER_TTL, &f->ttl, TTL_NARROW) ||
	       is_narrow(f, FILTER_WINDOW, &f->window, WINDOW_NARROW) ||
	       is_narrow(f, FILTER_HEADER, &f->header, HEADER_NARROW) ||
	       ((f->parts & FILTER_FLAGS) && f->flags_mask && !(dropped && flags_are_usual(f))) ||
	       ((f->parts & FILTER_FRAGMENT) && f->fragment != FRAGMENT_NONE) ||
	       ((f->parts & FILTER_BYTES) && bytes_are_narrow(&f->bytes));
}

/*
 * What a filter without a source must have besides a destination. A protocol is enough where the
 * destination is no wider than a source may be. Where people may come in by TCP to a member, its ports
 * are not: that would shut out whoever wants to log in.
 */
static bool filter_is_narrow(const struct guard *guard, const struct filter *f, bool dropped)
{
	bool to = (f->parts & FILTER_TO) && !prefix_is_wide(&f->to, &guard->limits);
	bool tcp = !(f->parts & FILTER_PROTO) || f->proto == PROTO_TCP;

	if ((f->parts & FILTER_FROM) || filter_picks(f, dropped))
		return true;
	if (tcp && (!to || guard_touched(guard, &f->to)))
		return false;
	if (is_narrow(f, FILTER_TO_PORT, &f->to_port, PORTS_NARROW))
		return true;
	return to && (f->parts & FILTER_PROTO);
}

__attribute__((format(printf, 2, 3))) static void say_en(struct guard_words *why, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why->en, sizeof(why->en), format, arguments);
	va_end(arguments);
}

/* False, always: a refusal. */
__attribute__((format(printf, 2, 3))) static bool say_ja(struct guard_words *why, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why->ja, sizeof(why->ja), format, arguments);
	va_end(arguments);
	return false;
}

static bool refuse(struct guard_words *why, const char *en, const char *ja)
{
	say_en(why, "%s", en);
	return say_ja(why, "%s", ja);
}

static bool refuse_member(struct guard_words *why, const struct prefix *prefix,
			  const struct guard_member *member)
{
	char text[PREFIX_TEXT], held[PREFIX_TEXT];

	prefix_text(prefix, text);
	prefix_text(&member->prefix, held);
	say_en(why, "%s is never blocked: it touches %s (%s)", text, held, member->what);
	return say_ja(why, "%s は遮断できません。%s（%s）を含むか、その一部だからです", text, held,
		      kinds[member->kind].japanese);
}

static bool allows_source(const struct guard *guard, const struct filter *filter, struct guard_words *why)
{
	const struct guard_member *member;
	char text[PREFIX_TEXT];

	if (!(filter->parts & FILTER_FROM))
		return true;
	member = guard_touched(guard, &filter->from);
	if (member)
		return refuse_member(why, &filter->from, member);
	if (!prefix_is_wide(&filter->from, &guard->limits))
		return true;
	prefix_text(&filter->from, text);
	say_en(why, "%s is wider than allowed: /%u of IPv4, /%u of IPv6", text, guard->limits.breadth4,
	       guard->limits.breadth6);
	return say_ja(why, "%s は広すぎます。許されるのは IPv4 で /%u、IPv6 で /%u までです", text,
		      guard->limits.breadth4, guard->limits.breadth6);
}

static bool allows_blackhole(const struct guard *guard, const struct action *action,
			     struct guard_words *why)
{
	const struct filter *filter = &action->filter;
	const struct guard_member *member;

	if (action->automatic)
		return refuse(why, "a blackhole cuts its target off: a person must order it",
			      "ブラックホールは対象への通信をすべて止めるため、人の操作が必要です");
	if (filter->parts != FILTER_TO || filter->to.bits != 128)
		return refuse(why, "a blackhole is of exactly one address, and of nothing else: \"to ADDRESS\"",
			      "ブラックホールには宛先アドレスを 1 つだけ指定してください（to アドレス）");
	member = guard_touched(guard, &filter->to);
	return member ? refuse_member(why, &filter->to, member) : true;
}

static bool allows_verb(const struct action *action, struct guard_words *why)
{
	const struct filter *filter = &action->filter;

	if (action->verb >= ACTION_VERBS || action->hand >= HANDS)
		return refuse(why, "there is no such way to act", "そのような対処方法はありません");
	if (action->verb == ACTION_LIMIT && action->limit == 0)
		return refuse(why, "a limit needs a number of packets per second",
			      "制限には 1 秒あたりのパケット数が必要です");
	if (action->verb == ACTION_SYNCOOKIE && (!(filter->parts & FILTER_PROTO) || filter->proto != PROTO_TCP))
		return refuse(why, "SYN cookies are for proto tcp only", "SYN クッキーは proto tcp 専用です");
	return true;
}

static bool allows_filter(const struct guard *guard, const struct action *action, struct guard_words *why)
{
	if (!filter_sound(&action->filter))
		return refuse(why, "the filter contradicts itself, or is damaged",
			      "フィルターに矛盾があるか、壊れています");
	if (!allows_verb(action, why))
		return false;
	if (action->verb == ACTION_BLACKHOLE)
		return allows_blackhole(guard, action, why);
	if (!allows_source(guard, &action->filter, why))
		return false;
	if (filter_is_narrow(guard, &action->filter, action->verb == ACTION_DROP))
		return true;
	return refuse(why, "the filter would hit nearly everything: it needs a source, or what tells the attack apart",
		      "ほとんどすべての通信に当たるフィルターです。送信元か、攻撃を見分ける条件を加えてください");
}

/* A text that ends, and says something. */
static bool is_said(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	return length < size && text[strspn(text, " \t\r\n")] != '\0';
}

static bool allows_time(const struct guard *guard, const struct action *action, usec_t now,
			struct guard_words *why)
{
	usec_t longest = guard->limits.seconds * USEC_PER_SEC;
	char text[TIME_TEXT];

	if (action->until <= now)
		return refuse(why, "it has no end, or one that is over", "期限がないか、すでに過ぎています");
	if (now >= 0 && action->until - now <= longest)
		return true;
	time_span(longest, text);
	say_en(why, "it would last longer than allowed: %s", text);
	return say_ja(why, "許される期間（%s）より長くなっています", text);
}

bool guard_allows(const struct guard *guard, const struct action *action, usec_t now, uint32_t active,
		  struct guard_words *why)
{
	if (guard->full || guard->count > GUARD_MEMBERS)
		return refuse(why, "there are too many members that must never be blocked: nothing is blocked",
			      "保護対象が多すぎて確認できないため、何も遮断しません");
	if (!is_said(action->reason, sizeof(action->reason)) || !is_said(action->owner, sizeof(action->owner)))
		return refuse(why, "it has no reason, or nobody who wanted it", "理由か、指示した人の名前がありません");
	if (!allows_time(guard, action, now, why) || !allows_filter(guard, action, why))
		return false;
	if (active < guard->limits.actions)
		return true;
	say_en(why, "there are %u actions already: no more is allowed", active);
	return say_ja(why, "すでに %u 件の対処があります。これ以上は許されていません", active);
}

/* --- hands that let nobody pass beforehand */

static bool has_kind(const struct guard *guard, enum guard_kind kind)
{
	for (size_t i = 0; i < guard->count; i++)
		if (guard->members[i].kind == kind)
			return true;
	return false;
}

static bool may_be(const struct filter *f, uint8_t proto)
{
	return !(f->parts & FILTER_PROTO) || f->proto == proto;
}

/* Packets of a connection that is there; its first one is not among them. */
static bool hits_connections(const struct filter *f)
{
	return may_be(f, PROTO_TCP) && (!(f->parts & FILTER_FLAGS) || (TCP_ACK & f->flags_mask) == f->flags ||
					((TCP_ACK | TCP_PSH) & f->flags_mask) == f->flags);
}

/* What a resolver answers, by UDP or TCP. */
static bool hits_answers(const struct filter *f)
{
	return (may_be(f, PROTO_UDP) || hits_connections(f)) &&
	       (!(f->parts & FILTER_FROM_PORT) ||
		(f->from_port.low <= DNS_PORT && f->from_port.high >= DNS_PORT));
}

bool guard_allows_unheard(const struct guard *guard, const struct action *action, struct guard_words *why)
{
	const struct filter *f = &action->filter;
	bool here = !(f->parts & FILTER_TO) || guard_touched(guard, &f->to);
	/* Of these it is not known whether resolvers, or who is logged in, are among them. */
	bool named = has_kind(guard, GUARD_OFFICE) || has_kind(guard, GUARD_PARTNER);

	if (action->verb == ACTION_BLACKHOLE || (f->parts & FILTER_FROM))
		return true;
	if (here && (named || has_kind(guard, GUARD_DNS)) && hits_answers(f))
		return refuse(why, "this hand lets nobody pass, and the filter may hit what resolvers answer: name a source, or use another hand",
			      "この手段では保護対象を除外できず、DNS サーバーの応答に当たるおそれがあります。送信元を加えるか、別の手段を使ってください");
	if (here && (named || has_kind(guard, GUARD_SESSION)) && hits_connections(f))
		return refuse(why, "this hand lets nobody pass, and the filter may hit who is logged in here: name a source, or use another hand",
			      "この手段では保護対象を除外できず、ログイン中の管理者に当たるおそれがあります。送信元を加えるか、別の手段を使ってください");
	if (!named || filter_picks(f, true))
		return true;
	return refuse(why, "this hand lets nobody pass, and the filter may hit offices or partners: name a source, or use another hand",
		      "この手段では保護対象を除外できず、拠点や登録された相手に当たるおそれがあります。送信元を加えるか、別の手段を使ってください");
}
