/* config.c - the defaults, and a configuration as text: as an example, as it is, and what changed.
 */
#include "config/key.h"

#include <stddef.h>
#include <stdlib.h>

unsigned section_line(const struct section_look *look, const char *key)
{
	for (size_t i = 0; i < look->section->count; i++)
		if (strcmp(look->section->keys[i].name, key) == 0)
			return look->lines[i];
	return 0;
}

struct config *config_defaults(void)
{
	struct config *config = calloc(1, sizeof(*config));

	for (size_t i = 0; config && i < CONFIG_SECTIONS; i++)
		if (!config_sections[i].most)
			section_defaults(&config_sections[i],
					 (char *)config + config_sections[i].offset);
	return config;
}

void config_free(struct config *config)
{
	if (config)
		explicit_bzero(config, sizeof(*config));
	free(config);
}

void config_forget_secrets(struct config *config)
{
	for (size_t i = 0; i < config->tell.target_count; i++) {
		struct target *target = &config->tell.targets[i];

		explicit_bzero(target->secret, sizeof(target->secret));
		if (target->url_file[0])
			explicit_bzero(target->url, sizeof(target->url));
	}
}

/* A list of texts, NULL-ended, in what is left of the room; NULL: it is empty. */
static const char *const *list_of(const char *texts, size_t each, size_t most, const char ***room)
{
	const char *const *list = *room;
	size_t count = 0;

	while (count < most && texts[count * each])
		*(*room)++ = texts + each * count++;
	*(*room)++ = NULL;
	return count ? list : NULL;
}

#define LIST_OF(texts, room)                                                                       \
	list_of((texts)[0], sizeof((texts)[0]), sizeof(texts) / sizeof((texts)[0]), room)

void config_exam(const struct config_mail *config, struct config_exam *exam)
{
	const char **room = exam->lists;

	exam->exam = (struct exam_settings){ .limits = config->limits };
	exam->exam.own_domains = LIST_OF(config->own_domains, &room);
	exam->exam.own_people = LIST_OF(config->people, &room);
	exam->exam.brands = LIST_OF(config->brands, &room);
	exam->exam.authservs = LIST_OF(config->authservs, &room);
	exam->exam.link_hosts = LIST_OF(config->link_hosts, &room);
}

/* Each line of the text behind `before`. */
static void write_lines(FILE *out, const char *before, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		fprintf(out, "%s%.*s\n", len ? before : "", (int)len, text);
		text += len + (text[len] != '\0');
	}
}

/* The keys with their words. `before`: "#" makes lines of them that count when it is taken out. */
static void example_keys(const struct config_section *section, const char *before, FILE *out)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct config_key *key = &section->keys[i];

		if (key->what) {
			fputs(i ? "\n" : "", out);
			write_lines(out, "# ", key->what);
		}
		fprintf(out, "%s%s = %s\n", before, key->name, key->usual);
	}
}

void config_example(FILE *out)
{
	fputs("# What 'hinomi watch' can be told. No line is needed: each shows its default, and "
	      "counts\n"
	      "# only without the '#' in front. 'hinomi config check' looks for errors; after a "
	      "change:\n"
	      "# systemctl reload hinomi. Form: TOML (toml.io).\n",
	      out);
	for (size_t i = 0; i < CONFIG_SECTIONS; i++) {
		const struct config_section *section = &config_sections[i];

		fputs("\n\n", out);
		write_lines(out, "# ", section->what);
		fprintf(out, section->most ? "# [[%s]]\n" : "[%s]\n", section->name);
		example_keys(section, section->most ? "#   " : "#", out);
		if (section->example) {
			fputs("\n# As in:\n", out);
			write_lines(out, "#", section->example);
		}
	}
}

/* An element of which there may be several shows what it was given; its other keys may be of no use
 * to it. Where a URL was read from a file it is a secret. */
static bool is_shown(const struct config_section *section, const struct config_key *key,
		     const void *base, const void *defaults)
{
	const struct target *target = base;

	if (!section->most)
		return true;
	if (section->check == check_target && strcmp(key->name, "url") == 0 && target->url_file[0])
		return false;
	return key->needed || !key_equal(key, base, defaults);
}

static void show_section(const struct config_section *section, const void *base,
			 const void *defaults, FILE *out)
{
	fprintf(out, section->most ? "[[%s]]\n" : "[%s]\n", section->name);
	for (size_t i = 0; i < section->count; i++) {
		if (!is_shown(section, &section->keys[i], base, defaults))
			continue;
		fprintf(out, "%s = ", section->keys[i].name);
		key_show(&section->keys[i], base, out);
		fputc('\n', out);
	}
	fputc('\n', out);
}

/* How many elements there are, and where. */
static size_t element_count(const struct config *config, const struct config_section *section)
{
	size_t count = 1;

	if (section->most)
		memcpy(&count, (const char *)config + section->counter, sizeof(count));
	return count;
}

static const void *element_at(const struct config *config, const struct config_section *section,
			      size_t element)
{
	return (const char *)config + section->offset + element * section->each;
}

void config_show(const struct config *config, FILE *out)
{
	union {
		struct target target;
		struct repository repository;
		struct calendar_entry entry;
	} defaults;

	for (size_t i = 0; i < CONFIG_SECTIONS; i++) {
		const struct config_section *section = &config_sections[i];
		size_t count = element_count(config, section);

		memset(&defaults, 0, sizeof(defaults));
		if (section->most)
			section_defaults(section, &defaults);
		for (size_t k = 0; k < count; k++)
			show_section(section, element_at(config, section, k), &defaults, out);
	}
}

static const struct config_section *backup_section(void)
{
	const struct config_section *section = config_sections;

	while (section->check != check_backup)
		section++;
	return section;
}

void config_backup_defaults(struct repository *repository)
{
	memset(repository, 0, sizeof(*repository));
	section_defaults(backup_section(), repository);
}

void config_show_backup(const struct repository *repository, FILE *out)
{
	struct repository defaults;

	config_backup_defaults(&defaults);
	show_section(backup_section(), repository, &defaults, out);
}

/* Whom config_diff() tells. */
struct diff {
	config_change *changed;
	void *whom;
	unsigned count;
};

static void diff_tell(struct diff *diff, const char *section, const char *key, bool restart)
{
	char name[2 * TOML_NAME];

	snprintf(name, sizeof(name), "%s%s%s", section, key[0] ? "." : "", key);
	diff->changed(diff->whom, name, restart);
	diff->count++;
}

static void diff_section(struct diff *diff, const struct config_section *section,
			 const struct config *was, const struct config *is)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct config_key *key = &section->keys[i];

		if (!key_equal(key, element_at(was, section, 0), element_at(is, section, 0)))
			diff_tell(diff, section->name, key->name, key->restart);
	}
}

/* The element of that name, as each of these sections begins with it; NULL: there is none. */
static const void *element_named(const struct config *config, const struct config_section *section,
				 const char *name)
{
	for (size_t i = 0; i < element_count(config, section); i++)
		if (strcmp(element_at(config, section, i), name) == 0)
			return element_at(config, section, i);
	return NULL;
}

/* Elements that are new or not the same, secrets included; then those that are gone. */
static void diff_named(struct diff *diff, const struct config_section *section,
		       const struct config *was, const struct config *is)
{
	for (size_t i = 0; i < element_count(is, section); i++) {
		const void *element = element_at(is, section, i);
		const void *before = element_named(was, section, element);

		if (!before || memcmp(before, element, section->each) != 0)
			diff_tell(diff, section->name, element, false);
	}
	for (size_t i = 0; i < element_count(was, section); i++)
		if (!element_named(is, section, element_at(was, section, i)))
			diff_tell(diff, section->name, element_at(was, section, i), false);
}

_Static_assert(offsetof(struct target, name) == 0 && offsetof(struct repository, name) == 0,
	       "element_named() finds the name first");

unsigned config_diff(const struct config *was, const struct config *is, config_change *changed,
		     void *whom)
{
	struct diff diff = { .changed = changed, .whom = whom };

	for (size_t i = 0; i < CONFIG_SECTIONS; i++)
		if (!config_sections[i].most)
			diff_section(&diff, &config_sections[i], was, is);
		else if (config_sections[i].check != check_calendar)
			diff_named(&diff, &config_sections[i], was, is);
	if (memcmp(&was->calendar, &is->calendar, sizeof(was->calendar)) != 0)
		diff_tell(&diff, "calendar", "", false);
	return diff.count;
}
