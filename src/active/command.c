/* command.c - tells who runs a command line, and undoes how it is hidden. */
#include "active/command.h"

#include "active/program.h"
#include "base/line.h"
#include "format/charset.h"

#define LOOK    8192 /* bytes of a command line that are looked at; cmd.exe takes 8,191 */
#define PLAIN   1024 /* that are shown */
#define URLS    16   /* of one */
#define DECODED 4096

/* Programs of Windows that run, load or fetch what their arguments name (lolbas-project.github.io), and interpreters
 * that are often installed. */
static const char *const runners[] = {
	"cmd", "comspec", "powershell", "pwsh", "powershell_ise", "mshta", "wscript", "cscript", "rundll32",
	"regsvr32", "conhost", "forfiles", "pcalua", "msiexec", "certutil", "curl", "bitsadmin", "hh",
	"installutil", "msbuild", "regasm", "regsvcs", "odbcconf", "schtasks", "wmic", "ftp", "finger", "ssh",
	"scp", "python", "pythonw", "java", "javaw", "node", "bash", "wsl", "sh", "msdt", "presentationhost",
	"scriptrunner", "cmstp", "xwizard", "ie4uinit", "infdefaultinstall",
	"desktopimgdownldr", "mavinject", "msxsl", "winget", "certoc", "extrac32", "esentutl", "makecab",
	"wget", "autohotkey", "autoit3", "rekeywiz", "computerdefaults", "appvlp", "runonce", "verclsid",
	"reg", "netsh",
};

static bool is_runner(const char *word)
{
	for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++)
		if (strcmp(word, runners[i]) == 0)
			return true;
	return false;
}

bool command_runs(struct span path)
{
	char word[PROGRAM_WORD];
	uint8_t before;

	for (size_t i = path.len; i-- > 0;)
		if (path.ptr[i] == '\\' || path.ptr[i] == '/') {
			path = line_from(path, i + 1);
			break;
		}
	return program_word(&path, word, &before) && is_runner(word);
}

/* Words that are too common in paths and options do not count. */
bool command_mentions(struct span text)
{
	static const char *const sure[] = { "powershell", "pwsh", "mshta", "wscript", "cscript", "rundll32", "regsvr32",
					    "certutil",	"bitsadmin", "cmd", "comspec", "msiexec", "forfiles" };
	char word[PROGRAM_WORD];
	uint8_t before;

	text = line_cut(text, LOOK);
	while (program_word(&text, word, &before))
		for (size_t i = 0; before != '-' && i < sizeof(sure) / sizeof(sure[0]); i++)
			if (strcmp(word, sure[i]) == 0)
				return true;
	return false;
}

static bool is_blank(struct span rest, size_t *len)
{
	*len = 1;
	if (rest.ptr[0] <= ' ')
		return true;
	*len = rest.len > 2 && rest.ptr[0] == 0xe3 && rest.ptr[1] == 0x80 && rest.ptr[2] == 0x80 ? 3 : /* U+3000 */
	       rest.len > 2 && rest.ptr[0] == 0xe2 && rest.ptr[1] == 0x80 && rest.ptr[2] <= 0x8f ? 3 : /* U+2000... */
	       rest.len > 1 && rest.ptr[0] == 0xc2 && rest.ptr[1] == 0xa0			 ? 2 : /* U+00A0 */
												   0;
	return *len > 0;
}

size_t command_padding(struct span text)
{
	size_t longest = 0, run = 0, len;

	for (size_t i = 0; i < text.len; i += len ? len : 1) {
		run = is_blank(line_from(text, i), &len) ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static void pour_plain(struct pour *pour, struct span text, bool carets)
{
	bool blank = true;

	for (size_t i = 0, len; i < text.len && !pour->cut; i += len ? len : 1) {
		bool is = is_blank(line_from(text, i), &len);

		if (is && !blank)
			pour_byte(pour, ' ');
		else if (!is && !(carets && text.ptr[i] == '^'))
			pour_byte(pour, text.ptr[i]);
		blank = is;
	}
}

struct span command_plain(struct span program, struct span arguments, struct arena *arena)
{
	struct pour pour = pour_begin(arena, PLAIN);
	bool carets = line_contains(program, "cmd") || line_contains(arguments, "cmd");

	pour_plain(&pour, program, false);
	if (arguments.len)
		pour_byte(&pour, ' ');
	pour_plain(&pour, arguments, carets);
	return pour_end(&pour);
}

/* -e, -en, ... -EncodedCommand, -ec, with '-' or '/' before it. */
static bool is_encoded_option(struct span word)
{
	static const char option[] = "encodedcommand";

	if (word.len < 2 || (word.ptr[0] != '-' && word.ptr[0] != '/') || word.len > sizeof(option))
		return false;
	word = line_from(word, 1);
	if (line_is(word, "ec"))
		return true;
	for (size_t i = 0; i < word.len; i++)
		if ((word.ptr[i] | 0x20) != (uint8_t)option[i])
			return false;
	return true;
}

struct span command_decoded(struct span arguments, struct arena *arena)
{
	struct span rest = line_cut(arguments, LOOK), word;

	while ((word = line_word(&rest)).len) {
		if (!is_encoded_option(word))
			continue;
		word = line_word(&rest);
		if (word.len < 8)
			continue;
		return charset_utf16(base64_undo(word, arena, NULL), DECODED, arena);
	}
	return (struct span){ arguments.ptr, 0 };
}

static bool ends_url(uint8_t c)
{
	return c <= ' ' || strchr("\"'`<>()\\^|,;{}", c);
}

void command_urls(struct exam *e, const struct part *part, struct span text)
{
	const uint8_t *hit;

	for (int i = 0; i < URLS && text.len && (hit = memmem(text.ptr, text.len, "://", 3)); i++) {
		size_t from = (size_t)(hit - text.ptr), to = from + 3;

		while (from && program_letter(text.ptr[from - 1]))
			from--;
		while (to < text.len && !ends_url(text.ptr[to]))
			to++;
		if (to > (size_t)(hit - text.ptr) + 3)
			exam_url(e, part, (struct span){ text.ptr + from, to - from }, (struct span){ text.ptr, 0 });
		text = line_from(text, to);
	}
}
