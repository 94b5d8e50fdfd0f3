/* config_read.c - reads a file by the table of keys. */
#include "config/key.h"
#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEAR_MAX 2 /* typing errors of which a name is guessed */

/* Where the parts of a target were given that are looked at later. */
struct target_lines {
	unsigned name, url_file, secret_file;
};

struct reading {
	struct config *config;
	struct toml_trouble *trouble;
	const struct config_section *section; /* that is being read; NULL: none yet */
	void *base;                           /* its struct */
	unsigned line;                        /* of its header */
	unsigned lines[KEYS_MAX];             /* of its keys */
	unsigned seen[CONFIG_SECTIONS];       /* lines of the sections that come once */
	struct target_lines targets[TARGETS_MAX];
};

static size_t *counter_of(struct config *config, const struct config_section *section)
{
	return (size_t *)((char *)config + section->counter);
}

/* How many letters must be changed, put in or taken out to make one name of the other (Levenshtein). */
static unsigned name_distance(const char *a, const char *b)
{
	unsigned row[TOML_NAME + 1];
	size_t len = strnlen(b, TOML_NAME);

	for (size_t j = 0; j <= len; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; *a; i++, a++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= len; j++) {
			unsigned best = corner + (*a != b[j - 1]);

			corner = row[j];
			best = best < row[j] + 1 ? best : row[j] + 1;
			row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
		}
	}
	return row[len];
}

/* Keeps `name` in *near when it is nearer to what was written than what was there. */
static void nearer(const char *written, const char *name, const char **near, unsigned *distance)
{
	unsigned d = name_distance(written, name);

	if (d < *distance) {
		*distance = d;
		*near = name;
	}
}

static bool unknown_key(struct reading *r, const struct toml_item *item)
{
	unsigned distance = NEAR_MAX + 1;
	const char *near = NULL;

	for (size_t i = 0; i < CONFIG_SECTIONS; i++)
		for (size_t k = 0; k < config_sections[i].count; k++)
			if (strcmp(config_sections[i].keys[k].name, item->name) == 0)
				return toml_fail(r->trouble, item->line,
						 "there is no key '%s' in [%s]: it belongs in [%s]",
						 item->name, r->section->name, config_sections[i].name);
	for (size_t k = 0; k < r->section->count; k++)
		nearer(item->name, r->section->keys[k].name, &near, &distance);
	if (near)
		return toml_fail(r->trouble, item->line, "there is no key '%s' in [%s]: did you mean '%s'?",
				 item->name, r->section->name, near);
	return toml_fail(r->trouble, item->line,
			 "there is no key '%s' in [%s]: 'hinomi config example' shows all", item->name,
			 r->section->name);
}

static bool unknown_section(struct reading *r, const struct toml_item *item)
{
	unsigned distance = NEAR_MAX + 1;
	const char *near = NULL;

	for (size_t i = 0; i < CONFIG_SECTIONS; i++)
		nearer(item->name, config_sections[i].name, &near, &distance);
	if (near)
		return toml_fail(r->trouble, item->line, "there is no section [%s]: did you mean [%s]?",
				 item->name, near);
	return toml_fail(r->trouble, item->line,
			 "there is no section [%s]: 'hinomi config example' shows all", item->name);
}

/* Remembers a target's lines; its name must be its own. */
static bool end_target(struct reading *r, const struct section_look *look)
{
	const struct target *targets = r->config->tell.targets;
	size_t last = r->config->tell.target_count - 1;

	r->targets[last] = (struct target_lines){
		.name = section_line(look, "name"),
		.url_file = section_line(look, "url_file"),
		.secret_file = section_line(look, "secret_file"),
	};
	for (size_t i = 0; i < last; i++)
		if (strcmp(targets[i].name, targets[last].name) == 0)
			return toml_fail(r->trouble, r->targets[last].name,
					 "name: the target of line %u is called '%s', too: choose another",
					 r->targets[i].name, targets[i].name);
	return true;
}

/* Its name must be its own: the history is kept by it. */
static bool end_backup(struct reading *r, const struct section_look *look)
{
	const struct repository *all = r->config->backups;
	size_t last = r->config->backup_count - 1;

	for (size_t i = 0; i < last; i++)
		if (strcmp(all[i].name, all[last].name) == 0)
			return toml_fail(r->trouble, section_line(look, "name"),
					 "name: another backup is called '%s', too: choose another", all[i].name);
	return true;
}

/* Nothing more comes to the section: what is missing, and whether its keys suit each other. */
static bool end_section(struct reading *r)
{
	const struct config_section *section = r->section;
	struct section_look look = {
		.section = section,
		.base = r->base,
		.line = r->line,
		.lines = r->lines,
		.trouble = r->trouble,
	};

	if (!section)
		return true;
	for (size_t i = 0; i < section->count; i++)
		if (section->keys[i].needed && !r->lines[i])
			return toml_fail(r->trouble, r->line,
					 "[[%s]] has no %s: add it, as in: %s = %s", section->name,
					 section->keys[i].name, section->keys[i].name,
					 section->keys[i].usual);
	if (section->check && !section->check(&look))
		return false;
	if (section->check == check_backup)
		return end_backup(r, &look);
	return section->check != check_target || end_target(r, &look);
}

static bool begin_section(struct reading *r, const struct toml_item *item)
{
	const struct config_section *section = NULL;
	size_t i, *count;

	for (i = 0; i < CONFIG_SECTIONS && !section; i++)
		if (strcmp(config_sections[i].name, item->name) == 0)
			section = &config_sections[i];
	if (!section)
		return unknown_section(r, item);
	if ((item->kind == TOML_ELEMENT) != (section->most > 0))
		return toml_fail(r->trouble, item->line, "write it as %s%s%s: there %s",
				 section->most ? "[[" : "[", section->name, section->most ? "]]" : "]",
				 section->most ? "may be several" : "is only one");
	r->section = section;
	r->line = item->line;
	memset(r->lines, 0, sizeof(r->lines));
	if (!section->most) {
		unsigned *seen = &r->seen[section - config_sections];

		if (*seen)
			return toml_fail(r->trouble, item->line,
					 "[%s] is in line %u already: put both together", section->name, *seen);
		*seen = item->line;
		r->base = (char *)r->config + section->offset;
		return true;
	}
	count = counter_of(r->config, section);
	if (*count == section->most)
		return toml_fail(r->trouble, item->line, "there are too many [[%s]]: %zu at most",
				 section->name, section->most);
	r->base = (char *)r->config + section->offset + (*count)++ * section->each;
	section_defaults(section, r->base);
	return true;
}

static bool take_key(struct reading *r, const struct toml_item *item)
{
	if (!r->section)
		return toml_fail(r->trouble, item->line,
				 "'%s' stands in no section: write one above it, such as [watch]",
				 item->name);
	for (size_t i = 0; i < r->section->count; i++) {
		const struct config_key *key = &r->section->keys[i];

		if (strcmp(key->name, item->name) != 0)
			continue;
		if (r->lines[i])
			return toml_fail(r->trouble, item->line, "%s is in line %u already: take one out",
					 key->name, r->lines[i]);
		r->lines[i] = item->line;
		return key_set(key, r->base, &item->value, r->trouble);
	}
	return unknown_key(r, item);
}

static bool see_item(void *whom, const struct toml_item *item, struct toml_trouble *trouble)
{
	struct reading *r = whom;

	r->trouble = trouble;
	if (item->kind == TOML_KEY)
		return take_key(r, item);
	return end_section(r) && begin_section(r, item);
}

/* Fetches what targets keep in files of their own. */
static bool read_secrets(struct reading *r)
{
	for (size_t i = 0; i < r->config->tell.target_count; i++) {
		struct target *target = &r->config->tell.targets[i];
		const struct target_lines *lines = &r->targets[i];
		char why[SECRET_WHY];
		const char *wanted;

		if (target->secret_file[0] &&
		    !secret_read(target->secret_file, target->secret, sizeof(target->secret), why))
			return toml_fail(r->trouble, lines->secret_file, "secret_file: %s: %s",
					 target->secret_file, why);
		if (!target->url_file[0])
			continue;
		if (!secret_read(target->url_file, target->url, sizeof(target->url), why))
			return toml_fail(r->trouble, lines->url_file, "url_file: %s: %s",
					 target->url_file, why);
		wanted = check_target_url(target);
		if (wanted) /* the URL itself is not told: it is a secret */
			return toml_fail(r->trouble, lines->url_file,
					 "url_file: what %s holds does not do for kind = \"%s\": it wants %s",
					 target->url_file, target_kind_name(target->kind), wanted);
	}
	return true;
}

/* Reads the text, and with `secrets` the files that it names. */
static enum err read_text(struct config **config, struct span text, bool secrets,
			  struct toml_trouble *trouble)
{
	struct reading r = { .config = config_defaults(), .trouble = trouble };
	enum err err;

	if (!r.config)
		return toml_fail(trouble, 0, "no memory"), ERR_MEMORY;
	err = toml_read(text, see_item, &r, trouble);
	if (err == OK && !(end_section(&r) && (!secrets || read_secrets(&r))))
		err = ERR_FORMAT;
	if (err != OK) {
		config_free(r.config);
		return err;
	}
	*config = r.config;
	return OK;
}

static void tell_trouble(const char *name, const struct toml_trouble *trouble, char told[CONFIG_TROUBLE])
{
	if (trouble->line)
		snprintf(told, CONFIG_TROUBLE, "%.85s:%u: %s", name, trouble->line, trouble->what);
	else
		snprintf(told, CONFIG_TROUBLE, "%.90s: %s", name, trouble->what);
}

enum err config_read(struct config **config, const char *name, struct span text,
		     char told[CONFIG_TROUBLE])
{
	struct toml_trouble trouble = { .line = 0 };
	enum err err = read_text(config, text, false, &trouble);

	if (err != OK)
		tell_trouble(name, &trouble, told);
	return err;
}

/* The whole file into *text, which the caller frees. Who can write it can make us run a program. */
static enum err read_file(int fd, char **text, size_t *len, struct toml_trouble *trouble)
{
	struct stat stat;
	ssize_t got;

	if (fd < 0 || fstat(fd, &stat) != 0)
		return toml_fail(trouble, 0, "%s", strerror(errno)), ERR_OPEN;
	if (!S_ISREG(stat.st_mode))
		return toml_fail(trouble, 0, "it is no file"), ERR_FORMAT;
	if (stat.st_mode & S_IWOTH)
		return toml_fail(trouble, 0, "everybody can write it: chmod o-w it"), ERR_FORMAT;
	*text = malloc(TOML_MAX + 1); /* one more: too large is seen as such */
	if (!*text)
		return toml_fail(trouble, 0, "no memory"), ERR_MEMORY;
	for (*len = 0; *len <= TOML_MAX; *len += (size_t)got) {
		got = read(fd, *text + *len, TOML_MAX + 1 - *len);
		if (got < 0)
			return toml_fail(trouble, 0, "%s", strerror(errno)), ERR_READ;
		if (got == 0)
			break;
	}
	return OK;
}

enum err config_load(struct config **config, const char *path, char told[CONFIG_TROUBLE])
{
	struct toml_trouble trouble = { .line = 0 };
	char *text = NULL;
	size_t len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* what is no file must not hold us */
	enum err err = read_file(fd, &text, &len, &trouble);

	if (fd >= 0)
		close(fd);
	if (err == OK)
		err = read_text(config, (struct span){ (const uint8_t *)text, len }, true, &trouble);
	if (err != OK)
		tell_trouble(path, &trouble, told);
	free(text);
	return err;
}
