/*
 * keeper_process.c - the process that keeps: alerts in, incidents, the store, questions answered.
 *
 * It joins the grouping (incident/), the mind (keeper/), the store and the queue of messages with the
 * channels to the others. It never sees a packet; what comes from the sensor and from web is read as if
 * they had been broken into.
 */
#include "base/cursor.h"
#include "keeper/keeper.h"
#include "policy/tower.h"
#include "process/loop.h"
#include "report/report.h"
#include "respond/teller.h"
#include "store/store_account.h"
#include "tower/eve_log.h"
#include "tower/grouping.h"
#include "tower/keeper_frames.h"
#include "tower/keeper_tell.h"
#include "tower/process.h"
#include "tower/watch.h"
#include "tower/watch_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURN          50000 /* microseconds between two looks at the cases */
#define QUEUE         (16u << 20)
#define CONTROLS      16 /* command lines that may ask at a time */
#define PEERS         (PROCESSES + CONTROLS)

static const char self[] = "keeper";

struct keeping {
	const struct watch *watch;
	struct config config; /* the watch's, or as it was read since */
	struct loop *loop;
	struct ipc *warden;
	struct peer {
		struct keeping *all;
		struct ipc *ipc; /* NULL: not there */
	} peers[PEERS]; /* by enum process; behind them the command lines */
	struct store *store;
	struct keeper *mind;
	struct telling *telling;
	struct grouping *grouping;
	struct keeper_target targets[TARGETS_MAX];
	struct keeper_plan plans[CALENDAR_MAX];
	struct keeper_frames frames; /* with the sensor and the warden */
	unsigned turns;
	bool full;   /* the store's trouble was told */
	bool marked; /* that there is an account */
	bool fresh;  /* alerts came */
	struct eve_log eve;
};

static void peer_send(struct peer *peer, uint16_t type, struct span body)
{
	/* What finds no room is counted by the channel; whoever is gone is noticed when it is read. */
	if (peer->ipc && ipc_send(peer->ipc, type, body, -1) == ERR_MEMORY)
		process_log(self, "not enough memory for a frame");
}

/* One of the watches without packets. */
static bool is_watcher(const struct peer *peer)
{
	return peer == &peer->all->peers[PROCESS_BACKUP] || peer == &peer->all->peers[PROCESS_SITE];
}

static enum watcher watcher_of(const struct peer *peer)
{
	return peer == &peer->all->peers[PROCESS_SITE] ? WATCHER_SITES : WATCHER_BACKUPS;
}

static void peer_leave(struct peer *peer)
{
	if (!peer->ipc)
		return;
	if (peer == &peer->all->peers[PROCESS_TELLER]) {
		telling_join(peer->all->telling, NULL);
		keeper_join_teller(&peer->all->frames, NULL);
	}
	if (peer == &peer->all->peers[PROCESS_MAIL])
		keeper_clamd(peer->all->mind, KEEPER_CLAMD_UNKNOWN, loop_time());
	if (is_watcher(peer))
		keeper_join_watcher(&peer->all->frames, watcher_of(peer), NULL, loop_time());
	loop_forget(peer->all->loop, ipc_fd(peer->ipc));
	ipc_free(peer->ipc);
	peer->ipc = NULL;
}

/* --- what the mind says */

static void out_push(void *whom, struct span json)
{
	struct keeping *k = whom;

	peer_send(&k->peers[PROCESS_WEB], TOWER_PUSH, json);
}

static void out_level(void *whom, enum level level)
{
	struct keeping *k = whom;
	uint8_t body = (uint8_t)level;

	peer_send(&k->peers[PROCESS_SENSOR], FRAME_LEVEL, (struct span){ &body, 1 });
	peer_send(&k->peers[PROCESS_MILTER], FRAME_LEVEL, (struct span){ &body, 1 });
	peer_send(&k->peers[PROCESS_BACKUP], FRAME_LEVEL, (struct span){ &body, 1 });
	peer_send(&k->peers[PROCESS_SITE], FRAME_LEVEL, (struct span){ &body, 1 });
}

static bool out_test(void *whom, const char *target)
{
	struct keeping *k = whom;

	return telling_test(k->telling, target, loop_time());
}

static void out_tell(void *whom, const struct keeper_message *news)
{
	struct keeping *k = whom;
	const char *page = k->config.tell.page;

	telling_news(k->telling, news, *page ? page : k->watch->page);
}

static void out_filters(void *whom, const struct keeper_want *want)
{
	struct keeping *k = whom;
	struct filters_wanted wanted = keeper_filters_wanted(want);

	peer_send(&k->peers[PROCESS_SENSOR], FRAME_FILTERS_WANTED,
		  (struct span){ (const uint8_t *)&wanted, sizeof(wanted) });
}

static void out_order(void *whom, const struct action *action, usec_t remains)
{
	keeper_send_order(&((struct keeping *)whom)->frames, action, remains);
}

static void out_back(void *whom, uint64_t id)
{
	keeper_send_back(&((struct keeping *)whom)->frames, id);
}

static void out_orders_end(void *whom)
{
	keeper_send_end(&((struct keeping *)whom)->frames);
}

/* --- the sensor */

/* A watch without packets raises alerts of its own rules alone. */
static void take_alert(struct keeping *k, size_t which, const struct ipc_frame *frame)
{
	static const char *const rules[PROCESSES] = { [PROCESS_BACKUP] = WATCHED_BACKUP_RULES,
						      [PROCESS_SITE] = WATCHED_SITE_RULES };

	grouping_alert(k->grouping, frame, rules[which]);
	k->fresh = true;
}

/* --- the cases */

static uint64_t cases_keep(void *whom, const struct incident *incident, enum incident_news news, usec_t now)
{
	return keeper_incident(((struct keeping *)whom)->mind, incident, news, now);
}

static void cases_count(void *whom, const struct incident *incident)
{
	struct keeping *k = whom;

	if (k->eve.fd >= 0)
		eve_alert(k->eve.out, incident);
}

static void cases_want(void *whom, const struct sensor_wanted *wanted)
{
	struct keeping *k = whom;

	peer_send(&k->peers[PROCESS_SENSOR], FRAME_WANTED,
		  (struct span){ (const uint8_t *)wanted, sizeof(*wanted) });
}

/* --- turns */

static bool see_account(void *whom, const struct store_account *account)
{
	(void)account;
	*(bool *)whom = true;
	return false;
}

/* Leaves a mark for the warden and for the next web process: the set-up token is over. */
static void mark_account(struct keeping *k)
{
	char path[CONFIG_PATH + sizeof(WATCH_ACCOUNT_MARK) + 1];
	bool any = false;
	int fd;

	if (k->marked || store_account_list(k->store, see_account, &any) != OK || !any)
		return;
	snprintf(path, sizeof(path), "%s/%s", k->config.process.state, WATCH_ACCOUNT_MARK);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	k->marked = fd >= 0;
	if (fd >= 0)
		close(fd);
}

/* Full, read only: told once, and again when it happens again. */
static void store_watch(struct keeping *k)
{
	bool full = store_commit(k->store) != OK;

	if (full && !k->full)
		process_log(self, "%s", store_trouble(k->store)->en);
	k->full = full;
}

static void keeping_turn(void *whom, int64_t now)
{
	struct keeping *k = whom;

	grouping_turn(k->grouping, now);
	eve_log_flush(&k->eve);
	if (k->turns++ % (USEC_PER_SEC / TURN) == 0) {
		keeper_frames_clock(&k->frames, loop_boot());
		keeper_due(k->mind, now);
		telling_due(k->telling, now);
		if (k->frames.shelf)
			shelf_due(k->frames.shelf, now);
		watched_due(k->frames.watched, now);
		store_watch(k);
		mark_account(k);
	}
	for (unsigned i = 0; i < PEERS; i++)
		if (k->peers[i].ipc && ipc_flush(k->peers[i].ipc) != OK)
			peer_leave(&k->peers[i]);
	if (ipc_flush(k->warden) != OK)
		loop_stop(k->loop);
}

/* --- questions */

static void answer(struct peer *peer, enum keeper_asker asker, const struct ipc_frame *frame)
{
	struct cur c = cur_init(frame->body);
	struct span number = cur_span(&c, TOWER_NUMBER);
	char *body = NULL;
	size_t size = 0;
	FILE *out;

	if (c.bad)
		return;
	out = open_memstream(&body, &size);
	if (!out)
		return;
	fwrite(number.ptr, 1, number.len, out);
	keeper_op(peer->all->mind, asker, cur_rest(&c), loop_time(), out);
	if (fclose(out) == 0)
		peer_send(peer, TOWER_ANSWER, (struct span){ (uint8_t *)body, size });
	free(body);
}

/* Each is heard in what is its to say. */
static bool peer_frame(void *whom, const struct ipc_frame *frame)
{
	struct peer *peer = whom;
	struct keeping *k = peer->all;
	size_t which = (size_t)(peer - k->peers);

	if ((which == PROCESS_SENSOR || which == PROCESS_MILTER || is_watcher(peer)) && frame->type == FRAME_ALERT)
		take_alert(k, which, frame);
	else if (is_watcher(peer))
		keeper_frame_watcher(&k->frames, watcher_of(peer), frame, loop_time());
	else if (which == PROCESS_SENSOR)
		keeper_frame_sensor(&k->frames, frame, loop_time());
	else if (which == PROCESS_MILTER)
		keeper_frame_milter(&k->frames, frame, peer->ipc);
	else if (which == PROCESS_MAIL)
		keeper_frame_mail(&k->frames, frame, loop_time());
	else if (which == PROCESS_TELLER && frame->type == TELLER_RELEASED)
		keeper_frame_teller(&k->frames, frame);
	else if (which == PROCESS_TELLER)
		telling_done(k->telling, frame, loop_time());
	else if (frame->type == TOWER_REQUEST && (which == PROCESS_WEB || which >= PROCESSES))
		answer(peer, which == PROCESS_WEB ? ASKER_WEB : ASKER_CONTROL, frame);
	return true;
}

static void peer_ready(void *whom, unsigned events)
{
	struct peer *peer = whom;

	(void)events;
	/* After a stop of this process (a machine that slept) both clocks are read before anything is told an end by them. */
	keeper_frames_clock(&peer->all->frames, loop_boot());
	if (peer->ipc && ipc_read(peer->ipc, peer_frame, peer) != OK)
		peer_leave(peer);
	if (peer->all->fresh) /* not at the next turn: an alarm is worth every moment */
		grouping_turn(peer->all->grouping, loop_time());
	peer->all->fresh = false;
}

/* Joins a channel that `fd` is one end of; takes the descriptor. */
static void peer_join(struct peer *peer, int fd)
{
	peer_leave(peer);
	peer->ipc = ipc_new(fd, QUEUE, false);
	if (peer->ipc && !loop_watch(peer->all->loop, ipc_fd(peer->ipc), LOOP_READ, peer_ready, peer)) {
		ipc_free(peer->ipc);
		peer->ipc = NULL;
	}
}

/* A command line: who may open the socket's file is the administrator (it is 0600). */
static void control_arrives(void *whom, unsigned events)
{
	struct keeping *k = whom;
	int fd = accept4(k->watch->control, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	for (unsigned i = PROCESSES; fd >= 0 && i < PEERS; i++) {
		if (k->peers[i].ipc)
			continue;
		peer_join(&k->peers[i], fd);
		return;
	}
	if (fd >= 0)
		close(fd);
}

/* --- the warden */

/* What the mind has to know of the configuration. */
static struct keeper_settings mind_settings(struct keeping *k, usec_t now)
{
	static const enum keeper_act acts[] = {
		[CONFIG_ACT_LEVEL] = KEEPER_ACT_LEVEL,
		[CONFIG_ACT_NEVER] = KEEPER_ACT_NEVER,
		[CONFIG_ACT_ALWAYS] = KEEPER_ACT_ALWAYS,
	};
	const struct config_tell *tell = &k->config.tell;
	const struct config_respond *respond = &k->config.respond;
	struct keeper_settings settings = {
		.act = acts[respond->act],
		.limits = { respond->breadth4, respond->breadth6, respond->most, respond->longest },
		.usual = respond->usual * USEC_PER_SEC,
		.keeping = { k->config.store.days, k->config.store.max_bytes },
		.targets = k->targets,
		.target_count = tell->target_count,
		.plans = k->plans,
		.mail = *k->config.mail.milter || k->config.mail.traffic,
	};

	for (size_t i = 0; i < tell->target_count; i++)
		k->targets[i] = (struct keeper_target){ tell->targets[i].name,
							target_kind_name(tell->targets[i].kind),
							tell->targets[i].least };
	for (size_t i = 0; i < k->config.calendar.count; i++) {
		const struct calendar_entry *entry = &k->config.calendar.entries[i];
		struct keeper_plan *plan = &k->plans[settings.plan_count];

		plan->to = entry->to;
		plan->reason = entry->name;
		settings.plan_count += calendar_next(entry, now, &plan->from, &plan->until);
	}
	return settings;
}

static void take_config(struct keeping *k, const struct ipc_frame *frame)
{
	struct keeper_settings settings;

	if (!frame_take(frame, &k->config, sizeof(k->config)))
		return;
	settings = mind_settings(k, loop_time());
	keeper_configure(k->mind, &settings);
	keeper_configure_shelf(&k->frames, &k->config);
}

static void take_peer(struct keeping *k, enum process process, int fd)
{
	struct peer *peer = &k->peers[process];

	peer_join(peer, fd);
	if (process == PROCESS_SENSOR || process == PROCESS_MILTER || is_watcher(peer))
		out_level(k, keeper_level(k->mind));
	if (is_watcher(peer))
		keeper_join_watcher(&k->frames, watcher_of(peer), peer->ipc, loop_time());
	if (process == PROCESS_TELLER) {
		telling_join(k->telling, peer->ipc);
		keeper_join_teller(&k->frames, peer->ipc);
	}
}

static bool warden_frame(void *whom, const struct ipc_frame *frame)
{
	struct keeping *k = whom;

	if (frame->type == FRAME_CONFIG)
		take_config(k, frame);
	else
		keeper_frame_warden(&k->frames, frame, loop_time());
	if (frame->fd < 0)
		return true;
	if (frame->type == FRAME_PEER && frame->body.len == 1 && frame->body.ptr[0] < PROCESSES)
		take_peer(k, (enum process)frame->body.ptr[0], frame->fd);
	else if (frame->type == FRAME_EVE)
		eve_log_turn(&k->eve, frame->fd);
	else
		close(frame->fd);
	return true;
}

static void warden_ready(void *whom, unsigned events)
{
	struct keeping *k = whom;

	(void)events;
	if (ipc_read(k->warden, warden_frame, k) != OK)
		loop_stop(k->loop);
}

static void keeping_signal(void *whom, const struct signalfd_siginfo *info)
{
	struct keeping *k = whom;

	(void)info;
	loop_stop(k->loop);
}

/* --- the beginning */

static bool keeping_store(struct keeping *k)
{
	struct store_settings settings = { .folder = k->config.process.state };
	struct store_words told;
	enum err err = store_open(&settings, loop_time(), &k->store, &told);

	if (*told.en)
		process_log(self, "%s", told.en);
	return err == OK;
}

/* The first account is made on the page by who can read the terminal, or the journal. */
static void tell_setup(struct keeping *k)
{
	mark_account(k);
	if (!k->marked && k->watch->http >= 0)
		process_log(self, "there is no account yet: open %s/#setup=%s", k->watch->page,
			    k->watch->setup_token);
}

static bool keeping_mind(struct keeping *k)
{
	struct keeper_out out = {
		.whom = k,	   .push = out_push,		 .tell = out_tell,   .level = out_level,
		.test = out_test,  .filters_want = out_filters,	 .order = out_order, .order_back = out_back,
		.orders_end = out_orders_end,
	};
	struct keeper_settings settings = mind_settings(k, loop_time());

	k->telling = telling_new(&k->config, k->store);
	k->mind = k->telling ? keeper_new(&settings, k->store, &out, loop_time()) : NULL;
	k->frames.mind = k->mind;
	if (k->mind)
		keeper_frames_clock(&k->frames, loop_boot());
	return k->mind != NULL;
}

static bool keeping_cases(struct keeping *k)
{
	struct grouping_out out = { k, cases_keep, cases_count, cases_want };

	k->grouping = grouping_new(&out);
	return k->grouping != NULL;
}

static bool keeping_loop(struct keeping *k, int warden_fd)
{
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	for (unsigned i = 0; i < PEERS; i++)
		k->peers[i].all = k;
	k->warden = k->frames.warden = ipc_new(warden_fd, QUEUE, true);
	k->loop = loop_new();
	return k->warden && k->loop && loop_signals(k->loop, &term, keeping_signal, k) &&
	       loop_watch(k->loop, ipc_fd(k->warden), LOOP_READ, warden_ready, k) &&
	       loop_watch(k->loop, k->watch->control, LOOP_READ, control_arrives, k) &&
	       loop_every(k->loop, TURN, keeping_turn, k);
}

int keeper_begin(void *whom, int warden_fd)
{
	struct keeping *k = calloc(1, sizeof(*k));
	struct sandbox_wish wish = { .role = SANDBOX_KEEPER };

	if (!k)
		return 1;
	k->watch = whom;
	config_forget_secrets(k->watch->config);
	k->config = *k->watch->config;
	wish.write = k->config.process.state;
	keeper_frames_init(&k->frames);
	if (!keeping_loop(k, warden_fd) || !eve_log_open(&k->eve) || !keeping_cases(k)) {
		process_log(self, "cannot begin: %s", strerror(errno));
		return 1;
	}
	if (!watch_confine(k->watch, &wish))
		return 1;
	if (!keeping_store(k) || !keeping_mind(k)) {
		process_log(self, "the store in %s cannot be used", wish.write);
		return 1;
	}
	if (!keeper_open_shelf(&k->frames, &k->config)) {
		process_log(self, "the key of the quarantine in %s cannot be used: %s", wish.write, strerror(errno));
		return 1;
	}
	if (!keeper_open_watched(&k->frames)) {
		process_log(self, "cannot begin: %s", strerror(errno));
		return 1;
	}
	tell_setup(k);
	if (!loop_run(k->loop))
		process_log(self, "waiting failed: %s", strerror(errno));
	grouping_turn(k->grouping, loop_time());
	eve_log_flush(&k->eve);
	shelf_free(k->frames.shelf);
	watched_free(k->frames.watched);
	keeper_free(k->mind);
	telling_free(k->telling);
	store_close(k->store);
	return 0; /* the kernel takes the rest back */
}
