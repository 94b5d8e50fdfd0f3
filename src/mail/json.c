/* json.c - what was found, for programs: one object a message (docs/mail.md). */
#include "mail/mail.h"

#include "base/pen.h"

static void write_finding(struct json *json, const struct finding *finding, enum language language)
{
	const struct finding_row *row = &finding_rows[finding->id];
	char say[FINDING_SAY];

	json_open_object(json);
	json_put_string(json, "id", row->key);
	json_put_string(json, "severity", severity_name(row->severity));
	json_put_string(json, "path", finding->path);
	json_put_string(json, "say", finding_say(finding, language, say));
	json_put_string(json, "attack", *row->attack ? row->attack : NULL);
	json_put_string(json, "evidence", finding->evidence);
	json_close_object(json);
}

void mail_write_json(struct json *json, const char *file, const struct mail_result *result, enum language language)
{
	char digest[2 * SHA256_BYTES];
	struct pen pen = pen_init(digest, sizeof(digest));

	pen_hex(&pen, (struct span){ result->sha256, SHA256_BYTES }, 0, PEN_LOWER);
	json_open_object(json);
	json_put_string(json, "file", file);
	json_put_string(json, "verdict", verdict_name(result->verdict));
	json_put_uint(json, "score", result->score);
	json_put_string(json, "from", result->from);
	json_put_string(json, "subject", result->subject);
	json_key(json, "sha256");
	json_span(json, pen_since(&pen, 0));
	json_put_array(json, "findings");
	for (uint32_t i = 0; i < result->found_count; i++)
		write_finding(json, &result->found[i], language);
	json_close_array(json);
	json_put_uint(json, "findings_more", result->found_more);
	json_close_object(json);
	json_end_line(json);
}
