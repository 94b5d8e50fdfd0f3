/* main.c - the subcommand table, nothing else. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "watch", cmd_watch, "watch the traffic of interfaces, live, with a page" },
	{ "status", cmd_status, "ask the running tower: are we all right?" },
	{ "incidents", cmd_incidents, "what the tower sees: list, show, acknowledge, silence" },
	{ "level", cmd_level, "how watchful the tower is: show, raise, lower" },
	{ "actions", cmd_actions, "firm action: what is blocked, by whom, until when, and what it hits" },
	{ "block", cmd_block, "block an address, a network, or what a filter matches" },
	{ "unblock", cmd_unblock, "take a block back" },
	{ "filters", cmd_filters, "what tells an attack apart, as found for an incident" },
	{ "undo-all", cmd_undo_all, "take back every block, at once" },
	{ "quarantine", cmd_quarantine, "mail that is held back: list, show, release, delete" },
	{ "backup", cmd_backup, "copy what the tower keeps, while it runs" },
	{ "site", cmd_site, "watch our web sites: add, check, status, approve" },
	{ "read", cmd_read, "read captures and report the attacks in them" },
	{ "filter", cmd_filter, "derive filters against the floods in captures" },
	{ "mail", cmd_mail, "look into mails and documents for what should not be opened" },
	{ "intel", cmd_intel, "read, keep and look up what others know about attackers" },
	{ "config", cmd_config, "check the configuration, or show what can be set" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(FILE *out)
{
	fputs("hinomi - the fire-watch tower: sees attacks, says why, and what to do now.\n"
	      "\n"
	      "Usage: hinomi COMMAND [options]\n"
	      "\n"
	      "Commands:\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].what);
	fputs("\n"
	      "Each command explains itself: hinomi read --help\n"
	      "  -h, --help      this text\n"
	      "  -V, --version   the version\n",
	      out);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";

	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		puts("hinomi " HINOMI_VERSION);
		return 0;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
		help(argc > 1 ? stdout : stderr);
		return argc > 1 ? 0 : 2;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(word, commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "hinomi: there is no command '%s'; see 'hinomi --help'\n", word);
	return 2;
}
