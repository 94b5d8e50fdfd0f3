/* mail.c - SMTP: envelopes and files become events, and messages are handed on whole. */
#include "talk/talk_private.h"

static struct talk_mail_room *mail_room(const struct talk_call *call)
{
	return (struct talk_mail_room *)call->state->smtp.room; /* its first member */
}

static void see_envelope(void *whom, const struct event_smtp *smtp)
{
	struct event e;

	talk_event(&e, whom, EVENT_SMTP);
	e.smtp = *smtp;
	talk_tell(whom, &e);
}

static struct span text_of(const struct smtp_room *room, enum smtp_text which)
{
	return (struct span){ room->text[which], room->len[which] };
}

static bool see_message(void *whom)
{
	const struct talk_call *call = whom;
	const struct talk_mail_sink *sink = &call->all->mail;
	struct talk_mail_room *room = mail_room(call);
	struct talk_mail mail = { .key = &call->flow->key,
				  .client = (uint8_t)flow_initiator(call->flow),
				  .at = call->at,
				  .helo = text_of(&room->smtp, SMTP_HELO),
				  .from = text_of(&room->smtp, SMTP_FROM),
				  .to = text_of(&room->smtp, SMTP_TO) };

	room->given = 0;
	room->reader = sink->begin ? sink->begin(sink->whom, &mail) : NULL;
	return room->reader != NULL;
}

static void see_message_part(void *whom, struct span part)
{
	const struct talk_call *call = whom;
	struct talk_mail_room *room = mail_room(call);
	uint64_t left = TALK_MAIL_MAX - room->given;

	if (part.len > left)
		part.len = (size_t)left;
	room->given += part.len;
	if (part.len)
		call->all->mail.part(room->reader, part);
}

static void see_message_end(void *whom, bool whole, bool accepted)
{
	const struct talk_call *call = whom;
	struct talk_mail_room *room = mail_room(call);
	struct talk_mail_end end = { .whole = whole,
				     .cut = call->state->smtp.message > room->given,
				     .accepted = accepted };

	end.whole = whole && !end.cut;
	if (end.cut && room->given == TALK_MAIL_MAX)
		call->all->anomalies.count[ANOMALY_MAIL_CUT]++;
	call->all->mail.end(room->reader, &end);
	room->reader = NULL;
}

static bool see_file(void *whom, const struct mime_part *part)
{
	struct talk_about about = { .name = part->name, .declared = part->type };

	return talk_file_begin(whom, 0, &about);
}

static void see_file_part(void *whom, struct span bytes)
{
	talk_file_part(whom, 0, bytes);
}

static void see_file_end(void *whom, bool whole)
{
	talk_file_end(whom, 0, whole);
}

static struct smtp_sink smtp_sink(struct talk_call *call)
{
	return (struct smtp_sink){ .whom = call,
				   .envelope = see_envelope,
				   .message_begin = see_message,
				   .message_part = see_message_part,
				   .message_end = see_message_end,
				   .file_begin = see_file,
				   .file_part = see_file_part,
				   .file_end = see_file_end,
				   .login = { call, talk_tell_login } };
}

bool talk_mail_begin(struct talk_call *call)
{
	struct talk_mail_room *room = slab_take(&call->all->smtp);

	if (!room)
		return false;
	memset(room, 0, sizeof(*room));
	call->state->smtp.room = &room->smtp;
	return true;
}

size_t talk_mail_feed(struct talk_call *call, unsigned side, struct span bytes)
{
	struct smtp_sink sink = smtp_sink(call);
	size_t used = smtp_feed(&call->state->smtp, side, bytes, &sink);

	call->talk->over = call->state->smtp.gave_up;
	return used;
}

void talk_mail_gap(struct talk_call *call, unsigned side, uint64_t missing)
{
	struct smtp_sink sink = smtp_sink(call);

	smtp_gap(&call->state->smtp, side, missing, &sink);
}

void talk_mail_end(struct talk_call *call)
{
	struct smtp_sink sink = smtp_sink(call);

	smtp_end(&call->state->smtp, &sink);
}

void talk_mail_free(struct talk_call *call)
{
	struct smtp *s = &call->state->smtp;

	call->all->anomalies.count[ANOMALY_MIME_DEEP] += s->deep;
	call->all->anomalies.count[ANOMALY_MIME_BAD] += s->bad;
	slab_give(&call->all->smtp, s->room);
}
