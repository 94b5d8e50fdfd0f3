/* target_check.c - what each kind of target needs, and what is of no use to it. */
#include "config/key.h"

#include "base/text.h"

struct needs {
	const char *schemes; /* of its URL, "" when it has none; the first is recommended */
	const char *needed;  /* keys */
	const char *used;    /* ... that may be there */
};

static const struct needs kinds[TARGET_KINDS] = {
	[TARGET_MAIL] = { "smtps smtp", "from to", "plain user secret_file" },
	[TARGET_WEBHOOK] = { "https http", "", "plain secret_file" },
	[TARGET_SLACK] = { "https http", "", "plain" },
	[TARGET_TEAMS] = { "https http", "", "plain" },
	[TARGET_SYSLOG] = { "tcp udp", "", "facility" },
	[TARGET_CEF] = { "tcp udp", "", "facility" },
	[TARGET_PROGRAM] = { "", "program", "" },
};

/* Keys of all kinds. */
static const char usual[] = "name kind least levels language max_per_hour";

static bool has_word(const char *words, const char *word)
{
	struct span rest = text_span(words), found;

	while (text_word(&rest, &found))
		if (span_equal(found, text_span(word)))
			return true;
	return false;
}

const char *check_target_url(const struct target *target)
{
	const char *schemes = kinds[target->kind].schemes;
	struct target_place place;
	bool web;

	if (!target_place(target->url, &place))
		return "a URL without user and blanks";
	if (!has_word(schemes, place.scheme))
		return target->kind == TARGET_MAIL ? "smtps:// or smtp://"
		       : schemes[0] == 'h'	   ? "https://"
						   : "tcp:// or udp://";
	web = schemes[0] == 'h';
	if (!web && place.path)
		return "a host and a port, and nothing behind";
	if (strcmp(place.scheme, "http") == 0 && !target->plain && !target_is_here(&place))
		return "https://, so that nobody on the way reads it; or say plain = true";
	return NULL;
}

static bool needs(const struct section_look *look, const struct target *target, const char *key)
{
	return section_line(look, key) > 0 ||
	       toml_fail(look->trouble, look->line, "target '%s': kind = \"%s\" needs %s: add it",
			 target->name, target_kind_name(target->kind), key);
}

/* Every key that is there is one that this kind looks at. */
static bool check_used(const struct section_look *look, const struct target *target)
{
	const struct needs *kind = &kinds[target->kind];

	for (size_t i = 0; i < look->section->count; i++) {
		const char *key = look->section->keys[i].name;
		bool used = has_word(usual, key) || has_word(kind->needed, key) ||
			    has_word(kind->used, key) ||
			    (kind->schemes[0] && has_word("url url_file", key));

		if (look->lines[i] && !used)
			return toml_fail(look->trouble, look->lines[i],
					 "%s is of no use to kind = \"%s\": take it out", key,
					 target_kind_name(target->kind));
	}
	return true;
}

static bool check_url(const struct section_look *look, const struct target *target)
{
	unsigned line = section_line(look, "url"), file = section_line(look, "url_file");
	const char *wanted;

	if (kinds[target->kind].schemes[0] == '\0')
		return true;
	if (line && file)
		return toml_fail(look->trouble, file, "url and url_file are both there: take one out");
	if (file)
		return true;
	if (!needs(look, target, "url"))
		return false;
	wanted = check_target_url(target);
	return !wanted ||
	       toml_fail(look->trouble, line, "url: '%.80s' does not do for kind = \"%s\": it wants %s",
			 target->url, target_kind_name(target->kind), wanted);
}

bool check_target(const struct section_look *look)
{
	const struct target *target = look->base;
	struct span words = text_span(kinds[target->kind].needed), word;
	char key[TOML_NAME];

	while (text_word(&words, &word)) {
		snprintf(key, sizeof(key), "%.*s", (int)word.len, (const char *)word.ptr);
		if (!needs(look, target, key))
			return false;
	}
	if (target->kind == TARGET_PROGRAM && check_path(target->program[0]))
		return toml_fail(look->trouble, section_line(look, "program"),
				 "program: '%.80s' is not %s", target->program[0],
				 check_path(target->program[0]));
	if (target->kind == TARGET_MAIL && !section_line(look, "user") != !section_line(look, "secret_file"))
		return toml_fail(look->trouble, look->line,
				 "target '%s': user and secret_file go together: give both or none",
				 target->name);
	if (target->plain && section_line(look, "secret_file"))
		return toml_fail(look->trouble, section_line(look, "plain"),
				 "plain: the secret of secret_file could be read on the way: take one of "
				 "them out");
	return check_used(look, target) && check_url(look, target);
}
