/* parser.c - which parser reads which application, and what its words become as events. */
#include "talk/talk_private.h"

/* Room of its own that a parser needs while something is under way. */
static bool room_take(struct slab *slab, void *into, size_t size)
{
	void *room = slab_take(slab);

	if (room)
		memset(room, 0, size);
	memcpy(into, &room, sizeof(room));
	return room != NULL;
}

static void room_give(struct slab *slab, void *room)
{
	if (room)
		slab_give(slab, room);
}

static void see_http(void *whom, const struct event_http *http)
{
	struct event e = talk_event(whom, EVENT_HTTP);

	e.http = *http;
	talk_tell(whom, &e);
}

static bool see_body(void *whom, const struct http_body *body)
{
	struct talk_about about = { .name = body->name,
				    .declared = body->type,
				    .coding = body->coding,
				    .part_of_file = body->part_of_file,
				    .first = body->first,
				    .full = body->full };

	return talk_file_begin(whom, body->side, &about);
}

static void see_body_part(void *whom, unsigned side, struct span part)
{
	talk_file_part(whom, side, part);
}

static void see_body_end(void *whom, unsigned side, bool whole)
{
	talk_file_end(whom, side, whole);
}

static struct http_sink http_sink(struct talk_call *call)
{
	return (struct http_sink){ call, see_http, see_body, see_body_part, see_body_end,
				   { call, talk_tell_login } };
}

static void see_tls(void *whom, const struct event_tls *tls)
{
	struct event e = talk_event(whom, EVENT_TLS);

	e.tls = *tls;
	talk_tell(whom, &e);
}

static struct tls_sink tls_sink(struct talk_call *call)
{
	return (struct tls_sink){ call, call->all->kit, see_tls };
}

static void see_ssh(void *whom, const struct event_ssh *ssh)
{
	struct event e = talk_event(whom, EVENT_SSH);

	e.ssh = *ssh;
	talk_tell(whom, &e);
}

static void see_mqtt(void *whom, const struct mqtt_session *session)
{
	talk_tell_login(whom, &session->login);
}

static void see_smb_login(void *whom, const struct smb_login *login)
{
	talk_tell_login(whom, &login->login);
}

static void see_ldap(void *whom, const struct ldap_bind *bind)
{
	if (bind->simple)
		talk_tell_login(whom, &bind->login);
}

static void see_irc(void *whom, const struct event_irc *said)
{
	struct event e = talk_event(whom, EVENT_IRC);

	e.irc = *said;
	talk_tell(whom, &e);
}

static void see_mining(void *whom, const struct event_mining *message)
{
	struct event e = talk_event(whom, EVENT_MINING);

	e.mining = *message;
	talk_tell(whom, &e);
}

static void see_dns(void *whom, unsigned side, const struct dns_message *m, bool readable)
{
	const struct talk_call *call = whom;
	struct event e;

	(void)side;
	if (m->anomaly < ANOMALY_COUNT)
		call->all->anomalies.count[m->anomaly]++;
	if (!readable)
		return;
	e = talk_event(call, EVENT_DNS);
	e.dns = m->event;
	talk_tell(call, &e);
}

/* The room that HTTP needs as long as a message or a response is under way. */
static bool http_ready(struct talk_call *call)
{
	struct http *h = &call->talk->http;

	return h->room ||
	       room_take(&call->all->http, &h->room, sizeof(struct http_room));
}

bool talk_parser_begin(struct talk_call *call)
{
	struct talk *t = call->talk;

	switch (call->flow->app) {
	case APP_TLS:
		if (!room_take(&call->all->tls, &t->tls.note, sizeof(struct tls_note)))
			return false;
		tls_note_clear(t->tls.note);
		return true;
	case APP_SMTP:
		return room_take(&call->all->smtp, &t->smtp.room, sizeof(struct talk_mail_room));
	case APP_FTP_DATA:
		return talk_transfer_begin(call);
	case APP_HTTP:
	case APP_FTP:
	case APP_TELNET:
	case APP_SSH:
	case APP_POP3:
	case APP_IMAP:
	case APP_MQTT:
	case APP_SMB:
	case APP_LDAP:
	case APP_DNS:
	case APP_IRC:
	case APP_MINING:
		return true;
	default:
		return false;
	}
}

static size_t feed_http(struct talk_call *call, unsigned side, struct span bytes)
{
	struct http_sink sink = http_sink(call);
	struct http *h = &call->talk->http;
	size_t used;

	if (!http_ready(call)) {
		call->talk->over = true;
		return bytes.len;
	}
	used = http_feed(h, side, bytes, &sink);
	call->talk->over = h->gave_up;
	if (http_idle(h) && used == bytes.len) {
		room_give(&call->all->http, h->room);
		h->room = NULL;
	}
	return used;
}

static size_t feed_tls(struct talk_call *call, unsigned side, struct span bytes)
{
	struct tls_sink sink = tls_sink(call);
	struct tls *tls = &call->talk->tls;
	size_t used = tls_feed(tls, side, bytes, &sink);

	call->talk->over = tls->done;
	if (tls->done && tls->anomaly < ANOMALY_COUNT)
		call->all->anomalies.count[tls->anomaly]++;
	return used;
}

static size_t feed_ssh(struct talk_call *call, unsigned side, struct span bytes)
{
	struct ssh_sink sink = { call, see_ssh };
	size_t used = ssh_feed(&call->talk->ssh, side, bytes, &sink);

	call->talk->over = call->talk->ssh.gave_up;
	return used;
}

/* What programs say to each other in lines. */
static size_t feed_chat(struct talk_call *call, unsigned side, struct span bytes)
{
	struct irc_sink irc = { call, see_irc };
	struct mining_sink mining = { call, see_mining };
	struct talk *t = call->talk;
	size_t used;

	if (call->flow->app == APP_IRC) {
		used = irc_feed(&t->irc, side, bytes, &irc);
		t->over = t->irc.gave_up;
		return used;
	}
	used = mining_feed(&t->mining, side, bytes, &mining);
	t->over = t->mining.stream.gave_up || t->mining.stream.done;
	return used;
}

/* Protocols of which only logins are told. */
static size_t feed_login(struct talk_call *call, unsigned side, struct span bytes)
{
	struct login_sink login = { call, talk_tell_login };
	struct ftp_sink ftp = { .whom = call, .login = login };
	struct talk *t = call->talk;
	size_t used = bytes.len;

	switch (call->flow->app) {
	case APP_FTP:
		used = ftp_feed(&t->ftp, side, bytes, &ftp);
		t->over = t->ftp.gave_up;
		break;
	case APP_TELNET:
		used = telnet_feed(&t->telnet, side, bytes, &login);
		t->over = t->telnet.gave_up;
		break;
	default:
		used = pop_imap_feed(&t->pop_imap, side, bytes, &login);
		t->over = t->pop_imap.gave_up;
		break;
	}
	return used;
}

static size_t feed_binary(struct talk_call *call, unsigned side, struct span bytes)
{
	struct mqtt_sink mqtt = { call, see_mqtt };
	struct smb_sink smb = { .whom = call, .login = see_smb_login };
	struct ldap_sink ldap = { call, see_ldap };
	struct talk *t = call->talk;
	size_t used = bytes.len;

	switch (call->flow->app) {
	case APP_MQTT:
		used = mqtt_feed(&t->mqtt, side, bytes, &mqtt);
		t->over = t->mqtt.stream.gave_up || t->mqtt.stream.done;
		break;
	case APP_SMB:
		used = smb_feed(&t->smb, side, bytes, &smb);
		t->over = t->smb.stream.gave_up || t->smb.stream.done;
		break;
	default:
		used = ldap_feed(&t->ldap, side, bytes, &ldap);
		t->over = t->ldap.stream.gave_up || t->ldap.stream.done;
		break;
	}
	return used;
}

size_t talk_parser_feed(struct talk_call *call, unsigned side, struct span bytes)
{
	struct dns_sink dns = { call, see_dns };
	size_t used;

	switch (call->flow->app) {
	case APP_HTTP:
		return feed_http(call, side, bytes);
	case APP_TLS:
		return feed_tls(call, side, bytes);
	case APP_SMTP:
		return talk_mail_feed(call, side, bytes);
	case APP_FTP_DATA:
		return talk_transfer_feed(call, side, bytes);
	case APP_IRC:
	case APP_MINING:
		return feed_chat(call, side, bytes);
	case APP_SSH:
		return feed_ssh(call, side, bytes);
	case APP_FTP:
	case APP_TELNET:
	case APP_POP3:
	case APP_IMAP:
		return feed_login(call, side, bytes);
	case APP_MQTT:
	case APP_SMB:
	case APP_LDAP:
		return feed_binary(call, side, bytes);
	case APP_DNS:
		used = dns_feed(&call->talk->dns, side, bytes, &dns);
		call->talk->over = call->talk->dns.gave_up;
		return used;
	default:
		call->talk->over = true;
		return bytes.len;
	}
}

void talk_parser_gap(struct talk_call *call, unsigned side, uint64_t missing)
{
	struct http_sink http = http_sink(call);
	struct ssh_sink ssh = { call, see_ssh };
	struct talk *t = call->talk;

	switch (call->flow->app) {
	case APP_HTTP:
		if (http_ready(call))
			http_gap(&t->http, side, missing, &http);
		break;
	case APP_TLS:
		tls_gap(&t->tls, side, missing);
		break;
	case APP_SMTP:
		talk_mail_gap(call, side, missing);
		break;
	case APP_FTP_DATA:
		talk_transfer_gap(call);
		break;
	case APP_IRC:
		irc_gap(&t->irc, side, missing);
		break;
	case APP_MINING:
		mining_gap(&t->mining, side, missing);
		break;
	case APP_SSH:
		ssh_gap(&t->ssh, side, missing, &ssh);
		break;
	case APP_FTP:
		ftp_gap(&t->ftp, side, missing);
		break;
	case APP_TELNET:
		telnet_gap(&t->telnet, side, missing);
		break;
	case APP_POP3:
	case APP_IMAP:
		pop_imap_gap(&t->pop_imap, side, missing);
		break;
	case APP_MQTT:
		mqtt_gap(&t->mqtt, side, missing);
		break;
	case APP_SMB:
		smb_gap(&t->smb, side, missing);
		break;
	case APP_LDAP:
		ldap_gap(&t->ldap, side, missing);
		break;
	case APP_DNS:
		dns_gap(&t->dns, side, missing);
		break;
	}
}

void talk_parser_end(struct talk_call *call)
{
	struct http_sink http = http_sink(call);
	struct tls_sink tls = tls_sink(call);
	struct ssh_sink ssh = { call, see_ssh };
	struct login_sink login = { call, talk_tell_login };
	struct ftp_sink ftp = { .whom = call, .login = login };
	struct mqtt_sink mqtt = { call, see_mqtt };
	struct smb_sink smb = { .whom = call, .login = see_smb_login };
	struct ldap_sink ldap = { call, see_ldap };
	struct talk *t = call->talk;

	switch (call->flow->app) {
	case APP_HTTP:
		if (t->http.room)
			http_end(&t->http, &http);
		break;
	case APP_TLS:
		tls_end(&t->tls, &tls);
		break;
	case APP_SMTP:
		talk_mail_end(call);
		break;
	case APP_FTP_DATA:
		talk_transfer_end(call);
		break;
	case APP_SSH:
		ssh_end(&t->ssh, &ssh);
		break;
	case APP_FTP:
		ftp_end(&t->ftp, &ftp);
		break;
	case APP_TELNET:
		telnet_end(&t->telnet, &login);
		break;
	case APP_POP3:
	case APP_IMAP:
		pop_imap_end(&t->pop_imap, &login);
		break;
	case APP_MQTT:
		mqtt_end(&t->mqtt, &mqtt);
		break;
	case APP_SMB:
		smb_end(&t->smb, &smb);
		break;
	case APP_LDAP:
		ldap_end(&t->ldap, &ldap);
		break;
	}
}

void talk_parser_free(struct talk_call *call)
{
	struct talk *t = call->talk;

	for (unsigned side = 0; side < 2; side++)
		talk_file_end(call, side, false);
	switch (call->flow->app) {
	case APP_HTTP:
		room_give(&call->all->http, t->http.room);
		break;
	case APP_TLS:
		room_give(&call->all->tls, t->tls.note);
		break;
	case APP_SMTP:
		talk_mail_free(call);
		break;
	}
}
