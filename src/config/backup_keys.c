/* backup_keys.c - the keys of [[backup]]: one repository, what is in it, how it is judged and
 * proven. */
#include "config/key.h"

#include <fnmatch.h>
#include <stddef.h>

#define AT(member)                                                                                 \
	.offset = offsetof(struct repository, member),                                             \
	.size = sizeof(((struct repository *)0)->member)
#define LIST(member) AT(member), .each = sizeof(((struct repository *)0)->member[0])

#define HOUR 3600.0
#define DAY  86400.0

static const char *choice_tool(unsigned value)
{
	return value < BACKUP_TOOLS ? backup_tool_name((enum backup_tool)value) : NULL;
}

static const char *choice_media(unsigned value)
{
	return value < BACKUP_MEDIA ? backup_media_name((enum backup_media)value) : NULL;
}

/* A word that begins with '-' would be read as an option by the tool. A path that is not absolute would lie elsewhere for
 * the tower than for who made it; with a colon it is a place that the tool knows (sftp:..., user@host:...). */
static const char *check_repository(const char *text)
{
	return (text[0] == '/' || strchr(text, ':')) && text[0] != '-' && !check_line(text)
		       ? NULL
		       : "a place as the tool wants it: write it as in: \"/srv/backup\" or "
			 "\"sftp:user@host:/srv/backup\"";
}

static const char *check_pattern(const char *text)
{
	return text[0] != '-' && !check_line(text)
		       ? NULL
		       : "a pattern of one line that does not begin with '-'";
}

/* Local time, "02:30". */
static const char *check_at(const char *text)
{
	static const char digits[] = "0123456789";

	if (!text[0])
		return NULL;
	if (strlen(text) == 5 && text[2] == ':' && strspn(text, digits) == 2 &&
	    strspn(text + 3, digits) == 2 && (text[0] - '0') * 10 + (text[1] - '0') < 24 &&
	    text[3] < '6')
		return NULL;
	return "a time of the day: write it as in: \"02:30\"";
}

const struct config_key backup_keys[BACKUP_KEYS] = {
	{ "name", KEY_TEXT, AT(name), .check = check_name, .needed = true, .usual = "\"office\"",
	  .what = "How it is called on the page and in 'hinomi backup run office'." },
	{ "tool", KEY_CHOICE, AT(tool), .choice = choice_tool, .usual = "\"restic\"",
	  .what = "restic or borg." },
	{ "place", KEY_TEXT, AT(place), .check = check_repository, .needed = true,
	  .usual = "\"/srv/backup\"",
	  .what = "Where it lies, as the tool wants it: a folder, \"sftp:user@host:/srv/backup\", "
		  "\"s3:...\",\n"
		  "\"rest:https://...\" (restic), \"ssh://user@host/srv/backup\" (borg)." },
	{ "password_file", KEY_TEXT, AT(password_file), .check = check_path_or_none,
	  .usual = "\"\"",
	  .what = "The file that holds its password, or a program with its words that prints it. "
		  "Nobody but the\n"
		  "owner may be able to read the file. Keep the password elsewhere, too: without "
		  "it the backups\n"
		  "are lost." },
	{ "password_command", KEY_TEXTS, LIST(password_command), .check = check_line,
	  .usual = "[]" },
	{ "environment_file", KEY_TEXT, AT(environment_file), .check = check_path_or_none,
	  .usual = "\"\"",
	  .what = "A file with lines NAME=VALUE for the tool, such as the keys of a cloud. \"\": "
		  "none." },
	{ "ssh_key", KEY_TEXT, AT(ssh_key), .check = check_path_or_none, .usual = "\"\"",
	  .what = "The key for sftp: and ssh://. \"\": as ssh finds one." },
	{ "media", KEY_CHOICE, AT(media), .choice = choice_media, .usual = "\"disk\"",
	  .what = "What it lies on: disk, nas, server, cloud, usb or tape. Two copies on one kind "
		  "are lost together." },
	{ "offsite", KEY_BOOL, AT(offsite), .usual = "false",
	  .what = "It is in another building: fire and theft here do not reach it." },
	{ "append_only", KEY_BOOL, AT(append_only), .usual = "false",
	  .what = "Who writes it cannot delete from it. Then Hinomi forgets nothing, and tells "
		  "when something is gone." },
	{ "run", KEY_BOOL, AT(run), .usual = "false",
	  .what = "Hinomi makes the backups itself. false: others do, and Hinomi only watches "
		  "them." },
	{ "sources", KEY_TEXTS, LIST(sources), .check = check_path, .usual = "[]",
	  .what = "run: what is backed up, as [\"/home\", \"/srv\"], and patterns of what is left "
		  "out." },
	{ "excludes", KEY_TEXTS, LIST(excludes), .check = check_pattern, .usual = "[]" },
	{ "every", KEY_SECONDS, AT(every), .least = 600, .most = 366 * DAY, .usual = "\"24h\"",
	  .what = "run: the time between two backups, and when on the day, in local time. \"\": as "
		  "soon as `every`\n"
		  "is over." },
	{ "at", KEY_TEXT, AT(at), .check = check_at, .usual = "\"\"" },
	{ "keep_last", KEY_NUMBER, AT(keep_last), .most = 100000, .usual = "7",
	  .what = "run: so many of the last, of the last days, weeks and months are kept; the "
		  "others are forgotten,\n"
		  "but never while an alarm is open. All 0: nothing is ever forgotten." },
	{ "keep_daily", KEY_NUMBER, AT(keep_daily), .most = 100000, .usual = "14" },
	{ "keep_weekly", KEY_NUMBER, AT(keep_weekly), .most = 100000, .usual = "8" },
	{ "keep_monthly", KEY_NUMBER, AT(keep_monthly), .most = 100000, .usual = "12" },
	{ "age", KEY_SECONDS, AT(age), .most = 3660 * DAY, .usual = "\"0s\"",
	  .what = "The newest snapshot of each host and its folders may be so old, in quiet times; "
		  "a raised level\n"
		  "shortens it. \"0s\": as the level says (docs/levels.md)." },
	{ "whole_days", KEY_NUMBER, AT(whole_days), .most = 365, .usual = "30",
	  .what = "All data is read once in so many days, a share of it each day. 0: never: damage "
		  "is not found." },
	{ "drill", KEY_SECONDS, AT(drill), .most = 3660 * DAY, .usual = "\"0s\"",
	  .what = "The time between two restore drills, in quiet times. \"0s\": as the level "
		  "says." },
	{ "drill_files", KEY_NUMBER, AT(drill_files), .most = 10000, .usual = "50",
	  .what = "Random files that a drill restores, and the bytes of all of them at most." },
	{ "drill_bytes", KEY_BYTES, AT(drill_bytes), .least = 1 << 20, .most = 1ull << 44,
	  .usual = "\"512 MiB\"" },
	{ "scratch", KEY_TEXT, AT(scratch), .check = check_path_or_none, .usual = "\"\"",
	  .what = "The folder where drills restore to, and clean up after. \"\": in the tower's "
		  "own." },
	{ "critical", KEY_TEXTS, LIST(critical), .check = check_path, .usual = "[]",
	  .what = "Files and folders in the backups that each drill restores, as "
		  "[\"/srv/books/2026.db\"]." },
	{ "canaries", KEY_TEXTS, LIST(canaries), .check = check_path, .usual = "[]",
	  .what = "Files that nobody ever changes: when one does, it is an alarm." },
};

const char backup_example[] =
	"[[backup]]\n"
	"name = \"office\"\n"
	"place = \"/mnt/usb/backup\"\n"
	"password_file = \"/etc/hinomi/backup-office.password\"\n"
	"media = \"usb\"\n"
	"run = true\n"
	"sources = [\"/home\", \"/srv\", \"/etc\"]\n"
	"at = \"02:30\"\n"
	"critical = [\"/srv/books/2026.db\"]\n"
	"\n"
	"[[backup]]\n"
	"name = \"elsewhere\"\n"
	"tool = \"borg\"\n"
	"place = \"ssh://backup@vault.example.org/./office\"\n"
	"password_command = [\"/usr/local/bin/backup-password\", \"elsewhere\"]\n"
	"media = \"server\"\n"
	"offsite = true\n"
	"append_only = true\n";

static bool check_password(const struct section_look *look, const struct repository *repository)
{
	unsigned line = section_line(look, "password_command");

	if (repository->password_file[0] && line)
		return toml_fail(look->trouble, line,
				 "password_command: there is a password_file, too: take one out");
	if (line && repository->password_command[0][0] != '/')
		return toml_fail(
			look->trouble, line,
			"password_command: '%.80s' is not an absolute path: no shell looks for it",
			repository->password_command[0]);
	if (repository->tool == TOOL_RESTIC && !repository->password_file[0] && !line)
		return toml_fail(look->trouble, look->line,
				 "backup '%s': restic needs a password: add password_file or "
				 "password_command",
				 repository->name);
	return true;
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 0 && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* Whether the pattern leaves out the place or a folder that it is in: one that begins with '/' is of whole paths, another
 * one of names. Of what only one of the tools knows ("**", "pp:...") it is taken that it does. */
static bool leaves_out(const char *pattern, const char *place)
{
	char part[REPOSITORY_PATH];
	bool whole = pattern[0] == '/';

	if (strstr(pattern, "**") || strchr(pattern, ':') || (!whole && strchr(pattern, '/')))
		return true;
	snprintf(part, sizeof(part), "%s", place);
	for (char *slash = strchr(part, '\0'); slash && slash > part; slash = strrchr(part, '/')) {
		*slash = '\0';
		if (is_below(part, pattern) || fnmatch(pattern, whole ? part : strrchr(part, '/') + 1, 0) == 0)
			return true;
	}
	return false;
}

/* The source in which the repository lies, so that each backup would back up all those before; NULL: none. */
static const char *source_around(const struct repository *r)
{
	const char *place = strncmp(r->place, "local:", 6) == 0 ? r->place + 6 : r->place; /* restic's word for a folder */

	for (unsigned i = 0; i < REPOSITORY_PATHS && r->excludes[i][0]; i++)
		if (leaves_out(r->excludes[i], place))
			return NULL;
	for (unsigned i = 0; i < REPOSITORY_PATHS && r->sources[i][0]; i++)
		if (is_below(place, r->sources[i]))
			return r->sources[i];
	return NULL;
}

bool check_backup(const struct section_look *look)
{
	const struct repository *repository = look->base;

	if (repository->run && !repository->sources[0][0])
		return toml_fail(look->trouble, section_line(look, "run"),
				 "run: there is nothing to back up: add sources, as in: sources = "
				 "[\"/home\"]");
	if (!repository->run && repository->sources[0][0])
		return toml_fail(look->trouble, section_line(look, "sources"),
				 "sources: of no use where others make the backups: say run = "
				 "true, or take it out");
	if (source_around(repository))
		return toml_fail(look->trouble, section_line(look, "place"),
				 "place: it lies in '%.80s', which is backed up: each backup would hold all those before. "
				 "Choose a place elsewhere, or leave it out: excludes = [\"%.80s\"]",
				 source_around(repository), repository->place);
	return check_password(look, repository);
}
