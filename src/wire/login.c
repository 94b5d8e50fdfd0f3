/* login.c - tries to log in: defaults of makers known, passwords forgotten. */
#include "wire/login.h"

#include "wire/line.h"

#define DECODED 256 /* bytes of decoded credentials that are looked at; the rest is ignored */

/*
 * Pairs that devices are delivered with. Facts from what is published: the list in the source of
 * Mirai (2016) as in US-CERT TA16-288A and its descendants, and the makers' own manuals.
 */
static const char *const defaults[][2] = {
	/* Mirai */
	{ "root", "xc3511" },
	{ "root", "vizxv" },
	{ "root", "admin" },
	{ "admin", "admin" },
	{ "root", "888888" },
	{ "root", "xmhdipc" },
	{ "root", "default" },
	{ "root", "juantech" },
	{ "root", "123456" },
	{ "root", "54321" },
	{ "support", "support" },
	{ "root", "" },
	{ "admin", "password" },
	{ "root", "root" },
	{ "root", "12345" },
	{ "user", "user" },
	{ "admin", "" },
	{ "root", "pass" },
	{ "admin", "admin1234" },
	{ "root", "1111" },
	{ "admin", "smcadmin" },
	{ "admin", "1111" },
	{ "root", "666666" },
	{ "root", "password" },
	{ "root", "1234" },
	{ "root", "klv123" },
	{ "administrator", "admin" },
	{ "service", "service" },
	{ "supervisor", "supervisor" },
	{ "guest", "guest" },
	{ "guest", "12345" },
	{ "admin1", "password" },
	{ "administrator", "1234" },
	{ "666666", "666666" },
	{ "888888", "888888" },
	{ "ubnt", "ubnt" },
	{ "root", "klv1234" },
	{ "root", "Zte521" },
	{ "root", "hi3518" },
	{ "root", "jvbzd" },
	{ "root", "anko" },
	{ "root", "zlxx." },
	{ "root", "7ujMko0vizxv" },
	{ "root", "7ujMko0admin" },
	{ "root", "system" },
	{ "root", "ikwb" },
	{ "root", "dreambox" },
	{ "root", "user" },
	{ "root", "realtek" },
	{ "root", "00000000" },
	{ "admin", "1111111" },
	{ "admin", "1234" },
	{ "admin", "12345" },
	{ "admin", "54321" },
	{ "admin", "123456" },
	{ "admin", "7ujMko0admin" },
	{ "admin", "pass" },
	{ "admin", "meinsm" },
	{ "tech", "tech" },
	{ "mother", "fucker" },
	/* its descendants: recorders, cameras and modems */
	{ "root", "GM8182" },
	{ "root", "antslq" },
	{ "root", "hunt5759" },
	{ "root", "cat1029" },
	{ "root", "tsgoingon" },
	{ "root", "ivdev" },
	{ "root", "20080826" },
	{ "root", "vstarcam2015" },
	{ "root", "adminHW" },
	{ "root", "5up" },
	{ "root", "zsun1188" },
	{ "root", "hg2x0" },
	{ "default", "" },
	{ "default", "default" },
	{ "default", "OxhlwSG8" },
	{ "default", "tlJwpbo6" },
	{ "default", "S2fGqNFs" },
	{ "telnetadmin", "telnetadmin" },
	{ "telecomadmin", "admintelecom" },
	/* makers' manuals */
	{ "admin", "4321" },       /* Samsung cameras */
	{ "admin", "motorola" },   /* Motorola cable modems */
	{ "admin", "epicrouter" }, /* Conexant DSL routers */
	{ "admin", "changeme" },
	{ "admin", "default" },
	{ "admin", "manager" },
	{ "manager", "friend" }, /* Allied Telesis */
	{ "cisco", "cisco" },
	{ "netscreen", "netscreen" },
	{ "operator", "operator" },
	{ "root", "calvin" },     /* Dell iDRAC */
	{ "ADMIN", "ADMIN" },     /* Supermicro BMC */
	{ "USERID", "PASSW0RD" }, /* IBM and Lenovo BMC */
	{ "root", "changeme" },   /* Sun ILOM */
	{ "pi", "raspberry" },    /* Raspberry Pi OS before 2022 */
	{ "root", "alpine" },     /* iOS, opened */
	{ "root", "toor" },
	{ "root", "openelec" },
	{ "root", "libreelec" },
	{ "osmc", "osmc" },
	{ "vagrant", "vagrant" },
	{ "nagiosadmin", "nagiosadmin" },
	{ "tomcat", "tomcat" },
	{ "admin", "tomcat" },
	{ "test", "test" },
};

/* A span without bytes may come without an address. */
static bool equal(struct span s, const char *text)
{
	return s.len == strlen(text) && (!s.len || memcmp(s.ptr, text, s.len) == 0);
}

bool login_is_default(struct span user, struct span password)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (equal(user, defaults[i][0]) && equal(password, defaults[i][1]))
			return true;
	/* Windows devices write it with a capital; names there have no case */
	return line_is(user, "administrator") &&
	       (equal(password, "admin") || equal(password, "1234"));
}

void login_user(struct login *l, struct span user)
{
	*l = (struct login){ .named = true };
	l->user_len = (uint8_t)line_keep(l->user, sizeof(l->user), user);
	l->anonymous = line_is(user, "anonymous") || line_is(user, "ftp");
}

void login_password(struct login *l, struct span password)
{
	l->named = true;
	l->has_password = true;
	l->weak = login_is_default((struct span){ l->user, l->user_len }, password);
}

/* RFC 4648, 4. Returns the length; 0 for what is no base64. */
static size_t base64_decode(struct span s, uint8_t into[DECODED])
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	while (s.len && s.ptr[s.len - 1] == '=')
		s.len--;
	for (size_t i = 0; i < s.len && n < DECODED; i++) {
		int value = line_base64(s.ptr[i]);

		if (value < 0) {
			explicit_bzero(into, DECODED);
			return 0;
		}
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			into[n++] = (uint8_t)(bits >> have);
		}
	}
	return n;
}

void login_user_base64(struct login *l, struct span base64)
{
	uint8_t text[DECODED];

	login_user(l, (struct span){ text, base64_decode(line_trim(base64), text) });
	explicit_bzero(text, sizeof(text)); /* some send the password here */
}

void login_password_base64(struct login *l, struct span base64)
{
	uint8_t text[DECODED];

	login_password(l, (struct span){ text, base64_decode(line_trim(base64), text) });
	explicit_bzero(text, sizeof(text));
}

static void pair(struct login *l, struct span both, uint8_t between)
{
	size_t at = line_find(both, between);

	login_user(l, line_cut(both, at));
	if (at < both.len)
		login_password(l, line_from(both, at + 1));
}

void login_basic(struct login *l, struct span base64)
{
	uint8_t text[DECODED];

	pair(l, (struct span){ text, base64_decode(line_trim(base64), text) }, ':');
	explicit_bzero(text, sizeof(text));
}

void login_plain(struct login *l, struct span base64)
{
	uint8_t text[DECODED];
	struct span all = { text, base64_decode(line_trim(base64), text) };

	pair(l, line_from(all, line_find(all, 0) + 1), 0);
	explicit_bzero(text, sizeof(text));
}

void login_end(struct login *l, enum login_outcome outcome, const struct login_sink *sink)
{
	struct event_login event = {
		.outcome = outcome,
		.user = { l->user, l->user_len },
		.has_password = l->has_password,
		.weak = l->weak,
		.anonymous = l->anonymous,
	};

	if (sink->login && l->named && (l->has_password || outcome == LOGIN_REFUSED))
		sink->login(sink->whom, &event);
	*l = (struct login){ 0 };
}
