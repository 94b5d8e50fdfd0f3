/* auth.c - Authentication-Results. */
#include "letter/auth.h"

#include "base/field.h"
#include "base/line.h"
#include "mime/field_text.h"

#include <stdio.h>

static const struct {
	const char *name;
	enum auth_result result;
} results[] = {
	{ "pass", AUTH_PASS },	     { "fail", AUTH_FAIL },   { "hardfail", AUTH_FAIL }, { "softfail", AUTH_SOFT },
	{ "permerror", AUTH_NONE },  { "temperror", AUTH_NONE }, { "neutral", AUTH_NONE },	{ "none", AUTH_NONE },
	{ "policy", AUTH_NONE },     { "bestguesspass", AUTH_NONE },
};

/* A copy without comments, whose semicolons would be taken for ends of results. */
static struct span without_comments(struct span raw, struct arena *arena)
{
	uint8_t *into = arena_take(arena, raw.len);
	struct pen pen = pen_init(into, into ? raw.len : 0);
	unsigned depth = 0;

	for (size_t i = 0; i < raw.len; i++) {
		uint8_t c = raw.ptr[i];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (depth == 0)
			pen_byte(&pen, c == '\r' || c == '\n' || c == '\t' ? ' ' : c);
	}
	return pen_since(&pen, 0);
}

static bool is_believed(const struct exam_settings *settings, struct span server)
{
	for (const char *const *name = settings->authservs; name && *name; name++)
		if (line_is(server, *name))
			return true;
	return false;
}

static enum auth_result result_of(struct span word)
{
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (line_is(word, results[i].name))
			return results[i].result;
	return AUTH_NONE;
}

static enum auth_result *method_find(struct auth *auth, struct span method)
{
	method = line_cut(method, line_find(method, '/')); /* its version */
	return line_is(method, "spf")	  ? &auth->spf
	       : line_is(method, "dkim")  ? &auth->dkim
	       : line_is(method, "dmarc") ? &auth->dmarc
	       : line_is(method, "arc")	  ? &auth->arc
	       : line_is(method, "auth")  ? &auth->login
					  : NULL;
}

/* The results of one field: "spf=pass smtp.mailfrom=...; dkim=fail ...". */
static void results_read(struct span rest, struct auth *here)
{
	struct span method, result;

	while (field_parameter(&rest, &method, &result)) {
		enum auth_result *told = method_find(here, method), found = result_of(line_word(&result));

		if (told && (*told == AUTH_UNSAID || found == AUTH_PASS))
			*told = found;
	}
}

static void keep_upper(enum auth_result *upper, enum auth_result lower)
{
	if (*upper == AUTH_UNSAID)
		*upper = lower;
}

void auth_read(const struct exam_settings *settings, const struct head *head, struct arena *arena, struct auth *auth)
{
	unsigned count = head->count[HEAD_AUTH] < HEAD_AUTHS ? head->count[HEAD_AUTH] : HEAD_AUTHS;

	*auth = (struct auth){ 0 };
	for (unsigned i = 0; i < count; i++) {
		struct span rest = without_comments(head->auth[i], arena), first = field_value(&rest);
		struct span server = line_word(&first);
		struct auth here = { 0 };

		if (!is_believed(settings, server))
			return;
		if (!auth->server.len)
			auth->server = server;
		results_read(rest, &here);
		keep_upper(&auth->spf, here.spf);
		keep_upper(&auth->dkim, here.dkim);
		keep_upper(&auth->dmarc, here.dmarc);
		keep_upper(&auth->arc, here.arc);
		keep_upper(&auth->login, here.login);
	}
}

void auth_read_first(const struct head *head, struct arena *arena, struct auth *auth)
{
	struct span rest, said, first;

	*auth = (struct auth){ 0 };
	if (!head->count[HEAD_AUTH])
		return;
	rest = without_comments(head->auth[0], arena);
	said = rest;
	first = field_value(&rest);
	auth->server = line_word(&first);
	if (line_find(auth->server, '=') < auth->server.len) /* Exchange Online leaves its name out */
		auth->server = text_span("unnamed");
	else
		said = rest;
	results_read(said, auth);
}

bool auth_failed(const struct auth *auth)
{
	if (auth->login == AUTH_PASS || auth->arc == AUTH_PASS || auth->dmarc == AUTH_PASS)
		return false;
	if (auth->dmarc == AUTH_FAIL)
		return true;
	if (auth->dkim == AUTH_PASS)
		return false;
	return auth->spf == AUTH_FAIL || (auth->spf == AUTH_SOFT && auth->dkim == AUTH_FAIL);
}

bool auth_lacks(const struct auth *auth)
{
	return auth->spf == AUTH_NONE && auth->dkim == AUTH_NONE && auth->dmarc != AUTH_PASS &&
	       auth->arc != AUTH_PASS && auth->login != AUTH_PASS;
}

bool auth_borrowed(const struct auth *auth)
{
	return auth_failed(auth) && auth->dmarc == AUTH_FAIL && auth->dkim == AUTH_PASS && auth->spf == AUTH_PASS;
}

char *auth_text(const struct auth *auth, char text[AUTH_TEXT])
{
	static const char *const names[] = { "unsaid", "none", "pass", "softfail", "fail" };

	snprintf(text, AUTH_TEXT, "dmarc=%s spf=%s dkim=%s", names[auth->dmarc], names[auth->spf], names[auth->dkim]);
	return text;
}
