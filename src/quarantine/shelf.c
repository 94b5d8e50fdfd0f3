/* shelf.c - what lies in quarantine, and its end. */
#include "quarantine/shelf_private.h"

#include "base/pen.h"
#include "quarantine/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_EVERY  (10 * USEC_PER_SEC)
#define SWEEP_EVERY (3600 * USEC_PER_SEC)
#define SWEEP_OLD   3600 /* seconds: nobody is about to remember the file any more */
#define EXPIRE_MOST 100  /* at a look */
#define DAY         (86400 * USEC_PER_SEC)
#define NEARLY      90   /* percent of the room, from which people are told */
#define TOKEN_HOLDS 600  /* seconds */

struct shelf *shelf_new(const struct shelf_settings *settings, struct keeper *keeper, const struct shelf_out *out)
{
	struct shelf *shelf = calloc(1, sizeof(*shelf));

	if (!shelf)
		return NULL;
	shelf->keeper = keeper;
	shelf->out = *out;
	shelf_configure(shelf, settings);
	keeper->shelf = shelf;
	shelf_interrupted(shelf);
	return shelf;
}

void shelf_free(struct shelf *shelf)
{
	if (!shelf)
		return;
	shelf->keeper->shelf = NULL;
	explicit_bzero(&shelf->settings.secret, sizeof(shelf->settings.secret));
	free(shelf);
}

void shelf_configure(struct shelf *shelf, const struct shelf_settings *settings)
{
	shelf->settings = *settings;
	snprintf(shelf->folder, sizeof(shelf->folder), "%s", settings->folder);
	shelf->settings.folder = shelf->folder;
	vault_keys_of(&settings->secret, &shelf->keys);
}

/* --- in */

/* The findings as lines: key, path, evidence, parted by tabs. There are no tabs in them: they are visible. */
static void findings_text(const struct mail_result *result, char *text, size_t size)
{
	struct pen pen = pen_init(text, size - 1);

	for (uint32_t i = 0; i < result->found_count; i++) {
		const struct finding *finding = &result->found[i];
		size_t before = pen.used;

		pen_text(&pen, finding_rows[finding->id].key);
		pen_byte(&pen, '\t');
		pen_text(&pen, finding->path);
		pen_byte(&pen, '\t');
		pen_text(&pen, finding->evidence);
		pen_byte(&pen, '\n');
		if (pen.cut) {
			pen.used = before;
			break;
		}
	}
	text[pen.used] = '\0';
}

bool shelf_hold(struct shelf *shelf, const struct held *held, const struct mail_result *result)
{
	struct keeper *keeper = shelf->keeper;
	char *findings = malloc(STORE_BODY);
	struct store_held row = {
		.at = held->at,
		.why = held->why,
		.verdict = result->verdict,
		.score = result->score,
		.bytes = held->bytes,
		.client = held->client,
		.from = held->from,
		.to = held->to,
		.subject = result->subject,
		.author = result->from,
		.findings = findings,
		.file = held->entry.name,
		.key = { held->entry.sealed, sizeof(held->entry.sealed) },
	};
	bool kept;

	if (!findings)
		return false;
	findings_text(result, findings, STORE_BODY);
	kept = keeper_stored(keeper, store_held_put(keeper->store, &row)) && keeper_commit(keeper);
	free(findings);
	if (kept)
		shelf_push(shelf, row.id);
	return kept;
}

/* --- release */

/* A released message begins with a field of this width, which is filled in when the body is known. */
#define TOKEN_WIDTH ((int)TOKEN_TEXT - 1)

static bool token_put(const struct shelf *shelf, int fd, const struct token *token)
{
	char text[TOKEN_TEXT], line[TOKEN_TEXT + 32];
	uint8_t body[TOKEN_BODY];
	struct stat is;
	void *memory;
	int n;

	if (fstat(fd, &is) != 0 || is.st_size == 0)
		return false;
	memory = mmap(NULL, (size_t)is.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return false;
	token_body((struct span){ memory, (size_t)is.st_size }, body);
	munmap(memory, (size_t)is.st_size);
	token_write(&shelf->keys, token, body, text);
	n = snprintf(line, sizeof(line), TOKEN_FIELD ": %-*s\r\n", TOKEN_WIDTH, text);
	return pwrite(fd, line, (size_t)n, 0) == n;
}

int shelf_open(const struct shelf *shelf, const struct store_held *row, usec_t now)
{
	struct token token = { row->id, now / USEC_PER_SEC + TOKEN_HOLDS };
	int fd = memfd_create("released", MFD_CLOEXEC);
	struct vault_entry entry;

	if (fd < 0)
		return -1;
	snprintf(entry.name, sizeof(entry.name), "%s", row->file);
	if (row->key.len == sizeof(entry.sealed)) {
		memcpy(entry.sealed, row->key.ptr, sizeof(entry.sealed));
		if (dprintf(fd, TOKEN_FIELD ": %-*s\r\n", TOKEN_WIDTH, "") > 0 &&
		    vault_read(shelf->folder, &shelf->settings.secret, &entry, fd) == OK && token_put(shelf, fd, &token))
			return fd;
	}
	close(fd);
	return -1;
}

static bool see_file(void *whom, const struct store_held *row)
{
	snprintf(whom, VAULT_NAME, "%s", row->file);
	return false;
}

bool shelf_throw(struct shelf *shelf, uint64_t id)
{
	char file[VAULT_NAME] = "";

	return store_held_get(shelf->keeper->store, id, see_file, file) == OK && vault_remove(shelf->folder, file) == OK;
}

void shelf_released(struct shelf *shelf, uint64_t id, bool ok, const char *error)
{
	struct keeper *keeper = shelf->keeper;
	struct store_held_change change = { .id = id, .state = ok ? STORE_RELEASED : STORE_HELD, .at = keeper->now,
					    .by = shelf->by, .reason = shelf->reason, .trouble = ok ? "" : error };

	if (!shelf->releasing || shelf->releasing != id)
		return;
	shelf->releasing = 0;
	if (keeper_stored(keeper, store_held_change(keeper->store, &change)) && keeper_commit(keeper) && ok)
		shelf_throw(shelf, id);
	shelf_push(shelf, id);
}

static bool see_releasing(void *whom, const struct store_held *row)
{
	*(uint64_t *)whom = row->id;
	return false;
}

void shelf_interrupted(struct shelf *shelf)
{
	static const struct store_held_query releasing = { .state = STORE_RELEASING, .limit = 1 };
	struct keeper *keeper = shelf->keeper;
	uint64_t id = 0;

	shelf->releasing = 0;
	while (store_held_list(keeper->store, &releasing, see_releasing, &id) == OK && id) {
		struct store_held_change back = { .id = id, .state = STORE_HELD, .at = keeper->now, .by = "",
						  .reason = "", .trouble = SHELF_INTERRUPTED };

		if (!keeper_stored(keeper, store_held_change(keeper->store, &back)))
			return;
		shelf_push(shelf, id);
		id = 0;
	}
}

/* --- what is too old, or too much */

struct oldest {
	uint64_t id;
	usec_t at;
	bool releasing;
};

static bool see_oldest(void *whom, const struct store_held *row)
{
	*(struct oldest *)whom = (struct oldest){ row->id, row->at, row->state == STORE_RELEASING };
	return false;
}

static usec_t days_of(const struct shelf *shelf)
{
	return shelf->settings.days * DAY;
}

/* The oldest goes, if it must. */
static bool expire_one(struct shelf *shelf, uint64_t *bytes)
{
	struct keeper *keeper = shelf->keeper;
	struct store_held_sum sum = { 0 };
	struct oldest oldest = { 0 };
	bool old;

	if (store_held_sum(keeper->store, &sum) != OK || !sum.count ||
	    store_held_oldest(keeper->store, see_oldest, &oldest) != OK || oldest.releasing)
		return false;
	*bytes = sum.bytes;
	old = time_is_due(keeper->now, oldest.at, days_of(shelf)) && keeper->now > oldest.at;
	if (!old && sum.bytes <= shelf->settings.bytes)
		return false;
	return keeper_stored(keeper, store_held_change(keeper->store,
						       &(struct store_held_change){
							       .id = oldest.id,
							       .state = STORE_EXPIRED,
							       .at = keeper->now,
							       .by = "",
							       .reason = old ? SHELF_OLD : SHELF_FULL,
							       .trouble = "",
						       })) &&
	       keeper_commit(keeper) && shelf_throw(shelf, oldest.id);
}

static void expire(struct shelf *shelf)
{
	char what[WORDS_TEXT];
	uint64_t bytes = 0;
	unsigned count = 0;
	struct said said;

	while (count < EXPIRE_MOST && expire_one(shelf, &bytes))
		count++;
	shelf->nearly = bytes > shelf->settings.bytes / 100 * NEARLY;
	if (!count)
		return;
	said_en(&said, "Mail in quarantine deleted, being older than %u days, or for want of room: %u",
		shelf->settings.days, count);
	said_ja(&said, "保存期間（%u 日）または容量の上限により隔離メールを削除：%u 通", shelf->settings.days, count);
	words_text(what, said_words(&said));
	keeper_stored(shelf->keeper, store_log_add(shelf->keeper->store,
						   &(struct store_act){ shelf->keeper->now, "", what, "" }));
}

/* Before the first goes, people hear of it: once a day. */
static void warn(struct shelf *shelf)
{
	static const struct words title = { "Mail in quarantine will be deleted soon", "まもなく隔離メールが削除されます" };
	struct keeper *keeper = shelf->keeper;
	struct oldest oldest = { 0 };
	struct said said;
	bool old;

	if (store_held_oldest(keeper->store, see_oldest, &oldest) != OK)
		return;
	old = keeper->now > oldest.at + days_of(shelf) - DAY;
	if ((!old && !shelf->nearly) || !time_is_due(keeper->now, shelf->warned, DAY))
		return;
	shelf->warned = keeper->now;
	if (old) {
		said_en(&said, "Some of it reaches its %u days within a day. Release or keep what is needed: hinomi quarantine list.",
			shelf->settings.days);
		said_ja(&said, "保存期間（%u 日）に達する隔離メールがあります。必要なものは 1 日以内に解放してください：hinomi quarantine list",
			shelf->settings.days);
	} else {
		said_en(&said, "Its room (mail.quarantine_bytes) is nearly full: the oldest goes when more comes.");
		said_ja(&said, "隔離の容量（mail.quarantine_bytes）が上限に近づいています。新しいメールが来ると古いものから削除されます。");
	}
	news_tower(keeper, KEEPER_TROUBLE, SEVERITY_NOTICE, title, said_words(&said));
}

static bool is_known(void *whom, const char *name)
{
	bool has = true; /* when nobody knows */

	return store_held_has(whom, name, &has) != OK || has;
}

void shelf_due(struct shelf *shelf, usec_t now)
{
	if (time_is_due(now, shelf->looked, LOOK_EVERY)) {
		shelf->looked = now;
		expire(shelf);
		warn(shelf);
	}
	if (time_is_due(now, shelf->swept, SWEEP_EVERY)) {
		shelf->swept = now;
		vault_sweep(shelf->folder, SWEEP_OLD, is_known, shelf->keeper->store);
	}
}
