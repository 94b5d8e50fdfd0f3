/* parser.c - which parser reads which application, and what its words become as events. */
#include "talk/talk_private.h"

static void see_http(void *whom, const struct event_http *http)
{
	struct event e;

	talk_event(&e, whom, EVENT_HTTP);
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
	struct event e;

	talk_event(&e, whom, EVENT_TLS);
	e.tls = *tls;
	talk_tell(whom, &e);
}

static struct tls_sink tls_sink(struct talk_call *call)
{
	return (struct tls_sink){ call, call->all->no_fingerprints ? NULL : call->all->kit,
				  see_tls };
}

static void see_ssh(void *whom, const struct event_ssh *ssh)
{
	struct event e;

	talk_event(&e, whom, EVENT_SSH);
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
	struct event e;

	talk_event(&e, whom, EVENT_IRC);
	e.irc = *said;
	talk_tell(whom, &e);
}

static void see_mining(void *whom, const struct event_mining *message)
{
	struct event e;

	talk_event(&e, whom, EVENT_MINING);
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
	talk_event(&e, call, EVENT_DNS);
	dns_event_copy(&e.dns, &m->event);
	talk_tell(call, &e);
}

static void desk_clear(struct talk_call *call)
{
	struct talk_desk *desk = call->all->desk;

	call->state = &desk->state;
	if (call->flow->app == APP_TLS) {
		desk->state.tls = (struct tls){ .note = &desk->room.note };
		tls_note_clear(&desk->room.note);
	} else {
		desk->state.http = (struct http){ .room = &desk->room.http };
		http_room_clear(&desk->room.http);
	}
}

/* Makes call->state what can be worked with. */
static void state_open(struct talk_call *call)
{
	struct talk_desk *desk = call->all->desk;
	struct talk *t = call->talk;

	if (call->state)
		return;
	if (call->flow->app == APP_TLS) {
		desk_clear(call);
		tls_unpack(&desk->state.tls, talk_lot_bytes(t));
	} else if (call->flow->app == APP_HTTP) {
		call->state = &desk->state;
		desk->state.http = t->http;
		desk->state.http.room = &desk->room.http;
		http_room_unpack(&desk->state.http, talk_lot_bytes(t));
	} else {
		call->state = t->parked;
	}
}

/* Puts what is at the desk into the talk, and what is more into a lot. False: there is none. */
static bool desk_park(struct talk_call *call)
{
	struct talk_desk *desk = call->all->desk;
	struct pen pen = pen_init(desk->packed, sizeof(desk->packed));
	struct talk *t = call->talk;

	if (call->flow->app == APP_TLS) {
		tls_pack(&desk->state.tls, &pen);
	} else {
		http_room_pack(&desk->state.http, &pen);
		if (pen.used == 0)
			talk_lot_give(call->all, t);
	}
	if (pen.used && !talk_lot_take(call->all, t, pen.used, call->flow->app == APP_TLS))
		return false;
	if (pen.used)
		memcpy(t->parked, desk->packed, pen.used);
	if (call->flow->app == APP_HTTP) {
		t->http = desk->state.http;
		t->http.room = NULL;
	}
	return true;
}

void talk_parser_park(struct talk_call *call)
{
	if (call->state != &call->all->desk->state || call->talk->over)
		return;
	if (!desk_park(call)) {
		talk_parser_end(call);
		call->talk->over = true;
	}
	call->state = NULL;
}

bool talk_parser_begin(struct talk_call *call)
{
	struct talk *t = call->talk;

	switch (call->flow->app) {
	case APP_TLS:
	case APP_HTTP:
		desk_clear(call);
		return true;
	case APP_SMTP:
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
	case APP_FTP_DATA:
		break;
	default:
		return false;
	}
	if (!talk_lot_take(call->all, t, sizeof(*call->state), false))
		return false;
	call->state = memset(t->parked, 0, sizeof(*call->state));
	if (call->flow->app == APP_FTP_DATA)
		return talk_transfer_begin(call);
	return call->flow->app != APP_SMTP || talk_mail_begin(call);
}

static size_t feed_http(struct talk_call *call, unsigned side, struct span bytes)
{
	struct http_sink sink = http_sink(call);
	struct http *h;
	size_t used;

	/* of a long body, nothing but its bytes is needed */
	if (!call->state && http_passes(&call->talk->http, side, bytes.len))
		return http_feed(&call->talk->http, side, bytes, &sink);
	state_open(call);
	h = &call->state->http;
	used = http_feed(h, side, bytes, &sink);
	call->talk->over = h->gave_up;
	return used;
}

static size_t feed_tls(struct talk_call *call, unsigned side, struct span bytes)
{
	struct tls_sink sink = tls_sink(call);
	struct tls *tls = &call->state->tls;
	size_t used = tls_feed(tls, side, bytes, &sink);

	call->talk->over = tls->done;
	if (tls->done && tls->anomaly < ANOMALY_COUNT)
		call->all->anomalies.count[tls->anomaly]++;
	return used;
}

static size_t feed_ssh(struct talk_call *call, unsigned side, struct span bytes)
{
	struct ssh_sink sink = { call, see_ssh };
	size_t used = ssh_feed(&call->state->ssh, side, bytes, &sink);

	call->talk->over = call->state->ssh.gave_up;
	return used;
}

/* What programs say to each other in lines. */
static size_t feed_chat(struct talk_call *call, unsigned side, struct span bytes)
{
	struct irc_sink irc = { call, see_irc };
	struct mining_sink mining = { call, see_mining };
	union talk_state *state = call->state;
	struct talk *t = call->talk;
	size_t used;

	if (call->flow->app == APP_IRC) {
		used = irc_feed(&state->irc, side, bytes, &irc);
		t->over = state->irc.gave_up;
		return used;
	}
	used = mining_feed(&state->mining, side, bytes, &mining);
	t->over = state->mining.stream.gave_up || state->mining.stream.done;
	return used;
}

/* Protocols of which only logins are told. */
static size_t feed_login(struct talk_call *call, unsigned side, struct span bytes)
{
	struct login_sink login = { call, talk_tell_login };
	struct ftp_sink ftp = { .whom = call, .login = login };
	union talk_state *state = call->state;
	struct talk *t = call->talk;
	size_t used = bytes.len;

	switch (call->flow->app) {
	case APP_FTP:
		used = ftp_feed(&state->ftp, side, bytes, &ftp);
		t->over = state->ftp.gave_up;
		break;
	case APP_TELNET:
		used = telnet_feed(&state->telnet, side, bytes, &login);
		t->over = state->telnet.gave_up;
		break;
	default:
		used = pop_imap_feed(&state->pop_imap, side, bytes, &login);
		t->over = state->pop_imap.gave_up;
		break;
	}
	return used;
}

static size_t feed_binary(struct talk_call *call, unsigned side, struct span bytes)
{
	struct mqtt_sink mqtt = { call, see_mqtt };
	struct smb_sink smb = { .whom = call, .login = see_smb_login };
	struct ldap_sink ldap = { call, see_ldap };
	union talk_state *state = call->state;
	struct talk *t = call->talk;
	size_t used = bytes.len;

	switch (call->flow->app) {
	case APP_MQTT:
		used = mqtt_feed(&state->mqtt, side, bytes, &mqtt);
		t->over = state->mqtt.stream.gave_up || state->mqtt.stream.done;
		break;
	case APP_SMB:
		used = smb_feed(&state->smb, side, bytes, &smb);
		t->over = state->smb.stream.gave_up || state->smb.stream.done;
		break;
	default:
		used = ldap_feed(&state->ldap, side, bytes, &ldap);
		t->over = state->ldap.stream.gave_up || state->ldap.stream.done;
		break;
	}
	return used;
}

size_t talk_parser_feed(struct talk_call *call, unsigned side, struct span bytes)
{
	struct dns_sink dns = { call, see_dns };
	size_t used;

	if (call->flow->app == APP_HTTP)
		return feed_http(call, side, bytes);
	state_open(call);
	switch (call->flow->app) {
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
		used = dns_feed(&call->state->dns, side, bytes, &dns);
		call->talk->over = call->state->dns.gave_up;
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
	union talk_state *state;

	state_open(call);
	state = call->state;
	switch (call->flow->app) {
	case APP_HTTP:
		http_gap(&state->http, side, missing, &http);
		break;
	case APP_TLS:
		tls_gap(&state->tls, side, missing);
		break;
	case APP_SMTP:
		talk_mail_gap(call, side, missing);
		break;
	case APP_FTP_DATA:
		talk_transfer_gap(call);
		break;
	case APP_IRC:
		irc_gap(&state->irc, side, missing);
		break;
	case APP_MINING:
		mining_gap(&state->mining, side, missing);
		break;
	case APP_SSH:
		ssh_gap(&state->ssh, side, missing, &ssh);
		break;
	case APP_FTP:
		ftp_gap(&state->ftp, side, missing);
		break;
	case APP_TELNET:
		telnet_gap(&state->telnet, side, missing);
		break;
	case APP_POP3:
	case APP_IMAP:
		pop_imap_gap(&state->pop_imap, side, missing);
		break;
	case APP_MQTT:
		mqtt_gap(&state->mqtt, side, missing);
		break;
	case APP_SMB:
		smb_gap(&state->smb, side, missing);
		break;
	case APP_LDAP:
		ldap_gap(&state->ldap, side, missing);
		break;
	case APP_DNS:
		dns_gap(&state->dns, side, missing);
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
	union talk_state *state;

	state_open(call);
	state = call->state;
	switch (call->flow->app) {
	case APP_HTTP:
		http_end(&state->http, &http);
		break;
	case APP_TLS:
		tls_end(&state->tls, &tls);
		break;
	case APP_SMTP:
		talk_mail_end(call);
		break;
	case APP_FTP_DATA:
		talk_transfer_end(call);
		break;
	case APP_SSH:
		ssh_end(&state->ssh, &ssh);
		break;
	case APP_FTP:
		ftp_end(&state->ftp, &ftp);
		break;
	case APP_TELNET:
		telnet_end(&state->telnet, &login);
		break;
	case APP_POP3:
	case APP_IMAP:
		pop_imap_end(&state->pop_imap, &login);
		break;
	case APP_MQTT:
		mqtt_end(&state->mqtt, &mqtt);
		break;
	case APP_SMB:
		smb_end(&state->smb, &smb);
		break;
	case APP_LDAP:
		ldap_end(&state->ldap, &ldap);
		break;
	}
}

void talk_parser_free(struct talk_call *call)
{
	for (unsigned side = 0; side < 2; side++)
		talk_file_end(call, side, false);
	if (call->flow->app != APP_SMTP)
		return;
	state_open(call);
	talk_mail_free(call);
}
