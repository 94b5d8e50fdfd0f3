/* talk.c - a conversation before one of the stream parsers. */
#include "talk.h"

#include "wire/ftp.h"
#include "wire/http.h"
#include "wire/irc.h"
#include "wire/pop_imap.h"
#include "wire/smtp.h"
#include "wire/ssh.h"
#include "wire/telnet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct talk {
	enum talk_kind kind;
	bool broken;
	uint8_t *kept[2];
	size_t kept_len[2];
	char *told;
	size_t told_len, told_room;
	char *body[2]; /* parts until now */
	size_t body_len[2];
	union {
		struct http http;
		struct smtp smtp;
		struct ftp ftp;
		struct telnet telnet;
		struct irc irc;
		struct ssh ssh;
		struct pop_imap mailbox;
	} x;
	union {
		struct http_room http;
		struct smtp_room smtp;
	} room;
};

static void tell_bytes(struct talk *t, const char *bytes, size_t len)
{
	if (t->told_len + len >= t->told_room) {
		t->told_room = 2 * (t->told_len + len) + 1024;
		t->told = realloc(t->told, t->told_room);
		if (!t->told)
			abort();
	}
	memcpy(t->told + t->told_len, bytes, len);
	t->told_len += len;
	t->told[t->told_len] = 0;
}

__attribute__((format(printf, 2, 3))) static void tell(struct talk *t, const char *format, ...)
{
	char text[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tell_bytes(t, text, (size_t)n);
}

static void tell_text(struct talk *t, const char *name, const uint8_t *bytes, size_t len)
{
	if (!len)
		return;
	tell(t, " %s=", name);
	for (size_t i = 0; i < len; i++)
		if (bytes[i] > ' ' && bytes[i] < 127 && bytes[i] != '\\')
			tell_bytes(t, (const char *)&bytes[i], 1);
		else
			tell(t, "\\x%02x", bytes[i]);
}

static void tell_span(struct talk *t, const char *name, struct span s)
{
	tell_text(t, name, s.ptr, s.len);
}

static void on_login(void *whom, const struct event_login *login)
{
	static const char *const outcomes[] = {"unknown", "accepted", "refused"};
	struct talk *t = whom;

	tell(t, "login %s", outcomes[login->outcome]);
	tell_span(t, "user", login->user);
	tell(t, "%s%s%s\n", login->has_password ? " password" : "", login->weak ? " weak" : "",
	     login->anonymous ? " anonymous" : "");
}

static void on_exchange(void *whom, const struct event_http *http)
{
	struct talk *t = whom;

	tell(t, "http %u", http->status);
	tell_span(t, "method", http->method);
	tell_span(t, "host", http->host);
	tell_span(t, "url", http->url);
	tell_span(t, "agent", http->agent);
	tell_span(t, "referer", http->referer);
	tell_span(t, "protocol", http->protocol);
	tell_span(t, "type", http->type);
	tell_span(t, "location", http->location);
	tell_span(t, "server", http->server);
	tell(t, " %llu %llu\n", (unsigned long long)http->request_body,
	     (unsigned long long)http->response_body);
}

static bool on_body_begin(void *whom, const struct http_body *body)
{
	struct talk *t = whom;

	tell(t, "body %u%s", body->side, body->part_of_file ? " part" : "");
	tell_span(t, "name", body->name);
	tell_span(t, "type", body->type);
	tell_span(t, "coding", body->coding);
	tell(t, "\n");
	t->body_len[body->side] = 0;
	return true;
}

static void on_body_part(void *whom, unsigned side, struct span part)
{
	struct talk *t = whom;
	char *grown = realloc(t->body[side], t->body_len[side] + part.len + 1);

	if (!grown)
		abort();
	memcpy(grown + t->body_len[side], part.ptr, part.len);
	t->body[side] = grown;
	t->body_len[side] += part.len;
}

static void on_body_end(void *whom, unsigned side, bool whole)
{
	struct talk *t = whom;

	tell(t, "body-end %u %s", side, whole ? "whole" : "cut");
	tell_text(t, "bytes", (const uint8_t *)t->body[side], t->body_len[side]);
	tell(t, "\n");
	t->body_len[side] = 0;
}

static void on_envelope(void *whom, const struct event_smtp *smtp)
{
	struct talk *t = whom;

	tell(t, "smtp");
	tell_span(t, "helo", smtp->helo);
	tell_span(t, "from", smtp->from);
	tell_span(t, "to", smtp->to);
	tell_span(t, "subject", smtp->subject);
	tell_span(t, "id", smtp->message_id);
	tell(t, " %u/%u%s%s %llu", smtp->recipients, smtp->refused,
	     smtp->accepted ? " accepted" : "", smtp->tls ? " tls" : "",
	     (unsigned long long)smtp->message);
	tell_span(t, "header-from", smtp->header_from);
	tell_span(t, "header-to", smtp->header_to);
	tell_span(t, "header-cc", smtp->header_cc);
	tell_span(t, "files", smtp->files);
	tell(t, "\n");
}

static bool on_message_begin(void *whom)
{
	struct talk *t = whom;

	tell(t, "message\n");
	t->body_len[0] = 0;
	return true;
}

static void on_message_part(void *whom, struct span part)
{
	on_body_part(whom, 0, part);
}

static void on_message_end(void *whom, bool whole, bool accepted)
{
	on_body_end(whom, 0, whole);
	tell(whom, "message-end %s\n", accepted ? "accepted" : "refused");
}

static bool on_file_begin(void *whom, const struct mime_part *part)
{
	struct talk *t = whom;

	tell(t, "file %u", part->depth);
	tell_span(t, "name", part->name);
	tell_span(t, "type", part->type);
	tell(t, "\n");
	t->body_len[1] = 0; /* the message has the other */
	return true;
}

static void on_file_part(void *whom, struct span bytes)
{
	on_body_part(whom, 1, bytes);
}

static void on_file_end(void *whom, bool whole)
{
	on_body_end(whom, 1, whole);
}

static void on_transfer(void *whom, const struct ftp_transfer *f)
{
	static const char *const verbs[] = {"announced", "retrieve", "store", "list"};
	struct talk *t = whom;
	char address[IP_TEXT];

	tell(t, "ftp %s %s %s%s port %u", verbs[f->verb], f->passive ? "passive" : "active",
	     f->has_address ? ip_text(&f->ip, address) : "same", f->part ? " part" : "", f->port);
	tell_span(t, "path", f->path);
	tell(t, "\n");
}

static void on_said(void *whom, const struct event_irc *said)
{
	static const char *const verbs[] = {"nick", "welcome", "join", "text"};
	struct talk *t = whom;

	tell(t, "irc %s%s", verbs[said->verb], said->from_server ? " server" : "");
	tell_span(t, "nick", said->nick);
	tell_span(t, "server", said->server);
	tell_span(t, "from", said->from);
	tell_span(t, "channel", said->channel);
	tell_span(t, "text", said->text);
	tell(t, "\n");
}

static void on_handshake(void *whom, const struct event_ssh *ssh)
{
	struct talk *t = whom;

	tell(t, "ssh");
	tell_span(t, "client", ssh->client);
	tell_span(t, "server", ssh->server);
	tell_span(t, "client_version", ssh->client_version);
	tell_span(t, "server_version", ssh->server_version);
	tell_span(t, "hassh", ssh->hassh);
	tell_span(t, "hassh_server", ssh->hassh_server);
	tell(t, "\n");
}

struct talk *talk_new(enum talk_kind kind)
{
	struct talk *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->kind = kind;
	tell_bytes(t, "", 0);
	if (kind == TALK_HTTP)
		t->x.http.room = &t->room.http;
	if (kind == TALK_SMTP)
		t->x.smtp.room = &t->room.smtp;
	return t;
}

struct sinks {
	struct login_sink login;
	struct http_sink http;
	struct smtp_sink smtp;
	struct ftp_sink ftp;
	struct irc_sink irc;
	struct ssh_sink ssh;
};

static struct sinks sinks_of(struct talk *t)
{
	struct login_sink login = {t, on_login};

	return (struct sinks){
		login,
		{t, on_exchange, on_body_begin, on_body_part, on_body_end, login},
		{t, on_envelope, on_message_begin, on_message_part, on_message_end, on_file_begin,
		 on_file_part, on_file_end, login},
		{t, on_transfer, login},
		{t, on_said},
		{t, on_handshake},
	};
}

static size_t feed(struct talk *t, unsigned side, struct span bytes)
{
	struct sinks to = sinks_of(t);

	switch (t->kind) {
	case TALK_HTTP:
		return http_feed(&t->x.http, side, bytes, &to.http);
	case TALK_SMTP:
		return smtp_feed(&t->x.smtp, side, bytes, &to.smtp);
	case TALK_FTP:
		return ftp_feed(&t->x.ftp, side, bytes, &to.ftp);
	case TALK_TELNET:
		return telnet_feed(&t->x.telnet, side, bytes, &to.login);
	case TALK_IRC:
		return irc_feed(&t->x.irc, side, bytes, &to.irc);
	case TALK_SSH:
		return ssh_feed(&t->x.ssh, side, bytes, &to.ssh);
	default:
		return pop_imap_feed(&t->x.mailbox, side, bytes, &to.login);
	}
}

/* Hands in what was kept and these bytes behind it, in memory that ends there. */
static void say(struct talk *t, unsigned side, const uint8_t *bytes, size_t len)
{
	size_t all = t->kept_len[side] + len, used;
	uint8_t *joined = malloc(all ? all : 1), *rest;

	if (!joined)
		abort();
	if (t->kept_len[side])
		memcpy(joined, t->kept[side], t->kept_len[side]);
	memcpy(joined + t->kept_len[side], bytes, len);
	used = feed(t, side, (struct span){joined, all});
	if (used > all || all - used >= TALK_KEEP) {
		t->broken = true;
		used = all;
	}
	rest = malloc(all - used ? all - used : 1);
	if (!rest)
		abort();
	memcpy(rest, joined + used, all - used);
	free(joined);
	free(t->kept[side]);
	t->kept[side] = rest;
	t->kept_len[side] = all - used;
}

void talk_say(struct talk *t, unsigned side, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	while (len) { /* as a caller with little room does it */
		size_t n = TALK_KEEP - t->kept_len[side];

		n = len < n ? len : n;
		say(t, side, at, n);
		at += n;
		len -= n;
	}
}

void talk_text(struct talk *t, unsigned side, const char *text)
{
	talk_say(t, side, text, strlen(text));
}

void talk_gap(struct talk *t, unsigned side, uint64_t missing)
{
	struct sinks to = sinks_of(t);

	t->kept_len[side] = 0;
	switch (t->kind) {
	case TALK_HTTP:
		http_gap(&t->x.http, side, missing, &to.http);
		break;
	case TALK_SMTP:
		smtp_gap(&t->x.smtp, side, missing, &to.smtp);
		break;
	case TALK_FTP:
		ftp_gap(&t->x.ftp, side, missing);
		break;
	case TALK_TELNET:
		telnet_gap(&t->x.telnet, side, missing);
		break;
	case TALK_IRC:
		irc_gap(&t->x.irc, side, missing);
		break;
	case TALK_SSH:
		ssh_gap(&t->x.ssh, side, missing, &to.ssh);
		break;
	default:
		pop_imap_gap(&t->x.mailbox, side, missing);
	}
}

const char *talk_end(struct talk *t)
{
	struct sinks to = sinks_of(t);

	switch (t->kind) {
	case TALK_HTTP:
		http_end(&t->x.http, &to.http);
		break;
	case TALK_SMTP:
		smtp_end(&t->x.smtp, &to.smtp);
		break;
	case TALK_FTP:
		ftp_end(&t->x.ftp, &to.ftp);
		break;
	case TALK_TELNET:
		telnet_end(&t->x.telnet, &to.login);
		break;
	case TALK_IRC:
		break;
	case TALK_SSH:
		ssh_end(&t->x.ssh, &to.ssh);
		break;
	default:
		pop_imap_end(&t->x.mailbox, &to.login);
	}
	return t->told;
}

const char *talk_told(const struct talk *t)
{
	return t->told;
}

bool talk_gave_up(const struct talk *t)
{
	switch (t->kind) {
	case TALK_HTTP:
		return t->x.http.gave_up;
	case TALK_SMTP:
		return t->x.smtp.gave_up;
	case TALK_FTP:
		return t->x.ftp.gave_up;
	case TALK_TELNET:
		return t->x.telnet.gave_up;
	case TALK_IRC:
		return t->x.irc.gave_up;
	case TALK_SSH:
		return t->x.ssh.gave_up;
	default:
		return t->x.mailbox.gave_up;
	}
}

uint32_t talk_anomalies(const struct talk *t)
{
	return t->kind == TALK_HTTP   ? t->x.http.anomalies
	       : t->kind == TALK_SMTP ? t->x.smtp.anomalies
	       : t->kind == TALK_FTP  ? t->x.ftp.anomalies
				      : 0;
}

bool talk_broken(const struct talk *t)
{
	return t->broken;
}

bool talk_remembers(const struct talk *t, const char *text)
{
	return memmem(&t->x, sizeof(t->x), text, strlen(text)) ||
	       memmem(&t->room, sizeof(t->room), text, strlen(text));
}

void talk_free(struct talk *t)
{
	for (unsigned side = 0; side < 2; side++) {
		free(t->kept[side]);
		free(t->body[side]);
	}
	free(t->told);
	free(t);
}
