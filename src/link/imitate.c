/* imitate.c - hosts that bear the name of a brand or of an own domain without being one of its domains. */
#include "link/imitate.h"

#include "base/line.h"
#include "intel/host.h"
#include "link/look.h"
#include "link/judge.h"

#define NAME_LOOKS   5  /* letters of a name from which on looking alike tells something */
#define NAME_NEAR    6  /* ... being one letter off */
#define HOST_WORDS   32 /* labels and words in them that are looked at */
#define DOMAIN_BORNE 7  /* bytes of a domain that is looked for in others: "t.co" is anywhere */

/* Names with one letter between them that have nothing to do with each other. */
static bool is_other_word(struct span look)
{
	static const char *const words[] = { "flnance", "twlster", "goggle", NULL };

	for (const char *const *word = words; *word; word++)
		if (line_is(look, *word))
			return true;
	return false;
}

/* How the registered label looks, against a name. */
static bool looks_like(struct span look, const struct brand *brand)
{
	struct span name = brand->name, brand_look;
	char room[LOOK_TEXT];

	if (name.len < NAME_LOOKS || look.len + 2 < name.len || look.len > name.len + 1)
		return false;
	brand_look = look_of(name, room);
	if (span_equal(look, brand_look))
		return true;
	return !brand->word && name.len >= NAME_NEAR && look.len >= NAME_NEAR && !is_other_word(look) &&
	       look_is_near(look, brand_look);
}

/* A host and where its labels, and the words in them, begin. */
struct host_words {
	struct span host;
	unsigned count;
	uint8_t at[HOST_WORDS];
};

static struct host_words words_of(struct span host)
{
	struct host_words words = { .host = host };

	for (size_t i = 0; i < host.len && i <= UINT8_MAX && words.count < HOST_WORDS; i++)
		if (i == 0 || host.ptr[i - 1] == '.' || host.ptr[i - 1] == '-')
			words.at[words.count++] = (uint8_t)i;
	return words;
}

/* Whether a name stands there, with words before or behind it. */
static bool bears(const struct host_words *words, struct span name)
{
	for (unsigned i = 0; i < words->count; i++) {
		struct span rest = line_from(words->host, words->at[i]);

		if (rest.len < name.len || rest.ptr[0] != name.ptr[0] || memcmp(rest.ptr, name.ptr, name.len) != 0)
			continue;
		if (rest.len == name.len || rest.ptr[name.len] == '.' || rest.ptr[name.len] == '-')
			return true;
	}
	return false;
}

/* The brand's whole domain in front of a foreign one: "paypal.com.shop.example", "paypal.com-login.example". */
static bool bears_domain(const struct host_words *words, const struct brand *brand)
{
	struct span rest = brand->domains, domain;

	if (words->count < 3)
		return false;
	while (text_word(&rest, &domain))
		if (domain.len >= DOMAIN_BORNE && bears(words, domain))
			return true;
	return false;
}

enum imitation imitation_of(const struct exam *e, struct span host, struct brand *brand)
{
	struct span registered = host_registrable(host), label = line_cut(registered, line_find(registered, '.'));
	struct host_words words = words_of(host);
	enum imitation found = IMITATION_NONE;
	char room[LOOK_TEXT];
	struct span look = look_of(label, room);
	struct brand one;

	if (brand_of(e, host, &one))
		return IMITATION_NONE;
	for (unsigned n = 0; brand_at(e, n, &one); n++) {
		/* the same name may be the same owner's under another suffix: "amazon.com.mx" */
		if (line_same(label, one.name) && !(one.own && label.len >= NAME_NEAR))
			continue;
		if (looks_like(look, &one) || bears_domain(&words, &one)) {
			*brand = one;
			return IMITATION_LOOKS;
		}
		if (found == IMITATION_NONE && !one.word && one.name.len >= NAME_NEAR && bears(&words, one.name)) {
			*brand = one;
			found = IMITATION_NAMED;
		}
	}
	return found;
}

struct span link_imitated(const struct exam *e, struct span host)
{
	struct brand brand;

	return imitation_of(e, host, &brand) == IMITATION_LOOKS ? brand_domain(&brand) : (struct span){ 0 };
}
