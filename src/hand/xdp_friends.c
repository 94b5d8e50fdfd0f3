/* xdp_friends.c - the allow list, and known sources. */
#include "hand/xdp_friends.h"
#include "hand/xdp_sources.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

static struct shield_allowed allowed_key(const struct prefix *prefix)
{
	struct shield_allowed key = { .bits = prefix->bits };

	memcpy(key.address, prefix->ip.b, sizeof(key.address));
	return key;
}

static bool is_wanted(const struct shield_allowed *key, const struct prefix *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct shield_allowed wanted = allowed_key(&prefixes[i]);

		if (memcmp(key, &wanted, sizeof(wanted)) == 0)
			return true;
	}
	return false;
}

/* Those of the kernel that are not among the prefixes any more. */
static enum err allowed_delete(int fd, const struct prefix *prefixes, size_t count)
{
	struct shield_allowed *gone = calloc(SHIELD_ALLOWED, sizeof(*gone)), key, *before = NULL;
	enum err err = gone ? OK : ERR_MEMORY;
	size_t used = 0;

	while (gone && used < SHIELD_ALLOWED && bpf_map_get_next_key(fd, before, &key) == 0) {
		if (!is_wanted(&key, prefixes, count))
			gone[used++] = key;
		before = &key;
	}
	for (size_t i = 0; i < used; i++)
		if (bpf_map_delete_elem(fd, &gone[i]) != 0 && errno != ENOENT)
			err = ERR_WRITE;
	free(gone);
	return err;
}

/* Of the prefixes, with those that are there where `add`. */
static void bits_write(struct shield_facts *facts, const struct prefix *prefixes, size_t count,
		       bool add)
{
	static shield_bits four, six;

	memset(four, 0, sizeof(four));
	memset(six, 0, sizeof(six));
	for (size_t i = 0; i < count; i++)
		xdp_bits_mark(&prefixes[i], four, six);
	for (size_t i = 0; i < SHIELD_BITS / 64; i++) {
		facts->allowed4[i] = four[i] | (add ? facts->allowed4[i] : 0);
		facts->allowed6[i] = six[i] | (add ? facts->allowed6[i] : 0);
	}
}

enum err xdp_allowed_write(const struct xdp_pins *pins, const struct prefix *prefixes, size_t count)
{
	int fd = pins->fd[PIN_ALLOWED];
	const uint32_t yes = 1;
	enum err err;

	if (count > SHIELD_ALLOWED / 2) /* the old and the new are there at a time */
		return ERR_LIMIT;
	bits_write(pins->facts, prefixes, count, true);
	for (size_t i = 0; i < count; i++) {
		struct shield_allowed key = allowed_key(&prefixes[i]);

		if (bpf_map_update_elem(fd, &key, &yes, BPF_ANY) != 0)
			return ERR_WRITE;
	}
	err = allowed_delete(fd, prefixes, count);
	if (err == OK)
		bits_write(pins->facts, prefixes, count, false);
	return err;
}

enum err xdp_known_write(const struct xdp_pins *pins, const struct ip *sources, size_t count)
{
	const uint32_t yes = 1;

	for (size_t i = 0; i < count; i++) {
		uint64_t words[2];
		uint16_t bit;

		memcpy(words, sources[i].b, sizeof(words));
		bit = shield_known_bit(words[0], words[1]);
		pins->facts->known_bits[bit / 64] |= 1ull << bit % 64;
		if (bpf_map_update_elem(pins->fd[PIN_KNOWN], words, &yes, BPF_ANY) != 0)
			return ERR_WRITE;
	}
	if (count)
		pins->facts->known = 1;
	return OK;
}
