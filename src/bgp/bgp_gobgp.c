/* bgp_gobgp.c - the words that gobgp is run with, and its list of routes. */
#include "bgp/bgp_gobgp.h"

#include "base/text.h"
#include "hand/run.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORDS_MAX  96
#define OUTPUT_MAX (4u << 20)

static enum err refused(char trouble[HAND_TROUBLE], const char *what)
{
	snprintf(trouble, HAND_TROUBLE, "bgp: %s", what);
	return ERR_FORMAT;
}

enum err bgp_gobgp_init(struct bgp_gobgp *gobgp, const struct hand_settings *settings,
			char trouble[HAND_TROUBLE])
{
	const char *at = settings->gobgp_at, *colon = strrchr(at, ':'), *end = colon;
	struct bgp_gobgp read = { .used = *at != '\0' };
	unsigned long port;
	char *rest;

	if (!read.used) {
		*gobgp = read;
		return OK;
	}
	if (at[0] == '[' && colon && colon > at + 1 && colon[-1] == ']') { /* of IPv6 */
		at++;
		end--;
	}
	port = colon ? strtoul(colon + 1, &rest, 10) : 0;
	if (port == 0 || port > UINT16_MAX || *rest || *at == '-' ||
	    snprintf(read.host, sizeof(read.host), "%.*s", (int)(end - at), at) >=
		    (int)sizeof(read.host))
		return refused(trouble, "respond.gobgp_at is not as \"127.0.0.1:50051\"");
	snprintf(read.port, sizeof(read.port), "%lu", port);
	if (snprintf(read.program, sizeof(read.program), "%s", settings->gobgp) >=
		    (int)sizeof(read.program) ||
	    access(read.program, X_OK) != 0)
		return refused(
			trouble,
			"there is no program as respond.gobgp says: install the package gobgpd");
	*gobgp = read;
	return OK;
}

void bgp_gobgp_close(struct bgp_gobgp *gobgp)
{
	run_drop(gobgp->looking);
	gobgp->looking = NULL;
}

/* What it is run with: the words of a text behind those that say where the daemon is. */
struct words {
	const char *word[WORDS_MAX + 1];
	char room[BGP_TEXT + 64];
};

static struct run words_make(struct words *words, const struct bgp_gobgp *gobgp, const char *text)
{
	const char *const front[] = { gobgp->program, "-u", gobgp->host, "-p", gobgp->port };
	struct span rest = text_span(text), word;
	size_t count = sizeof(front) / sizeof(front[0]), used = 0;

	memcpy(words->word, front, sizeof(front));
	while (text_word(&rest, &word) && count < WORDS_MAX && used + word.len < sizeof(words->room)) {
		memcpy(words->room + used, word.ptr, word.len);
		words->room[used + word.len] = '\0';
		words->word[count++] = words->room + used;
		used += word.len + 1;
	}
	words->word[count] = NULL;
	return (struct run){ .words = words->word, .most = OUTPUT_MAX };
}

/* What it says when nobody listens is of its library. */
static bool no_answer(enum err err, const char *said)
{
	return err == ERR_LIMIT || strstr(said, "deadline exceeded");
}

static enum err obey(struct bgp_gobgp *gobgp, const char *text, char trouble[HAND_TROUBLE])
{
	struct run_result result = { .output = NULL };
	struct words words;
	struct run run = words_make(&words, gobgp, text);
	enum err err = gobgp->silent ? ERR_OPEN : run_program(&run, &result);

	free(result.output);
	if (err == OK)
		return OK;
	gobgp->silent |= no_answer(err, result.said);
	if (gobgp->silent)
		snprintf(trouble, HAND_TROUBLE, "bgp: gobgpd does not answer at %.100s port %s: is it started?",
			 gobgp->host, gobgp->port);
	else
		snprintf(trouble, HAND_TROUBLE, "bgp: %s", result.said);
	return err;
}

enum err bgp_gobgp_ask(struct bgp_gobgp *gobgp, char trouble[HAND_TROUBLE])
{
	return obey(gobgp, "global", trouble);
}

enum err bgp_gobgp_tell(struct bgp_gobgp *gobgp, enum bgp_tell tell, const struct bgp_route *route,
			char trouble[HAND_TROUBLE])
{
	char text[BGP_TEXT + 64];

	snprintf(text, sizeof(text), "global rib %s -a %s %s", tell == BGP_ANNOUNCE ? "add" : "del",
		 route->family, route->gobgp);
	return obey(gobgp, text, trouble);
}

/* Whether a FlowSpec rule begins with the destination, as that is its first condition. */
static bool flow_is_to(const json_t *path, const char *destination)
{
	const json_t *conditions = json_object_get(json_object_get(path, "nlri"), "value");
	const json_t *first = json_object_get(json_array_get(conditions, 0), "value");
	const char *prefix = json_string_value(json_object_get(first, "prefix"));

	return prefix && strcmp(prefix, destination) == 0;
}

/* Whether one of the paths of a route is its own: those that peers told it name the peer. */
static bool has_own(const json_t *paths)
{
	const json_t *path;
	size_t at;

	json_array_foreach(paths, at, path)
	{
		if (json_is_object(path) && !json_object_get(path, "neighbor-ip"))
			return true;
	}
	return false;
}

enum bgp_look bgp_gobgp_rib_has(struct span json, const char *destination, bool flow)
{
	json_t *root = json_loadb((const char *)json.ptr, json.len, 0, NULL), *paths;
	bool has = !flow && has_own(json_object_get(root, destination));
	bool answer = json.len > 0 && !json_is_string(json_object_get(root, "error"));
	const char *key;

	if (flow)
		json_object_foreach(root, key, paths)
			has = has ||
			      (flow_is_to(json_array_get(paths, 0), destination) && has_own(paths));
	json_decref(root);
	return !answer ? BGP_NO_ANSWER : has ? BGP_HAS : BGP_HAS_NOT;
}

void bgp_gobgp_look(struct bgp_gobgp *gobgp, const struct bgp_route *route)
{
	char text[128], said[RUN_SAID];
	struct words words;
	struct run run;

	if (gobgp->looking)
		return;
	gobgp->asked = *route;
	snprintf(text, sizeof(text), "-j global rib -a %s %s", route->family, route->flow ? "" : route->destination);
	run = words_make(&words, gobgp, text);
	gobgp->looking = run_begin(&run, said);
}

enum bgp_look bgp_gobgp_heard(struct bgp_gobgp *gobgp)
{
	const struct bgp_route *asked = &gobgp->asked;
	enum bgp_look look = BGP_NO_ANSWER;
	struct run_result result = { .output = NULL };
	enum err err = ERR_OPEN;

	if (gobgp->looking && !run_heard(gobgp->looking, &result, &err))
		return BGP_NOT_YET;
	gobgp->looking = NULL;
	if (err == OK)
		look = bgp_gobgp_rib_has((struct span){ (uint8_t *)result.output, result.size }, asked->destination,
					 asked->flow);
	free(result.output);
	gobgp->silent = look == BGP_NO_ANSWER;
	return look;
}
