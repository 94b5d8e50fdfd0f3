/*
 * reply.h - responses: each with the headers that keep a browser from being used against us.
 *
 * Sources: CSP Level 3, Fetch (nosniff, Cross-Origin-Resource-Policy), HTML (COOP, COEP), RFC 9110.
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "base/span.h"
#include "web/page_files.h"

#include <jansson.h>
#include <microhttpd.h>

/* Why something is refused; in the order in which it is looked at. */
enum refusal {
	REFUSE_NOT, /* it is not */
	REFUSE_HOST,
	REFUSE_PATH,
	REFUSE_METHOD,
	REFUSE_ORIGIN,
	REFUSE_LOGIN,
	REFUSE_ROLE,
	REFUSE_TOKEN,
	REFUSE_TYPE,
	REFUSE_LENGTH,
	REFUSE_SIZE,
	REFUSE_FORM,
	REFUSE_PACE,
	REFUSE_PASSWORD,
	REFUSE_SETUP,
	REFUSE_STREAMS,
	REFUSE_BUSY,
	REFUSE_KEEPER,
	REFUSALS,
};

/* A response and its status. `response` is NULL when there is no memory: the connection is then closed. */
struct reply {
	struct MHD_Response *response;
	unsigned status;
};

struct reply reply_refusal(enum refusal refusal);

/* A refusal in other words: code of docs/tower.md, status by it. */
struct reply reply_trouble(const char *code, const char *english, const char *japanese);

/* {"ok": true, "data": data}; takes `data`. */
struct reply reply_data(json_t *data);

/* The keeper's answer as it came; its status by "ok" and "code". */
struct reply reply_answer(const json_t *answer, struct span json);

/* Bytes that are copied. */
struct reply reply_bytes(unsigned status, const char *type, struct span bytes);

/* `unchanged`: the browser has it already. */
struct reply reply_file(const struct page_file *file, bool unchanged);

/* Adds what each response needs: all but the files must not be kept by a browser. */
void reply_guard(struct MHD_Response *response, bool may_keep);

#endif
