/* backup_status.c - `hinomi backup status` and `history`: how the backups are, in one sentence
 * each. */
#include "cmd/backup.h"
#include "cmd/control.h"

#include "backup/tell.h"

#include <stdlib.h>

static void print_line(const char *before, const json_t *object)
{
	fputs(before, stdout);
	control_print(control_words(object, "say"));
	putchar('\n');
}

static void print_alarm(const json_t *alarm)
{
	const json_t *row, *good = json_object_get(alarm, "last_good");
	size_t i;

	printf("  ALARM %lld  ", (long long)json_integer_value(json_object_get(alarm, "id")));
	control_print(control_words(alarm, "say"));
	putchar('\n');
	json_array_foreach(json_object_get(alarm, "why"), i, row)
	{
		fputs("    ", stdout);
		control_print(control_words(row, "key"));
		fputs(": ", stdout);
		control_print(control_text(row, "value"));
		putchar('\n');
	}
	json_array_foreach(json_object_get(alarm, "examples"), i, row)
	{
		fputs("    - ", stdout);
		control_print(json_string_value(row) ? json_string_value(row) : "");
		putchar('\n');
	}
	if (json_is_object(good))
		printf(control_say("    last good snapshot: %.16s of %.19sZ\n", "    正常な最後のスナップショット：%.16s（%.19sZ）\n"), control_text(good, "snapshot"),
		       control_text(good, "at"));
	puts(control_say("    Nothing is forgotten until you say what it was: hinomi backup settle --help",
			 "    原因を判断するまで、古いスナップショットは削除されません：hinomi backup settle --help"));
}

static void print_trouble(const json_t *trouble)
{
	if (!json_is_object(trouble))
		return;
	fputs("  trouble  ", stdout);
	control_print(control_words(trouble, "say"));
	fputs("\n           ", stdout);
	control_print(control_words(trouble, "mend"));
	if (*control_text(trouble, "said")) {
		fputs("\n           ", stdout);
		control_print(control_text(trouble, control_japanese() ? "said_ja" : "said"));
	}
	putchar('\n');
}

static void print_repository(const json_t *document, const json_t *alarms)
{
	const json_t *busy = json_object_get(document, "busy"), *alarm;
	size_t i;

	printf("%-12s %-8s ", control_text(document, "name"), control_text(document, "state"));
	control_print(control_words(document, "say"));
	putchar('\n');
	json_array_foreach(alarms, i, alarm) print_alarm(alarm);
	print_trouble(json_object_get(document, "trouble"));
	print_line("  fresh    ", json_object_get(document, "fresh"));
	print_line("  whole    ", json_object_get(document, "whole"));
	print_line("  proven   ", json_object_get(document, "drill"));
	if (json_is_string(json_object_get(document, "next_run")))
		printf("  next     %.19sZ\n", control_text(document, "next_run"));
	if (json_is_object(busy))
		print_line("  now      ", busy);
}

static void print_rule(const json_t *all)
{
	const json_t *set;
	size_t i;

	json_array_foreach(json_object_get(all, "sets"), i, set)
	{
		fputs(i ? "" : "\n3-2-1\n", stdout);
		printf("  %-6s ", json_is_true(json_object_get(set, "ok")) ? "good" : "not");
		control_print(control_text(set, "what"));
		fputs("\n         ", stdout);
		control_print(control_words(set, "say"));
		putchar('\n');
	}
}

static bool is_good(const struct backup_view *view, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (backup_view_judged(view, i)->standing != STANDING_GOOD)
			return false;
	return true;
}

static void print_text(const struct backup_view *view, size_t count)
{
	json_t *all = backup_view_all(view);

	for (size_t i = 0; i < count; i++) {
		json_t *document = backup_view_document(view, i);

		fputs(i ? "\n" : "", stdout);
		print_repository(document, backup_view_ask(view, i)->alarms);
		json_decref(document);
	}
	print_rule(all);
	json_decref(all);
}

static void print_json(const struct backup_view *view, size_t count)
{
	json_t *repositories = json_array(), *told;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(repositories, backup_view_document(view, i));
	told = json_pack("{s:o, s:o}", "repositories", repositories, "all", backup_view_all(view));
	if (told)
		json_dumpf(told, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(told);
}

int backup_status(const struct backup_asked *asked)
{
	struct backup_opened opened;
	struct backup_view *view;
	int code = BACKUP_ERROR;

	if (!backup_open(&opened, asked->config))
		return BACKUP_ERROR;
	view = backup_view_new(&opened.watch);
	if (view) {
		(asked->json ? print_json : print_text)(view, opened.watch.count);
		code = is_good(view, opened.watch.count) ? 0 : BACKUP_NOT_GOOD;
	} else {
		backup_error("cannot read what is remembered: %s", ledger_trouble(opened.ledger));
	}
	backup_view_free(view);
	backup_close(&opened);
	return code;
}

static void print_history(const json_t *all)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(all, i, entry)
	{
		printf("%s  %-12s %-8s %-7s ", control_text(entry, "at"),
		       control_text(entry, "name"), control_text(entry, "what"),
		       json_is_true(json_object_get(entry, "ok")) ? "ok" : "NOT OK");
		control_print(control_words(entry, "say"));
		putchar('\n');
	}
	if (json_array_size(all) == 0)
		puts(control_say("nothing has happened yet", "記録はまだありません"));
}

int backup_show_history(const struct backup_asked *asked)
{
	struct backup_opened opened;
	json_t *all;

	if (!backup_open(&opened, asked->config))
		return BACKUP_ERROR;
	all = backup_history(opened.ledger, asked->names[0], asked->limit);
	if (!all) {
		backup_error("cannot read the history: %s", ledger_trouble(opened.ledger));
	} else if (asked->json) {
		json_dumpf(all, stdout, JSON_INDENT(1));
		putchar('\n');
	} else if (json_array_size(all) == 0 && asked->names[0] && !backup_named(&opened.watch, asked->names[0])) {
		backup_error("no [[backup]] is called '%s', and none was", asked->names[0]);
		json_decref(all);
		all = NULL;
	} else {
		print_history(all);
	}
	backup_close(&opened);
	json_decref(all);
	return all ? 0 : BACKUP_ERROR;
}

int backup_print_certificate(const struct backup_asked *asked)
{
	struct backup_opened opened;
	char *body = NULL;
	json_t *document;
	const char *json;

	if (asked->name_count != 1)
		return backup_error("certificate wants the NAME of a backup");
	if (!backup_open(&opened, asked->config))
		return BACKUP_ERROR;
	if (ledger_get(opened.ledger, "certificate", asked->names[0], &body) != OK) {
		bool known = backup_named(&opened.watch, asked->names[0]) != NULL;

		backup_close(&opened);
		if (!known)
			return backup_error("no [[backup]] is called '%s'", asked->names[0]);
		return backup_error("'%s' has no certificate: 'hinomi backup drill %s' earns one",
				    asked->names[0], asked->names[0]);
	}
	document = json_loads(body, 0, NULL);
	free(body);
	json = json_string_value(json_object_get(document, "json"));
	if (json)
		puts(json);
	json_decref(document);
	backup_close(&opened);
	return json ? 0 : BACKUP_ERROR;
}
