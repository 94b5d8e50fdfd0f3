/* words.c - how a request failed, in the words of people instead of libcurl's, where there are better ones. */
#include "probe/words.h"

#include "base/text.h"

#include <errno.h>

const char *probe_phase_name(enum probe_phase phase)
{
	static const char *const names[PROBE_PHASES] = { "dns", "tcp", "tls", "http", "body", "done" };

	return phase < PROBE_PHASES ? names[phase] : "?";
}

static const char *error_words(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "connection refused";
	case ECONNRESET:
		return "connection reset";
	case EHOSTUNREACH:
		return "the host cannot be reached";
	case ENETUNREACH:
		return "no way to its network";
	case ETIMEDOUT:
		return "timed out";
	case EACCES:
	case EPERM:
		return "a packet filter here forbids the connection";
	default:
		return strerror(error);
	}
}

bool failure_is_no_way(const struct failure *failure, enum probe_phase phase)
{
	return phase == PROBE_TCP &&
	       (failure->error == ENETUNREACH || failure->error == EACCES || failure->error == EPERM);
}

bool failure_is_ours(const struct failure *failure, enum probe_phase phase)
{
	static const int ours[] = { ENETDOWN, EADDRNOTAVAIL, EMFILE, ENFILE, ENOBUFS, ENOMEM };

	if (failure->code == CURLE_OUT_OF_MEMORY || failure_is_no_way(failure, phase))
		return true;
	for (size_t i = 0; phase == PROBE_TCP && i < sizeof(ours) / sizeof(ours[0]); i++)
		if (failure->error == ours[i])
			return true;
	return false;
}

/* The reason at the end of what OpenSSL tells: "error:0A00010B:SSL routines::wrong version number". */
static const char *library_reason(const char *trouble)
{
	const char *reason = strrchr(trouble, ':');

	return strstr(trouble, "SSL routines") && reason && reason[1] ? reason + 1 : NULL;
}

/* libcurl's words, without the name of the host at the end, which the reader knows. */
static void say_trouble(const struct failure *f, const char *before, char why[PROBE_WHY])
{
	const char *trouble = f->trouble[0] ? f->trouble : curl_easy_strerror(f->code), *end;

	end = strstr(trouble, " in connection to ");
	snprintf(why, PROBE_WHY, "%s%.*s", before, end ? (int)(end - trouble) : (int)strlen(trouble), trouble);
}

static void say_tls(const struct failure *f, char why[PROBE_WHY])
{
	const char *reason = library_reason(f->trouble);

	if (reason && (strstr(reason, "wrong version number") || strstr(reason, "packet length too long")))
		snprintf(why, PROBE_WHY, "what answers does not speak TLS (%s)", reason);
	else if (reason)
		snprintf(why, PROBE_WHY, "the TLS handshake failed: %s", reason);
	else if (strstr(f->trouble, "SSL_ERROR_SYSCALL") || strstr(f->trouble, "SSL_ERROR_ZERO_RETURN"))
		snprintf(why, PROBE_WHY, "the TLS handshake failed: the server closes the connection");
	else
		say_trouble(f, "the TLS handshake failed: ", why);
}

static void say_http(const struct failure *f, char why[PROBE_WHY])
{
	if (f->code == CURLE_GOT_NOTHING)
		snprintf(why, PROBE_WHY, "the server closes the connection without an answer");
	else if (f->code == CURLE_UNSUPPORTED_PROTOCOL || f->code == CURLE_WEIRD_SERVER_REPLY)
		snprintf(why, PROBE_WHY, "what answers does not speak HTTP");
	else
		say_trouble(f, "", why);
}

static void say_body(const struct failure *f, char why[PROBE_WHY])
{
	char bytes[TEXT_NUMBER + 32];

	text_plural(f->bytes, "byte", bytes);
	if (f->code == CURLE_BAD_CONTENT_ENCODING)
		snprintf(why, PROBE_WHY, "the page is packed (Content-Encoding), and what is packed is broken");
	else
		snprintf(why, PROBE_WHY, "the page breaks off after %s", bytes);
}

static void say_late(const struct failure *f, enum probe_phase phase, char why[PROBE_WHY])
{
	char span[TIME_TEXT], bytes[TEXT_NUMBER + 32];

	time_span(f->waited, span);
	snprintf(why, PROBE_WHY, "timed out after %s", span);
	if (phase == PROBE_BODY_READ)
		text_append(why, PROBE_WHY, ", %s of the page came", text_plural(f->bytes, "byte", bytes));
}

void failure_say(const struct failure *failure, enum probe_phase phase, char why[PROBE_WHY])
{
	if (failure->code == CURLE_OPERATION_TIMEDOUT)
		say_late(failure, phase, why);
	else if (phase == PROBE_TCP && failure->error)
		snprintf(why, PROBE_WHY, "%s", error_words(failure->error));
	else if (phase == PROBE_TLS)
		say_tls(failure, why);
	else if (phase == PROBE_BODY_READ)
		say_body(failure, why);
	else
		say_http(failure, why);
}
