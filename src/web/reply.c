/* reply.c - refusals in two languages, answers, files, and the headers of all of them. */
#include "web/reply.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct words {
	unsigned status;
	const char *code, *english, *japanese;
};

static const struct words refusals[REFUSALS] = {
	[REFUSE_HOST] = { 403, "forbidden",
			  "The tower is not called so: add this name to its configuration.",
			  "この名前では接続できません。設定に名前を追加してください。" },
	[REFUSE_PATH] = { 404, "not_found", "There is nothing at this address.",
			  "指定されたアドレスには何もありません。" },
	[REFUSE_METHOD] = { 405, "bad_request", "This address is not asked in this way.",
			    "このアドレスでは使えないメソッドです。" },
	[REFUSE_ORIGIN] = { 403, "forbidden", "The request came from a page of another site.",
			    "別のサイトのページからの要求は受け付けません。" },
	[REFUSE_LOGIN] = { 401, "login", "Please log in.", "ログインしてください。" },
	[REFUSE_ROLE] = { 403, "forbidden", "Your role does not allow this.",
			  "お使いの権限ではこの操作はできません。" },
	[REFUSE_TOKEN] = { 403, "forbidden",
			   "The request lacks its token (X-CSRF-Token): load the page again.",
			   "要求にトークンがありません。ページを再読み込みしてください。" },
	[REFUSE_TYPE] = { 415, "bad_request", "Send JSON (Content-Type: application/json).",
			  "JSON (Content-Type: application/json) で送信してください。" },
	[REFUSE_LENGTH] = { 411, "bad_request", "The request must tell its length.",
			    "要求には Content-Length が必要です。" },
	[REFUSE_SIZE] = { 413, "limit", "The request is too large.", "要求が大きすぎます。" },
	[REFUSE_FORM] = { 400, "bad_request", "The request is not of the expected form.",
			  "要求の形式が正しくありません。" },
	[REFUSE_PACE] = { 429, "limit", "Too many tries: please wait a little.",
			  "試行回数が多すぎます。しばらくお待ちください。" },
	[REFUSE_PASSWORD] = { 401, "login", "The name or the password is wrong.",
			      "名前またはパスワードが正しくありません。" },
	[REFUSE_SETUP] = { 403, "forbidden",
			   "The setup token is wrong, or an account exists already.",
			   "設定用トークンが正しくないか、すでにアカウントがあります。" },
	[REFUSE_STREAMS] = { 503, "limit", "Too many pages are open.",
			     "開いているページが多すぎます。" },
	[REFUSE_BUSY] = { 503, "limit", "The tower is busy: please try again.",
			  "混み合っています。もう一度お試しください。" },
	[REFUSE_KEEPER] = { 503, "failed",
			    "The keeper does not answer now: please try again.",
			    "記録プロセスが応答していません。もう一度お試しください。" },
};

static const struct {
	const char *name, *value;
} headers[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Embedder-Policy", "require-corp" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

void reply_guard(struct MHD_Response *response, bool may_keep)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		MHD_add_response_header(response, headers[i].name, headers[i].value);
	MHD_add_response_header(response, "Cache-Control", may_keep ? "no-cache" : "no-store");
}

struct reply reply_bytes(unsigned status, const char *type, struct span bytes)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		bytes.len, (void *)(uintptr_t)bytes.ptr, MHD_RESPMEM_MUST_COPY);

	if (response) {
		MHD_add_response_header(response, "Content-Type", type);
		reply_guard(response, false);
	}
	return (struct reply){ response, status };
}

/* Takes `json`. */
static struct reply reply_json(unsigned status, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	struct reply reply = { NULL, 500 };

	if (text)
		reply = reply_bytes(status, "application/json", text_span(text));
	free(text);
	json_decref(json);
	return reply;
}

static struct reply reply_words(const struct words *words)
{
	return reply_json(words->status,
			  json_pack("{s:b,s:{s:s,s:s},s:s}", "ok", 0, "error", "en", words->english,
				    "ja", words->japanese, "code", words->code));
}

struct reply reply_refusal(enum refusal refusal)
{
	return reply_words(&refusals[refusal]);
}

static unsigned status_of(const char *code)
{
	static const struct {
		const char *code;
		unsigned status;
	} table[] = {
		{ "bad_request", 400 }, { "forbidden", 403 }, { "not_found", 404 },
		{ "conflict", 409 },    { "limit", 429 },
	};

	for (size_t i = 0; code && i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(code, table[i].code) == 0)
			return table[i].status;
	return 500;
}

struct reply reply_trouble(const char *code, const char *english, const char *japanese)
{
	struct words words = { status_of(code), code, english, japanese };

	return reply_words(&words);
}

struct reply reply_data(json_t *data)
{
	return reply_json(200, json_pack("{s:b,s:o}", "ok", 1, "data", data));
}

struct reply reply_answer(const json_t *answer, struct span json)
{
	bool ok = json_is_true(json_object_get(answer, "ok"));
	const char *code = json_string_value(json_object_get(answer, "code"));

	return reply_bytes(ok ? 200 : status_of(code), "application/json", json);
}

struct reply reply_file(const struct page_file *file, bool unchanged)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		unchanged ? 0 : file->size, (void *)(uintptr_t)file->bytes, MHD_RESPMEM_PERSISTENT);

	if (response) {
		MHD_add_response_header(response, "Content-Type", file->type);
		MHD_add_response_header(response, "ETag", file->etag);
		if (file->gzip)
			MHD_add_response_header(response, "Content-Encoding", "gzip");
		reply_guard(response, true);
	}
	return (struct reply){ response, unchanged ? 304 : 200 };
}
