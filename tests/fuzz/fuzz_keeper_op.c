/*
 * fuzz_keeper_op.c - whatever web or a command line asks, the keeper answers in one form: bytes as they are,
 * or as the arguments of an operation that exists; and whatever sensor and warden tell of filters and hits,
 * nothing is ordered that aims at who is never blocked.
 *
 * The first byte says which, and who asks. The store stays from one input to the next, as it does in life.
 */
#include "keeper/keeper.h"
#include "check.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW ((usec_t)1700000000 * USEC_PER_SEC)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char *const ops[] = {
	"status",	 "traffic",	   "incidents",	      "incident",   "evidence",	  "acknowledge",
	"close",	 "annotate",	   "silence",	      "exceptions", "exception_end", "level",
	"level_preview", "level_set",	   "calendar_add",    "calendar_remove", "log",	  "tellers",
	"teller_test",	 "accounts",	   "account_set",     "account_remove", "metrics", "health",
	"login_secret",	 "login_done",	   "actions",	      "filters",    "block",	  "action_accept",
	"unblock",	 "undo_all",	   "backup",
};
#define OPS    (sizeof(ops) / sizeof(ops[0]))
#define FRAMES 0xff /* of the sensor and the warden */

static void push(void *whom, struct span json)
{
	json_t *event = json_loadb((const char *)json.ptr, json.len, 0, NULL);

	(void)whom;
	check(json_is_string(json_object_get(event, "push")));
	check(json_object_get(event, "data") != NULL);
	json_decref(event);
}

static void tell(void *whom, const struct keeper_message *message)
{
	(void)whom;
	check(message->title.en && message->title.ja && message->summary.en && message->summary.ja);
}

static void level(void *whom, enum level now)
{
	(void)whom;
	check(now < LEVELS);
}

static bool test(void *whom, const char *target)
{
	(void)whom;
	(void)target;
	return true;
}

static struct guard_member partner = { .kind = GUARD_PARTNER, .what = "partner" };

static void want(void *whom, const struct keeper_want *wanted)
{
	(void)whom;
	check(wanted->about > 0);
}

static void order(void *whom, const struct action *action, usec_t remains)
{
	const struct filter *filter = &action->filter;

	(void)whom;
	check(action->id > 0 && remains > 0 && filter_sound(filter));
	check(!(filter->parts & FILTER_FROM) || (!prefix_has(&partner.prefix, &filter->from.ip) &&
						 !prefix_has(&filter->from, &partner.prefix.ip)));
}

static void order_back(void *whom, uint64_t id)
{
	(void)whom;
	check(id > 0);
}

static void orders_end(void *whom)
{
	(void)whom;
}

static void hands_join(struct keeper *keeper)
{
	struct keeper_hands hands = { .hands = { [HAND_XDP] = { .used = true, .able = true } },
				      .never = &partner, .never_count = 1 };

	check(prefix_parse(&partner.prefix, "198.51.100.0/24") == OK);
	keeper_boot(keeper, "boot", USEC_PER_SEC);
	keeper_hands(keeper, &hands);
	keeper_orders(keeper, NOW);
}

/* Bytes in place of structs, as a process that was broken into may send them. */
static void frames_take(struct keeper *keeper, const uint8_t *bytes, size_t len, usec_t now)
{
	struct keeper_filters found = { .about = 1 };
	struct keeper_hits hits = { .id = 1 };
	struct keeper_done done = { .id = 1, .state = ACTION_ACTIVE, .why = { "", "" } };

	memcpy(&found.all, bytes, len < sizeof(found.all) ? len : sizeof(found.all));
	found.count = len / sizeof(found.all[0]) + 1;
	found.known = true;
	keeper_filters(keeper, &found, now);
	memcpy(&hits, bytes, len < sizeof(hits) ? len : sizeof(hits));
	if (len > 0)
		done.id = hits.id = bytes[0];
	if (len > 1)
		done.state = bytes[1];
	keeper_done(keeper, &done, now);
	keeper_hits(keeper, &hits, 1, now);
}

/* Two incidents, one of which goes on. */
static void incidents_make(struct keeper *keeper)
{
	struct incident i = { .id = 1, .key = 1, .rule = "flood", .vector = VECTOR_SYN,
			      .direction = DIRECTION_INBOUND, .severity = SEVERITY_HIGH,
			      .opened = NOW, .closed = NOW, .ongoing = true, .alerts = 1 };
	struct ip target = { { [10] = 0xff, [11] = 0xff, [12] = 203, [14] = 113, [15] = 7 } };

	i.whom = entity_ip(&target);
	keeper_incident(keeper, &i, INCIDENT_OPENED, NOW);
	i.whom.kind = ENTITY_NONE;
	i.id = i.key = 2;
	i.rule = "scan";
	i.vector = VECTOR_NONE;
	i.ongoing = false;
	keeper_incident(keeper, &i, INCIDENT_OPENED, NOW);
	keeper_evidence(keeper, 2, (struct span){ (const uint8_t *)"packets", 7 });
}

static char folder[] = "/dev/shm/fuzz_keeper.XXXXXX"; /* every act waits for the disk */

static void folder_remove(void)
{
	static const char *const files[] = { "hinomi.db", "hinomi.db-wal", "hinomi.db-shm",
					     "hinomi.db.copy" };
	char path[80];

	for (size_t n = 0; n < sizeof(files) / sizeof(files[0]); n++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[n]);
		unlink(path);
	}
	rmdir(folder);
}

static struct keeper *keeper_make(void)
{
	static const struct keeper_out out = { .push = push, .tell = tell, .level = level, .test = test,
					       .filters_want = want, .order = order,
					       .order_back = order_back, .orders_end = orders_end };
	static const struct keeper_target target = { "a", "mail", SEVERITY_HIGH };
	struct keeper_settings settings = { .targets = &target, .target_count = 1, .act = KEEPER_ACT_ALWAYS };
	struct store_settings place = { .folder = folder };
	struct store *store = NULL;
	struct store_words told;
	struct keeper *keeper;

	check(mkdtemp(folder) != NULL);
	atexit(folder_remove);
	check(store_open(&place, NOW, &store, &told) == OK);
	keeper = keeper_new(&settings, store, &out, NOW);
	check(keeper != NULL);
	hands_join(keeper);
	incidents_make(keeper);
	return keeper;
}

/* The bytes as arguments of an operation, by somebody who may do everything. */
static char *request_make(uint8_t op, const uint8_t *bytes, size_t len, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	check(out != NULL);
	fprintf(out, "{\"op\":\"%s\",\"user\":\"root\",\"role\":\"admin\",\"args\":", ops[op % OPS]);
	fwrite(bytes, 1, len, out);
	fputc('}', out);
	check(fclose(out) == 0);
	return text;
}

static void answer_check(const char *text, size_t size)
{
	json_t *answer = json_loadb(text, size, 0, NULL);
	bool ok = json_is_true(json_object_get(answer, "ok"));

	check(json_is_boolean(json_object_get(answer, "ok")));
	check(ok == (json_object_get(answer, "data") != NULL));
	check(ok || json_string_length(json_object_get(json_object_get(answer, "error"), "ja")) > 0);
	check(ok || json_is_string(json_object_get(answer, "code")));
	json_decref(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct keeper *keeper;
	static usec_t now = NOW;
	char *request = NULL, *text = NULL;
	size_t size = 0, request_size = len ? len - 1 : 0;
	FILE *out = open_memstream(&text, &size);

	if (!keeper)
		keeper = keeper_make();
	check(out != NULL);
	if (len > 0 && bytes[0] == FRAMES)
		frames_take(keeper, bytes + 1, len - 1, now);
	if (len > 0 && bytes[0] < 2 * OPS)
		request = request_make(bytes[0], bytes + 1, len - 1, &request_size);
	keeper_op(keeper, len > 0 && bytes[0] >= OPS ? ASKER_WEB : ASKER_CONTROL,
		  (struct span){ request ? (const uint8_t *)request : bytes + (len > 0), request_size }, now,
		  out);
	check(fclose(out) == 0);
	answer_check(text, size);
	now += USEC_PER_SEC;
	keeper_boot(keeper, "boot", now - NOW + USEC_PER_SEC);
	keeper_due(keeper, now);
	free(request);
	free(text);
	return 0;
}
