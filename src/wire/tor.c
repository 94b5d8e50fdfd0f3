/* tor.c - the form of Tor's made-up names (tor-spec, 2.1; crypto_random_hostname in tor's source).
 */
#include "wire/tor.h"

#include "base/cursor.h"
#include "wire/line.h"

#define RANDOM_MIN 4 /* letters; 8 in a certificate */
#define RANDOM_MAX 25

/* The letters between the two texts, when there is nothing but base32 and enough of it. */
static bool random_part(struct span name, const char *before, const char *after, struct span *part)
{
	struct cur c = cur_init(name);
	size_t ends = strlen(before) + strlen(after);

	if (name.len < ends + RANDOM_MIN || name.len > ends + RANDOM_MAX ||
	    !line_begins(name, before))
		return false;
	cur_span(&c, strlen(before));
	*part = cur_span(&c, name.len - ends);
	if (!line_is(cur_rest(&c), after))
		return false;
	for (size_t i = 0; i < part->len; i++)
		if (!((part->ptr[i] >= 'a' && part->ptr[i] <= 'z') ||
		      (part->ptr[i] >= '2' && part->ptr[i] <= '7')))
			return false;
	return true;
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

bool tor_names(struct span sni, struct span subject, struct span issuer)
{
	struct span asked, to, from;

	return random_part(sni, "www.", ".com", &asked) &&
	       random_part(subject, "CN=www.", ".net", &to) &&
	       random_part(issuer, "CN=www.", ".com", &from) && !same(asked, to) &&
	       !same(asked, from) && !same(to, from);
}
