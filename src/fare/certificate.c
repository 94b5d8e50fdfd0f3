/* certificate.c - compares certificates, and counts their days. */
#include "fare/certificate.h"

#include "base/pen.h"
#include "base/text.h"
#include "fare/say.h"

#include <string.h>

#define DAY         (86400 * USEC_PER_SEC)
#define SHORT_LIFE  (10 * DAY) /* CA/Browser Forum, Baseline Requirements: "short-lived" is up to 10 days */
#define TOLD        DAY        /* another issuer is told for so long, or until a person approves */

static void take(struct site_certificate *c, const struct probe_certificate *now)
{
	c->there = true;
	c->trusted = now->trusted;
	c->from = now->from;
	c->until = now->until;
	memcpy(c->sha256, now->sha256, sizeof(c->sha256));
	memcpy(c->key_sha256, now->key_sha256, sizeof(c->key_sha256));
	say_clean(c->why, sizeof(c->why), now->trusted ? "" : now->why);
	say_clean(c->subject, sizeof(c->subject), now->subject);
	say_clean(c->issuer, sizeof(c->issuer), now->issuer);
}

enum certificate_news site_certificate_see(struct site_certificate *c, const struct probe_certificate *now, usec_t at)
{
	struct site_certificate was = *c;
	bool same = memcmp(was.sha256, now->sha256, sizeof(was.sha256)) == 0;

	if (!now->there)
		return CERTIFICATE_SAME; /* this look did not come so far, or has no TLS */
	take(c, now); /* the same one may be trusted no more */
	if (!was.there)
		return CERTIFICATE_FIRST;
	if (same)
		return CERTIFICATE_SAME;
	c->changed = at;
	c->same_key = memcmp(was.key_sha256, c->key_sha256, sizeof(c->key_sha256)) == 0;
	c->other_issuer = strcmp(was.issuer, c->issuer) != 0;
	if (!c->other_issuer || c->same_key) {
		c->renewals += at < was.until;
		return CERTIFICATE_RENEWED;
	}
	memcpy(c->issuer_before, was.issuer, sizeof(c->issuer_before));
	c->told_until = at + TOLD;
	return CERTIFICATE_OTHER_ISSUER;
}

int site_certificate_days(const struct site_certificate *c, usec_t at)
{
	usec_t left = c->until - at;

	return (int)(left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY));
}

enum certificate_state site_certificate_state(const struct site_certificate *c, usec_t at)
{
	usec_t left = c->until - at, life = c->until - c->from;
	bool renews = life <= SHORT_LIFE && c->renewals; /* half of a life may pass without a word */

	if (!c->there)
		return CERTIFICATE_GOOD;
	if (left < 0)
		return CERTIFICATE_EXPIRED;
	if (at < c->from)
		return CERTIFICATE_NOT_YET;
	if (!c->trusted)
		return CERTIFICATE_UNTRUSTED;
	if (left <= (renews ? life / 10 : 3 * DAY))
		return CERTIFICATE_DAYS;
	if (left <= (renews ? life / 3 : 14 * DAY))
		return CERTIFICATE_WEEKS;
	if (at < c->told_until)
		return CERTIFICATE_NEW_ISSUER;
	return !renews && left <= 30 * DAY ? CERTIFICATE_SOON : CERTIFICATE_GOOD;
}

void site_certificate_approve(struct site_certificate *c)
{
	c->told_until = 0;
}

/* --- kept */

static json_t *write_digest(const uint8_t digest[32])
{
	char text[64];
	struct pen pen = pen_init(text, sizeof(text));

	pen_hex(&pen, (struct span){ digest, 32 }, 0, PEN_LOWER);
	return json_stringn(text, pen.used);
}

static void read_digest(uint8_t digest[32], const char *text)
{
	for (unsigned i = 0; i < 32; i++) {
		int high = text[0] ? text_nibble((uint8_t)text[0]) : -1;
		int low = high >= 0 && text[1] ? text_nibble((uint8_t)text[1]) : -1;

		if (low < 0)
			return;
		digest[i] = (uint8_t)(high << 4 | low);
		text += 2;
	}
}

json_t *site_certificate_write(const struct site_certificate *c)
{
	if (!c->there)
		return json_null();
	return json_pack("{s:b, s:s, s:o, s:o, s:I, s:I, s:s, s:s, s:i, s:I, s:b, s:b, s:s, s:I}", "trusted", c->trusted,
			 "why", c->why, "sha256", write_digest(c->sha256), "key_sha256", write_digest(c->key_sha256),
			 "from", (json_int_t)c->from, "until", (json_int_t)c->until, "subject", c->subject, "issuer",
			 c->issuer, "renewals", (int)c->renewals, "changed", (json_int_t)c->changed, "same_key", c->same_key,
			 "other_issuer", c->other_issuer, "issuer_before", c->issuer_before, "told_until",
			 (json_int_t)c->told_until);
}

void site_certificate_read(struct site_certificate *c, const json_t *json)
{
	*c = (struct site_certificate){
		.there = json_is_object(json),
		.trusted = json_is_true(json_object_get(json, "trusted")),
		.from = say_when(say_number(json, "from")),
		.until = say_when(say_number(json, "until")),
		.renewals = (unsigned)(say_number(json, "renewals") & 0xffff),
		.changed = say_when(say_number(json, "changed")),
		.same_key = json_is_true(json_object_get(json, "same_key")),
		.other_issuer = json_is_true(json_object_get(json, "other_issuer")),
		.told_until = say_when(say_number(json, "told_until")),
	};
	read_digest(c->sha256, say_text(json, "sha256"));
	read_digest(c->key_sha256, say_text(json, "key_sha256"));
	say_clean(c->why, sizeof(c->why), say_text(json, "why"));
	say_clean(c->subject, sizeof(c->subject), say_text(json, "subject"));
	say_clean(c->issuer, sizeof(c->issuer), say_text(json, "issuer"));
	say_clean(c->issuer_before, sizeof(c->issuer_before), say_text(json, "issuer_before"));
}
