/*
 * watch.h - `hinomi watch`: opens what needs privileges, and begins the tower's processes on it.
 */
#ifndef TOWER_WATCH_H
#define TOWER_WATCH_H

#include "config/config.h"
#include "live/live.h"
#include "model/home.h"
#include "process/sandbox.h"
#include "quarantine/vault.h"

#include <sys/types.h>

#define WATCH_RINGS 64 /* of all interfaces */

/* What the processes share from the moment they are forked: nobody changes it afterwards. */
struct watch {
	struct config *config; /* each process wipes what it must not know */
	char interfaces[CONFIG_INTERFACES][CONFIG_INTERFACE];
	size_t interface_count;
	unsigned interface_index[CONFIG_INTERFACES]; /* the kernel's: another one when it came again */
	struct home home;
	unsigned workers;
	const char *replay; /* a capture that is watched instead of interfaces; NULL: none */
	uid_t uid; /* of all processes but the warden */
	gid_t gid;
	struct live_port ports[CONFIG_INTERFACES]; /* of the interfaces; without rings: not there now */
	int http;    /* the listening sockets of the page ... */
	int control; /* ... and of the command line */
	char host[CONFIG_NAME]; /* the address of the page alone, as browsers may ask for it: "192.0.2.1", "[::1]" */
	bool loopback; /* nobody but this machine reaches the page */
	char *tls_certificate, *tls_key; /* PEM; NULL: none */
	char page[80];        /* the address of the page: "http://127.0.0.1:8640" */
	char setup_token[33]; /* for the first account; told when there is none */
	int64_t since;        /* microseconds of UTC */
	struct vault_keys vault; /* of the quarantine, where a milter is configured */
	bool sites; /* there are sites to watch, or there may be */
};

struct watch_settings {
	struct config *(*load)(void *whom); /* reads the configuration, now and at SIGHUP; NULL: it has
					       told what is wrong */
	void *whom;
	const char *replay; /* a capture to watch instead of interfaces, as if it came now; or NULL */
};

/* Runs the tower until it is told to end. Exit code: 0, or 2 when it could not begin; then standard error
 * has why and the mend. */
int watch_run(const struct watch_settings *settings);

/* Enters the sandbox of a process, as the user that all become. False: it failed, and is logged; then the
 * process must end. What this kernel cannot do is a notice in the log. */
bool watch_confine(const struct watch *watch, struct sandbox_wish *wish);

/* The processes, after the fork; each returns its exit code. `whom` is the struct watch. */
int sensor_begin(void *whom, int warden_fd);
int keeper_begin(void *whom, int warden_fd);
int web_begin(void *whom, int warden_fd);
int teller_begin(void *whom, int warden_fd);
int mail_begin(void *whom, int warden_fd);   /* post/ */
int milter_begin(void *whom, int warden_fd); /* post/ */
int site_begin(void *whom, int warden_fd);   /* lookout/ */

#endif
