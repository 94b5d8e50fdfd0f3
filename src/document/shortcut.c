/*
 * shortcut.c - shortcuts that are written as lines "key=value": .url and .website of Windows, .desktop
 * (freedesktop.org), .scf and .theme, and connections to remote desktops (.rdp: "key:type:value").
 */
#include "document/document.h"

#include "active/target.h"
#include "base/line.h"
#include "base/pen.h"
#include "active/command.h"
#include "document/shortcut_private.h"
#include "format/charset.h"

#define TEXT  ((size_t)256 << 10) /* bytes that are looked at; themes hold pictures' paths, not pictures */
#define SHOWN 200

void shortcut_address(struct exam *e, const struct part *part, struct span address)
{
	enum reach reach = address.len ? target_reach(address) : REACH_HERE;

	if (reach == REACH_SHARE)
		exam_find(e, part, FINDING_LNK_REMOTE, address);
	else if (reach == REACH_HANDLER || reach == REACH_EXPLOIT)
		exam_find(e, part, FINDING_CUSTOM_PROTOCOL, address);
	else if (reach == REACH_HERE && line_starts(address, "file:"))
		target_judge(e, part, TARGET_LINK, address, (struct span){ address.ptr, 0 }); /* a program of this computer */
	else if (line_find(address, ':') < address.len && !line_starts(address, "file:"))
		exam_url(e, part, address, (struct span){ address.ptr, 0 });
}

void shortcut_fetched(struct exam *e, const struct part *part, struct span path)
{
	if (path.len && target_reach(path) == REACH_SHARE)
		exam_find(e, part, FINDING_LNK_REMOTE, path);
}

void shortcut_command(struct exam *e, const struct part *part, struct span command)
{
	struct span rest = command, first = line_word(&rest);

	command_urls(e, part, command);
	if (command_runs(first) || command_mentions(command))
		exam_find(e, part, FINDING_LNK_COMMAND,
			  command_plain(command, (struct span){ command.ptr, 0 }, &e->arena));
}

enum role { ADDRESS, FETCHED, COMMAND };

static const struct {
	const char *key;
	enum role role;
} keys[] = {
	{ "URL", ADDRESS },	     { "BASEURL", ADDRESS },   { "ORIGURL", ADDRESS },	{ "IconFile", FETCHED },
	{ "WorkingDirectory", FETCHED }, { "Icon", FETCHED },	       { "Exec", COMMAND },	{ "TryExec", COMMAND },
	{ "Wallpaper", FETCHED },    { "Path", FETCHED },      { "BrandImage", FETCHED }, { "SCRNSAVE.EXE", COMMAND },
	{ "DefaultValue", FETCHED }, { "ImagesRootPath", FETCHED }, { "RssFeed", ADDRESS },
};

/* A screen saver, and what stands beside the file, are programs by their ending alone. */
static void judge_pair(struct exam *e, const struct part *part, struct span key, struct span value)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!line_is(key, keys[i].key))
			continue;
		if (keys[i].role == ADDRESS)
			shortcut_address(e, part, value);
		else
			shortcut_fetched(e, part, value);
		if (keys[i].role == COMMAND)
			shortcut_command(e, part, value);
		return;
	}
}

static void judge_lines(struct exam *e, const struct part *part, struct span text)
{
	struct span line;

	while (line_take(&text, &line)) {
		struct span key = line_until(&line, '=');

		judge_pair(e, part, line_trim(key), line_trim(line));
	}
}

/* --- remote desktops --- */

struct desktop {
	struct span host, program;
	bool drives, clipboard;
};

static void read_desktop(struct desktop *desktop, struct span text)
{
	struct span line;

	while (line_take(&text, &line)) {
		struct span key = line_trim(line_until(&line, ':')), value;

		line_until(&line, ':'); /* the type: s, i, b */
		value = line_trim(line);
		if (line_is(key, "full address") || (line_is(key, "alternate full address") && !desktop->host.len))
			desktop->host = value;
		else if (line_is(key, "alternate shell") || line_is(key, "remoteapplicationprogram"))
			desktop->program = value.len ? value : desktop->program;
		else if (line_is(key, "drivestoredirect"))
			desktop->drives = value.len > 0;
		else if (line_is(key, "redirectclipboard"))
			desktop->clipboard = line_is(value, "1");
	}
}

/* The organisation's own, and its desktops at a cloud that asks for its login. */
static bool is_own(const struct exam *e, struct span host)
{
	static const char cloud[] = ".wvd.microsoft.com";
	const char *const *own = e->settings->own_domains;

	host.len = line_find(host, ':');
	if (host.len > sizeof(cloud) && line_is(line_from(host, host.len - sizeof(cloud) + 1), cloud))
		return true;
	for (; own && *own; own++) {
		size_t len = strlen(*own);

		if (host.len >= len && line_is(line_from(host, host.len - len), *own) &&
		    (host.len == len || host.ptr[host.len - len - 1] == '.'))
			return true;
	}
	return false;
}

static void judge_desktop(struct exam *e, const struct part *part, struct span text)
{
	struct desktop desktop = { 0 };
	char share[SHOWN];
	struct pen pen = pen_init(share, sizeof(share));

	read_desktop(&desktop, text);
	pen_text(&pen, "//");
	pen_span(&pen, line_cut(desktop.host, SHOWN - 4));
	if (!desktop.host.len || target_reach(pen_since(&pen, 0)) != REACH_SHARE || is_own(e, desktop.host))
		return;
	exam_findf(e, part, FINDING_LNK_REMOTE, "%.*s%s%s%s%.*s", (int)line_cut(desktop.host, SHOWN).len,
		   (const char *)desktop.host.ptr, desktop.drives ? ", hands over the disks" : "",
		   desktop.clipboard ? ", hands over the clipboard" : "", desktop.program.len ? ", starts " : "",
		   (int)line_cut(desktop.program, SHOWN).len, (const char *)desktop.program.ptr);
}

/* A property list in binary holds its texts as they are, where they are ASCII. */
static void judge_binary(struct exam *e, const struct part *part, struct span bytes)
{
	command_urls(e, part, bytes);
	if (memmem(bytes.ptr, bytes.len, "PayloadType", 11))
		exam_find(e, part, FINDING_PROFILE, part->name);
}

void document_shortcut(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct span bytes = line_cut(part->bytes, TEXT), text;

	if (!exam_work(e, bytes.len))
		return;
	if (part->bytes.len > TEXT)
		exam_unseen(e, part, UNSEEN_LIMIT, "large shortcut");
	text = part->type == TYPE_MOBILECONFIG ? bytes :
						 charset_text(bytes, (struct span){ bytes.ptr, 0 }, 2 * TEXT, &e->arena);
	if (line_begins(bytes, "bplist00"))
		judge_binary(e, part, bytes);
	else if (part->type == TYPE_RDP)
		judge_desktop(e, part, text);
	else if (part->type == TYPE_MOBILECONFIG || (text.len && memchr(text.ptr, '<', text.len < 8 ? text.len : 8)))
		shortcut_xml(e, part, text);
	else
		judge_lines(e, part, text);
	arena_back(&e->arena, mark);
}
