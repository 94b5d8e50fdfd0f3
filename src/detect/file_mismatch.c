/*
 * file_mismatch.c - programs that come under the name or the type of something harmless.
 *
 * A downloader fetches its next stage as a picture or a document, so that filters and logs see
 * nothing (MITRE ATT&CK T1036.008); a person is sent "invoice.pdf.exe" (T1036.007). What a file is,
 * its first bytes say. A program under a program's name is an ordinary download, and so are
 * scripts served as text and programs served as unknown bytes.
 */
#include "detect/detect.h"
#include "detect/hostname.h"
#include "detect/slots.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define FILES         512  /* receivers and senders of such files, at a time; a power of two */
#define SUFFIX        8    /* letters of an extension that matter */
#define NAME_MAX_SEEN 1024 /* the event's own limit: EVENT_TEXT_MAX */

enum lie {
	LIE_NONE,
	LIE_TEXT,   /* a program called text: sloppy servers do that as well */
	LIE_DOUBLE, /* two extensions, the last of which runs */
	LIE_TYPE,   /* declared as picture, sound, document */
	LIE_NAME,   /* named so */
};

struct file_key {
	struct ip receiver, sender;
};

struct file_case {
	struct file_key key;
	uint64_t count, told, bytes, told_bytes;
	usec_t first, last;
	enum direction direction;
	enum lie lie; /* the worst */
	enum file_type type;
	uint64_t size;
	bool hashed;
	uint8_t sha256[32];
	char name[HOSTNAME_TEXT], declared[HOSTNAME_TEXT];
};

struct file_mismatch {
	struct detect_settings settings;
	struct slots cases;
	bool touched;
};

static void *mismatch_open(const struct detect_settings *settings)
{
	struct file_mismatch *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->settings = *settings;
	if (slots_open(&m->cases, FILES, sizeof(struct file_case), sizeof(struct file_key)))
		return m;
	free(m);
	return NULL;
}

static void mismatch_close(void *state)
{
	struct file_mismatch *m = state;

	slots_close(&m->cases);
	free(m);
}

/* The extension that ends before `*end`, in lower case, and moves *end before its dot; "" for none.
 */
static void name_extension(struct span name, size_t *end, char text[SUFFIX])
{
	size_t dot = *end, at = 0;

	text[0] = '\0';
	while (dot > 0 && name.ptr[dot - 1] != '.' && name.ptr[dot - 1] != '/' &&
	       name.ptr[dot - 1] != '\\')
		dot--;
	if (dot == 0 || name.ptr[dot - 1] != '.' || *end - dot >= SUFFIX)
		return;
	for (size_t i = dot; i < *end; i++)
		text[at++] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32
									     : name.ptr[i]);
	text[at] = '\0';
	*end = dot - 1;
}

static bool listed(const char *text, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

/* What people and programs take for something to look at. */
static bool extension_is_harmless(const char *extension)
{
	static const char *const list[] = { "jpg", "jpeg", "png", "gif", "bmp",  "webp",  "ico",
					    "tif", "tiff", "pdf", "doc", "docx", "xls",   "xlsx",
					    "ppt", "pptx", "odt", "ods", "rtf",  "mp3",   "mp4",
					    "avi", "mov",  "wav", "mkv", "woff", "woff2", "ttf",
					    "otf", "eot",  NULL };

	return listed(extension, list);
}

static bool extension_is_text(const char *extension)
{
	static const char *const list[] = { "txt", "csv",  "log", "htm", "html", "css",
					    "xml", "json", "svg", "md",  NULL };

	return listed(extension, list);
}

static bool extension_runs(const char *extension)
{
	static const char *const list[] = { "exe", "scr", "com", "pif", "bat", "cmd", "lnk", "jar",
					    "msi", "dll", "cpl", "js",  "jse", "vbs", "vbe", "wsf",
					    "hta", "ps1", "sh",  "elf", "app", NULL };

	return listed(extension, list);
}

static bool declared_begins(struct span declared, const char *text)
{
	size_t length = strlen(text);

	return declared.len >= length && strncasecmp((const char *)declared.ptr, text, length) == 0;
}

static bool declared_is_harmless(struct span declared)
{
	static const char *const list[] = { "image/",
					    "audio/",
					    "video/",
					    "font/",
					    "application/pdf",
					    "application/msword",
					    "application/rtf",
					    "application/vnd.openxmlformats-",
					    "application/vnd.ms-excel",
					    "application/vnd.ms-powerpoint" };

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (declared_begins(declared, list[i]))
			return true;
	return false;
}

static enum lie file_lie(const struct event_file *f)
{
	size_t end = f->name.len < NAME_MAX_SEEN ? f->name.len : NAME_MAX_SEEN;
	char last[SUFFIX], before[SUFFIX] = "";

	if (!file_type_runs(f->type))
		return LIE_NONE;
	name_extension(f->name, &end, last);
	if (last[0])
		name_extension(f->name, &end, before);
	if (extension_is_harmless(last))
		return LIE_NAME;
	if (declared_is_harmless(f->declared))
		return LIE_TYPE;
	if (extension_runs(last))
		return extension_is_harmless(before) ||
				       (extension_is_text(before) && f->type != FILE_SCRIPT)
			       ? LIE_DOUBLE
			       : LIE_NONE;
	/* scripts are text; the rest is not, whatever a server's default type is */
	if (f->type != FILE_SCRIPT &&
	    (extension_is_text(last) || (!last[0] && declared_begins(f->declared, "text/"))))
		return LIE_TEXT;
	return LIE_NONE;
}

static void mismatch_see(void *state, const struct obs *obs)
{
	struct file_mismatch *m = state;
	const struct event *e = obs->event;
	unsigned receiver = e->kind == EVENT_FILE && e->file.to_client ? e->client : !e->client;
	struct file_key key = { e->key.ip[receiver], e->key.ip[!receiver] };
	enum lie lie = e->kind == EVENT_FILE ? file_lie(&e->file) : LIE_NONE;
	struct file_case *c;

	if (lie == LIE_NONE || (!e->home[0] && !e->home[1]))
		return;
	c = slots_at(&m->cases, &key);
	if (c->count++ == 0)
		c->first = e->ts;
	c->last = e->ts;
	c->bytes += e->file.size;
	m->touched = true;
	if (lie < c->lie)
		return;
	c->lie = lie;
	c->direction = !e->home[!receiver]  ? DIRECTION_INBOUND
		       : !e->home[receiver] ? DIRECTION_OUTBOUND
					    : DIRECTION_INTERNAL;
	c->type = e->file.type;
	c->size = e->file.size;
	c->hashed = e->file.hashed;
	memcpy(c->sha256, e->file.sha256, sizeof(c->sha256));
	hostname_text(e->file.name, c->name);
	hostname_text(e->file.declared, c->declared);
	slots_worth(&m->cases, c, (uint32_t)lie);
}

static void mismatch_alert(struct alert *a, const struct file_case *c)
{
	static const char *const lies[] = {
		[LIE_TEXT] = "text",
		[LIE_DOUBLE] = "a document, by two extensions",
		[LIE_TYPE] = "a picture, sound or document, by its declared type",
		[LIE_NAME] = "a picture, sound or document, by its name",
	};
	bool device = c->direction != DIRECTION_OUTBOUND;
	char whom[ENTITY_TEXT], hash[65] = "";

	*a = (struct alert){
		.rule = "file_mismatch",
		.vector = VECTOR_NONE,
		.direction = c->direction,
		.who = entity_ip(&c->key.sender),
		.whom = entity_ip(&c->key.receiver),
		.severity = c->lie == LIE_TEXT     ? SEVERITY_NOTICE
			    : c->lie == LIE_DOUBLE ? SEVERITY_WARNING
						   : SEVERITY_HIGH,
		.confidence = (uint8_t)(c->lie == LIE_TEXT ? 50 : 80),
		.from = c->first,
		.to = c->last,
		.bytes = c->bytes - c->told_bytes,
		.attack = c->lie == LIE_DOUBLE ? "T1036.007" : "T1036.008",
		.by = BY_WHO | BY_WHOM,
		.quiet = 3600 * USEC_PER_SEC,
	};
	entity_text(device ? &a->whom : &a->who, whom);
	snprintf(a->say, sizeof(a->say), "%s, one of ours, %s a %s that calls itself %s.", whom,
		 device ? "received" : "sent", file_type_name(c->type),
		 c->lie == LIE_TEXT ? "text" : "something harmless");
	alert_why(a, "Content", "%s, %llu bytes", file_type_name(c->type),
		  (unsigned long long)c->size);
	alert_why(a, "Claims to be", "%s", lies[c->lie]);
	alert_why(a, "Name", "%s", c->name[0] ? c->name : "none");
	alert_why(a, "Declared type", "%s", c->declared[0] ? c->declared : "none");
	for (unsigned i = 0; c->hashed && i < 32; i++)
		snprintf(hash + 2 * i, 3, "%02x", c->sha256[i]);
	if (c->hashed)
		alert_why(a, "SHA-256", "%s", hash);
}

static void mismatch_tick(void *state, const struct window *window, const struct alert_sink *sink)
{
	struct file_mismatch *m = state;
	struct file_case *c;
	struct alert alert;

	(void)window;
	if (!m->touched)
		return;
	m->touched = false;
	for (uint32_t at = 0; (c = slots_next(&m->cases, &at));) {
		if (c->count == c->told)
			continue;
		mismatch_alert(&alert, c);
		sink->raise(sink->whom, &alert);
		c->told = c->count;
		c->told_bytes = c->bytes;
	}
}

const struct detector detector_file_mismatch = {
	.name = "file_mismatch",
	.doc = "A program (Windows, Linux, macOS, Java, script, shortcut) that is carried to or "
	       "from a "
	       "host of ours under the name or the type of a picture, a document, text and so on, "
	       "or "
	       "with two extensions. Needs the file in the clear. False alarms: makers that hide "
	       "updates behind another extension; servers that declare everything as text.",
	.attack = "T1036.008, T1036.007",
	.wants = OBS_EVENT,
	.mem_max = sizeof(struct file_mismatch) + FILES * (sizeof(struct file_case) + 4),
	.open = mismatch_open,
	.see = mismatch_see,
	.tick = mismatch_tick,
	.close = mismatch_close,
};
