/* certificate_text.c - a certificate as plain text, for a terminal or a mail. */
#include "drill/certificate_read.h"

#include "base/text.h"

#define LABEL_COLUMNS 17

static void line_write(FILE *out, const char *line)
{
	fputs("  - ", out);
	text_visible(out, text_span(line));
	fputc('\n', out);
}

static void pair_write(FILE *out, const char *label, const char *value)
{
	fputs(label, out);
	for (unsigned columns = text_columns(text_span(label)); columns < LABEL_COLUMNS; columns++)
		fputc(' ', out);
	text_visible(out, text_span(value));
	fputc('\n', out);
}

static void heading_write(FILE *out, enum certificate_heading heading, enum language language)
{
	fprintf(out, "\n%s\n", certificate_heading(heading, language));
}

enum err certificate_text(struct span json, enum language language, FILE *out)
{
	struct certificate c;
	enum err err = certificate_read(json, &c);

	if (err != OK)
		return err;
	fprintf(out, "%s: ", certificate_heading(HEADING_TITLE, language));
	fprintf(out, "%s\n\n", certificate_verdict(&c, language));
	certificate_pairs(&c, language, pair_write, out);
	if (!c.good) {
		heading_write(out, HEADING_PROBLEMS, language);
		certificate_problems(&c, language, line_write, out);
	}
	heading_write(out, HEADING_PROVEN, language);
	certificate_proven(&c, language, line_write, out);
	heading_write(out, HEADING_UNPROVEN, language);
	certificate_unproven(&c, language, line_write, out);
	certificate_free(&c);
	return ferror(out) ? ERR_WRITE : OK;
}
