/* watch.c - the warden's own work: what it hands to the processes, and when. */
#include "tower/watch.h"

#include "app/clamd.h"
#include "app/index_watch.h"
#include "tower/hand_slot.h"
#include "tower/hands.h"
#include "tower/process.h"
#include "tower/warden.h"
#include "tower/watch_open.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char self[] = "warden";

struct tower {
	struct watch watch; /* first: the processes see no more */
	const struct watch_settings *settings;
	struct config *config; /* the watch's */
	struct warden *warden;
	int eve; /* -1: none */
	struct file_identity index, mail_index; /* of those that were handed last, to sensor and mail */
	int clamd;         /* the connection that the mail process has, of which nothing is read; -1: none */
	int clamd_trouble; /* errno of why there is none; 0: it was not tried, or there is one */
	int ring_fds[2 * WATCH_RINGS]; /* -1: none */
	struct hands *hands;
	struct config_respond respond; /* as at the start, for the hands: they keep what they were given */
	char runtime[CONFIG_PATH];
	const char *hand_interfaces[CONFIG_INTERFACES];
};

/* --- what is handed to processes */

/* An older file moves on by one number, the oldest goes. */
static void eve_rotate(const struct config_eve *config)
{
	char from[CONFIG_PATH + 16], to[CONFIG_PATH + 16];

	for (uint32_t n = config->keep; n > 0; n--) {
		snprintf(to, sizeof(to), "%s.%u", config->file, n);
		if (n > 1)
			snprintf(from, sizeof(from), "%s.%u", config->file, n - 1);
		else
			snprintf(from, sizeof(from), "%s", config->file);
		if (rename(from, to) != 0 && errno != ENOENT)
			process_log(self, "cannot rename %s: %s", from, strerror(errno));
	}
	if (config->keep == 0 && unlink(config->file) != 0)
		process_log(self, "cannot remove %s: %s", config->file, strerror(errno));
}

static bool eve_open(struct tower *t)
{
	const char *path = t->watch.config->eve.file;

	if (t->eve >= 0)
		close(t->eve);
	t->eve = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (t->eve < 0)
		process_log(self, "cannot write the EVE log %s: %s", path, strerror(errno));
	return t->eve >= 0;
}

static void eve_hand(struct tower *t, enum process which)
{
	if (t->eve >= 0)
		warden_send(t->warden, which, FRAME_EVE, (struct span){ NULL, 0 }, t->eve);
}

static void eve_watch(struct tower *t)
{
	const struct config_eve *config = &t->watch.config->eve;
	struct stat is;

	if (t->eve < 0 || fstat(t->eve, &is) != 0 || !config->rotate_bytes ||
	    (uint64_t)is.st_size < config->rotate_bytes)
		return;
	eve_rotate(config);
	if (!eve_open(t))
		return;
	eve_hand(t, PROCESS_SENSOR);
	eve_hand(t, PROCESS_KEEPER);
}

/* Hands over the index when it is another than `last`; whether it is sound, the process finds out. */
static void index_hand(struct tower *t, enum process which, struct file_identity *last)
{
	const struct config_intel *config = &t->watch.config->intel;
	struct file_identity now;
	struct stat is;
	int fd;

	if (!*config->index || (last->inode && !config->follow) || stat(config->index, &is) != 0)
		return;
	now = file_identity(&is);
	if (file_identity_equal(&now, last))
		return;
	if (file_is_shared(&is)) {
		process_log(self, "the index %s is not used: others can write it (chmod go-w)", config->index);
		*last = now;
		return;
	}
	fd = open(config->index, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (warden_send(t->warden, which, FRAME_INDEX, (struct span){ NULL, 0 }, fd))
		*last = now;
	close(fd);
}

static void indexes_hand(struct tower *t)
{
	index_hand(t, PROCESS_SENSOR, &t->index);
	index_hand(t, PROCESS_MAIL, &t->mail_index);
}

static void clamd_drop(struct tower *t)
{
	if (t->clamd >= 0)
		close(t->clamd);
	t->clamd = -1;
}

/* Whether clamd, or the mail process, has hung up. */
static bool clamd_is_over(const struct tower *t)
{
	struct pollfd line = { t->clamd, 0, 0 };

	return t->clamd < 0 || (poll(&line, 1, 0) == 1 && (line.revents & (POLLHUP | POLLERR)));
}

/* The mail process may not connect by itself: it gets a connection to this one socket, and another one when that is over. */
static void clamd_hand(struct tower *t)
{
	const char *path = t->watch.config->mail.clamd;

	if (!clamd_is_over(t))
		return;
	clamd_drop(t);
	if (!*path)
		return;
	t->clamd = clamd_connect(path);
	if (t->clamd < 0 && t->clamd_trouble != errno) {
		t->clamd_trouble = errno;
		process_log(self, "cannot reach ClamAV at %s: %s; start clamav-daemon, or set another mail.clamd", path,
			    strerror(errno));
	} else if (t->clamd >= 0) {
		t->clamd_trouble = 0;
		if (!warden_send(t->warden, PROCESS_MAIL, FRAME_CLAMD, (struct span){ NULL, 0 }, t->clamd))
			clamd_drop(t);
	}
}

/* --- firm action */

static struct moment moment(void)
{
	return (struct moment){ loop_time(), loop_boot() };
}

static bool hands_tell(void *whom, uint16_t type, struct span body)
{
	struct tower *t = whom;

	return t->warden && warden_send(t->warden, PROCESS_KEEPER, type, body, -1);
}

static void tower_frame(void *whom, const struct ipc_frame *frame)
{
	hands_frame(((struct tower *)whom)->hands, frame, moment());
}

static void tower_frames_end(void *whom)
{
	hands_do(((struct tower *)whom)->hands, moment());
}

/* Packets are dropped where the configuration says, or where they are watched. Returns how many. */
static size_t hand_interfaces(struct tower *t)
{
	bool own = *t->respond.interfaces[0];
	size_t count = 0;

	while (count < CONFIG_INTERFACES && (own ? *t->respond.interfaces[count] != '\0' : count < t->watch.interface_count)) {
		t->hand_interfaces[count] = own ? t->respond.interfaces[count] : t->watch.interfaces[count];
		count++;
	}
	return count;
}

static bool hands_begin(struct tower *t)
{
	struct hands_settings settings = {
		.respond = &t->config->respond,
		.page_port = watch_page_port(&t->watch),
		.root = "",
		.all = hands_all,
		.whom = t,
		.tell = hands_tell,
	};

	t->respond = t->config->respond;
	memcpy(t->runtime, t->config->process.runtime, sizeof(t->runtime));
	settings.hand = hand_settings_of(&t->respond, t->runtime);
	settings.hand.interfaces = t->hand_interfaces;
	settings.hand.interface_count = hand_interfaces(t);
	t->hands = hands_new(&settings, moment());
	return t->hands != NULL;
}

static void tower_begun(void *whom, enum process which)
{
	struct tower *t = whom;

	if (which == PROCESS_SENSOR || which == PROCESS_KEEPER)
		eve_hand(t, which);
	if (which == PROCESS_SENSOR)
		t->index.inode = 0;
	if (which == PROCESS_MAIL) {
		t->mail_index.inode = 0;
		clamd_drop(t);
		clamd_hand(t);
	}
	indexes_hand(t);
	if (which == PROCESS_KEEPER)
		hands_greet(t->hands);
}

/* What the sensor may keep of the warden's descriptors. */
static void ring_descriptors(struct tower *t)
{
	size_t count = 0;

	memset(t->ring_fds, 0xff, sizeof(t->ring_fds)); /* -1 */
	for (size_t i = 0; i < t->watch.interface_count; i++) {
		const struct live_port *port = &t->watch.ports[i];

		for (size_t k = 0; k < port->ring_count; k++) {
			t->ring_fds[count++] = port->rings[k].fd;
			t->ring_fds[count++] = port->rings[k].memory;
		}
	}
}

static void tower_second(void *whom, int64_t now)
{
	struct tower *t = whom;
	bool renew;

	(void)now;
	hands_second(t->hands, moment());
	eve_watch(t);
	indexes_hand(t);
	clamd_hand(t);
	renew = watch_reopen_rings(&t->watch);
	ring_descriptors(t); /* also when one was closed and could not be opened again */
	if (renew)
		warden_renew(t->warden, PROCESS_SENSOR);
}

/* --- SIGHUP */

struct reload {
	bool web, teller, eve, intel, mail, backup, site; /* who has something to take over */
};

static void reload_change(void *whom, const char *key, bool restart)
{
	struct reload *reload = whom;

	if (restart) {
		process_log(self, "%s is taken over at the next start only", key);
		return;
	}
	process_log(self, "%s is taken over", key);
	reload->eve |= strncmp(key, "eve.", 4) == 0;
	reload->intel |= strncmp(key, "intel.", 6) == 0;
	reload->mail |= strncmp(key, "mail.", 5) == 0;
	reload->backup |= strncmp(key, "backup.", 7) == 0;
	reload->site |= strncmp(key, "site.", 5) == 0;
	if (strncmp(key, "web.", 4) == 0)
		reload->web = true;
	else if (strncmp(key, "tell.", 5) == 0 || strncmp(key, "target.", 7) == 0 || strcmp(key, "mail.release") == 0)
		reload->teller = true;
}

/* To the keeper, who must know no passwords. */
static void send_config(struct tower *t)
{
	struct config *open = malloc(sizeof(*open));

	if (!open)
		return;
	*open = *t->config;
	config_forget_secrets(open);
	warden_send(t->warden, PROCESS_KEEPER, FRAME_CONFIG, (struct span){ (uint8_t *)open, sizeof(*open) },
		    -1);
	free(open);
}

/* The sensor goes on with what it has learned; web and teller are begun again where theirs has changed. */
static void tower_reload(void *whom)
{
	struct tower *t = whom;
	struct reload reload = { false };
	struct config *was = t->config, *is = t->settings->load(t->settings->whom);

	if (!is) {
		process_log(self, "the configuration that was read before stays in force");
		return;
	}
	if (config_diff(was, is, reload_change, &reload) == 0)
		process_log(self, "nothing has changed in the configuration");
	t->config = is;
	t->watch.config = is;
	hands_configure(t->hands, &is->respond);
	config_free(was);
	send_config(t);
	if (reload.eve && (!*is->eve.file || eve_open(t))) {
		eve_hand(t, PROCESS_SENSOR);
		eve_hand(t, PROCESS_KEEPER);
	}
	if (reload.intel)
		t->index.inode = t->mail_index.inode = 0;
	if (reload.mail) {
		warden_renew(t->warden, PROCESS_MAIL);
		warden_renew(t->warden, PROCESS_MILTER);
	}
	if (reload.backup && is->backup_count)
		warden_renew(t->warden, PROCESS_BACKUP); /* one that was not wanted until now begins by itself */
	if (reload.site)
		warden_renew(t->warden, PROCESS_SITE);
	if (reload.web && watch_read_tls(&t->watch))
		warden_renew(t->warden, PROCESS_WEB);
	if (reload.teller)
		warden_renew(t->warden, PROCESS_TELLER);
}

/* --- the beginning and the end */

static bool tower_open(struct tower *t)
{
	t->eve = t->clamd = -1;
	t->config = t->settings->load(t->settings->whom);
	if (!t->config)
		return false;
	t->watch.config = t->config;
	t->watch.replay = t->settings->replay;
	t->watch.since = loop_time();
	return watch_open_place(&t->watch) && watch_open_quarantine(&t->watch) && watch_open_backup(&t->watch) &&
	       watch_open_sites(&t->watch) && watch_open_rings(&t->watch) &&
	       watch_open_sockets(&t->watch) && (!*t->config->eve.file || eve_open(t)) && hands_begin(t);
}

static void tower_close(struct tower *t)
{
	warden_free(t->warden);
	hands_free(t->hands);
	free(t->watch.tls_certificate);
	free(t->watch.tls_key);
	config_free(t->config);
	free(t); /* the descriptors end with the process */
}

static void tell_begin(const struct watch *w)
{
	char text[PREFIX_TEXT];

	process_log(self, "watching with %u worker%s; our own networks are %s%s", w->workers,
		    w->workers == 1 ? "" : "s", prefix_text(&w->home.prefixes[0], text),
		    w->home.count > 1 ? " and more" : "");
	if (w->http >= 0)
		process_log(self, "the page is at %s/", w->page);
	if (*w->config->mail.milter)
		process_log(self, "mail servers reach the milter at %s", w->config->mail.milter);
}

/* The first site may be added while the tower runs. */
static bool sites_wanted(void *whom)
{
	struct tower *t = whom;

	return watch_open_sites(&t->watch) && t->watch.sites;
}

/* The first [[backup]] may come with a reload, as 'hinomi backup init' makes one. */
static bool backups_wanted(void *whom)
{
	struct tower *t = whom;

	return t->watch.config->backup_count && watch_open_backup(&t->watch);
}

/* The processes that the configuration asks for; the keeper first. Returns how many. */
static size_t choose_processes(struct tower *t, struct warden_process processes[PROCESSES])
{
	const struct config_mail *mail = &t->watch.config->mail;
	size_t count = 0;

	processes[count++] = (struct warden_process){ PROCESS_KEEPER, keeper_begin, &t->watch.control, 1, NULL };
	processes[count++] = (struct warden_process){ PROCESS_SENSOR, sensor_begin, t->ring_fds, 2 * WATCH_RINGS, NULL };
	processes[count++] = (struct warden_process){ PROCESS_TELLER, teller_begin, NULL, 0, NULL };
	if (t->watch.http >= 0)
		processes[count++] = (struct warden_process){ PROCESS_WEB, web_begin, &t->watch.http, 1, NULL };
	if (*mail->milter || mail->traffic)
		processes[count++] = (struct warden_process){ PROCESS_MAIL, mail_begin, NULL, 0, NULL };
	if (*mail->milter)
		processes[count++] = (struct warden_process){ PROCESS_MILTER, milter_begin, NULL, 0, NULL };
	processes[count++] = (struct warden_process){ .which = PROCESS_BACKUP, .run = backup_begin, .wanted = backups_wanted };
	processes[count++] = (struct warden_process){ .which = PROCESS_SITE, .run = site_begin, .wanted = sites_wanted };
	return count;
}

int watch_run(const struct watch_settings *start)
{
	struct tower *t = calloc(1, sizeof(*t));
	int code = 2;

	if (!t)
		return code;
	t->settings = start;
	if (!tower_open(t)) {
		tower_close(t);
		return code;
	}
	ring_descriptors(t);
	{
		struct warden_process processes[PROCESSES];
		struct warden_settings settings = {
			.processes = processes,
			.count = choose_processes(t, processes),
			.whom = t,
			.begun = tower_begun,
			.frame = tower_frame,
			.frames_end = tower_frames_end,
			.second = tower_second,
			.reload = tower_reload,
		};

		t->warden = warden_new(&settings);
		tell_begin(&t->watch);
		if (t->warden)
			code = warden_run(t->warden);
		else
			process_log(self, "cannot begin: %s", strerror(errno));
		tower_close(t);
	}
	return code;
}
