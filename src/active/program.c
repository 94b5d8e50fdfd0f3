/*
 * program.c - which texts name programs: interpreters of Windows, and others that start programs for whoever asks
 * (LOLBAS).
 */
#include "active/program.h"

#include "base/line.h"
#include "base/text.h"

#define LOOK 2048 /* bytes of a command that are looked at */

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(word, words) is_one_of(word, words, sizeof(words) / sizeof((words)[0]))

static const char *const programs[] = {
	"cmd",	   "comspec",  "powershell", "pwsh",	 "mshta",    "wscript",	 "cscript",	"rundll32", "regsvr32",
	"certutil", "bitsadmin", "msiexec",  "msbuild",	 "installutil", "regasm", "regsvcs",	"schtasks", "wmic",
	"forfiles", "pcalua",	"cmstp",     "odbcconf", "bash",     "curl",	 "wget",	"osascript", "python",
	"calc",	   "notepad",  "explorer",   "conhost",	 "tftp",     "msdt",	 "msxsl",	"winrs",     "wsl",
};
static const char *const endings[] = { "exe", "scr", "bat", "cmd", "pif", "vbs", "vbe", "jse",	"wsf",
				       "hta", "ps1", "msi", "dll", "cpl", "lnk", "sct" };

bool program_word(struct span *rest, char word[PROGRAM_WORD], uint8_t *before)
{
	size_t n = 0, i = 0;

	*before = 0;
	while (i < rest->len && !program_letter(rest->ptr[i]))
		*before = rest->ptr[i++];
	for (; i < rest->len; i++) {
		uint8_t c = rest->ptr[i];

		if (program_letter(c) && n < PROGRAM_WORD - 1)
			word[n++] = (char)text_lower(c);
		else if (!program_letter(c) && (c == '\0' || !strchr("^\"`'", c)))
			break;
	}
	word[n] = '\0';
	*rest = line_from(*rest, i);
	return n > 0;
}

bool program_named(struct span text)
{
	char word[PROGRAM_WORD];
	uint8_t before;

	text = line_cut(text, LOOK);
	while (program_word(&text, word, &before))
		if (IS_ONE_OF(word, programs) || (before == '.' && IS_ONE_OF(word, endings)))
			return true;
	return false;
}

/* The name of a file behind its folders: "cmd", "setup.exe". */
static bool is_program(struct span path)
{
	char word[PROGRAM_WORD], ending[PROGRAM_WORD];
	uint8_t before;

	for (size_t i = path.len; i-- > 0;)
		if (path.ptr[i] == '/' || path.ptr[i] == '\\') {
			path = line_from(path, i + 1);
			break;
		}
	if (!program_word(&path, word, &before))
		return false;
	if (path.len == 0)
		return IS_ONE_OF(word, programs);
	while (path.len && program_word(&path, ending, &before))
		;
	return before == '.' && IS_ONE_OF(ending, endings);
}

static bool is_bare(struct span text)
{
	return line_find(text, '/') == text.len && line_find(text, '\\') == text.len && line_find(text, '.') == text.len;
}

/* Blanks stand between a program and its arguments, and in names of files: "c:/docs/python course.docx". */
bool program_started(struct span path)
{
	size_t n = 0;
	struct span first;

	while (path.len && (*path.ptr <= ' ' || *path.ptr == '"'))
		path = line_from(path, 1);
	while (n < path.len && path.ptr[n] > ' ' && path.ptr[n] != '"')
		n++;
	first = line_cut(path, n);
	if (is_program(path))
		return true;
	return is_program(first) && (is_bare(first) || line_find(first, '.') < first.len);
}
