/* milter.c - libmilter's calls, and what the mail server is told. */
#include "milter/milter.h"

#include "base/pen.h"
#include "base/text.h"
#include "mail/alert.h"
#include "milter/banner.h"
#include "milter/session.h"
#include "quarantine/token.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#define FIELD_VALUE 900 /* bytes of one of our fields: SMTP's lines end at 998 */
#define CHUNK       65535
#define ACTIONS     (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY)
#define SILENT      SMFIP_NR_HDR /* steps that are not answered */
#define DESCRIPTORS 256 /* among which the listening socket is: there are few when it is opened */

/* libmilter is one in a process, and so are these. */
static struct milter_settings milter;
static struct session_bounds bounds;
static atomic_uint connections;
static struct mail_waves waves;
static pthread_mutex_t waves_lock = PTHREAD_MUTEX_INITIALIZER;

/* --- answers */

static char *text_of(const char *text)
{
	return (char *)(uintptr_t)text; /* libmilter takes what it does not change as char * */
}

static sfsistat try_again(SMFICTX *ctx, const char *why)
{
	smfi_setreply(ctx, text_of("451"), text_of("4.7.1"), text_of(why));
	return SMFIS_TEMPFAIL;
}

static sfsistat reject(SMFICTX *ctx, const char *code, const char *extended, const char *why)
{
	smfi_setreply(ctx, text_of(code), text_of(extended), text_of(why));
	return SMFIS_REJECT;
}

static void add_field(SMFICTX *ctx, const char *name, const char *value)
{
	smfi_addheader(ctx, text_of(name), text_of(value));
}

/* From the last to the first, so that their numbers stay right. */
static void remove_fields(SMFICTX *ctx, const struct head_field *fields, uint32_t count)
{
	while (count-- > 0)
		smfi_chgheader(ctx, text_of(fields[count].name), (int)fields[count].number, NULL);
}

/* The keys of what was found, the gravest first. */
static void add_findings(SMFICTX *ctx, const struct mail_result *result)
{
	char value[FIELD_VALUE];
	struct pen pen = pen_init(value, sizeof(value) - 1);

	for (uint32_t i = 0; i < result->found_count; i++) {
		const char *key = finding_rows[result->found[i].id].key;

		if (pen.used + strlen(key) + 2 > pen.size)
			break;
		pen_text(&pen, pen.used ? ", " : "");
		pen_text(&pen, key);
	}
	value[pen.used] = '\0';
	if (pen.used)
		add_field(ctx, "X-Hinomi-Findings", value);
}

static void tag_subject(SMFICTX *ctx, const struct session *s)
{
	const char *tag = milter.config->subject_tag;
	char *text = NULL;
	size_t size = 0;
	FILE *out = *tag ? open_memstream(&text, &size) : NULL;

	if (!out)
		return;
	banner_subject(out, tag, s->letter.subject.value);
	if (fclose(out) == 0 && s->letter.subject.number)
		smfi_chgheader(ctx, text_of("Subject"), 1, text);
	else if (text)
		add_field(ctx, "Subject", text);
	free(text);
}

static bool replace_body(SMFICTX *ctx, const struct session *s, const struct banner *banner)
{
	char *text = NULL;
	size_t size = 0, head = s->head < s->kept ? s->head : s->kept;
	struct span message;
	FILE *out;
	bool done;

	if (!session_map(s, &message))
		return false;
	out = open_memstream(&text, &size);
	if (out)
		banner_write(out, banner, (struct span){ message.ptr + head, message.len - head });
	session_unmap(message);
	done = out && fclose(out) == 0;
	for (size_t at = 0; done && at < size; at += CHUNK)
		done = smfi_replacebody(ctx, (unsigned char *)text + at,
					(int)(size - at < CHUNK ? size - at : CHUNK)) == MI_SUCCESS;
	free(text);
	return done;
}

/* A warning above the text; what is sealed, or was not gathered as a whole, stays as it is. */
static void put_banner(SMFICTX *ctx, const struct session *s, const struct mail_result *result)
{
	char boundary[BANNER_BOUNDARY], type[BANNER_BOUNDARY + 40];
	struct banner banner = { &s->letter, result, milter.config->banner == BANNER_JA ? JAPANESE : ENGLISH,
				 boundary };

	if (milter.config->banner == BANNER_OFF || s->kept < s->bytes || !letter_head_is_open(&s->letter))
		return;
	banner_boundary(boundary);
	if (!replace_body(ctx, s, &banner))
		return;
	remove_fields(ctx, s->letter.content, s->letter.content_count);
	snprintf(type, sizeof(type), "multipart/mixed; boundary=\"%s\"", boundary);
	add_field(ctx, "Content-Type", type);
	if (!s->letter.mime)
		add_field(ctx, "MIME-Version", "1.0");
}

static sfsistat deliver(SMFICTX *ctx, const struct session *s, const struct mail_result *result)
{
	char score[8];

	remove_fields(ctx, s->letter.foreign, s->letter.foreign_count);
	add_field(ctx, "X-Hinomi-Verdict", verdict_name(result->verdict));
	snprintf(score, sizeof(score), "%u", result->score);
	add_field(ctx, "X-Hinomi-Score", score);
	add_findings(ctx, result);
	if (result->verdict >= VERDICT_SUSPICIOUS) {
		put_banner(ctx, s, result);
		tag_subject(ctx, s);
	}
	return SMFIS_ACCEPT;
}

/* --- quarantine */

static sfsistat hold(SMFICTX *ctx, struct session *s, const struct mail_result *result)
{
	if (s->kept < s->bytes)
		return reject(ctx, "552", "5.3.4", "Message too large to be examined");
	if (vault_write(milter.vault, &milter.keys, s->fd, &s->held.entry) != OK)
		return try_again(ctx, "Message cannot be stored now; try again later");
	if (!milter.others.hold(milter.others.whom, &s->held, result)) {
		/* Perhaps it is remembered, and only the answer got lost: then it comes twice, and is not lost. What
		 * nobody knows of is swept away later (vault_sweep). */
		return try_again(ctx, "Message cannot be stored now; try again later");
	}
	return SMFIS_DISCARD;
}

/* Mail that a person released comes by with our own mark. */
static bool is_released(const struct session *s)
{
	uint8_t body[TOKEN_BODY];
	struct span message;
	struct token token;

	if (!s->letter.token.number || s->kept < s->bytes || !session_map(s, &message))
		return false;
	token_body(message, body);
	session_unmap(message);
	return token_read(&milter.keys, s->letter.token.value, body, time(NULL), &token);
}

/* --- the ruling */

static usec_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;
}

static void raise(const struct session *s, const struct mail_result *result, enum ruling ruling)
{
	static const char *const done[] = {
		[RULING_DELIVER] = "delivered with a mark",
		[RULING_HOLD] = "held in quarantine",
		[RULING_REJECT] = "refused",
		[RULING_TRY_AGAIN] = "told to try again",
	};
	char receiver[HELD_ADDRESS];
	struct mail_way way = {
		.client = s->held.client,
		.sender = s->held.from,
		.receiver = receiver,
		.receivers = s->receivers,
		.done = done[ruling],
		.bytes = s->bytes,
		.at = s->held.at,
		.direction = DIRECTION_INBOUND,
	};
	struct alert alert;
	bool raised;

	snprintf(receiver, sizeof(receiver), "%.*s", (int)strcspn(s->held.to, "\n"), s->held.to);
	pthread_mutex_lock(&waves_lock);
	raised = mail_alert(&waves, result, &way, &alert);
	pthread_mutex_unlock(&waves_lock);
	if (raised)
		milter.others.alert(milter.others.whom, &alert);
}

static sfsistat rule(SMFICTX *ctx, struct session *s, const struct mail_result *result, bool failed)
{
	struct policy policy = {
		.mail = level_rules(milter.others.level(milter.others.whom))->mail,
		.on_malicious = milter.config->on_malicious,
		.on_failure = milter.config->on_failure,
	};
	enum ruling ruling = policy_rule(&policy, result->verdict, failed, &s->held.why);
	sfsistat answer = SMFIS_TEMPFAIL;

	switch (ruling) {
	case RULING_DELIVER:
		answer = deliver(ctx, s, result);
		break;
	case RULING_HOLD:
		answer = hold(ctx, s, result);
		break;
	case RULING_REJECT:
		answer = reject(ctx, "550", "5.7.1", "Message refused: it was found to be malicious");
		break;
	case RULING_TRY_AGAIN:
		return try_again(ctx, "Message cannot be examined now; try again later");
	}
	if (answer != SMFIS_TEMPFAIL) /* else it comes again */
		raise(s, result, ruling);
	return answer;
}

/* Where no examination says what the subject is, it stands as it came: people must find the message. */
static void name_subject(const struct session *s, struct mail_result *result)
{
	struct span subject = s->letter.subject.value;

	if (!*result->subject && subject.len)
		snprintf(result->subject, sizeof(result->subject), "%.*s", (int)subject.len, (const char *)subject.ptr);
}

static sfsistat released(SMFICTX *ctx, const struct session *s)
{
	remove_fields(ctx, s->letter.foreign, s->letter.foreign_count);
	add_field(ctx, "X-Hinomi-Verdict", "released");
	return SMFIS_ACCEPT;
}

static sfsistat examine(SMFICTX *ctx, struct session *s)
{
	struct mail_result *result = calloc(1, sizeof(*result));
	sfsistat answer;
	bool failed;

	if (!result)
		return try_again(ctx, "Not enough memory now; try again later");
	s->held.at = now();
	if (s->letter.forged) {
		answer = reject(ctx, "550", "5.7.1", "Too many fields that only we may write");
	} else if (!session_seal(s)) {
		answer = try_again(ctx, "Try again later");
	} else if (is_released(s)) {
		answer = released(ctx, s);
	} else {
		failed = !milter.others.examine(milter.others.whom, s->fd, result);
		if (failed)
			result->verdict = VERDICT_NOT_INSPECTED;
		name_subject(s, result);
		answer = rule(ctx, s, result, failed);
	}
	free(result);
	return answer;
}

/* --- libmilter's calls */

static struct session *session_of(SMFICTX *ctx)
{
	return smfi_getpriv(ctx);
}

static sfsistat no_room(SMFICTX *ctx, struct session *s)
{
	if (s)
		session_end(s);
	return try_again(ctx, "Too many messages at a time; try again later");
}

/* The mail server need not wait for an answer to each field: each wait is a turn of two processes. Libmilter answers by
 * itself where a mail server does not know this. The end of the fields and pieces of the body are answered: else TCP
 * would hold back the last piece until the others' delayed ACK. */
static sfsistat on_negotiate(SMFICTX *ctx, unsigned long may, unsigned long steps, unsigned long f2, unsigned long f3,
			     unsigned long *wanted, unsigned long *without, unsigned long *w2, unsigned long *w3)
{
	(void)ctx;
	(void)may;
	(void)steps;
	(void)f2;
	(void)f3;
	*wanted = ACTIONS;
	*without |= SILENT; /* besides the steps for which there is no function here */
	*w2 = *w3 = 0;
	return SMFIS_CONTINUE;
}

static void client_text(const struct sockaddr *address, char text[HELD_CLIENT])
{
	text[0] = '\0';
	if (address && address->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, HELD_CLIENT);
	else if (address && address->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, HELD_CLIENT);
}

static sfsistat on_connect(SMFICTX *ctx, char *host, struct sockaddr *address)
{
	struct session *s = NULL;
	char client[HELD_CLIENT];

	(void)host;
	if (atomic_fetch_add(&connections, 1) < milter.config->connections)
		s = malloc(sizeof(*s));
	if (!s) {
		atomic_fetch_sub(&connections, 1);
		return try_again(ctx, "Too many connections; try again later");
	}
	client_text(address, client);
	session_init(s, &bounds, client);
	smfi_setpriv(ctx, s);
	return SMFIS_CONTINUE;
}

static sfsistat on_sender(SMFICTX *ctx, char **words)
{
	struct session *s = session_of(ctx);

	return s && session_begin(s, words[0]) ? SMFIS_CONTINUE : try_again(ctx, "Not enough memory now");
}

static sfsistat on_receiver(SMFICTX *ctx, char **words)
{
	struct session *s = session_of(ctx);

	if (s && session_receiver(s, words[0]))
		return SMFIS_CONTINUE;
	smfi_setreply(ctx, text_of("452"), text_of("4.5.3"), text_of("Too many receivers at a time"));
	return SMFIS_TEMPFAIL;
}

/* There is nothing to do: but what Postfix sends here is answered, else it is the delayed ACK of it that the fields wait
 * for. */
static sfsistat on_data(SMFICTX *ctx)
{
	(void)ctx;
	return SMFIS_CONTINUE;
}

static sfsistat on_field(SMFICTX *ctx, char *name, char *value)
{
	struct session *s = session_of(ctx);

	if (s && !session_field(s, name, value))
		session_end(s); /* there was no room, which is told when the fields end */
	return SMFIS_NOREPLY;
}

static sfsistat on_fields_end(SMFICTX *ctx)
{
	struct session *s = session_of(ctx);

	return s && session_fields_end(s) ? SMFIS_CONTINUE : no_room(ctx, s);
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *bytes, size_t size)
{
	struct session *s = session_of(ctx);

	return s && session_body(s, (struct span){ bytes, size }) ? SMFIS_CONTINUE : no_room(ctx, s);
}

static sfsistat on_end(SMFICTX *ctx)
{
	struct session *s = session_of(ctx);
	sfsistat answer = s && s->fd >= 0 ? examine(ctx, s) : try_again(ctx, "Try again later");

	if (s)
		session_end(s);
	return answer;
}

static sfsistat on_abort(SMFICTX *ctx)
{
	struct session *s = session_of(ctx);

	if (s)
		session_end(s);
	return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *ctx)
{
	struct session *s = session_of(ctx);

	if (s) {
		session_end(s);
		free(s);
		atomic_fetch_sub(&connections, 1);
	}
	smfi_setpriv(ctx, NULL);
	return SMFIS_CONTINUE;
}

static struct smfiDesc description = {
	.xxfi_name = (char[]){ "hinomi" },
	.xxfi_version = SMFI_VERSION,
	.xxfi_flags = ACTIONS,
	.xxfi_negotiate = on_negotiate,
	.xxfi_connect = on_connect,
	.xxfi_envfrom = on_sender,
	.xxfi_envrcpt = on_receiver,
	.xxfi_data = on_data,
	.xxfi_header = on_field,
	.xxfi_eoh = on_fields_end,
	.xxfi_body = on_body,
	.xxfi_eom = on_end,
	.xxfi_abort = on_abort,
	.xxfi_close = on_close,
};

/* A ruling is several small packets. With Nagle's algorithm the second waits for the other side's delayed ACK, 40 ms for
 * each message. Connections take this from the socket that they come to (tcp(7)), which libmilter does not tell. */
static void answer_at_once(void)
{
	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		int listens = 0, on = 1;
		socklen_t size = sizeof(listens);

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens)
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* a local one needs none */
	}
}

bool milter_open(const struct milter_settings *settings)
{
	const char *socket = settings->config->milter;
	mode_t before;
	bool opened;

	milter = *settings;
	bounds.message = settings->config->limits.message;
	bounds.memory = settings->config->memory;
	before = umask(0); /* a socket's folder says who may reach it */
	opened = smfi_register(description) == MI_SUCCESS && smfi_setconn(text_of(socket)) == MI_SUCCESS &&
		 smfi_opensocket(true) == MI_SUCCESS;
	umask(before);
	answer_at_once();
	return opened;
}

/* Libmilter's pool (worker.c) begins a thread for a step of a session only where none is idle at that moment: of two that
 * come together, the second may wait until a thread that examines a message is done with it. Nothing is lost by that:
 * whoever waits too long is told to come again by the mail server. */
bool milter_run(void)
{
	return smfi_main() == MI_SUCCESS;
}
