/* imitate.c - hosts that bear the name of a brand or of an own domain without being one of its domains. */
#include "link/imitate.h"

#include "base/line.h"
#include "intel/host.h"
#include "link/look.h"
#include "link/judge.h"

#define NAME_LOOKS   5 /* letters of a name from which on looking alike tells something */
#define NAME_NEAR    6 /* ... being one letter off */
#define DOMAIN_BORNE 7 /* bytes of a domain that is looked for in others: "t.co" is anywhere */

/* Names with one letter between them that have nothing to do with each other. */
static bool is_other_word(struct span look)
{
	static const char *const words[] = { "flnance", "twlster", "goggle", NULL };

	for (const char *const *word = words; *word; word++)
		if (line_is(look, *word))
			return true;
	return false;
}

/* Whether they are the same name; then it may be the same owner's under another suffix: "amazon.com.mx". */
static bool is_same(struct span label, struct span name)
{
	for (size_t i = 0; i < label.len && i < name.len; i++)
		if (text_lower(label.ptr[i]) != text_lower(name.ptr[i]))
			return false;
	return label.len == name.len;
}

/* The registered label against a name. */
static enum imitation compare_label(struct span label, const struct brand *brand)
{
	char room[LOOK_TEXT], brand_room[LOOK_TEXT];
	struct span look, brand_look;

	if (brand->name.len < NAME_LOOKS || label.len >= LOOK_TEXT)
		return IMITATION_NONE;
	look = look_of(label, room);
	brand_look = look_of(brand->name, brand_room);
	if (span_equal(look, brand_look))
		return IMITATION_LOOKS;
	if (brand->word || brand->name.len < NAME_NEAR || label.len < NAME_NEAR || is_other_word(look))
		return IMITATION_NONE;
	return look_is_near(look, brand_look) ? IMITATION_LOOKS : IMITATION_NONE;
}

/* Whether the brand's whole domain stands in front of a foreign one: "paypal.com.shop.example",
 * "paypal.com-login.example". */
static bool bears_domain(struct span host, const struct brand *brand)
{
	struct span rest = brand->domains, domain;

	while (text_word(&rest, &domain))
		for (size_t i = 0; domain.len >= DOMAIN_BORNE && i + domain.len < host.len; i++) {
			uint8_t behind = host.ptr[i + domain.len];

			if ((i == 0 || host.ptr[i - 1] == '.' || host.ptr[i - 1] == '-') &&
			    (behind == '.' || behind == '-') && memcmp(host.ptr + i, domain.ptr, domain.len) == 0)
				return true;
		}
	return false;
}

/* Whether the name stands in the host as a word of its own. */
static bool bears_name(struct span host, const struct brand *brand)
{
	struct span name = brand->name;

	if (brand->word || name.len < NAME_NEAR)
		return false;
	for (size_t i = 0; i + name.len <= host.len; i++) {
		uint8_t before = i ? host.ptr[i - 1] : '.',
			behind = i + name.len < host.len ? host.ptr[i + name.len] : '.';

		if ((before == '.' || before == '-') && (behind == '.' || behind == '-') &&
		    memcmp(host.ptr + i, name.ptr, name.len) == 0)
			return true;
	}
	return false;
}

enum imitation imitation_of(const struct exam *e, struct span host, struct brand *brand)
{
	struct span registered = host_registrable(host), label = line_cut(registered, line_find(registered, '.'));
	enum imitation found = IMITATION_NONE;
	struct brand one;

	if (brand_of(e, host, &one))
		return IMITATION_NONE;
	for (unsigned n = 0; brand_at(e, n, &one); n++) {
		if (is_same(label, one.name) && !(one.own && label.len >= NAME_NEAR))
			continue;
		if (compare_label(label, &one) == IMITATION_LOOKS || bears_domain(host, &one)) {
			*brand = one;
			return IMITATION_LOOKS;
		}
		if (found == IMITATION_NONE && bears_name(host, &one)) {
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
