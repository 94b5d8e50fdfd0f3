/* teller.c - the process: frames of the keeper, a queue for each target, time limits. */
#include "respond/teller.h"

#include "base/pen.h"
#include "base/text.h"
#include "process/ipc.h"
#include "respond/delivery.h"
#include "respond/release.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define QUEUE_MAX     (256u << 10) /* bytes of DONE that wait for the keeper */
#define TICK          (50 * USEC_PER_MS) /* how often deliveries on their way are looked after */
#define CONNECT_USUAL (10 * USEC_PER_SEC)
#define TOTAL_USUAL   (30 * USEC_PER_SEC)
#define GRACE         (2 * USEC_PER_SEC) /* for a way's own time limit to come first */

/* What is to be told to one target, in order; the first is on its way. */
struct lane {
	struct delivery *first, **last;
};

struct teller {
	struct teller_settings settings;
	struct courier courier;
	struct ipc *keeper;
	int alarm; /* a timer, set for what is due next */
	struct lane lanes[TARGETS_MAX];
	unsigned waiting; /* deliveries in all lanes */
	struct release *release; /* that is on its way; NULL: none */
	bool failed;
};

static const struct {
	const struct way *way;
	format_write *format;
} kinds[TARGET_KINDS] = {
	[TARGET_MAIL] = { &way_web, format_mail },	  [TARGET_WEBHOOK] = { &way_web, format_webhook },
	[TARGET_SLACK] = { &way_web, format_slack },	  [TARGET_TEAMS] = { &way_web, format_teams },
	[TARGET_SYSLOG] = { &way_log, format_syslog },	  [TARGET_CEF] = { &way_log, format_cef },
	[TARGET_PROGRAM] = { &way_program, format_webhook },
};

/* Deliveries. */

void delivery_hear(char said[SAID_MAX], size_t *heard, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (*heard + i < SAID_MAX - 1) {
			said[*heard + i] = (char)bytes.ptr[i];
			said[*heard + i + 1] = '\0';
		}
	*heard += bytes.len;
}

/* The first line, each rune visible, as much as fits. */
static void set_error(struct done *done, const char *text)
{
	struct span rest = text_span(text), line = rest;
	struct pen pen = pen_init(done->error, sizeof(done->error) - 1);
	char visible[RUNE_TEXT];

	text_line(&rest, &line);
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	while (line.len > 0) {
		const char *shown = rune_text(text_rune(&line), visible);

		if (pen.used + strlen(shown) > pen.size)
			break;
		pen_text(&pen, shown);
	}
	done->error[pen.used] = '\0';
}

void delivery_over(struct delivery *d, enum outcome outcome, const char *format, ...)
{
	char text[2 * TELLER_ERROR];
	va_list arguments;

	if (d->over)
		return;
	d->over = true;
	d->done = (struct done){ .number = d->tell.number, .ok = outcome == DELIVERY_DONE,
				 .permanent = outcome == DELIVERY_REFUSED };
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	set_error(&d->done, text);
}

static void delivery_begin(struct delivery *d)
{
	struct letter letter = { d->target, &d->tell.message, d->courier->host, d->tell.number };

	d->body = format_text(kinds[d->target->kind].format, &letter, &d->size);
	if (!d->body) {
		delivery_over(d, DELIVERY_LATER, "no memory");
		return;
	}
	d->begun = true;
	d->deadline = loop_steady() + d->courier->settings->total_max + GRACE;
	kinds[d->target->kind].way->begin(d);
}

static void delivery_free(struct delivery *d)
{
	if (d->begun)
		kinds[d->target->kind].way->stop(d);
	free(d->body);
	free(d);
}

/* The keeper. */

/* Sends what waits, and asks to be told when there is room for the rest. */
static void keeper_flush(struct teller *t)
{
	if (ipc_flush(t->keeper) != OK)
		loop_stop(t->courier.loop);
	else
		loop_change(t->courier.loop, ipc_fd(t->keeper),
			    LOOP_READ | (ipc_waiting(t->keeper) ? LOOP_WRITE : 0u));
}

static void keeper_say(struct teller *t, uint16_t type, const struct done *done)
{
	char *body = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&body, &size);
	enum err err = ERR_MEMORY;

	if (out) {
		done_write(out, done);
		if (fclose(out) == 0)
			err = ipc_send(t->keeper, type, (struct span){ (uint8_t *)body, size }, -1);
	}
	free(body);
	if (err == ERR_WRITE) /* what is lost otherwise the keeper asks for again */
		loop_stop(t->courier.loop);
	else
		keeper_flush(t);
}

static void keeper_done(struct teller *t, const struct done *done)
{
	keeper_say(t, TELLER_DONE, done);
}

static void keeper_refuse(struct teller *t, uint64_t number, bool permanent, const char *error)
{
	struct done done = { .number = number, .permanent = permanent };

	set_error(&done, error);
	keeper_done(t, &done);
}

static const struct target *target_named(const struct teller *t, const char *name)
{
	for (size_t i = 0; i < t->settings.target_count; i++)
		if (strcmp(t->settings.targets[i].name, name) == 0)
			return &t->settings.targets[i];
	return NULL;
}

static void alarm_set(struct teller *t, usec_t at)
{
	struct itimerspec when = {
		.it_value = { at / USEC_PER_SEC, at % USEC_PER_SEC * 1000 },
	};

	if (timerfd_settime(t->alarm, TFD_TIMER_ABSTIME, &when, NULL) != 0)
		loop_stop(t->courier.loop);
}

static void take_tell(struct teller *t, struct span body)
{
	struct delivery *d = calloc(1, sizeof(*d));
	struct lane *lane;

	if (!d || tell_read(&d->tell, body) != OK)
		keeper_refuse(t, d ? d->tell.number : 0, d != NULL, d ? "it is no message" : "no memory");
	else if (!(d->target = target_named(t, d->tell.target)))
		keeper_refuse(t, d->tell.number, true, "there is no such target");
	else if (t->waiting == TELLER_WAITING)
		keeper_refuse(t, d->tell.number, false, "too many messages wait");
	else {
		d->courier = &t->courier;
		lane = &t->lanes[d->target - t->settings.targets];
		*lane->last = d;
		lane->last = &d->next;
		t->waiting++;
		alarm_set(t, 1); /* at once, but not within the reading of frames */
		return;
	}
	free(d);
}

/* One at a time. */
static void take_release(struct teller *t, const struct ipc_frame *frame)
{
	struct done done = { .permanent = true };

	if (!t->release) {
		t->release = release_begin(&t->courier, frame->body, frame->fd, &done.number);
		alarm_set(t, 1);
	}
	if (t->release)
		return;
	set_error(&done, "it cannot be sent: an address or the message is not right, or mail.release is not set");
	keeper_say(t, TELLER_RELEASED, &done);
}

static bool take_frame(void *whom, const struct ipc_frame *frame)
{
	struct teller *t = whom;

	if (frame->type == TELLER_TELL)
		take_tell(t, frame->body);
	else if (frame->type == TELLER_RELEASE)
		take_release(t, frame);
	if (frame->fd >= 0)
		close(frame->fd);
	return true;
}

static void keeper_ready(void *whom, unsigned events)
{
	struct teller *t = whom;
	enum err err = ipc_read(t->keeper, take_frame, t);

	if (events & LOOP_WRITE)
		keeper_flush(t);
	if (err == OK)
		return;
	t->failed = err != ERR_EMPTY;
	if (t->failed)
		fputs("hinomi teller: what the keeper sends is no frame\n", stderr);
	loop_stop(t->courier.loop);
}

/* Time. */

/* Tells how the first of a lane went, as long as they are over, and begins the next. */
static void lane_serve(struct teller *t, struct lane *lane, usec_t now)
{
	for (struct delivery *d = lane->first; d; d = lane->first) {
		const struct way *way = kinds[d->target->kind].way;

		if (!d->begun)
			delivery_begin(d);
		else if (!d->over && way->tick)
			way->tick(d, now);
		if (!d->over && now >= d->deadline)
			delivery_over(d, DELIVERY_LATER, "it took too long");
		if (!d->over)
			return;
		lane->first = d->next;
		if (!lane->first)
			lane->last = &lane->first;
		t->waiting--;
		keeper_done(t, &d->done);
		delivery_free(d);
	}
}

static void release_serve(struct teller *t, usec_t now)
{
	const struct done *done = t->release ? release_over(t->release, now) : NULL;

	if (!done)
		return;
	keeper_say(t, TELLER_RELEASED, done);
	release_free(t->release);
	t->release = NULL;
}

static void teller_tick(struct teller *t)
{
	usec_t now = loop_steady(), next;

	courier_run(&t->courier, now);
	log_reap(&t->courier);
	for (unsigned i = 0; i < t->settings.target_count; i++)
		lane_serve(t, &t->lanes[i], now);
	release_serve(t, now);
	if (t->waiting == 0 && t->courier.curl_due == 0 && !t->release)
		return;
	next = now + TICK;
	if (t->courier.curl_due && t->courier.curl_due < next)
		next = t->courier.curl_due;
	alarm_set(t, next);
}

static void alarm_ready(void *whom, unsigned events)
{
	struct teller *t = whom;
	uint64_t times;

	(void)events;
	if (read(t->alarm, &times, sizeof(times)) == sizeof(times))
		teller_tick(t);
}

static void signal_arrived(void *whom, const struct signalfd_siginfo *info)
{
	struct teller *t = whom;

	if (info->ssi_signo != SIGCHLD) {
		loop_stop(t->courier.loop);
		return;
	}
	for (unsigned i = 0; i < t->settings.target_count; i++) {
		struct delivery *d = t->lanes[i].first;

		if (d && d->begun && d->target->kind == TARGET_PROGRAM)
			program_ended(d);
	}
}

static bool teller_open(struct teller *t, int keeper_fd)
{
	sigset_t signals;

	t->alarm = -1;
	t->keeper = ipc_new(keeper_fd, QUEUE_MAX, true);
	t->courier.loop = loop_new();
	if (!t->keeper || !t->courier.loop || !courier_open(&t->courier))
		return false;
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	t->alarm = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	return t->alarm >= 0 &&
	       loop_watch(t->courier.loop, t->alarm, LOOP_READ, alarm_ready, t) &&
	       loop_watch(t->courier.loop, ipc_fd(t->keeper), LOOP_READ, keeper_ready, t) &&
	       loop_signals(t->courier.loop, &signals, signal_arrived, t);
}

static void teller_close(struct teller *t)
{
	for (unsigned i = 0; i < TARGETS_MAX; i++)
		while (t->lanes[i].first) {
			struct delivery *d = t->lanes[i].first;

			t->lanes[i].first = d->next;
			delivery_free(d);
		}
	release_free(t->release);
	if (t->courier.multi)
		courier_close(&t->courier);
	ipc_free(t->keeper);
	loop_free(t->courier.loop);
	if (t->alarm >= 0)
		close(t->alarm);
}

int teller_process(const struct teller_settings *settings, int keeper_fd)
{
	struct teller t = { .settings = *settings };

	if (t.settings.connect_max == 0)
		t.settings.connect_max = CONNECT_USUAL;
	if (t.settings.total_max == 0)
		t.settings.total_max = TOTAL_USUAL;
	t.courier.settings = &t.settings;
	snprintf(t.courier.host, sizeof(t.courier.host), "%s",
		 settings->host && settings->host[0] ? settings->host : "hinomi");
	for (unsigned i = 0; i < TARGETS_MAX; i++)
		t.lanes[i].last = &t.lanes[i].first;
	if (!teller_open(&t, keeper_fd) || !loop_run(t.courier.loop)) {
		fprintf(stderr, "hinomi teller: %s\n", strerror(errno));
		t.failed = true;
	}
	teller_close(&t);
	return t.failed;
}
