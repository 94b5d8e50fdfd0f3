/*
 * shield_probe.c - the hand that works by XDP, from the command line, for tests/live/run-shield.
 *
 *   shield_probe DEV[,DEV...] apply ID VERB LIMIT SECONDS FILTER    shield_probe DEV withdraw ID
 *   shield_probe DEV allow PREFIX...                                shield_probe DEV counts
 *   shield_probe DEV second                                         shield_probe DEV clear
 *
 * Each call is a process that begins, does one thing and ends. Notes and troubles go to standard output.
 */
#include "hand/hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEVICES 8

static int64_t boot_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static enum err do_apply(struct hand_state *state, char **words, char trouble[HAND_TROUBLE])
{
	struct hand_order order = { .id = strtoull(words[0], NULL, 10),
				    .limit = (uint32_t)strtoul(words[2], NULL, 10) };
	struct span text = { (const uint8_t *)words[4], strlen(words[4]) };

	order.until = boot_now() + (int64_t)(strtod(words[3], NULL) * 1e6);
	order.verb = strcmp(words[1], "limit") == 0	? ACTION_LIMIT
		     : strcmp(words[1], "syncookie") == 0 ? ACTION_SYNCOOKIE
							  : ACTION_DROP;
	if (filter_parse(text, &order.filter, trouble) != OK)
		return ERR_FORMAT;
	return hand_xdp.apply(state, &order, 1, trouble);
}

static enum err do_allow(struct hand_state *state, char **words, int count,
			 char trouble[HAND_TROUBLE])
{
	struct prefix prefixes[DEVICES];

	for (int i = 0; i < count && i < DEVICES; i++)
		if (prefix_parse(&prefixes[i], words[i]) != OK)
			return ERR_FORMAT;
	return hand_xdp.allow(state, prefixes, (size_t)count, trouble);
}

static void do_counts(struct hand_state *state)
{
	struct hand_count counts[64];
	size_t count = hand_xdp.counts(state, counts, 64);

	for (size_t i = 0; i < count; i++)
		printf("id=%llu packets=%llu bytes=%llu\n", (unsigned long long)counts[i].id,
		       (unsigned long long)counts[i].packets, (unsigned long long)counts[i].bytes);
}

static enum err obey(struct hand_state *state, char **words, int count, char trouble[HAND_TROUBLE])
{
	const uint64_t id = count > 1 ? strtoull(words[1], NULL, 10) : 0;

	if (strcmp(words[0], "apply") == 0 && count == 6)
		return do_apply(state, words + 1, trouble);
	if (strcmp(words[0], "withdraw") == 0)
		return hand_xdp.withdraw(state, &id, 1, trouble);
	if (strcmp(words[0], "allow") == 0)
		return do_allow(state, words + 1, count - 1, trouble);
	if (strcmp(words[0], "second") == 0)
		hand_xdp.second(state, boot_now());
	do_counts(state);
	return OK;
}

int main(int count, char **words)
{
	const char *devices[DEVICES];
	struct hand_settings settings = { .interfaces = devices };
	char trouble[HAND_TROUBLE] = "", *rest = count > 2 ? words[1] : NULL;
	struct hand_state *state;
	enum err err;

	while (rest && settings.interface_count < DEVICES)
		devices[settings.interface_count++] = strsep(&rest, ",");
	if (count > 2 && strcmp(words[2], "clear") == 0) {
		err = hand_xdp.clear(NULL, &settings, trouble);
		printf("%s\n", trouble);
		return err != OK;
	}
	state = count > 2 ? hand_xdp.open(&settings, trouble) : NULL;
	printf("%s\n", trouble);
	if (!state)
		return 1;
	err = obey(state, words + 2, count - 2, trouble);
	if (err != OK)
		printf("%s\n", trouble);
	hand_xdp.close(state);
	return err != OK;
}
