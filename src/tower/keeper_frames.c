/* keeper_frames.c - frames taken apart for the keeper's mind, and put together. */
#include "tower/keeper_frames.h"

#include "base/cursor.h"
#include "base/json.h"
#include "base/text.h"
#include "hand/hand.h"
#include "milter/held_frame.h"
#include "process/loop.h"
#include "respond/teller.h"
#include "tower/hand_slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static const char self[] = "keeper";

void keeper_frames_init(struct keeper_frames *f)
{
	FILE *file = fopen(BOOT_ID, "re");

	if (!file || !fgets(f->boot, sizeof(f->boot), file))
		snprintf(f->boot, sizeof(f->boot), "unknown");
	f->boot[strcspn(f->boot, "\n")] = '\0';
	if (file)
		fclose(file);
}

void keeper_frames_clock(struct keeper_frames *f, int64_t boot)
{
	keeper_boot(f->mind, f->boot, boot);
}

/* --- the sensor */

static void take_tick(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	struct keeper_tick *total = &f->total;
	struct sensor_tick tick;

	if (!frame_take(frame, &tick, sizeof(tick)))
		return;
	total->packets += tick.packets;
	total->kernel_dropped += tick.kernel_dropped;
	total->ring_lost += tick.ring_lost;
	if (tick.alerts_lost)
		process_log(self, "%llu alerts found no room on their way from the sensor",
			    (unsigned long long)tick.alerts_lost);
	total->in_pps = tick.in_pps;
	total->out_pps = tick.out_pps;
	total->in_bps = tick.in_bps;
	total->out_bps = tick.out_bps;
	total->flows = tick.flows;
	total->flows_max = tick.flows_max;
	total->one_way = tick.one_way;
	memcpy(total->anomalies.count, tick.anomalies, sizeof(tick.anomalies));
	total->index = tick.index_built != 0;
	total->index_values = tick.index_values;
	total->index_built = tick.index_built;
	keeper_tick(f->mind, total, now);
}

static void take_evidence(struct keeper_frames *f, const struct ipc_frame *frame)
{
	struct cur c = cur_init(frame->body);
	uint64_t incident = cur_le64(&c);

	if (!c.bad)
		keeper_evidence(f->mind, incident, cur_rest(&c));
}

/* False: none of ours could have derived it. */
static bool take_derived(const struct derived *from, struct keeper_filter *to)
{
	to->verb = from->verb;
	to->limit = from->limit;
	to->filter = from->filter;
	to->effect = from->effect;
	return (unsigned)from->verb < ACTION_VERBS && filter_sound(&from->filter);
}

static void take_filters(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	struct keeper_filters filters = { .known = false };
	struct filters_found found;
	uint8_t likely, good;

	_Static_assert(KEEPER_FILTERS >= DERIVED_MAX, "all that is derived has room");
	if (!frame_take(frame, &found, sizeof(found)) || found.result.count > DERIVED_MAX)
		return;
	memcpy(&likely, &found.result.likely, sizeof(likely)); /* not as a bool: it may be any byte */
	memcpy(&good, &found.result.good, sizeof(good));
	filters.about = found.incident;
	filters.rehearse = found.rehearse != 0;
	filters.known = found.known != 0;
	filters.likely = likely == 1;
	filters.good = good == 1;
	filters.effect = found.result.effect;
	for (; filters.count < found.result.count; filters.count++)
		if (!take_derived(&found.result.all[filters.count], &filters.all[filters.count]))
			return;
	keeper_filters(f->mind, &filters, now);
}

/* The warden looks at it itself. */
static void pass_known(struct keeper_frames *f, const struct ipc_frame *frame)
{
	if (frame->body.len <= sizeof(uint64_t) + KNOWN_MAX * sizeof(struct ip) &&
	    ipc_send(f->warden, FRAME_KNOWN, frame->body, -1) != OK)
		process_log(self, "the good sources did not reach the warden");
}

void keeper_frame_sensor(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	if (frame->type == FRAME_TICK)
		take_tick(f, frame, now);
	else if (frame->type == FRAME_EVIDENCE)
		take_evidence(f, frame);
	else if (frame->type == FRAME_FILTERS)
		take_filters(f, frame, now);
	else if (frame->type == FRAME_KNOWN)
		pass_known(f, frame);
}

/* --- the warden */

static void take_facts(struct keeper_frames *f, const struct ipc_frame *frame)
{
	struct process_facts facts;
	struct keeper_process process = { .running = false };

	if (!frame_take(frame, &facts, sizeof(facts)) || facts.process >= PROCESSES)
		return;
	snprintf(process.name, sizeof(process.name), "%s", process_name((enum process)facts.process));
	process.running = facts.running;
	process.restarts = facts.restarts;
	process.since = facts.since;
	process.rss = facts.resident;
	keeper_process(f->mind, &process);
}

static void take_done(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	struct order_done told;
	struct keeper_done done;

	if (!frame_take(frame, &told, sizeof(told)))
		return;
	done = (struct keeper_done){ told.id, (enum action_state)told.state, (enum action_hand)told.hand,
				     { told.en, told.ja } };
	keeper_done(f->mind, &done, now);
}

static void take_counts(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	size_t count = frame->body.len / sizeof(struct hand_count);
	struct keeper_hits *hits = calloc(count ? count : 1, sizeof(*hits));

	for (size_t i = 0; hits && i < count; i++) {
		struct hand_count one;

		memcpy(&one, frame->body.ptr + i * sizeof(one), sizeof(one));
		hits[i] = (struct keeper_hits){ one.id, one.packets, one.bytes, one.known };
	}
	if (hits)
		keeper_hits(f->mind, hits, count, now);
	free(hits);
}

/* The first of this process: the warden knows of no order of it. */
static void take_hands(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	struct hands_facts facts;
	struct keeper_hands hands = { .never = facts.never };

	if (!frame_take(frame, &facts, sizeof(facts)) || facts.never_count > NEVER_TOLD)
		return;
	for (size_t i = 0; i < HANDS; i++)
		hands.hands[i] = (struct keeper_hand){ facts.hands[i].used, facts.hands[i].able,
						       facts.hands[i].why };
	hands.never_count = facts.never_count;
	keeper_hands(f->mind, &hands);
	if (!f->met)
		keeper_frames_clock(f, loop_boot());
	if (facts.undone)
		keeper_undone(f->mind, now);
	if (!f->met)
		keeper_orders(f->mind, now);
	f->met = true;
}

void keeper_frame_warden(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	if (frame->type == FRAME_FACTS)
		take_facts(f, frame);
	else if (frame->type == FRAME_ORDER_DONE)
		take_done(f, frame, now);
	else if (frame->type == FRAME_ACTION_COUNTS)
		take_counts(f, frame, now);
	else if (frame->type == FRAME_HANDS)
		take_hands(f, frame, now);
}

/* --- mail in quarantine */

void keeper_frame_milter(struct keeper_frames *f, const struct ipc_frame *frame, struct ipc *milter)
{
	struct cur c = cur_init(frame->body);
	struct span number = cur_span(&c, 8);
	uint8_t room[9];
	struct pen pen = pen_init(room, sizeof(room));
	struct mail_result *result;
	struct held held;
	bool kept;

	if (frame->type != FRAME_HOLD || c.bad || !f->shelf)
		return;
	result = calloc(1, sizeof(*result));
	kept = result && held_frame_read(cur_rest(&c), &held, result) == OK && shelf_hold(f->shelf, &held, result);
	free(result);
	pen_span(&pen, number);
	pen_le(&pen, kept, 1);
	if (ipc_send(milter, FRAME_HELD, (struct span){ room, pen.used }, -1) != OK)
		process_log(self, "the milter did not hear that a message is held: it may come twice");
}

/* Not to all receivers is a failure, too: what was refused is still here. */
void keeper_frame_teller(struct keeper_frames *f, const struct ipc_frame *frame)
{
	struct done done;

	if (frame->type == TELLER_RELEASED && f->shelf && done_read(&done, frame->body) == OK)
		shelf_released(f->shelf, done.number, done.ok && !*done.error, done.error);
}

_Static_assert(KEEPER_CLAMD_UNKNOWN == 0 && KEEPER_CLAMD_ANSWERS == 1 && KEEPER_CLAMD_AWAY == 2, "as FRAME_OPINION has them");

void keeper_frame_mail(struct keeper_frames *f, const struct ipc_frame *frame, usec_t now)
{
	if (frame->type == FRAME_OPINION && frame->body.len == 1 && frame->body.ptr[0] <= KEEPER_CLAMD_AWAY)
		keeper_clamd(f->mind, (enum keeper_clamd)frame->body.ptr[0], now);
}

void keeper_join_teller(struct keeper_frames *f, struct ipc *teller)
{
	f->teller = teller;
	if (f->shelf)
		shelf_interrupted(f->shelf);
}

static void release_write(FILE *out, const struct shelf_release *release)
{
	struct json json = json_init(out);
	struct span rest = text_span(release->to), line;

	json_open_object(&json);
	json_put_uint(&json, "number", release->id);
	json_put_string(&json, "from", release->from);
	json_put_array(&json, "to");
	while (text_line(&rest, &line))
		json_span(&json, line);
	json_close_array(&json);
	json_close_object(&json);
}

static bool shelf_send(void *whom, const struct shelf_release *release)
{
	struct keeper_frames *f = whom;
	char *body = NULL;
	size_t size = 0;
	FILE *out = f->teller ? open_memstream(&body, &size) : NULL;
	bool sent;

	if (!out)
		return false;
	release_write(out, release);
	sent = fclose(out) == 0 &&
	       ipc_send(f->teller, TELLER_RELEASE, (struct span){ (uint8_t *)body, size }, release->fd) == OK;
	free(body);
	return sent;
}

/* False: the key cannot be read. `folder` is what the settings point to. */
static bool shelf_settings_of(const struct config *config, char folder[CONFIG_PATH + 16],
			      struct shelf_settings *settings)
{
	char key[CONFIG_PATH + sizeof(VAULT_SECRET_FILE) + 1];

	snprintf(folder, CONFIG_PATH + 16, "%s/%s", config->process.state, VAULT_FOLDER);
	snprintf(key, sizeof(key), "%s/%s", config->process.state, VAULT_SECRET_FILE);
	*settings = (struct shelf_settings){
		.folder = folder,
		.days = config->mail.quarantine_days,
		.bytes = config->mail.quarantine_bytes,
		.releases = *config->mail.release != '\0',
	};
	return vault_secret_read(key, &settings->secret) == OK;
}

bool keeper_open_shelf(struct keeper_frames *f, const struct config *config)
{
	char folder[CONFIG_PATH + 16];
	struct shelf_settings settings;
	struct shelf_out out = { f, shelf_send };

	if (!*config->mail.milter)
		return true;
	if (!shelf_settings_of(config, folder, &settings))
		return false;
	f->shelf = shelf_new(&settings, f->mind, &out);
	return f->shelf != NULL;
}

void keeper_configure_shelf(struct keeper_frames *f, const struct config *config)
{
	char folder[CONFIG_PATH + 16];
	struct shelf_settings settings;

	if (f->shelf && shelf_settings_of(config, folder, &settings))
		shelf_configure(f->shelf, &settings);
}

/* --- watches without packets */

static bool watch_request(void *whom, enum watcher which, struct span json)
{
	struct keeper_frames *f = whom;

	return f->watchers[which] && ipc_send(f->watchers[which], FRAME_WATCH_DO, json, -1) == OK;
}

bool keeper_open_watched(struct keeper_frames *f)
{
	f->watched = watched_new(f->mind, &(struct watched_out){ f, watch_request });
	return f->watched != NULL;
}

void keeper_frame_watcher(struct keeper_frames *f, enum watcher which, const struct ipc_frame *frame, usec_t now)
{
	if (frame->type == FRAME_WATCHED)
		watched_take(f->watched, which, frame->body, now);
}

void keeper_join_watcher(struct keeper_frames *f, enum watcher which, struct ipc *watcher, usec_t now)
{
	f->watchers[which] = watcher;
	watched_runs(f->watched, which, watcher != NULL, now);
}

/* --- orders */

static void send_warden(struct keeper_frames *f, uint16_t type, const void *body, size_t size)
{
	if (ipc_send(f->warden, type, (struct span){ body, size }, -1) != OK)
		process_log(self, "an order did not reach the warden");
}

void keeper_send_order(struct keeper_frames *f, const struct action *action, usec_t remains)
{
	struct order order;

	memset(&order, 0, sizeof(order)); /* the padding too: it leaves the process */
	order.action = *action;
	order.remains = remains;
	send_warden(f, FRAME_ORDER, &order, sizeof(order));
}

void keeper_send_back(struct keeper_frames *f, uint64_t id)
{
	send_warden(f, FRAME_ORDER_BACK, &id, sizeof(id)); /* as it lies in memory: little-endian */
}

void keeper_send_end(struct keeper_frames *f)
{
	send_warden(f, FRAME_ORDERS_END, "", 0);
}

struct filters_wanted keeper_filters_wanted(const struct keeper_want *want)
{
	struct filters_wanted wanted;

	memset(&wanted, 0, sizeof(wanted));
	wanted.incident = want->about;
	wanted.from = want->from;
	wanted.target = want->target;
	wanted.vector = (uint8_t)want->vector;
	wanted.rehearse = want->rehearse;
	wanted.filter = want->filter;
	for (; wanted.held_count < want->held_count && wanted.held_count < DERIVED_MAX; wanted.held_count++)
		wanted.held[wanted.held_count] = want->held[wanted.held_count];
	return wanted;
}
