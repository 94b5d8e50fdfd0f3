/*
 * mail_process.c - the process that has mail examined: messages in from the milter and the sensor, each handed to a
 * child (app/examiner.h), results out. It looks into no message itself.
 */
#include "app/examiner.h"
#include "mail/result_frame.h"
#include "base/cursor.h"
#include "intel/index.h"
#include "mail/rules.h"
#include "policy/tower.h"
#include "post/clamd_line.h"
#include "tower/process.h"
#include "tower/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define QUEUE (16u << 20)
#define FLUSH 50000 /* microseconds between two tries to send what waits */

static const char self[] = "mail";

struct mailing {
	const struct watch *watch;
	struct loop *loop;
	struct ipc *warden;
	struct peer {
		struct mailing *all;
		struct ipc *ipc;  /* NULL: not there */
		unsigned joined; /* how often: answers go to who asked */
	} peers[PROCESSES];
	struct config_exam exam;
	struct index *index; /* NULL: none */
	struct examiner *examiner;
	struct clamd_line *clamd; /* NULL: it is not asked */
	enum clamd_standing told; /* the keeper */
	uint64_t lost;
};

_Static_assert(CLAMD_UNKNOWN == 0 && CLAMD_ANSWERS == 1 && CLAMD_AWAY == 2, "as FRAME_OPINION has them");

/* Who waits for a result, and what is there of it. */
struct asked {
	struct peer *peer;
	unsigned joined;
	uint64_t number;
	unsigned missing; /* examination and clamd's opinion: so many are not there yet */
	struct mail_result *result; /* NULL: there is none, or it is missing */
	bool opinion;
	enum err opinion_err;
	char opinion_name[CLAMD_NAME];
};

static void peer_leave(struct peer *peer)
{
	if (!peer->ipc)
		return;
	loop_forget(peer->all->loop, ipc_fd(peer->ipc));
	ipc_free(peer->ipc);
	peer->ipc = NULL;
}

/* `result`: NULL when there is none. */
static void answer(const struct asked *asked, const struct mail_result *result)
{
	uint8_t room[9 + RESULT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));

	pen_le(&pen, asked->number, 8);
	pen_le(&pen, result && !examiner_failed(result), 1);
	if (result)
		result_frame_write(&pen, result);
	if (asked->peer->ipc && asked->peer->joined == asked->joined &&
	    ipc_send(asked->peer->ipc, FRAME_EXAMINED, (struct span){ room, pen.used }, -1) != OK)
		process_log(self, "a result did not reach who asked for it");
}

/* With what came last, all is answered. */
static void settle(struct asked *asked)
{
	if (--asked->missing > 0)
		return;
	if (asked->result && asked->opinion)
		clamd_opinion(asked->result, asked->opinion_err, asked->opinion_name);
	answer(asked, asked->result);
	free(asked->result);
	free(asked);
}

static void take_result(void *whom, const struct mail_result *result)
{
	struct asked *asked = whom;
	struct mailing *m = asked->peer->all;

	if (examiner_lost(m->examiner) != m->lost)
		process_log(self, "a message was not examined: %s", result->found[0].evidence);
	m->lost = examiner_lost(m->examiner);
	asked->result = malloc(sizeof(*asked->result));
	if (asked->result)
		*asked->result = *result;
	settle(asked);
}

static void take_opinion(void *whom, enum err err, const char *name)
{
	struct asked *asked = whom;

	asked->opinion = true;
	asked->opinion_err = err;
	snprintf(asked->opinion_name, sizeof(asked->opinion_name), "%s", err == OK ? name : "");
	settle(asked);
}

static void take_message(struct peer *peer, const struct ipc_frame *frame)
{
	struct mailing *m = peer->all;
	struct cur c = cur_init(frame->body);
	struct examiner_message message = { .fd = frame->fd, .name = text_span(MAIL_NAME) };
	struct asked *asked = malloc(sizeof(*asked)), now = { .peer = peer, .joined = peer->joined };

	now.number = cur_le64(&c);
	now.missing = m->clamd ? 2 : 1;
	if (asked)
		*asked = now;
	if (c.bad || !asked || !examiner_begin(m->examiner, &message, take_result, asked)) {
		free(asked);
		answer(&now, NULL);
		return;
	}
	if (m->clamd)
		clamd_line_ask(m->clamd, frame->fd, take_opinion, asked);
}

static bool peer_frame(void *whom, const struct ipc_frame *frame)
{
	if (frame->fd < 0)
		return true;
	if (frame->type == FRAME_EXAMINE)
		take_message(whom, frame);
	close(frame->fd);
	return true;
}

static void peer_ready(void *whom, unsigned events)
{
	struct peer *peer = whom;

	(void)events;
	if (peer->ipc && ipc_read(peer->ipc, peer_frame, peer) != OK)
		peer_leave(peer);
}

static void peer_join(struct peer *peer, int fd)
{
	peer_leave(peer);
	peer->joined++;
	peer->ipc = ipc_new(fd, QUEUE, true);
	if (peer->ipc && !loop_watch(peer->all->loop, ipc_fd(peer->ipc), LOOP_READ, peer_ready, peer)) {
		ipc_free(peer->ipc);
		peer->ipc = NULL;
	}
}

/* So that it stands on the page, and people are told. */
static void tell_standing(struct mailing *m)
{
	struct ipc *keeper = m->peers[PROCESS_KEEPER].ipc;
	enum clamd_standing now = m->clamd ? clamd_line_standing(m->clamd) : CLAMD_UNKNOWN;
	uint8_t body = (uint8_t)now;

	if (keeper && now != m->told && ipc_send(keeper, FRAME_OPINION, (struct span){ &body, 1 }, -1) == OK)
		m->told = now;
}

/* An index that is sound takes the place of the one before; children keep theirs to their end. */
static void take_index(struct mailing *m, int fd)
{
	struct index *index;

	if (index_open_fd(fd, &index) != OK)
		return;
	if (index_check(index) != OK) {
		index_close(index);
		return;
	}
	m->exam.exam.index = index;
	examiner_renew(m->examiner, &m->exam.exam);
	index_close(m->index);
	m->index = index;
}

static bool warden_frame(void *whom, const struct ipc_frame *frame)
{
	struct mailing *m = whom;

	if (frame->fd < 0)
		return true;
	if (frame->type == FRAME_PEER && frame->body.len == 1 && frame->body.ptr[0] < PROCESSES) {
		peer_join(&m->peers[frame->body.ptr[0]], frame->fd);
		return true;
	}
	if (frame->type == TOWER_KEEPER) {
		peer_join(&m->peers[PROCESS_KEEPER], frame->fd);
		m->told = CLAMD_UNKNOWN; /* as each keeper takes it at first */
		return true;
	}
	if (frame->type == FRAME_CLAMD && m->clamd) {
		clamd_line_join(m->clamd, frame->fd);
		return true;
	}
	if (frame->type == FRAME_INDEX)
		take_index(m, frame->fd);
	close(frame->fd);
	return true;
}

static void warden_ready(void *whom, unsigned events)
{
	struct mailing *m = whom;

	(void)events;
	if (ipc_read(m->warden, warden_frame, m) != OK)
		loop_stop(m->loop);
}

static void flush(void *whom, int64_t now)
{
	struct mailing *m = whom;

	(void)now;
	tell_standing(m);
	for (unsigned i = 0; i < PROCESSES; i++)
		if (m->peers[i].ipc && ipc_flush(m->peers[i].ipc) != OK)
			peer_leave(&m->peers[i]);
}

static void mailing_signal(void *whom, const struct signalfd_siginfo *info)
{
	(void)info;
	loop_stop(((struct mailing *)whom)->loop);
}

/* Rules that cannot be read are told, and mail is examined without them. */
static struct mail_rules *load_rules(const char *path)
{
	char why[RULES_WHY];
	struct mail_rules *rules = *path ? mail_rules_load(path, why) : NULL;

	if (*path && !rules)
		process_log(self, "mail.yara is not used: %s", why);
	return rules;
}

static bool mailing_open(struct mailing *m, int warden_fd)
{
	const struct config_mail *config = &m->watch->config->mail;
	struct examiner_settings settings = { .exam = &m->exam.exam, .children = config->readers };
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	for (unsigned i = 0; i < PROCESSES; i++)
		m->peers[i].all = m;
	config_exam(config, &m->exam);
	m->exam.exam.rules = load_rules(config->yara);
	m->warden = ipc_new(warden_fd, QUEUE, true);
	m->loop = settings.loop = loop_new();
	m->examiner = m->loop ? examiner_new(&settings) : NULL;
	if (m->loop && *config->clamd) {
		m->clamd = clamd_line_new(m->loop, config->clamd, config->clamd_seconds);
		if (!m->clamd)
			return false;
	}
	return m->warden && m->examiner && loop_signals(m->loop, &term, mailing_signal, m) &&
	       loop_watch(m->loop, ipc_fd(m->warden), LOOP_READ, warden_ready, m) &&
	       loop_every(m->loop, FLUSH, flush, m);
}

int mail_begin(void *whom, int warden_fd)
{
	struct mailing *m = calloc(1, sizeof(*m));
	struct sandbox_wish wish = { .role = SANDBOX_PARENT };

	if (!m)
		return 1;
	m->watch = whom;
	config_forget_secrets(m->watch->config);
	if (!mailing_open(m, warden_fd)) {
		process_log(self, "cannot begin: %s", strerror(errno));
		return 1;
	}
	if (!watch_confine(m->watch, &wish))
		return 1;
	if (!loop_run(m->loop))
		process_log(self, "waiting failed: %s", strerror(errno));
	examiner_free(m->examiner);
	return 0; /* the kernel takes the rest back */
}
