/* site_print.c - a site's document for people at a terminal. */
#include "cmd/site.h"

#include "base/text.h"
#include "cmd/control.h"

#include <string.h>

/* A state is what several looks agree on: the last one alone may have failed, or have been none. */
bool site_is_good(const json_t *site)
{
	const char *failed = control_text(json_object_get(site, "last"), "failed");

	return strcmp(control_text(site, "state"), "good") == 0 && strcmp(failed, "done") == 0 &&
	       !json_is_true(json_object_get(site, "ours"));
}

static void print_field(const char *what, const char *text)
{
	printf("  %-12s ", what);
	control_print(text);
	putchar('\n');
}

void site_print_row(const json_t *site)
{
	const json_t *last = json_object_get(site, "last"), *ms = json_object_get(json_object_get(last, "ms"), "total");
	const json_t *day = json_object_get(json_object_get(site, "uptime"), "day");

	printf("%-8s %-28s ", control_text(site, "state"), control_text(site, "name"));
	if (json_is_integer(ms))
		printf("%6" JSON_INTEGER_FORMAT " ms ", json_integer_value(ms));
	else
		printf("%9s ", "-");
	if (json_is_real(day))
		printf("%6.2f %%  ", json_real_value(day) * 100);
	else
		printf("%8s  ", "-");
	control_print(control_words(site, "say"));
	putchar('\n');
}

/* "12 ms", or that it did not come so far. */
static void print_phase(const json_t *last, const char *key, const char *what, const char *more)
{
	const json_t *ms = json_object_get(json_object_get(last, "ms"), key);

	printf("  %-12s ", what);
	if (json_is_integer(ms))
		printf("%5" JSON_INTEGER_FORMAT " ms   ", json_integer_value(ms));
	else
		printf("%8s   ", "-");
	control_print(more);
	putchar('\n');
}

static void join(const json_t *list, char *text, size_t size)
{
	const json_t *one;
	size_t i;

	*text = '\0';
	json_array_foreach(list, i, one)
		text_append(text, size, "%s%s", i ? ", " : "", json_string_value(one));
}

static void print_certificate(const json_t *last, const json_t *certificate)
{
	char text[512] = "no certificate was seen";

	if (json_is_object(certificate))
		snprintf(text, sizeof(text), "certificate for %" JSON_INTEGER_FORMAT " more days, %s, by %s",
			 json_integer_value(json_object_get(certificate, "days")),
			 json_is_true(json_object_get(certificate, "trusted")) ? "trusted" : "NOT TRUSTED",
			 control_text(certificate, "issuer"));
	print_phase(last, "tls", "TLS", text);
}

static void print_last(const json_t *site, const json_t *last)
{
	const json_t *dns = json_object_get(site, "dns");
	json_int_t status = json_integer_value(json_object_get(last, "status"));
	char addresses[512], servers[512], text[64] = "", bytes[TEXT_NUMBER];

	join(json_object_get(dns, "addresses"), addresses, sizeof(addresses));
	join(json_object_get(dns, "servers"), servers, sizeof(servers));
	print_phase(last, "dns", "name", addresses);
	if (*servers)
		print_field("", servers);
	print_phase(last, "tcp", "connection", control_text(last, "address"));
	if (strncmp(control_text(site, "url"), "https:", 6) == 0)
		print_certificate(last, json_object_get(site, "certificate"));
	if (status)
		snprintf(text, sizeof(text), "HTTP %" JSON_INTEGER_FORMAT, status);
	print_phase(last, "first", "answer", text);
	print_phase(last, "total", "all",
		    text_bytes((uint64_t)json_integer_value(json_object_get(last, "bytes")), bytes));
	if (strcmp(control_text(last, "final_url"), control_text(site, "url")) != 0 && *control_text(last, "final_url"))
		print_field("leads to", control_text(last, "final_url"));
	if (*control_text(last, "why"))
		print_field("failed", control_text(last, control_japanese() ? "why_ja" : "why"));
}

void site_print_change(const json_t *site)
{
	const json_t *changes = json_object_get(site, "changes"), *why;
	size_t i;

	if (!json_is_object(changes))
		return;
	print_field("page", control_words(changes, "say"));
	json_array_foreach(json_object_get(changes, "why"), i, why) {
		print_field(" ", control_words(why, "text"));
		if (*control_text(why, "before"))
			print_field("   before", control_text(why, "before"));
		if (*control_text(why, "after"))
			print_field("   now", control_text(why, "after"));
	}
}

void site_print_look(const json_t *site)
{
	const json_t *last = json_object_get(site, "last");

	printf("%s  ", control_text(site, "name"));
	control_print(control_text(site, "url"));
	printf("\n  %-12s ", control_text(site, "state"));
	control_print(control_words(site, "say"));
	putchar('\n');
	if (json_is_object(last))
		print_last(site, last);
	site_print_change(site);
}
