/*
 * web.h - the guarded gate between browsers and the keeper: HTTP, logins, events.
 *
 * It knows nothing of incidents. A request over HTTP that passes the guards becomes one operation
 * (docs/tower.md) with the user and role of its session; what the keeper answers goes back as it is.
 * Guards, in this order: names (Host), kind (path, method), whence (Origin), who (session), role, CSRF
 * token, size. One thread; every bound has a name at the top of its file.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/span.h"
#include "model/time.h"

#include <stdbool.h>

struct web_settings {
	int listen_fd; /* bound, listening; web_new() takes it */
	bool loopback; /* nobody but this machine reaches it */
	const char *tls_cert, *tls_key; /* PEM; both or none */
	const char *const *names; /* by which it may be called besides localhost, 127.0.0.1 and [::1],
				     without port: against DNS rebinding. NULL-ended, or NULL */
	usec_t session_life, session_idle; /* 0: 12 hours, 1 hour; viewers are never idle */
	bool metrics_open;       /* /metrics and /health need no login */
	const char *setup_token; /* NULL: an account exists already */
	unsigned connections;    /* at most; 0: 1,000 */
	unsigned per_address;    /* of them from one address, except loopback; 0: 100 */
};

#define WEB_SETUP_TOKEN_MIN 16 /* characters */

struct web;

/* Sends a request to the keeper. False: it cannot be reached now. */
typedef bool web_send(void *whom, uint64_t number, struct span request);

/* Opens all that it will ever need: the sandbox may be entered after it. NULL: `trouble` says why. The
 * settings' texts are borrowed. Times are of a clock that is never set (loop_steady). */
#define WEB_TROUBLE 200
struct web *web_new(const struct web_settings *settings, web_send *send, void *whom,
		    char trouble[WEB_TROUBLE]);
void web_free(struct web *web);

int web_fd(const struct web *web); /* readable: web_run() has something to do */

/* Serves who waits. Also every second, for what is due. True: there is more to do at once. */
bool web_run(struct web *web, usec_t now);

/* What the keeper answered to the request of that number, and what it pushes. Both may be anything.
 * web_run() sends it on: it is to be called after them. */
void web_answer(struct web *web, uint64_t number, struct span json, usec_t now);
void web_push(struct web *web, struct span json, usec_t now);

/* The keeper is gone: who waits for it is told so, by web_run() again. */
void web_keeper_lost(struct web *web, usec_t now);

/* Whether the tower may listen where the settings say: beyond loopback only with TLS and an account.
 * False: `trouble` says what is missing. */
bool web_may_bind(const struct web_settings *settings, bool has_account, char trouble[WEB_TROUBLE]);

/* The web process: joins the channel to the keeper, the loop and the web, until SIGTERM. `confine` is
 * called when all is open and no byte was read yet: the sandbox is entered there. `keeper_fd`: -1 when it
 * comes later. `warden_fd` (-1: none) brings new ends of that channel (TOWER_KEEPER). Returns the exit status. */
typedef bool web_confine(void *whom);
int web_process(const struct web_settings *settings, int keeper_fd, int warden_fd,
		web_confine *confine, void *whom);

#endif
