/*
 * certificate_page.c - a certificate as a page to print: one A4 sheet in the ordinary case, black on white.
 *
 * It holds all that it shows: no script, no request, no font. Its Content-Security-Policy forbids everything but the one
 * style sheet, by its hash, so that even a mistake in escaping could not run anything.
 */
#include "drill/certificate_read.h"

#include "base/text.h"

#include <sodium.h>

static const char style[] =
	"@page{size:A4;margin:18mm 18mm 16mm}"
	"*{box-sizing:border-box}"
	"body{margin:0 auto;max-width:174mm;padding:10mm 4mm;background:#fff;color:#1d1e22;"
	"font:10.5pt/1.5 system-ui,\"Noto Sans\",\"Hiragino Sans\",\"Noto Sans JP\",\"Noto Sans CJK JP\","
	"\"Yu Gothic UI\",sans-serif;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}"
	"h1{font-size:20pt;line-height:1.2;margin:0;font-weight:650}"
	"h2{font-size:12pt;margin:6mm 0 1.5mm;font-weight:650}"
	"p,ul,dl,dd{margin:0}ul{padding-left:5mm}li{margin:.6mm 0;break-inside:avoid}"
	".brand{color:#5b5e66;font-weight:600;margin-bottom:2mm}"
	".verdict{margin:4mm 0 5mm;padding:3mm 4mm;border:.4mm solid #2a6a44;border-left-width:2.4mm;"
	"font-size:12.5pt;font-weight:650;color:#2a6a44}"
	".bad{border-color:#8c1030;color:#8c1030}"
	"dl{display:grid;grid-template-columns:34mm 1fr;gap:1mm 3mm}dt{color:#5b5e66}"
	"code{font:8.5pt/1.35 ui-monospace,\"DejaVu Sans Mono\",monospace}"
	".seal{margin-top:6mm;padding-top:3mm;border-top:.3mm solid #b9b6ad;color:#44474e;font-size:9pt;"
	"break-inside:avoid}.seal dl{margin-top:1.5mm}"
	"@media print{body{padding:0;max-width:none}}";

static void element(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "<%s>", tag);
	text_html(out, text_span(text));
	fprintf(out, "</%s>\n", tag);
}

static void line_write(FILE *out, const char *line)
{
	element(out, "li", line);
}

static void pair_write(FILE *out, const char *label, const char *value)
{
	element(out, "dt", label);
	element(out, "dd", value);
}

static void head_write(FILE *out, const struct certificate *c, enum language language)
{
	char base64[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, (const uint8_t *)style, sizeof(style) - 1);
	sodium_bin2base64(base64, sizeof(base64), digest, sizeof(digest), sodium_base64_VARIANT_ORIGINAL);
	fprintf(out,
		"<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
		"'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
		language_name(language), base64);
	fprintf(out, "Hinomi: %s: ", certificate_heading(HEADING_TITLE, language));
	text_html(out, text_span(c->name));
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
}

static void seal_write(FILE *out, const struct certificate *c, enum language language)
{
	fputs("<section class=\"seal\">\n", out);
	element(out, "strong", certificate_heading(HEADING_CHECK, language));
	element(out, "p", certificate_check(language));
	fputs("<dl>\n", out);
	element(out, "dt", language == JAPANESE ? "公開鍵 (Ed25519)" : "Public key (Ed25519)");
	fputs("<dd>", out);
	element(out, "code", c->key);
	fputs("</dd>\n", out);
	element(out, "dt", language == JAPANESE ? "署名" : "Signature");
	fputs("<dd>", out);
	element(out, "code", c->signature);
	fputs("</dd>\n</dl>\n</section>\n</body>\n</html>\n", out);
}

enum err certificate_page(struct span json, enum language language, FILE *out)
{
	struct certificate c;
	enum err err = sodium_init() < 0 ? ERR_UNSUPPORTED : certificate_read(json, &c);

	if (err != OK)
		return err;
	head_write(out, &c, language);
	fputs("<p class=\"brand\">Hinomi <span lang=\"ja\">火の見</span></p>\n", out);
	element(out, "h1", certificate_heading(HEADING_TITLE, language));
	fprintf(out, "<p class=\"verdict%s\">", c.good ? "" : " bad");
	text_html(out, text_span(certificate_verdict(&c, language)));
	fputs("</p>\n<dl>\n", out);
	certificate_pairs(&c, language, pair_write, out);
	fputs("</dl>\n", out);
	if (!c.good) {
		element(out, "h2", certificate_heading(HEADING_PROBLEMS, language));
		fputs("<ul>\n", out);
		certificate_problems(&c, language, line_write, out);
		fputs("</ul>\n", out);
	}
	element(out, "h2", certificate_heading(HEADING_PROVEN, language));
	fputs("<ul>\n", out);
	certificate_proven(&c, language, line_write, out);
	fputs("</ul>\n", out);
	element(out, "h2", certificate_heading(HEADING_UNPROVEN, language));
	fputs("<ul>\n", out);
	certificate_unproven(&c, language, line_write, out);
	fputs("</ul>\n", out);
	seal_write(out, &c, language);
	certificate_free(&c);
	return ferror(out) ? ERR_WRITE : OK;
}
