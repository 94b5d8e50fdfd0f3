/* request.c - one request: guards, body, the question to the keeper, and what its answer becomes. */
#include "web/web_private.h"

#include "base/text.h"
#include "web/guard.h"
#include "web/metrics.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BODY_MAX     ((size_t)64 << 10)
#define STRANGER_MAX ((size_t)4 << 10)  /* the body of who is not logged in */
#define HELD_MAX     ((size_t)32 << 20) /* bytes of replies that are not sent yet, in all */

static const char *header_of(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

void request_reply(struct request *r, struct reply reply)
{
	r->reply = reply;
	if (r->asleep)
		MHD_resume_connection(r->connection);
	r->asleep = false;
}

void request_refuse(struct request *r, enum refusal refusal)
{
	struct reply reply = reply_refusal(refusal);

	r->web->refused++;
	if (refusal == REFUSE_METHOD && reply.response)
		MHD_add_response_header(reply.response, MHD_HTTP_HEADER_ALLOW,
					r->route && route_is_post(r->route) ? "POST" : "GET, HEAD");
	request_reply(r, reply);
}

/* Whose session the cookie names. */
static const struct session *request_identify(struct request *r)
{
	struct web *web = r->web;
	const char *token = MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND,
							web_cookie(web));
	const struct session *session = token ? sessions_find(web->sessions, token, web->now) : NULL;

	r->caller->known = session != NULL;
	if (session) {
		r->session = session->serial;
		r->role = session->role;
		snprintf(r->user, sizeof(r->user), "%s", session->name);
	}
	return session;
}

static bool token_matches(const char *token, const char *csrf)
{
	return token && strlen(token) == strlen(csrf) &&
	       sodium_memcmp(token, csrf, strlen(csrf)) == 0;
}

static bool route_is_open(const struct web *web, const struct route *route)
{
	return route->role == TOWER_NOBODY ||
	       (web->settings.metrics_open &&
		(route->kind == ROUTE_METRICS || route->kind == ROUTE_HEALTH));
}

static enum refusal guard_who(struct request *r)
{
	const struct session *session = request_identify(r);

	if (route_is_open(r->web, r->route))
		return REFUSE_NOT;
	if (!session)
		return REFUSE_LOGIN;
	if (session->role < r->route->role)
		return REFUSE_ROLE;
	if (route_is_post(r->route) && !token_matches(header_of(r, "X-CSRF-Token"), session->csrf))
		return REFUSE_TOKEN;
	return REFUSE_NOT;
}

/* That of a form or of plain text can be sent by any page without being asked (Fetch, CORS). */
static bool type_is_json(const char *type)
{
	static const char json[] = "application/json";

	return type && strncasecmp(type, json, strlen(json)) == 0 &&
	       (type[strlen(json)] == '\0' || type[strlen(json)] == ';' || type[strlen(json)] == ' ');
}

static enum refusal guard_body(struct request *r)
{
	const char *length = header_of(r, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (!type_is_json(header_of(r, MHD_HTTP_HEADER_CONTENT_TYPE)))
		return REFUSE_TYPE;
	if (!length || header_of(r, MHD_HTTP_HEADER_TRANSFER_ENCODING))
		return REFUSE_LENGTH;
	r->body_size = strtoull(length, NULL, 10); /* the library knows that it is a number */
	return r->body_size > (r->session ? BODY_MAX : STRANGER_MAX) ? REFUSE_SIZE : REFUSE_NOT;
}

static enum MHD_Result visit_argument(void *whom, enum MHD_ValueKind kind, const char *name,
				      size_t name_size, const char *value, size_t value_size)
{
	struct request *r = whom;
	struct span key = { (const uint8_t *)name, name_size };
	struct span text = { (const uint8_t *)value, value ? value_size : 0 };

	(void)kind;
	if (!route_argument(r->route, r->args, key, text))
		r->refusal = REFUSE_FORM;
	return r->refusal == REFUSE_NOT ? MHD_YES : MHD_NO;
}

static bool method_fits(const struct request *r, const char *method)
{
	if (r->route && route_is_post(r->route))
		return strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	if (strcmp(method, MHD_HTTP_METHOD_HEAD) == 0) /* it would have no end */
		return !r->route || r->route->kind != ROUTE_EVENTS;
	return strcmp(method, MHD_HTTP_METHOD_GET) == 0;
}

/* The arguments that stand in the address. */
static enum refusal guard_arguments(struct request *r, const char *path)
{
	json_int_t id;

	if (r->route->kind == ROUTE_READ)
		MHD_get_connection_values_n(r->connection, MHD_GET_ARGUMENT_KIND, visit_argument,
					    r);
	else if (r->route->kind == ROUTE_EVIDENCE && route_evidence(path, &id))
		json_object_set_new(r->args, "id", json_integer(id));
	return r->refusal;
}

/* What the head of the request tells: why it is refused, if it is. */
static enum refusal request_guard(struct request *r, const char *path, const char *method)
{
	const char *host = header_of(r, MHD_HTTP_HEADER_HOST);
	enum refusal who;

	if (!guard_host(host, r->web->settings.names))
		return REFUSE_HOST;
	r->route = route_find(path);
	r->file = r->route ? NULL : page_file_find(path);
	if (!r->route && !r->file)
		return REFUSE_PATH;
	if (!method_fits(r, method))
		return REFUSE_METHOD;
	if (!guard_origin(header_of(r, MHD_HTTP_HEADER_ORIGIN), host,
			  r->web->settings.tls_cert != NULL))
		return REFUSE_ORIGIN;
	if (r->file)
		return REFUSE_NOT;
	who = guard_who(r);
	if (who != REFUSE_NOT)
		return who;
	return route_is_post(r->route) ? guard_body(r) : guard_arguments(r, path);
}

/* NULL: no memory. */
static struct request *request_new(struct web *web, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct request *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->web = web;
	r->connection = connection;
	r->caller = info->socket_context;
	r->args = json_object();
	web->requests++;
	return r;
}

void request_free(struct request *r)
{
	for (struct ask *ask = r->web->asks; ask < r->web->asks + ASKS_MAX; ask++)
		if (ask->request == r)
			*ask = (struct ask){ 0 };
	if (r->reply.response)
		MHD_destroy_response(r->reply.response);
	if (r->body)
		sodium_memzero(r->body, r->body_size); /* it may hold a password */
	free(r->body);
	json_decref(r->args);
	r->web->held -= r->held;
	caller_enter(r->caller, CALLER_BETWEEN, r->web->now);
	free(r);
}

/* Sends a question of that number. */
static bool web_question(struct web *web, uint64_t number, json_t *question)
{
	char *text = question ? json_dumps(question, JSON_COMPACT) : NULL;
	bool sent = text && web->send(web->whom, number, text_span(text));

	free(text);
	json_decref(question);
	return sent;
}

/* Takes `args`. */
static json_t *question_make(const char *op, json_t *args, const char *user, enum tower_role role)
{
	return json_pack("{s:s,s:o,s:s,s:s}", "op", op, "args", args, "user", user, "role",
			 tower_role_name(role));
}

void web_tell(struct web *web, const char *op, json_t *args)
{
	web_question(web, ++web->number, question_make(op, args, "", TOWER_NOBODY));
}

void request_ask(struct request *r, const char *op, json_t *args, request_then *then)
{
	json_t *question = question_make(op, args, r->user, r->role);
	struct ask *ask = r->web->asks;

	while (ask < r->web->asks + ASKS_MAX && ask->number != 0)
		ask++;
	if (ask == r->web->asks + ASKS_MAX) {
		json_decref(question);
		request_refuse(r, REFUSE_BUSY);
		return;
	}
	*ask = (struct ask){ ++r->web->number, r, r->web->now };
	r->then = then;
	if (web_question(r->web, ask->number, question))
		return;
	*ask = (struct ask){ 0 };
	request_refuse(r, REFUSE_KEEPER);
}

void request_answered(struct request *r, const json_t *answer, struct span json)
{
	struct web *web = r->web;

	if (!answer) {
		request_refuse(r, REFUSE_KEEPER);
		return;
	}
	if (web->held + json.len > HELD_MAX) {
		request_refuse(r, REFUSE_BUSY);
		return;
	}
	r->held += json.len;
	web->held += json.len;
	r->then(r, answer, json);
}

void request_pass(struct request *r, const json_t *answer, struct span json)
{
	request_reply(r, reply_answer(answer, json));
}

/* The figures of the keeper, and ours. */
static void then_metrics(struct request *r, const json_t *answer, struct span json)
{
	json_t *ours = json_array();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)json;
	if (!out) {
		json_decref(ours);
		request_refuse(r, REFUSE_BUSY);
		return;
	}
	web_metrics(r->web, ours);
	metrics_write(out, json_object_get(json_object_get(answer, "data"), "metrics"));
	metrics_write(out, ours);
	json_decref(ours);
	fclose(out);
	request_reply(r, reply_bytes(200, METRICS_TYPE, text_span(text)));
	free(text);
}

static void then_health(struct request *r, const json_t *answer, struct span json)
{
	bool ok = json_is_true(json_object_get(json_object_get(answer, "data"), "ok"));

	request_reply(r, reply_bytes(ok ? 200 : 503, "application/json", json));
}

/* The packets of an incident, for other programs. */
static void then_evidence(struct request *r, const json_t *answer, struct span json)
{
	json_t *packed = json_object_get(json_object_get(answer, "data"), "pcap");
	size_t length = json_string_length(packed), size = 0;
	uint8_t *pcap = packed ? malloc(length + 1) : NULL;
	char name[64];

	if (!pcap) {
		request_pass(r, answer, json);
		return;
	}
	snprintf(name, sizeof(name), "attachment; filename=\"hinomi-%" JSON_INTEGER_FORMAT ".pcap\"",
		 json_integer_value(json_object_get(r->args, "id")));
	if (sodium_base642bin(pcap, length, json_string_value(packed), length, NULL, &size, NULL,
			      sodium_base64_VARIANT_ORIGINAL) == 0) {
		struct reply reply = reply_bytes(200, "application/vnd.tcpdump.pcap",
						 (struct span){ pcap, size });

		if (reply.response)
			MHD_add_response_header(reply.response, "Content-Disposition", name);
		request_reply(r, reply);
	} else {
		request_refuse(r, REFUSE_KEEPER);
	}
	free(pcap);
}

static void request_stream(struct request *r)
{
	struct web *web = r->web;
	struct MHD_Response *response =
		streams_open(web->streams, r->connection, r->session, web->now);

	if (!response) {
		request_refuse(r, REFUSE_STREAMS);
		return;
	}
	MHD_add_response_header(response, "Content-Type", "text/event-stream");
	reply_guard(response, false);
	request_reply(r, (struct reply){ response, 200 });
}

/* Asks for what the route names, with the arguments. */
static void request_keeper(struct request *r, request_then *then)
{
	request_ask(r, r->route->op, json_incref(r->args), then);
}

static void request_route(struct request *r)
{
	switch (r->route->kind) {
	case ROUTE_READ:
	case ROUTE_CHANGE:
		request_keeper(r, request_pass);
		break;
	case ROUTE_EVIDENCE:
		request_keeper(r, then_evidence);
		break;
	case ROUTE_METRICS:
		request_keeper(r, then_metrics);
		break;
	case ROUTE_HEALTH:
		request_keeper(r, then_health);
		break;
	case ROUTE_EVENTS:
		request_stream(r);
		break;
	case ROUTE_ACCOUNT:
		request_account(r);
		break;
	case ROUTE_PASSWORD:
		request_password(r);
		break;
	case ROUTE_LOGIN:
		request_login(r);
		break;
	case ROUTE_SETUP:
		request_setup(r);
		break;
	case ROUTE_SESSION:
		request_whoami(r);
		break;
	case ROUTE_LOGOUT:
		request_logout(r);
		break;
	}
}

/* The body of a POST: an object, or nothing at all. */
static bool body_read(struct request *r)
{
	json_t *body;

	if (r->body_used == 0)
		return true;
	body = json_loadb(r->body, r->body_used, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(body)) {
		json_decref(body);
		return false;
	}
	json_decref(r->args);
	r->args = body;
	return true;
}

/* All of it is here. */
static void request_begin(struct request *r)
{
	const char *known;

	r->begun = true;
	if (r->refusal != REFUSE_NOT) {
		request_refuse(r, r->refusal);
	} else if (r->file) {
		known = header_of(r, MHD_HTTP_HEADER_IF_NONE_MATCH);
		request_reply(r, reply_file(r->file, known && strstr(known, r->file->etag)));
	} else if (!body_read(r)) {
		request_refuse(r, REFUSE_FORM);
	} else {
		request_route(r);
	}
}

/* Takes a piece of the body; that of a refused request is thrown away. */
static void request_take(struct request *r, const char *bytes, size_t length)
{
	if (r->refusal != REFUSE_NOT)
		return;
	if (!r->body)
		r->body = malloc(r->body_size);
	if (!r->body || length > r->body_size - r->body_used) {
		r->refusal = r->body ? REFUSE_SIZE : REFUSE_BUSY;
		return;
	}
	memcpy(r->body + r->body_used, bytes, length);
	r->body_used += length;
}

static enum MHD_Result request_send(struct request *r)
{
	bool stream = r->route && r->route->kind == ROUTE_EVENTS && r->reply.status == 200;
	enum MHD_Result result;

	if (!r->reply.response)
		return MHD_NO; /* no memory: the library hangs up */
	caller_enter(r->caller, stream ? CALLER_STREAM : CALLER_READING, r->web->now);
	result = MHD_queue_response(r->connection, r->reply.status, r->reply.response);
	MHD_destroy_response(r->reply.response);
	r->reply.response = NULL;
	return result;
}

static enum MHD_Result request_first(struct web *web, struct MHD_Connection *connection,
				     const char *path, const char *method, void **request)
{
	struct request *r = request_new(web, connection);

	if (!r)
		return MHD_NO;
	*request = r;
	caller_enter(r->caller, CALLER_BODY, web->now);
	r->refusal = request_guard(r, path, method);
	if (r->refusal != REFUSE_LENGTH && r->refusal != REFUSE_SIZE)
		return MHD_YES;
	request_refuse(r, r->refusal); /* without waiting for a body that may be endless */
	return request_send(r);
}

enum MHD_Result request_call(void *web, struct MHD_Connection *connection, const char *path,
			     const char *method, const char *version, const char *bytes,
			     size_t *length, void **request)
{
	struct request *r = *request;

	(void)version;
	if (!r)
		return request_first(web, connection, path, method, request);
	if (*length > 0) {
		request_take(r, bytes, *length);
		*length = 0;
		return MHD_YES;
	}
	if (!r->begun)
		request_begin(r);
	if (r->reply.status != 0)
		return request_send(r);
	caller_enter(r->caller, CALLER_WAITING, r->web->now);
	r->asleep = true;
	MHD_suspend_connection(r->connection);
	return MHD_YES;
}
