/*
 * lnk.c - shortcuts of Windows ([MS-SHLLINK] 5.0): what they start, with which arguments, and what else they carry.
 *
 * The target stands in up to four places, which need not agree: the list of items that Explorer follows, the link
 * information, a path with variables, a relative path. Each is read; what any of them says counts.
 */
#include "document/document.h"

#include "active/target.h"
#include "base/line.h"
#include "active/command.h"
#include "active/program.h"
#include "format/charset.h"

#define HEADER    76
#define TEXT      ((size_t)16384) /* bytes of a string that are looked at */
#define BLOCKS    64              /* of extra data */
#define ITEMS     128             /* of the list of the target */
#define PADDING   32              /* blanks in a row that nobody types */
#define SPARE     4096            /* bytes behind the end that say nothing yet */
#define MACHINE   16

/* LinkFlags (2.1.1). */
enum { HAS_ITEMS = 1, HAS_INFO = 2, HAS_NAME = 4, HAS_PATH = 8, HAS_FOLDER = 16, HAS_ARGUMENTS = 32, HAS_ICON = 64,
       UNICODE = 128 };

/* Signatures of extra data (2.5). */
#define ENVIRONMENT 0xa0000001u
#define ICON_BLOCK  0xa0000007u
#define TRACKER     0xa0000003u

enum target { BY_ITEMS, BY_INFO, BY_PATH, BY_ENVIRONMENT, TARGETS };

struct lnk {
	struct exam *e;
	const struct part *part;
	uint32_t flags;
	struct span targets[TARGETS];        /* UTF-8, all of these */
	struct span name, folder, arguments, icon, icon_block, machine;
	struct span burden;                  /* what is behind the last block */
	bool cut;
};

/* --- texts --- */

static struct span ansi(struct lnk *lnk, struct span bytes)
{
	bytes = line_cut(bytes, TEXT);
	bytes.len = line_find(bytes, '\0');
	return charset_text(bytes, (struct span){ bytes.ptr, 0 }, TEXT, &lnk->e->arena);
}

/* Up to its zero. */
static struct span wide(struct lnk *lnk, struct span bytes)
{
	size_t n = 0;

	bytes = line_cut(bytes, TEXT);
	while (n + 1 < bytes.len && (bytes.ptr[n] || bytes.ptr[n + 1]))
		n += 2;
	return charset_utf16((struct span){ bytes.ptr, n }, TEXT, &lnk->e->arena);
}

/* --- the list of items (2.2): folders and files as the shell names them; undocumented but for [MS-PROPSTORE], read as
 * libfwsi describes them --- */

/* The long name stands in a block behind the short one: its offset is in the last two bytes of the item. */
static struct span item_long_name(struct lnk *lnk, struct span item)
{
	uint16_t offset = ld_le16(item.ptr + item.len - 2), version;
	struct cur at = cur_init(line_from(item, offset < 2 ? item.len : offset - 2u)); /* from the item's length on */
	size_t skip = 18;

	cur_le16(&at);
	version = cur_le16(&at);
	if (cur_le32(&at) != 0xbeef0004u || at.bad)
		return (struct span){ item.ptr, 0 };
	skip += version >= 7 ? 18 : 0;
	skip += version >= 3 ? 2 : 0;
	skip += version >= 9 ? 4 : 0;
	skip += version >= 8 ? 4 : 0;
	cur_span(&at, skip - 8);
	return wide(lnk, cur_rest(&at));
}

/* What one item adds to the path. */
static struct span item_text(struct lnk *lnk, struct span item)
{
	uint8_t kind = item.ptr[0];
	struct span text;

	switch (kind & 0x70) {
	case 0x20: /* a drive */
		return ansi(lnk, line_from(item, 1));
	case 0x30: /* a folder or a file: its size, date and attributes stand before the name */
		text = item.len > 14 ? item_long_name(lnk, item) : (struct span){ item.ptr, 0 };
		if (text.len)
			return text;
		return kind & 4 ? wide(lnk, line_from(item, 12)) : ansi(lnk, line_from(item, 12));
	case 0x40: /* a share */
		return ansi(lnk, line_from(item, 3));
	case 0x60: /* an address: an unknown head, then the text (0x80: in UTF-16) */
		return item.len > 1 && item.ptr[1] & 0x80 ? wide(lnk, line_from(item, 6)) : ansi(lnk, line_from(item, 6));
	default:
		return (struct span){ item.ptr, 0 };
	}
}

static void read_items(struct lnk *lnk, struct cur *at)
{
	struct cur list = cur_sub(at, cur_le16(at));
	struct span texts[ITEMS];
	struct pour pour;
	unsigned count = 0;

	while (list.left > 2 && count < ITEMS) {
		uint16_t size = cur_le16(&list);
		struct span item;

		if (size < 3)
			break;
		item = cur_span(&list, size - 2u);
		if (item.len)
			texts[count++] = item_text(lnk, item);
	}
	pour = pour_begin(&lnk->e->arena, TEXT);
	for (unsigned i = 0; i < count; i++) {
		if (pour.used && texts[i].len && pour.at[pour.used - 1] != '\\')
			pour_byte(&pour, '\\');
		pour_span(&pour, texts[i]);
	}
	lnk->targets[BY_ITEMS] = pour_end(&pour);
}

/* --- link information (2.3) --- */

static struct span info_text(struct lnk *lnk, struct span info, uint32_t offset)
{
	return offset ? ansi(lnk, line_from(info, offset)) : (struct span){ info.ptr, 0 };
}

static struct span join(struct lnk *lnk, struct span first, struct span second)
{
	struct pour pour = pour_begin(&lnk->e->arena, TEXT);

	pour_span(&pour, first);
	if (first.len && second.len && first.ptr[first.len - 1] != '\\')
		pour_byte(&pour, '\\');
	pour_span(&pour, second);
	return pour_end(&pour);
}

static void read_info(struct lnk *lnk, struct cur *at)
{
	struct cur ahead = *at, net;
	uint32_t size = cur_le32(&ahead), local, share, suffix;
	struct span info = cur_span(at, size), base;

	ahead = cur_init(info);
	cur_span(&ahead, 16);
	local = cur_le32(&ahead);
	share = cur_le32(&ahead);
	suffix = cur_le32(&ahead);
	if (ahead.bad)
		return;
	base = info_text(lnk, info, local);
	if (share && !base.len) {
		net = cur_init(line_from(info, share));
		cur_span(&net, 8);
		base = info_text(lnk, line_from(info, share), cur_le32(&net));
	}
	lnk->targets[BY_INFO] = join(lnk, base, info_text(lnk, info, suffix));
}

/* --- strings (2.4) and extra data (2.5) --- */

static struct span read_string(struct lnk *lnk, struct cur *at)
{
	uint16_t count = cur_le16(at);
	struct span bytes = cur_span(at, lnk->flags & UNICODE ? 2u * count : count);

	return lnk->flags & UNICODE ? wide(lnk, bytes) : ansi(lnk, bytes);
}

/* A path in ANSI and again in UTF-16. */
static struct span block_path(struct lnk *lnk, struct span block)
{
	struct span text = wide(lnk, line_from(block, 260));

	return text.len ? text : ansi(lnk, line_cut(block, 260));
}

static void read_blocks(struct lnk *lnk, struct cur *at)
{
	for (int i = 0; i < BLOCKS && at->left >= 4; i++) {
		uint32_t size = cur_le32(at), signature;
		struct span block;

		if (size < 8)
			break;
		signature = cur_le32(at);
		if (size - 8 > at->left) {
			lnk->cut = true;
			return;
		}
		block = cur_span(at, size - 8);
		if (signature == ENVIRONMENT)
			lnk->targets[BY_ENVIRONMENT] = block_path(lnk, block);
		else if (signature == ICON_BLOCK)
			lnk->icon_block = block_path(lnk, block);
		else if (signature == TRACKER)
			lnk->machine = ansi(lnk, line_cut(line_from(block, 8), MACHINE));
	}
	lnk->burden = cur_rest(at);
}

static void read_all(struct lnk *lnk)
{
	struct cur at = cur_init(lnk->part->bytes);

	cur_span(&at, 20);
	lnk->flags = cur_le32(&at);
	cur_span(&at, HEADER - 24);
	if (lnk->flags & HAS_ITEMS)
		read_items(lnk, &at);
	if (lnk->flags & HAS_INFO)
		read_info(lnk, &at);
	if (lnk->flags & HAS_NAME)
		lnk->name = read_string(lnk, &at);
	if (lnk->flags & HAS_PATH)
		lnk->targets[BY_PATH] = read_string(lnk, &at);
	if (lnk->flags & HAS_FOLDER)
		lnk->folder = read_string(lnk, &at);
	if (lnk->flags & HAS_ARGUMENTS)
		lnk->arguments = read_string(lnk, &at);
	if (lnk->flags & HAS_ICON)
		lnk->icon = read_string(lnk, &at);
	if (!at.bad)
		read_blocks(lnk, &at);
	lnk->cut |= at.bad;
}

/* --- what it comes to --- */

/* The target that says most: one that runs what it is told, else the first that is there. */
static struct span judged_target(const struct lnk *lnk)
{
	struct span first = { cur_zeros, 0 };

	for (unsigned i = 0; i < TARGETS; i++) {
		if (command_runs(lnk->targets[i]))
			return lnk->targets[i];
		if (!first.len)
			first = lnk->targets[i];
	}
	return first;
}

static void judge_command(struct lnk *lnk)
{
	struct exam *e = lnk->e;
	struct span target = judged_target(lnk), shown, decoded;
	bool runs = command_runs(target);

	if (command_padding(lnk->arguments) >= PADDING)
		exam_find(e, lnk->part, FINDING_LNK_PADDED, command_plain(target, lnk->arguments, &e->arena));
	command_urls(e, lnk->part, lnk->arguments);
	if (!lnk->arguments.len || (!runs && !command_mentions(lnk->arguments)))
		return;
	shown = command_plain(target, lnk->arguments, &e->arena);
	exam_find(e, lnk->part, FINDING_LNK_COMMAND, shown);
	decoded = command_decoded(lnk->arguments, &e->arena);
	if (!decoded.len)
		return;
	command_urls(e, lnk->part, decoded);
	exam_find(e, lnk->part, FINDING_LNK_COMMAND, command_plain(decoded, (struct span){ cur_zeros, 0 }, &e->arena));
}

static void judge_reach(struct lnk *lnk, struct span address)
{
	enum reach reach = address.len ? target_reach(address) : REACH_HERE;

	if (reach == REACH_SHARE || reach == REACH_WEB)
		exam_find(lnk->e, lnk->part, FINDING_LNK_REMOTE, address);
	else if (reach == REACH_HANDLER || reach == REACH_EXPLOIT)
		exam_find(lnk->e, lnk->part, FINDING_CUSTOM_PROTOCOL, address);
}

/* Explorer opens whatever its arguments name: a folder is fine, a share elsewhere or a program is not. Browsers are
 * handed sites all the time. */
static void judge_arguments(struct lnk *lnk)
{
	struct span target = judged_target(lnk), arguments = lnk->arguments;
	enum reach reach = arguments.len ? target_reach(arguments) : REACH_HERE;

	if (reach != REACH_WEB)
		judge_reach(lnk, arguments);
	if (line_contains(target, "explorer") && program_started(arguments))
		exam_find(lnk->e, lnk->part, FINDING_LNK_COMMAND, command_plain(target, arguments, &lnk->e->arena));
}

/* A page or a script among bytes that mean nothing: mshta reads over them. */
static struct span markup_in(struct span bytes)
{
	const uint8_t *hit = bytes.ptr;
	struct span rest = bytes;

	while (rest.len && (hit = memchr(rest.ptr, '<', rest.len))) {
		rest = line_from(bytes, (size_t)(hit - bytes.ptr));
		if (line_starts(rest, "<script") || line_starts(rest, "<html") || line_starts(rest, "<hta:"))
			return rest;
		rest = line_from(rest, 1);
	}
	return (struct span){ bytes.ptr, 0 };
}

static void judge_burden(struct lnk *lnk)
{
	struct part inside = { .bytes = lnk->burden };
	struct span markup;

	if (lnk->burden.len < 16 || !exam_work(lnk->e, lnk->burden.len))
		return;
	markup = markup_in(lnk->burden);
	if (markup.len) {
		inside.bytes = markup;
		inside.name = text_span("burden.hta");
	}
	inside.type = type_of(inside.bytes, inside.name);
	if (inside.type == TYPE_UNKNOWN && lnk->burden.len < SPARE)
		return;
	exam_findf(lnk->e, lnk->part, FINDING_LNK_BURDEN, "%zu bytes (%s)", lnk->burden.len, type_name(inside.type));
	inside.type = TYPE_UNKNOWN;
	exam_part(lnk->e, lnk->part, &inside);
}

void document_lnk(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	const struct span none = { cur_zeros, 0 };
	struct lnk lnk = { e, part, 0, { none, none, none, none }, none, none, none, none, none, none, none, false };

	if (!exam_work(e, line_cut(part->bytes, 5 * TEXT).len))
		return;
	read_all(&lnk);
	judge_command(&lnk);
	for (unsigned i = 0; i < TARGETS; i++)
		judge_reach(&lnk, lnk.targets[i]);
	judge_reach(&lnk, lnk.icon);
	judge_reach(&lnk, lnk.icon_block);
	judge_reach(&lnk, lnk.folder);
	judge_arguments(&lnk);
	judge_burden(&lnk);
	if (lnk.cut)
		exam_unseen(e, part, UNSEEN_BROKEN, "broken shortcut");
	arena_back(&e->arena, mark);
}
