/*
 * web_private.h - what the files of web/ share: the gate itself, and one request on its way through it.
 */
#ifndef WEB_WEB_PRIVATE_H
#define WEB_WEB_PRIVATE_H

#include "web/callers.h"
#include "web/pace.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/session.h"
#include "web/stream.h"
#include "web/web.h"

#define ASKS_MAX 256 /* requests that wait for the keeper */

struct request;

/* What is done with the keeper's answer: it sets the reply, or asks again. `json` is what `answer` was
 * read from. */
typedef void request_then(struct request *request, const json_t *answer, struct span json);

struct request {
	struct web *web;
	struct MHD_Connection *connection;
	struct caller *caller;
	const struct route *route;    /* NULL: a file */
	const struct page_file *file; /* or nothing: it is refused */
	enum refusal refusal;         /* known from its head; told when its body is over */
	bool begun;                   /* the body is over */

	uint64_t session; /* the serial; 0: nobody is logged in */
	char user[SESSION_NAME];
	enum tower_role role;

	char *body; /* of a POST */
	size_t body_size, body_used;
	json_t *args; /* owned; of the query or of the body */

	request_then *then; /* waits for the keeper */
	bool asleep;        /* meanwhile: the library leaves it alone */
	struct reply reply; /* owned; status 0: none yet */
	size_t held;        /* bytes of the reply, counted in the web's */
};

struct ask {
	uint64_t number; /* 0: free */
	struct request *request;
	usec_t asked;
};

struct web {
	struct web_settings settings;
	struct MHD_Daemon *daemon;
	web_send *send; /* to the keeper */
	void *whom;
	usec_t now, ticked;
	struct sessions *sessions;
	struct pace *pace;
	struct callers *callers;
	struct streams *streams;
	struct ask asks[ASKS_MAX];
	uint64_t number; /* of the last ask */
	bool setup;      /* the setup token is still good */
	size_t held;     /* bytes of replies that are not sent yet */
	uint64_t requests, refused, logins, logins_failed, bad_pushes;
};

/* request.c: the library calls for each piece of a request; what it is told by is made at the first. */
enum MHD_Result request_call(void *web, struct MHD_Connection *connection, const char *path,
			     const char *method, const char *version, const char *bytes,
			     size_t *length, void **request);
void request_free(struct request *request);

/* Sets the reply; whoever slept wakes. */
void request_reply(struct request *request, struct reply reply);
void request_refuse(struct request *request, enum refusal refusal);

/* Asks the keeper, in the name of `user`; takes `args`. */
void request_ask(struct request *request, const char *op, json_t *args, request_then *then);

/* Passes the keeper's answer on as it is. */
request_then request_pass;

/* The keeper answered, or it will not (`answer` is NULL). */
void request_answered(struct request *request, const json_t *answer, struct span json);

/* web.c: adds our own figures to an array of metrics. */
void web_metrics(const struct web *web, json_t *metrics);

/* Sends the keeper something whose answer nobody waits for; takes `args`. */
void web_tell(struct web *web, const char *op, json_t *args);

/* login.c: what the web process answers itself. The body is in args. */
void request_login(struct request *request);
void request_setup(struct request *request);
void request_whoami(struct request *request);
void request_logout(struct request *request);
void request_account(struct request *request); /* account_set */
void request_password(struct request *request); /* password_set */

#define COOKIE_PLAIN "hinomi"
#define COOKIE_TLS   "__Host-hinomi" /* a browser takes it only with Secure, and from this host alone */
const char *web_cookie(const struct web *web);

#endif
