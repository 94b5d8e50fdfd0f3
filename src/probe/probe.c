/*
 * probe.c - the set of looks: who waits, who is under way, and one epoll for the sockets of libcurl and of c-ares.
 *
 * A look's way: asked -> (a token, a place among those at once) names -> (its second of the host, a place) transfer ->
 * told, or, where a redirect leads on, asked again before all others. While it waits for its second of a host it takes no
 * place, so that many sites on one host hold up nobody else.
 */
#include "probe/look.h"

#include "process/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define WAITING_MAX 100000
#define PARKED_MAX  4096 /* with what they know already, while they wait for a host */
#define EVENTS      64
#define AGENT       "Hinomi site watch"
#define AT_ONCE_MAX 4096
#define OTHER_FILES 64 /* descriptors of the process that are not those of looks */
#define CONNECT_MS  10000
#define TOTAL_MS    30000

/* What a descriptor of the epoll belongs to, beside its number. */
enum source { SOURCE_TIMER, SOURCE_CURL, SOURCE_NAMES };

TAILQ_HEAD(look_line, look);

struct probe_set {
	struct look_rules rules;
	char *agent;
	struct authorities *authorities;
	struct names *names;
	struct turns *turns;
	CURLM *multi;
	int epoll, timer;
	usec_t curl_due, timer_due;
	struct look_line asked, begun; /* begun: names, parked, under transfer */
	size_t waiting;  /* not told yet */
	size_t at_once;  /* names and transfers under way */
	bool curl_began; /* curl_global_init */
	probe_done *done;
	void *whom;
};

static struct probe_set *set_of(void *whom)
{
	return whom;
}

/* Descriptors. */

static uint64_t event_word(enum source source, int fd)
{
	return (uint64_t)source << 32 | (uint32_t)fd;
}

/* Libraries close descriptors in ways of their own: a new one may have the number of one that was watched. */
static void watch(struct probe_set *set, enum source source, int fd, unsigned events)
{
	struct epoll_event event = { .events = events, .data.u64 = event_word(source, fd) };

	if (events == 0)
		epoll_ctl(set->epoll, EPOLL_CTL_DEL, fd, NULL);
	else if (epoll_ctl(set->epoll, EPOLL_CTL_MOD, fd, &event) != 0 && errno == ENOENT)
		epoll_ctl(set->epoll, EPOLL_CTL_ADD, fd, &event);
}

static int watch_curl(CURL *easy, curl_socket_t fd, int what, void *whom, void *of_socket)
{
	unsigned events = 0;

	(void)easy;
	(void)of_socket;
	if (what != CURL_POLL_REMOVE)
		events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	watch(set_of(whom), SOURCE_CURL, fd, events);
	return 0;
}

static void watch_names(void *whom, int fd, int readable, int writable)
{
	watch(set_of(whom), SOURCE_NAMES, fd, (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u));
}

static int set_curl_due(CURLM *multi, long milliseconds, void *whom)
{
	(void)multi;
	set_of(whom)->curl_due = milliseconds < 0 ? TURN_NEVER : loop_steady() + milliseconds * USEC_PER_MS;
	return 0;
}

/* Beginning and end. */

/* A look may have two connections for a moment, one for each family. Without descriptors it would look as if all sites
 * were down. */
static uint32_t at_once_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= OTHER_FILES + 2 * AT_ONCE_MAX)
		return AT_ONCE_MAX;
	return limit.rlim_cur > OTHER_FILES + 2 ? (uint32_t)(limit.rlim_cur - OTHER_FILES) / 2 : 1;
}

static void take_settings(struct probe_settings *ours, const struct probe_settings *given)
{
	*ours = *given;
	if (ours->at_once == 0)
		ours->at_once = 1;
	if (ours->at_once > at_once_max())
		ours->at_once = at_once_max();
	if (ours->connect_ms == 0)
		ours->connect_ms = CONNECT_MS;
	if (ours->total_ms == 0)
		ours->total_ms = TOTAL_MS;
	if (ours->connect_ms > ours->total_ms)
		ours->connect_ms = ours->total_ms;
	if (ours->body_max == 0 || ours->body_max > PROBE_BODY)
		ours->body_max = PROBE_BODY;
	ours->ca_file = ours->resolver = NULL; /* the caller's, and not needed any more */
}

static bool open_curl(struct probe_set *set)
{
	set->curl_began = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	set->multi = set->curl_began ? curl_multi_init() : NULL;
	set->curl_due = TURN_NEVER;
	return set->multi && curl_multi_setopt(set->multi, CURLMOPT_SOCKETFUNCTION, watch_curl) == CURLM_OK &&
	       curl_multi_setopt(set->multi, CURLMOPT_SOCKETDATA, set) == CURLM_OK &&
	       curl_multi_setopt(set->multi, CURLMOPT_TIMERFUNCTION, set_curl_due) == CURLM_OK &&
	       curl_multi_setopt(set->multi, CURLMOPT_TIMERDATA, set) == CURLM_OK;
}

static bool open_epoll(struct probe_set *set)
{
	set->epoll = epoll_create1(EPOLL_CLOEXEC);
	set->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (set->epoll < 0 || set->timer < 0)
		return false;
	watch(set, SOURCE_TIMER, set->timer, EPOLLIN);
	return true;
}

struct probe_set *probe_new(const struct probe_settings *settings, probe_done *done, void *whom)
{
	struct probe_set *set = calloc(1, sizeof(*set));
	struct names_settings names = { settings->resolver ? settings->resolver : "", settings->connect_ms, watch_names,
					set };

	if (!set)
		return NULL;
	TAILQ_INIT(&set->asked);
	TAILQ_INIT(&set->begun);
	set->epoll = set->timer = -1;
	set->timer_due = TURN_NEVER;
	set->done = done;
	set->whom = whom;
	take_settings(&set->rules.settings, settings);
	names.wait_ms = set->rules.settings.connect_ms;
	set->agent = strdup(settings->agent && settings->agent[0] ? settings->agent : AGENT);
	set->rules.settings.agent = set->agent;
	set->authorities = authorities_new(settings->ca_file ? settings->ca_file : "");
	set->rules.authorities = set->authorities;
	set->turns = turns_new(settings->per_second, loop_steady());
	if (set->agent && set->authorities && set->turns && open_epoll(set) && open_curl(set))
		set->names = names_new(&names);
	if (set->names)
		return set;
	probe_free(set);
	return NULL;
}

static void look_free(struct probe_set *set, struct look *look)
{
	if (look->visit && look->visit->easy)
		curl_multi_remove_handle(set->multi, look->visit->easy);
	visit_close(look);
	free(look);
}

static void free_line(struct probe_set *set, struct look_line *line)
{
	struct look *look;

	while ((look = TAILQ_FIRST(line))) {
		TAILQ_REMOVE(line, look, line);
		look_free(set, look);
	}
}

void probe_free(struct probe_set *set)
{
	if (!set)
		return;
	free_line(set, &set->begun);
	free_line(set, &set->asked);
	names_free(set->names);
	if (set->multi)
		curl_multi_cleanup(set->multi);
	if (set->curl_began)
		curl_global_cleanup();
	turns_free(set->turns);
	authorities_free(set->authorities);
	if (set->timer >= 0)
		close(set->timer);
	if (set->epoll >= 0)
		close(set->epoll);
	free(set->agent);
	free(set);
}

/* The timer of our epoll, for who waits for the epoll. */
static void arm(struct probe_set *set, usec_t due)
{
	struct itimerspec when = { .it_value = { 0, 0 } };

	if (set->timer_due == due)
		return;
	set->timer_due = due;
	if (due != TURN_NEVER) {
		when.it_value.tv_sec = due / USEC_PER_SEC;
		when.it_value.tv_nsec = due % USEC_PER_SEC * 1000 + 1; /* all zeros would be "never" */
	}
	timerfd_settime(set->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

enum err probe_ask(struct probe_set *set, uint64_t number, const char *url)
{
	struct probe_url parsed;
	enum err err = url_parse(&parsed, url);
	struct look *look;

	if (err != OK)
		return err == ERR_LIMIT ? ERR_FORMAT : err;
	if (set->waiting >= WAITING_MAX)
		return ERR_LIMIT;
	look = calloc(1, sizeof(*look) + strlen(url) + 1);
	if (!look)
		return ERR_MEMORY;
	memcpy(look->url, url, strlen(url) + 1);
	look->set = set;
	look->number = number;
	TAILQ_INSERT_TAIL(&set->asked, look, line);
	set->waiting++;
	if (set->timer_due > loop_steady())
		arm(set, loop_steady());
	return OK;
}

size_t probe_waiting(const struct probe_set *set)
{
	return set->waiting;
}

int probe_fd(const struct probe_set *set)
{
	return set->epoll;
}

/* The way of a look. */

static void tell(struct probe_set *set, struct look *look)
{
	TAILQ_REMOVE(&set->begun, look, line);
	set->waiting--;
	set->done(set->whom, look->number, &look->visit->result);
	look_free(set, look);
}

/* Its addresses are there. */
static void park(struct probe_set *set, struct look *look, bool good)
{
	struct turn_host host;

	set->at_once--;
	if (good) {
		host = visit_host(look->visit);
		if (turns_wait(set->turns, &host, look, loop_steady()) == OK)
			return;
		visit_give_up(look->visit);
	}
	tell(set, look);
}

static void names_told(struct name_wait *wait, const struct name_answer *answer)
{
	struct look *look = (struct look *)(void *)((char *)wait - offsetof(struct look, names));

	park(look->set, look, visit_take_names(look->visit, answer));
}

/* Asks for the names of a hop. */
static void begin(struct probe_set *set, struct look *look)
{
	usec_t now = loop_steady();
	struct ip ip;

	TAILQ_REMOVE(&set->asked, look, line);
	TAILQ_INSERT_TAIL(&set->begun, look, line);
	set->at_once++;
	look->names.told = names_told;
	visit_begin(look->visit, now);
	if (ip_parse(&ip, look->visit->url.host) == OK)
		park(set, look, visit_take_literal(look->visit, &ip, now));
	else
		names_ask(set->names, look->visit->url.host, &look->names);
}

static void transfer(struct probe_set *set, struct look *look)
{
	if (!visit_ready(look->visit)) {
		tell(set, look);
	} else if (curl_multi_add_handle(set->multi, look->visit->easy) != CURLM_OK) {
		visit_give_up(look->visit);
		tell(set, look);
	} else {
		set->at_once++;
	}
}

/* Transfers that ended. */
static void reap(struct probe_set *set)
{
	const CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(set->multi, &left))) {
		CURLcode code = message->data.result;
		struct look *look = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&look);
		set->at_once--;
		if (visit_end(look->visit, code)) {
			curl_multi_remove_handle(set->multi, look->visit->easy);
			TAILQ_REMOVE(&set->begun, look, line);
			TAILQ_INSERT_HEAD(&set->asked, look, line);
			continue;
		}
		tell(set, look);
	}
}

/* Work. */

static bool has_place(const struct probe_set *set)
{
	return set->at_once < set->rules.settings.at_once;
}

/* A token is only taken for a look that can begin. False: none begins now. */
static bool begin_next(struct probe_set *set)
{
	struct look *look = TAILQ_FIRST(&set->asked);

	if (!look || !has_place(set) || turns_waiting(set->turns) >= PARKED_MAX ||
	    !turns_take(set->turns, loop_steady()))
		return false;
	if (!look->visit && visit_open(look, &set->rules) != OK)
		return false; /* no memory: later, perhaps */
	begin(set, look);
	return true;
}

/* All whose turn has come. */
static void begin_all(struct probe_set *set)
{
	struct look *look;

	while (has_place(set) && (look = turns_next(set->turns, loop_steady())))
		transfer(set, look);
	while (begin_next(set))
		;
	while (has_place(set) && (look = turns_next(set->turns, loop_steady())))
		transfer(set, look);
}

static void turn(struct probe_set *set)
{
	int running;

	if (names_due(set->names, loop_steady()) <= loop_steady())
		names_turn(set->names, loop_steady());
	begin_all(set);
	if (set->curl_due <= loop_steady()) {
		set->curl_due = TURN_NEVER;
		curl_multi_socket_action(set->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	reap(set);
}

static usec_t least(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

static usec_t due(const struct probe_set *set, usec_t now)
{
	usec_t due = least(set->curl_due, names_due(set->names, now));

	if (!has_place(set))
		return due;
	due = least(due, turns_next_due(set->turns));
	if (!TAILQ_EMPTY(&set->asked) && turns_waiting(set->turns) < PARKED_MAX)
		due = least(due, turns_take_due(set->turns, now));
	return due;
}

static void handle(struct probe_set *set, const struct epoll_event *event)
{
	enum source source = (enum source)(event->data.u64 >> 32);
	int fd = (int)(uint32_t)event->data.u64, running;
	bool broken = event->events & (EPOLLERR | EPOLLHUP);
	uint64_t times;

	if (source == SOURCE_TIMER) {
		if (read(fd, &times, sizeof(times)) == sizeof(times))
			set->timer_due = TURN_NEVER;
	} else if (source == SOURCE_NAMES) {
		names_work(set->names, fd, broken || event->events & EPOLLIN, event->events & EPOLLOUT);
	} else {
		curl_multi_socket_action(set->multi, fd,
					 (event->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
						 (event->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
						 (broken ? CURL_CSELECT_ERR : 0),
					 &running);
	}
}

void probe_work(struct probe_set *set, int ms)
{
	usec_t now = loop_steady(), until = now + (ms > 0 ? ms : 0) * USEC_PER_MS;
	struct epoll_event events[EVENTS];
	bool some = set->waiting > 0;

	do {
		usec_t wait = least(due(set, now), until) - now;
		int count = epoll_wait(set->epoll, events, EVENTS,
				       wait > 0 ? (int)((wait + USEC_PER_MS - 1) / USEC_PER_MS) : 0);

		for (int i = 0; i < count; i++)
			handle(set, &events[i]);
		turn(set);
		now = loop_steady();
	} while (now < until && (set->waiting > 0 || !some));
	arm(set, due(set, now));
}
