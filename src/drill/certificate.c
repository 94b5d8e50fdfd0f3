/*
 * certificate.c - the signed JSON: made, and verified.
 *
 * {"certificate":{...},"key":"...","signature":"..."}: what is signed is the same text without the signature. Keys are
 * sorted, nothing stands between the parts, numbers are whole, and texts hold no controls; so what jansson writes is
 * canonical by RFC 8785. A text that is not written just so is refused: no byte of it can be changed.
 */
#include "drill/certificate.h"

#include "base/text.h"
#include "drill/certificate_read.h"
#include "drill/problem.h"
#include "snapshot/trouble.h"

#include <jansson.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define HEX(bytes)    (2 * (bytes) + 1)
#define SIGNATURE     crypto_sign_BYTES
#define NUMBER_MAX    ((uint64_t)1 << 53) /* larger ones not every reader of JSON takes as they are (RFC 8785, 3.2.2.3) */
#define TEXT_MAX      (2 * REPOSITORY_PATH)
#define CERTAINTY_NOT 0.05

char *certificate_fingerprint(const uint8_t key[32], char text[CERTIFICATE_FINGERPRINT])
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, key, 32);
	text[0] = '\0';
	for (size_t i = 0; i < 16; i += 2)
		text_append(text, CERTIFICATE_FINGERPRINT, "%s%02x%02x", i ? "-" : "", digest[i], digest[i + 1]);
	return text;
}

/* --- the facts as JSON. A value that could not be made is NULL, and so is then what it is put into. */

static json_t *text_json(const char *text)
{
	char visible[TEXT_MAX];

	problem_visible(visible, sizeof(visible), text_span(text));
	return json_string(visible);
}

static json_t *count_json(uint64_t number)
{
	return json_integer((json_int_t)(number < NUMBER_MAX ? number : NUMBER_MAX));
}

static json_t *time_json(usec_t at)
{
	char text[TIME_TEXT];

	return json_string(time_rfc3339(at, text));
}

static json_t *milliseconds_json(double seconds)
{
	return count_json(seconds > 0 ? seconds < 1e12 ? (uint64_t)(seconds * 1000 + 0.5) : NUMBER_MAX : 0);
}

/* A place may hold a password: "rest:https://user:password@host/". Whoever reads a certificate must not see it. */
static json_t *place_json(const char *place)
{
	const char *host = strstr(place, "://"), *end, *at, *colon;
	char shown[REPOSITORY_PATH + 8];

	host = host ? host + 3 : place + strlen(place);
	end = host + strcspn(host, "/");
	at = memrchr(host, '@', (size_t)(end - host));
	colon = at ? memchr(host, ':', (size_t)(at - host)) : NULL;
	if (colon)
		snprintf(shown, sizeof(shown), "%.*s:...%s", (int)(colon - place), place, at);
	else
		snprintf(shown, sizeof(shown), "%s", place);
	return text_json(shown);
}

static json_t *texts_json(const char *first, size_t size, size_t count)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count && first[i * size]; i++)
		if (json_array_append_new(all, text_json(first + i * size)) != 0) {
			json_decref(all);
			return NULL;
		}
	return all;
}

/*
 * Of n files drawn at random none was wrong: if a share p of all were, this had the probability (1 - p)^n at most. So
 * with 95 % certainty p is below 1 - 0.05^(1/n), the "rule of three" of about 3/n. In millionths, rounded up; 0: it says
 * nothing, or all were looked at.
 */
static uint64_t below_millionths(const struct drill_report *r)
{
	if (r->random_files == 0 || r->random_wrong > 0 || r->random_files >= r->random_of)
		return 0;
	return (uint64_t)ceil(1e6 * (1 - pow(CERTAINTY_NOT, 1 / (double)r->random_files)));
}

static json_t *repository_json(const struct certificate_facts *f)
{
	return json_pack("{s:o,s:o,s:s,s:o}", "name", text_json(f->repository->name), "place",
			 place_json(f->repository->place), "tool", backup_tool_name(f->repository->tool),
			 "tool_version", text_json(f->tool_version));
}

static json_t *snapshot_json(const struct snapshot *s)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "at", time_json(s->at), "host", text_json(s->host), "id",
			 text_json(s->id), "name", text_json(s->name), "paths",
			 texts_json(s->paths[0], sizeof(s->paths[0]), SNAPSHOT_PATHS));
}

static json_t *files_json(const struct drill_report *r)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "all", count_json(r->files_all), "bytes_all",
			 count_json(r->bytes_all), "bytes_restored", count_json(r->bytes), "heavy",
			 count_json(r->heavy_files), "restored", count_json(r->files), "wrong", count_json(r->wrong));
}

static json_t *critical_json(const struct certificate_facts *f)
{
	const struct drill_report *r = f->report;

	return json_pack("{s:o,s:o,s:o}", "files", count_json(r->critical_files), "missing",
			 count_json(r->critical_missing), "paths",
			 texts_json(f->repository->critical[0], sizeof(f->repository->critical[0]), REPOSITORY_PATHS));
}

static json_t *random_json(const struct drill_report *r)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "below_millionths", count_json(below_millionths(r)), "files",
			 count_json(r->random_files), "of", count_json(r->random_of), "size_max",
			 count_json(r->random_size), "wrong", count_json(r->random_wrong));
}

static json_t *source_json(const struct drill_report *r)
{
	return json_pack("{s:o,s:o,s:b,s:o}", "changed_since", count_json(r->changed_since), "compared",
			 count_json(r->compared), "here", r->source_here, "same", count_json(r->compared_same));
}

static json_t *time_taken_json(const struct drill_report *r)
{
	return json_pack("{s:o,s:o,s:o,s:o}", "all_ms", milliseconds_json(r->seconds), "full_ms",
			 milliseconds_json(r->full_seconds), "restoring_bytes_per_second",
			 count_json(r->rate > 0 ? (uint64_t)r->rate : 0), "restoring_ms",
			 milliseconds_json(r->seconds_restoring));
}

static json_t *facts_json(const struct certificate_facts *f)
{
	const struct drill_report *r = f->report;

	return json_pack("{s:o,s:o,s:o,s:s,s:b,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:{s:s,s:o}}", "at",
			 time_json(f->at), "critical", critical_json(f), "files", files_json(r), "format",
			 CERTIFICATE_FORMAT, "good", r->good, "hinomi", HINOMI_VERSION, "host", text_json(f->host),
			 "problem_count", count_json(r->problem_count), "problems",
			 texts_json(r->problems[0], sizeof(r->problems[0]), DRILL_PROBLEMS), "random", random_json(r),
			 "repository", repository_json(f), "snapshot", snapshot_json(f->snapshot), "source",
			 source_json(r), "time", time_taken_json(r), "trouble", "name", trouble_name(r->trouble),
			 "said", text_json(r->said));
}

/* --- signing */

static char *canonical(const json_t *json)
{
	return json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);
}

/* Takes `root`, which may be NULL, without signature. */
static char *sign(json_t *root, const struct certificate_key *key)
{
	char *text = root ? canonical(root) : NULL, hex[HEX(SIGNATURE)];
	uint8_t signature[SIGNATURE];

	if (text) {
		crypto_sign_detached(signature, NULL, (const uint8_t *)text, strlen(text), key->secret);
		sodium_bin2hex(hex, sizeof(hex), signature, sizeof(signature));
		free(text);
		text = json_object_set_new(root, "signature", json_string(hex)) == 0 ? canonical(root) : NULL;
	}
	json_decref(root);
	return text;
}

char *certificate_make(const struct certificate_facts *facts, const struct certificate_key *key)
{
	char hex[HEX(32)];

	sodium_bin2hex(hex, sizeof(hex), key->public, sizeof(key->public));
	return sign(json_pack("{s:o,s:s}", "certificate", facts_json(facts), "key", hex), key);
}

/* --- verifying */

static enum err refuse(char why[CERTIFICATE_WHY], const char *because)
{
	snprintf(why, CERTIFICATE_WHY, "%s", because);
	return ERR_FORMAT;
}

/* Only in the form in which we write it: other letters would be other bytes that mean the same. */
static bool hex_read(const char *hex, uint8_t *bytes, size_t size)
{
	size_t length;
	char again[HEX(SIGNATURE)];

	return strlen(hex) == 2 * size && sodium_hex2bin(bytes, size, hex, 2 * size, NULL, &length, NULL) == 0 &&
	       length == size && strcmp(sodium_bin2hex(again, sizeof(again), bytes, size), hex) == 0;
}

static bool is_canonical(const json_t *root, struct span json)
{
	char *text = canonical(root);
	bool is = text && span_equal(text_span(text), json);

	free(text);
	return is;
}

static bool is_signed(json_t *root, const uint8_t key[32])
{
	uint8_t signature[SIGNATURE];
	json_t *without = json_copy(root);
	char *text = NULL;
	bool is = without && hex_read(json_string_value(json_object_get(root, "signature")), signature,
				      sizeof(signature));

	if (is && json_object_del(without, "signature") == 0)
		text = canonical(without);
	is = is && text &&
	     crypto_sign_verify_detached(signature, (const uint8_t *)text, strlen(text), key) == 0;
	free(text);
	json_decref(without);
	return is;
}

enum err certificate_verify(struct span json, const uint8_t *key, char why[CERTIFICATE_WHY])
{
	struct certificate certificate;
	uint8_t own[32];
	enum err err = sodium_init() < 0 ? ERR_UNSUPPORTED : certificate_read(json, &certificate);

	if (err != OK)
		return refuse(why, "this is not a restore certificate of Hinomi, or a part of it is missing");
	if (json.ptr[json.len - 1] == '\n') /* as editors and shells leave it */
		json.len--;
	if (!is_canonical(certificate.root, json) || !hex_read(certificate.key, own, sizeof(own)))
		err = refuse(why, "it was changed after it was signed: it is not written as Hinomi writes it");
	else if (!is_signed(certificate.root, own))
		err = refuse(why, "it was changed after it was signed: its signature does not fit");
	else if (key && memcmp(own, key, sizeof(own)) != 0)
		err = refuse(why, "it was signed with another key than the one that was given");
	else
		certificate_fingerprint(own, why);
	certificate_free(&certificate);
	return err;
}
