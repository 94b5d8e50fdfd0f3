/* route.c - the table of routes, and arguments of queries. */
#include "web/route.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#define DIGITS_MAX 18 /* any such number fits into 63 bits */
#define TEXT_MAX   256

#define READ(NAME, ROLE, ARGS)                                                                     \
	{                                                                                          \
		"/api/" NAME, NAME, ROUTE_READ, ROLE, ARGS                                         \
	}
#define CHANGE(NAME, ROLE)                                                                         \
	{                                                                                          \
		"/api/" NAME, NAME, ROUTE_CHANGE, ROLE, NULL                                       \
	}

const struct route route_table[] = {
	READ("status", TOWER_VIEWER, NULL),
	READ("traffic", TOWER_VIEWER, "#minutes"),
	READ("incidents", TOWER_VIEWER, "state severity rule text #before #limit"),
	READ("incident", TOWER_VIEWER, "#id"),
	READ("exceptions", TOWER_VIEWER, NULL),
	READ("actions", TOWER_VIEWER, "state #incident #before #limit"),
	READ("filters", TOWER_VIEWER, "#incident"),
	READ("quarantine", TOWER_VIEWER, "state text #before #limit"),
	READ("quarantine_mail", TOWER_VIEWER, "#id"),
	READ("backups", TOWER_VIEWER, NULL),
	READ("backup_certificate", TOWER_VIEWER, "name"),
	READ("sites", TOWER_VIEWER, "state text after #limit"),
	READ("site", TOWER_VIEWER, "name"),
	READ("level", TOWER_VIEWER, NULL),
	READ("level_preview", TOWER_VIEWER, "to"),
	READ("log", TOWER_VIEWER, "#before #limit"),
	READ("tellers", TOWER_OPERATOR, NULL),
	READ("accounts", TOWER_ADMIN, NULL),
	CHANGE("acknowledge", TOWER_OPERATOR),
	CHANGE("close", TOWER_OPERATOR),
	CHANGE("annotate", TOWER_OPERATOR),
	CHANGE("silence", TOWER_OPERATOR),
	CHANGE("exception_end", TOWER_OPERATOR),
	CHANGE("block", TOWER_OPERATOR),
	CHANGE("action_accept", TOWER_OPERATOR),
	CHANGE("unblock", TOWER_OPERATOR),
	CHANGE("undo_all", TOWER_OPERATOR),
	CHANGE("quarantine_release", TOWER_OPERATOR),
	CHANGE("quarantine_delete", TOWER_OPERATOR),
	CHANGE("backup_do", TOWER_OPERATOR),
	CHANGE("backup_settle", TOWER_OPERATOR),
	CHANGE("site_check", TOWER_OPERATOR),
	CHANGE("site_approve", TOWER_OPERATOR),
	CHANGE("level_set", TOWER_OPERATOR),
	CHANGE("calendar_add", TOWER_OPERATOR),
	CHANGE("calendar_remove", TOWER_OPERATOR),
	CHANGE("teller_test", TOWER_OPERATOR),
	{ "/api/account_set", "account_set", ROUTE_ACCOUNT, TOWER_ADMIN, NULL },
	{ "/api/account_remove", "account_remove", ROUTE_ACCOUNT, TOWER_ADMIN, NULL },
	{ "/api/password_set", "password_set", ROUTE_PASSWORD, TOWER_VIEWER, NULL },
	{ "/api/login", NULL, ROUTE_LOGIN, TOWER_NOBODY, NULL },
	{ "/api/setup", NULL, ROUTE_SETUP, TOWER_NOBODY, NULL },
	{ "/api/session", NULL, ROUTE_SESSION, TOWER_NOBODY, NULL },
	{ "/api/logout", NULL, ROUTE_LOGOUT, TOWER_VIEWER, NULL },
	{ "/events", NULL, ROUTE_EVENTS, TOWER_VIEWER, NULL },
	{ "/metrics", "metrics", ROUTE_METRICS, TOWER_VIEWER, NULL },
	{ "/health", "health", ROUTE_HEALTH, TOWER_VIEWER, NULL },
};
const size_t route_count = sizeof(route_table) / sizeof(route_table[0]);

static const struct route evidence = {
	"/evidence/", "evidence", ROUTE_EVIDENCE, TOWER_VIEWER, NULL,
};

const struct route *route_find(const char *path)
{
	json_int_t id;

	for (size_t i = 0; i < route_count; i++)
		if (strcmp(path, route_table[i].path) == 0)
			return &route_table[i];
	return route_evidence(path, &id) ? &evidence : NULL;
}

bool route_is_post(const struct route *route)
{
	switch (route->kind) {
	case ROUTE_CHANGE:
	case ROUTE_ACCOUNT:
	case ROUTE_PASSWORD:
	case ROUTE_LOGIN:
	case ROUTE_SETUP:
	case ROUTE_LOGOUT:
		return true;
	default:
		return false;
	}
}

static bool number_read(struct span text, json_int_t *number)
{
	json_int_t value = 0;

	if (text.len == 0 || text.len > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + (text.ptr[i] - '0');
	}
	*number = value;
	return true;
}

/* The argument as JSON; NULL: malformed. */
static json_t *argument_value(struct span value, bool is_number)
{
	json_int_t number;

	if (is_number)
		return number_read(value, &number) ? json_integer(number) : NULL;
	if (value.len == 0)
		return json_string("");
	if (value.len > TEXT_MAX || memchr(value.ptr, '\0', value.len))
		return NULL;
	return json_stringn((const char *)value.ptr, value.len);
}

bool route_argument(const struct route *route, json_t *args, struct span name, struct span value)
{
	struct span known = text_span(route->args ? route->args : ""), word;
	json_t *made;

	while (text_word(&known, &word)) {
		bool is_number = word.ptr[0] == '#';
		struct span bare = { word.ptr + is_number, word.len - is_number };

		if (!span_equal(bare, name))
			continue;
		if (json_object_getn(args, (const char *)name.ptr, name.len))
			return false;
		made = argument_value(value, is_number);
		return json_object_setn_new(args, (const char *)name.ptr, name.len, made) == 0;
	}
	return false;
}

bool route_evidence(const char *path, json_int_t *id)
{
	static const char front[] = "/evidence/", back[] = ".pcap";
	struct span text = text_span(path);
	size_t around = strlen(front) + strlen(back);

	if (text.len <= around || strncmp(path, front, strlen(front)) != 0 ||
	    strcmp(path + text.len - strlen(back), back) != 0)
		return false;
	return number_read((struct span){ text.ptr + strlen(front), text.len - around }, id);
}
