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

/* Twelve columns; letters of Japanese have three bytes and take two columns. */
static void print_label(struct words what)
{
	size_t wide = control_japanese() ? strlen(what.ja) * 2 / 3 : strlen(what.en);

	printf("  %s%*s ", control_say(what.en, what.ja), wide < 12 ? (int)(12 - wide) : 0, "");
}

static void print_field(struct words what, const char *text)
{
	print_label(what);
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
static void print_phase(const json_t *last, const char *key, struct words what, const char *more)
{
	const json_t *ms = json_object_get(json_object_get(last, "ms"), key);

	print_label(what);
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
	char text[512];

	snprintf(text, sizeof(text), "%s", control_say("no certificate was seen", "証明書を確認できませんでした"));

	if (json_is_object(certificate))
		snprintf(text, sizeof(text), control_say("certificate for %" JSON_INTEGER_FORMAT " more days, %s, by %s",
				     "証明書の残り %" JSON_INTEGER_FORMAT " 日、%s、発行者 %s"),
			 json_integer_value(json_object_get(certificate, "days")),
			 json_is_true(json_object_get(certificate, "trusted")) ? control_say("trusted", "信頼できる")
									       : control_say("NOT TRUSTED", "信頼できない"),
			 control_text(certificate, "issuer"));
	print_phase(last, "tls", (struct words){ "TLS", "暗号化" }, text);
}

static void print_last(const json_t *site, const json_t *last)
{
	const json_t *dns = json_object_get(site, "dns");
	json_int_t status = json_integer_value(json_object_get(last, "status"));
	char addresses[512], servers[512], text[64] = "", bytes[TEXT_NUMBER];

	join(json_object_get(dns, "addresses"), addresses, sizeof(addresses));
	join(json_object_get(dns, "servers"), servers, sizeof(servers));
	print_phase(last, "dns", (struct words){ "name", "名前解決" }, addresses);
	if (*servers)
		print_field((struct words){ "", "" }, servers);
	print_phase(last, "tcp", (struct words){ "connection", "接続" }, control_text(last, "address"));
	if (strncmp(control_text(site, "url"), "https:", 6) == 0)
		print_certificate(last, json_object_get(site, "certificate"));
	if (status)
		snprintf(text, sizeof(text), "HTTP %" JSON_INTEGER_FORMAT, status);
	print_phase(last, "first", (struct words){ "answer", "応答" }, text);
	print_phase(last, "total", (struct words){ "all", "全体" },
		    text_bytes((uint64_t)json_integer_value(json_object_get(last, "bytes")), bytes));
	if (strcmp(control_text(last, "final_url"), control_text(site, "url")) != 0 && *control_text(last, "final_url"))
		print_field((struct words){ "leads to", "転送先" }, control_text(last, "final_url"));
	if (*control_text(last, "why"))
		print_field((struct words){ "failed", "失敗" }, control_text(last, control_japanese() ? "why_ja" : "why"));
}

void site_print_change(const json_t *site)
{
	const json_t *changes = json_object_get(site, "changes"), *why;
	size_t i;

	if (!json_is_object(changes))
		return;
	print_field((struct words){ "page", "ページ" }, control_words(changes, "say"));
	json_array_foreach(json_object_get(changes, "why"), i, why) {
		print_field((struct words){ "", "" }, control_words(why, "text"));
		if (*control_text(why, "before"))
			print_field((struct words){ "   before", "　以前" }, control_text(why, "before"));
		if (*control_text(why, "after"))
			print_field((struct words){ "   now", "　現在" }, control_text(why, "after"));
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
