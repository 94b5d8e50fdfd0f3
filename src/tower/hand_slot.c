/* hand_slot.c - a hand is opened, told who passes, asked, and let go. */
#include "tower/hand_slot.h"

#include "base/cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define AGAIN (30 * USEC_PER_SEC) /* between two tries to open a hand that could not be */

static const char self[] = "warden";

/* --- marks */

static void mark_path(const struct hand_settings *settings, const char *name, char path[CONFIG_PATH])
{
	snprintf(path, CONFIG_PATH, "%s/hand-%s", settings->runtime, name);
}

/* The folder belongs to a user of less rights: nothing that lies there is followed, written, or waited for (a FIFO that
 * nobody reads). */
static bool mark_leave(const struct hand_settings *settings, const char *name)
{
	char path[CONFIG_PATH];
	int fd;

	mark_path(settings, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void mark_remove(const struct hand_settings *settings, const char *name)
{
	char path[CONFIG_PATH];

	mark_path(settings, name, path);
	unlink(path);
}

bool hand_slot_was_open(const struct hand_slot *slot)
{
	char path[CONFIG_PATH];

	mark_path(slot->among->settings, slot->hand->name, path);
	return slot->used && access(path, F_OK) == 0;
}

bool hand_slots_undone(const struct hand_slots *slots)
{
	char path[CONFIG_PATH];

	mark_path(slots->settings, HANDS_UNDO_MARK, path);
	return unlink(path) == 0;
}

/* --- who passes, who is good */

static void slot_allow(struct hand_slot *slot)
{
	const struct guard *guard = slot->among->guard;
	struct prefix prefixes[GUARD_MEMBERS];
	char trouble[HAND_TROUBLE];
	size_t count = 0;

	if (!slot->state || !slot->hand->allow)
		return;
	for (size_t i = 0; i < guard->count; i++)
		if (guard_passes(&guard->members[i]))
			prefixes[count++] = guard->members[i].prefix;
	slot->unsure = slot->hand->allow(slot->state, prefixes, count, trouble) != OK;
	if (slot->unsure)
		process_log(self, "%s: it could not be told who always passes: %s", slot->hand->name, trouble);
}

void hand_slots_allow(struct hand_slots *slots)
{
	for (size_t i = 0; i < slots->count; i++)
		slot_allow(&slots->all[i]);
}

bool hand_slot_is_blind(const struct hand_slot *slot)
{
	return slot->unsure || !slot->hand->allow;
}

static void slot_know(struct hand_slot *slot)
{
	static struct ip sources[KNOWN_LISTS * KNOWN_MAX];
	const struct hand_slots *slots = slot->among;
	char trouble[HAND_TROUBLE];
	size_t count = 0;

	if (!slot->state || !slot->hand->know)
		return;
	for (size_t i = 0; i < KNOWN_LISTS; i++) {
		memcpy(sources + count, slots->known[i].sources, slots->known[i].count * sizeof(sources[0]));
		count += slots->known[i].count;
	}
	if (slot->hand->know(slot->state, sources, count, trouble) != OK)
		process_log(self, "%s: who was known as good could not be told: %s", slot->hand->name, trouble);
}

void hand_slots_know(struct hand_slots *slots, struct span body)
{
	struct cur c = cur_init(body);
	uint64_t incident = cur_le64(&c);
	struct span rest = cur_rest(&c);
	size_t count = rest.len / sizeof(struct ip), place = 0;

	if (c.bad || rest.len % sizeof(struct ip) || count > KNOWN_MAX)
		return;
	while (place < KNOWN_LISTS - 1 && slots->known[place].incident != incident)
		place++;
	memmove(&slots->known[1], &slots->known[0], place * sizeof(slots->known[0]));
	slots->known[0].incident = incident;
	slots->known[0].count = count;
	if (count)
		memcpy(slots->known[0].sources, rest.ptr, rest.len);
	slots->known_new = true;
}

void hand_slots_tell(struct hand_slots *slots, int64_t boot)
{
	if (!slots->known_new || (slots->known_told && boot - slots->known_told < USEC_PER_SEC))
		return;
	slots->known_new = false;
	slots->known_told = boot;
	for (size_t i = 0; i < slots->count; i++)
		slot_know(&slots->all[i]);
}

/* --- one hand */

bool hand_slot_open(struct hand_slot *slot, int64_t boot, bool *changed)
{
	if (slot->state)
		return true;
	if (*slot->why && boot < slot->again)
		return false;
	*changed = true;
	slot->again = boot + AGAIN;
	slot->why[0] = '\0';
	slot->state = slot->hand->open(slot->among->settings, slot->why);
	if (!slot->state) {
		process_log(self, "%s cannot be used: %s", slot->hand->name, slot->why);
		return false;
	}
	if (*slot->why)
		process_log(self, "%s: %s", slot->hand->name, slot->why); /* a note */
	slot->why[0] = '\0';
	if (!mark_leave(slot->among->settings, slot->hand->name))
		process_log(self, "%s: no mark can be left in %s: %s", slot->hand->name,
			    slot->among->settings->runtime, strerror(errno));
	slot_allow(slot);
	slot_know(slot);
	return true;
}

bool hand_slot_takes(const struct hand_slot *slot, const struct hand_order *order, char trouble[HAND_TROUBLE])
{
	if (slot->unsure)
		snprintf(trouble, HAND_TROUBLE, "%s could not be told who always passes", slot->hand->name);
	else if (!(slot->hand->can & 1u << order->verb))
		snprintf(trouble, HAND_TROUBLE, "%s has no %s", slot->hand->name, action_verb_name(order->verb));
	else
		return slot->hand->takes(slot->state, order, trouble);
	return false;
}

bool hand_slot_apply(struct hand_slot *slot, const struct hand_order *orders, size_t count,
		     char trouble[HAND_TROUBLE])
{
	if (slot->hand->apply(slot->state, orders, count, trouble) == OK)
		return true;
	process_log(self, "%s: %s", slot->hand->name, trouble);
	return false;
}

void hand_slot_withdraw(struct hand_slot *slot, const uint64_t *ids, size_t count)
{
	char trouble[HAND_TROUBLE];

	if (slot->state && slot->hand->withdraw(slot->state, ids, count, trouble) != OK)
		process_log(self, "%s: could not be taken back, it is tried again: %s", slot->hand->name, trouble);
}

size_t hand_slot_counts(struct hand_slot *slot, struct hand_count *counts, size_t max)
{
	return slot->state ? slot->hand->counts(slot->state, counts, max) : 0;
}

/* --- all of them */

void hand_slots_init(struct hand_slots *slots, const struct hand *const *all, uint8_t used,
		     const struct hand_settings *settings, const struct guard *guard)
{
	char trouble[HAND_TROUBLE];

	slots->settings = settings;
	slots->guard = guard;
	for (; all[slots->count] && slots->count < HAND_SLOTS; slots->count++) {
		struct hand_slot *slot = &slots->all[slots->count];

		slot->hand = all[slots->count];
		slot->among = slots;
		slot->bit = (uint8_t)(1u << slots->count);
		slot->used = true;
		if (!(used & 1u << (slot->hand->hand - 1)) && hand_slot_was_open(slot)) {
			if (slot->hand->clear(NULL, settings, trouble) == OK)
				mark_remove(settings, slot->hand->name);
			else
				process_log(self, "%s: what it did before stays: %s", slot->hand->name, trouble);
		}
		slot->used = used & 1u << (slot->hand->hand - 1);
	}
}

void hand_slots_close(struct hand_slots *slots)
{
	char trouble[HAND_TROUBLE];
	struct hand_count one;

	for (size_t i = 0; i < slots->count; i++) {
		struct hand_slot *slot = &slots->all[i];
		bool idle = hand_slot_counts(slot, &one, 1) == 0;

		if (!slot->state)
			continue;
		slot->hand->close(slot->state);
		slot->state = NULL;
		if (idle && slot->hand->clear(NULL, slots->settings, trouble) == OK)
			mark_remove(slots->settings, slot->hand->name);
	}
}

void hand_slots_clear(struct hand_slots *slots)
{
	char trouble[HAND_TROUBLE];

	for (size_t i = 0; i < slots->count; i++) {
		struct hand_slot *slot = &slots->all[i];

		if (!slot->state)
			continue;
		if (slot->hand->clear(slot->state, slots->settings, trouble) != OK) {
			process_log(self, "%s: not everything could be removed: %s", slot->hand->name, trouble);
			continue;
		}
		slot->hand->close(slot->state);
		slot->state = NULL;
		mark_remove(slots->settings, slot->hand->name);
	}
}

void hand_slots_second(struct hand_slots *slots, int64_t boot)
{
	hand_slots_tell(slots, boot);
	for (size_t i = 0; i < slots->count; i++) {
		struct hand_slot *slot = &slots->all[i];

		if (slot->unsure)
			slot_allow(slot);
		if (slot->state && slot->hand->second)
			slot->hand->second(slot->state, boot);
	}
}

void hand_slots_facts(const struct hand_slots *slots, struct hands_facts *facts)
{
	for (size_t i = 0; i < slots->count; i++) {
		const struct hand_slot *slot = &slots->all[i];

		facts->hands[slot->hand->hand].used = slot->used;
		facts->hands[slot->hand->hand].able = slot->used && !*slot->why;
		memcpy(facts->hands[slot->hand->hand].why, slot->why, sizeof(slot->why));
	}
}

struct hand_settings hand_settings_of(const struct config_respond *respond, const char *runtime)
{
	return (struct hand_settings){
		.runtime = runtime,
		.gobgp = respond->gobgp,
		.gobgp_at = respond->gobgp_at,
		.exabgp = respond->exabgp,
		.next_hop4 = respond->next_hop4,
		.next_hop6 = respond->next_hop6,
		.community = respond->community,
	};
}

/* The mark comes first: a hand in the warden must not put back what is cleared here. */
bool hands_undo(const struct hand *const *all, const struct hand_settings *settings, FILE *told)
{
	bool good = mark_leave(settings, HANDS_UNDO_MARK) || errno == ENOENT;
	char trouble[HAND_TROUBLE];

	if (!good)
		fprintf(told, "no mark can be left in %s: %s\n", settings->runtime, strerror(errno));
	for (; *all; all++) {
		bool cleared = (*all)->clear(NULL, settings, trouble) == OK;

		fprintf(told, "%s: %s\n", (*all)->name, cleared ? "nothing is left" : trouble);
		if (cleared)
			mark_remove(settings, (*all)->name);
		good &= cleared;
	}
	return good;
}
