/*
 * backup_init.c - `hinomi backup init`: one dialogue, and there is a repository with a schedule; or
 * the same by options.
 *
 * In an order in which nothing half is left: first all is asked and the whole new configuration is
 * read; then the password's file is made, then the repository, and at last the configuration takes
 * the place of the old one.
 */
#include "cmd/backup.h"
#include "cmd/backup_file.h"
#include "cmd/control.h"

#include "snapshot/place.h"
#include "snapshot/trouble.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER          1024
#define PASSWORD_FOLDER "/etc/hinomi"

/* --- what cannot be */

/* NULL: nothing. The words of the configuration, without a line of a file that has none of it yet. */
static const char *wrong_with(const struct repository *made, char trouble[CONFIG_TROUBLE])
{
	struct config *config = NULL;
	char *text = NULL, *behind = trouble;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out)
		config_show_backup(made, out);
	if (!out || fclose(out) != 0) {
		free(text);
		return "there is no memory";
	}
	if (config_read(&config, "", (struct span){ (const uint8_t *)text, len }, trouble) != OK) {
		behind += *behind == ':'; /* ":4: place: ..." */
		behind += strspn(behind, "0123456789");
		behind += strspn(behind, ": ");
	} else {
		behind = NULL;
	}
	config_free(config);
	free(text);
	return behind;
}

/* One of which all is right but for what the caller puts in. */
static struct repository right_one(void)
{
	struct repository right;

	config_backup_defaults(&right);
	snprintf(right.name, sizeof(right.name), "x");
	snprintf(right.place, sizeof(right.place), "/x");
	snprintf(right.password_file, sizeof(right.password_file), "/x");
	return right;
}

/* Says what is wrong with a description whose other parts are right. */
static bool is_right(const struct repository *part)
{
	char trouble[CONFIG_TROUBLE];
	const char *wrong = wrong_with(part, trouble);

	if (wrong)
		puts(wrong);
	return !wrong;
}

static bool is_place(const struct repository *made)
{
	struct repository part = right_one();

	memcpy(part.place, made->place, sizeof(part.place));
	return is_right(&part);
}

static bool is_time(const struct repository *made)
{
	struct repository part = right_one();

	memcpy(part.at, made->at, sizeof(part.at));
	return is_right(&part);
}

/* The first source that is not there, or that is no path; NULL: all are well. The tool would leave it out and go on. */
static const char *source_missing(const struct repository *made)
{
	for (unsigned i = 0; i < REPOSITORY_PATHS && *made->sources[i]; i++)
		if (made->sources[i][0] != '/' || access(made->sources[i], F_OK) != 0)
			return made->sources[i];
	return NULL;
}

static bool are_sources(const struct repository *made)
{
	const char *missing = source_missing(made);

	if (missing)
		printf("There is no %s: folders that are there, and that begin with '/', please.\n", missing);
	return !missing;
}

/* --- the dialogue */

/* The answer, or `usual` for an empty line. False: the input ended. */
static bool ask(const char *question, const char *usual, char *answer, size_t size)
{
	char line[ANSWER];

	printf("%s", question);
	if (*usual)
		printf(" [%s]", usual);
	fputs(": ", stdout);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	snprintf(answer, size, "%s", *line ? line : usual);
	return true;
}

static bool ask_yes(const char *question, bool usual)
{
	char answer[ANSWER];

	return ask(question, usual ? "yes" : "no", answer, sizeof(answer)) &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

/* Words between spaces, as a list. */
static bool ask_list(const char *question, const char *usual,
		     char list[REPOSITORY_PATHS][REPOSITORY_PATH])
{
	char answer[ANSWER], *rest = answer, *word;
	unsigned count = 0;

	if (!ask(question, usual, answer, sizeof(answer)))
		return false;
	while ((word = strsep(&rest, " ")) != NULL)
		if (*word && count < REPOSITORY_PATHS)
			snprintf(list[count++], REPOSITORY_PATH, "%s", word);
	return true;
}

static bool ask_name(char name[REPOSITORY_NAME])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	char answer[ANSWER];

	while (ask("How is it called", "main", answer, sizeof(answer))) {
		if (answer[strspn(answer, letters)] == '\0' && strlen(answer) < REPOSITORY_NAME) {
			snprintf(name, REPOSITORY_NAME, "%s", answer);
			return true;
		}
		puts("Letters, digits, '-' and '_', please, at most 31.");
	}
	return false;
}

static bool ask_media(struct backup_asked *a)
{
	char answer[ANSWER];

	for (;;) {
		if (!ask("What is that place: disk, nas, server, cloud, usb or tape",
			 backup_media_name(a->made.media), answer, sizeof(answer)))
			return false;
		for (unsigned i = 0; i < BACKUP_MEDIA; i++)
			if (strcmp(answer, backup_media_name((enum backup_media)i)) == 0) {
				a->made.media = (enum backup_media)i;
				return true;
			}
		puts("One of these words, please.");
	}
}

static bool ask_sources(struct backup_asked *a)
{
	if (a->watch_only)
		return true;
	while (!a->sources || !are_sources(&a->made)) {
		memset(a->made.sources, 0, sizeof(a->made.sources));
		if (!ask_list("What is backed up (folders, between spaces)", "/home /etc", a->made.sources))
			return false;
		a->sources = 1;
	}
	if (!a->excludes && !ask_list("What is left out (patterns, between spaces)", "*.tmp .cache",
				      a->made.excludes))
		return false;
	while (!*a->made.at || !is_time(&a->made))
		if (!ask("At what time of the day", "02:30", a->made.at, sizeof(a->made.at)))
			return false;
	return true;
}

static bool goes_by_ssh(const struct repository *made)
{
	struct ssh_place place;

	return made->tool == TOOL_BORG ? borg_place_read(made->place, &place) : sftp_place_read(made->place, &place);
}

static bool ask_place(struct repository *made)
{
	while (!*made->place || !is_place(made))
		if (!ask("Where does it go (a folder, best on another disk; sftp:user@host:/path; ...)",
			 "/srv/backup", made->place, sizeof(made->place)))
			return false;
	return !goes_by_ssh(made) || *made->ssh_key ||
	       ask("The file with the SSH key for it, without a passphrase", PASSWORD_FOLDER "/backup.key", made->ssh_key,
		   sizeof(made->ssh_key));
}

static bool ask_all(struct backup_asked *a)
{
	struct repository *made = &a->made;

	puts("A backup in a few questions. An empty line takes what stands in brackets.\n");
	if (!*made->name && !ask_name(made->name))
		return false;
	if (!ask_place(made))
		return false;
	if ((!a->media_said && !ask_media(a)) || !ask_sources(a))
		return false;
	if (!a->offsite_said)
		made->offsite = ask_yes("Is that place in another building", false);
	return true;
}

/* What was not said, without a dialogue. */
static bool take_defaults(struct backup_asked *a)
{
	struct repository *made = &a->made;

	if (!*made->name)
		snprintf(made->name, sizeof(made->name), "main");
	if (!*made->at && !a->watch_only)
		snprintf(made->at, sizeof(made->at), "02:30");
	if (!*made->place)
		return backup_error("say where the backups go: --place"), false;
	if (!a->watch_only && !a->sources)
		return backup_error("say what is backed up: --source"), false;
	if (goes_by_ssh(made) && !*made->ssh_key && geteuid() == 0)
		return backup_error("say which SSH key opens that place: --ssh-key FILE. The tower cannot use yours in "
				    "~/.ssh. A new one: ssh-keygen -t ed25519 -N '' -f " PASSWORD_FOLDER "/backup.key"),
		       false;
	return true;
}

/* Beside the configuration, so that it lies where the administrator looks for such things. */
static bool name_files(struct backup_asked *a)
{
	char here[PATH_MAX], folder[REPOSITORY_PATH - 80];
	const char *slash;

	if (!getcwd(here, sizeof(here)) ||
	    snprintf(a->config_room, sizeof(a->config_room), "%s%s%s", a->config[0] == '/' ? "" : here, a->config[0] == '/' ? "" : "/",
		     a->config) >= PATH_MAX)
		return backup_error("the name %s is too long", a->config), false;
	a->config = a->config_room;
	slash = strrchr(a->config, '/');
	if (*a->made.password_file)
		return true;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - a->config), a->config);
	snprintf(a->made.password_file, sizeof(a->made.password_file), "%s/backup-%s.password", folder, a->made.name);
	return true;
}

/* --- what is made */

static bool stands_ready(const struct backup_asked *a)
{
	char version[32];

	if (tool_of(a->made.tool)->version(version) == TOOL_FINE)
		return true;
	backup_error("%s is not installed: apt install %s", backup_tool_name(a->made.tool),
		     a->made.tool == TOOL_BORG ? "borgbackup" : "restic");
	return false;
}

static bool see_any(void *whom, const struct snapshot *snapshot)
{
	(void)snapshot;
	*(bool *)whom = true;
	return false;
}

static void say_trouble(const struct tool_result *result)
{
	enum language language = control_japanese() ? JAPANESE : ENGLISH;
	char said[TROUBLE_SAID];

	backup_error("%s", trouble_say(result->trouble, language));
	fprintf(stderr, "  %s\n", trouble_mend(result->trouble, language));
	if (*result->said)
		fprintf(stderr, "  %s\n", trouble_said(result->said, language, said));
}

/* One that is there is taken as it is, when the password fits. `begun`: it may be there now, with this password. */
static bool make_repository(const struct repository *made, bool *begun)
{
	const struct tool *tool = tool_of(made->tool);
	struct tool_job job = { .repository = made, .cache = "" };
	struct tool_result result = { .trouble = TOOL_FINE };
	bool any = false;

	*begun = false;
	tool->snapshots(&job, see_any, &any, &result);
	if (result.trouble == TOOL_FINE || result.trouble == TOOL_STOPPED || any) {
		printf("There is a repository at %s already: it is used as it is.\n", made->place);
		return true;
	}
	if (result.trouble == TOOL_NO_REPOSITORY && made->run) {
		result = (struct tool_result){ .trouble = TOOL_FINE };
		*begun = true;
		tool->init(&job, &result);
	}
	if (result.trouble == TOOL_FINE)
		return true;
	say_trouble(&result);
	return false;
}

static void say_next(const struct backup_asked *a, const char *password)
{
	if (*password) {
		printf(control_say("\nThe password of these backups (in %s):\n\n    %s\n\n",
				   "\nこのバックアップのパスワード（%s に保存）：\n\n    %s\n\n"),
		       a->made.password_file, password);
		puts(control_say("Write it down NOW and keep it away from this machine. It is not shown again, "
				 "and when this machine is\n"
				 "gone nobody can read the backups without it.",
				 "今すぐ書き写し、このマシン以外の場所に保管してください。二度と表示されません。このマシンを失うと、\n"
				 "このパスワードなしでは誰もバックアップを読めません。"));
	} else if (a->made.run) {
		printf(control_say("\nThe password of these backups is the one in %s, as it was there already: keep it in a second "
				   "place, too.\n",
				   "\nパスワードは既にあった %s のものを使います。別の場所にも保管してください。\n"),
		       a->made.password_file);
	}
	printf(control_say("\nNext:\n"
			   "  hinomi backup drill %-18s proves that it restores\n"
			   "  hinomi backup status                   how it is, at any time\n"
			   "  systemctl reload-or-restart hinomi     the tower runs and watches it from now on\n",
			   "\n次にすること：\n"
			   "  hinomi backup drill %-18s 復元できることを確かめる\n"
			   "  hinomi backup status                   状態を確認する（いつでも）\n"
			   "  systemctl reload-or-restart hinomi     以後、火の見がバックアップの実行と監視を続ける\n"),
	       a->made.name);
}

static bool made_all(struct backup_asked *a, const struct backup_opened *opened, const char *text)
{
	char password[BACKUP_PASSWORD] = "";
	bool begun;

	if (!backup_config_folder(a->config) || !backup_password_make(a->made.password_file, a->watch_only, password))
		return false;
	if (!make_repository(&a->made, &begun)) {
		/* Else the next try takes it for one that somebody has written down. */
		if (*password && !begun)
			unlink(a->made.password_file);
		return false;
	}
	if (!backup_config_write(a->config, text) || !backup_hand_over(opened, &a->made))
		return false;
	printf("%s: [[backup]] '%s' was added.\n", a->config, a->made.name);
	say_next(a, password);
	explicit_bzero(password, sizeof(password));
	return true;
}

/* Shows it; the last chance to say no. */
static bool agreed(const struct backup_asked *a)
{
	printf("\nThis is added to %s:\n\n", a->config);
	config_show_backup(&a->made, stdout);
	return a->yes || ask_yes("Is that right", true);
}

static int run_first(struct backup_opened *opened, const struct repository *repository)
{
	return backup_become(opened, repository) && backup_do_job(opened, repository, BACKUP_RUN)
		       ? 0
		       : BACKUP_NOT_GOOD;
}

/* Whether it can be, beside what the configuration has already. */
static bool fits(const struct backup_asked *a)
{
	char trouble[CONFIG_TROUBLE], *text = backup_config_with(a->config, NULL);
	const char *wrong = source_missing(&a->made);
	struct config *config = NULL;
	bool good = text != NULL, named = false;

	if (text && config_read(&config, a->config, (struct span){ (const uint8_t *)text, strlen(text) }, trouble) != OK)
		good = (backup_error("%s", trouble), false);
	for (size_t i = 0; config && i < config->backup_count; i++)
		named |= strcmp(config->backups[i].name, a->made.name) == 0;
	if (named)
		good = (backup_error("that cannot be: there is a [[backup]] '%s' in %s already: --name gives it another name",
				     a->made.name, a->config), false);
	free(text);
	config_free(config);
	if (good && wrong && *wrong == '/')
		return backup_error("that cannot be: there is no %s to back up", wrong), false;
	wrong = good ? wrong_with(&a->made, trouble) : NULL;
	if (wrong)
		backup_error("that cannot be: %s", wrong);
	return good && !wrong;
}

static int begin(struct backup_asked *a, char *text)
{
	char trouble[CONFIG_TROUBLE];
	struct backup_opened opened;
	struct config *config = NULL;
	int code = 0;

	if (config_read(&config, a->config, (struct span){ (const uint8_t *)text, strlen(text) },
			trouble) != OK)
		return backup_error("that cannot be: %s", trouble);
	if (!agreed(a)) {
		config_free(config);
		return backup_error("nothing was changed");
	}
	if (!backup_open_config(&opened, config))
		return BACKUP_ERROR;
	if (!made_all(a, &opened, text))
		code = BACKUP_ERROR;
	else if (a->made.run && !a->no_run &&
		 (a->yes || ask_yes("\nMake the first backup now", true)))
		code = run_first(&opened, backup_named(&opened.watch, a->made.name));
	backup_close(&opened);
	return code;
}

int backup_init(struct backup_asked *a)
{
	char *text;
	int code;

	if (!a->yes && !isatty(STDIN_FILENO))
		return backup_error(
			"init asks, but there is no terminal: give all by options, with --yes");
	if (!(a->yes ? take_defaults(a) : ask_all(a)))
		return BACKUP_ERROR;
	a->made.run = !a->watch_only;
	if (!name_files(a) || !fits(a) || !stands_ready(a))
		return BACKUP_ERROR;
	text = backup_config_with(a->config, &a->made);
	if (!text)
		return BACKUP_ERROR;
	code = begin(a, text);
	free(text);
	return code;
}
