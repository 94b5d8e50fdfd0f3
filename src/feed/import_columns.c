/* import_columns.c - the roles of named fields, and what becomes of a record. */
#include "feed/import_columns.h"

#include "base/text.h"

#define NAME_MAX_BYTES 48 /* longer names of columns are none that is known */

/* Without spaces, hyphens and underscores. */
static const struct {
	const char *name;
	enum role role;
} names[] = {
	{ "value", ROLE_VALUE },
	{ "indicator", ROLE_VALUE },
	{ "ioc", ROLE_VALUE },
	{ "iocvalue", ROLE_VALUE },
	{ "c2", ROLE_VALUE },
	{ "hash", ROLE_VALUE },
	{ "ハッシュ値", ROLE_VALUE },
	{ "indicatorvalue", ROLE_VALUE },
	{ "observable", ROLE_VALUE },
	{ "値", ROLE_VALUE },
	{ "指標", ROLE_VALUE },
	{ "通信先", ROLE_VALUE },
	{ "不正通信先", ROLE_VALUE },
	{ "インジケータ", ROLE_VALUE },
	{ "type", ROLE_TYPE },
	{ "ioctype", ROLE_TYPE },
	{ "indicatortype", ROLE_TYPE },
	{ "kind", ROLE_TYPE },
	{ "valuetype", ROLE_TYPE },
	{ "attributetype", ROLE_TYPE },
	{ "種別", ROLE_TYPE },
	{ "種類", ROLE_TYPE },
	{ "タイプ", ROLE_TYPE },
	{ "ip", ROLE_IP },
	{ "ipaddress", ROLE_IP },
	{ "ipaddr", ROLE_IP },
	{ "ipv4", ROLE_IP },
	{ "ipv6", ROLE_IP },
	{ "dstip", ROLE_IP },
	{ "destip", ROLE_IP },
	{ "destinationip", ROLE_IP },
	{ "srcip", ROLE_IP },
	{ "sourceip", ROLE_IP },
	{ "c2ip", ROLE_IP },
	{ "cidr", ROLE_IP },
	{ "prefix", ROLE_IP },
	{ "network", ROLE_IP },
	{ "subnet", ROLE_IP },
	{ "addr", ROLE_IP },
	{ "IPアドレス", ROLE_IP },
	{ "start", ROLE_FIRST },
	{ "startip", ROLE_FIRST },
	{ "end", ROLE_LAST },
	{ "endip", ROLE_LAST },
	{ "port", ROLE_PORT },
	{ "dstport", ROLE_PORT },
	{ "destport", ROLE_PORT },
	{ "destinationport", ROLE_PORT },
	{ "c2port", ROLE_PORT },
	{ "ポート", ROLE_PORT },
	{ "ポート番号", ROLE_PORT },
	{ "domain", ROLE_DOMAIN },
	{ "domainname", ROLE_DOMAIN },
	{ "domainaddress", ROLE_DOMAIN },
	{ "hostname", ROLE_DOMAIN },
	{ "host", ROLE_DOMAIN },
	{ "fqdn", ROLE_DOMAIN },
	{ "ドメイン", ROLE_DOMAIN },
	{ "ドメイン名", ROLE_DOMAIN },
	{ "ホスト名", ROLE_DOMAIN },
	{ "url", ROLE_URL },
	{ "uri", ROLE_URL },
	{ "maliciousurl", ROLE_URL },
	{ "phishurl", ROLE_URL },
	{ "phishingurl", ROLE_URL },
	{ "md5", ROLE_MD5 },
	{ "md5hash", ROLE_MD5 },
	{ "filehashmd5", ROLE_MD5 },
	{ "sha1", ROLE_SHA1 },
	{ "sha1hash", ROLE_SHA1 },
	{ "filehashsha1", ROLE_SHA1 },
	{ "sha256", ROLE_SHA256 },
	{ "sha256hash", ROLE_SHA256 },
	{ "filehashsha256", ROLE_SHA256 },
	{ "ja3", ROLE_JA3 },
	{ "ja3md5", ROLE_JA3 },
	{ "ja3hash", ROLE_JA3 },
	{ "ja3fingerprint", ROLE_JA3 },
	{ "ja4", ROLE_JA4 },
	{ "ja4fingerprint", ROLE_JA4 },
	{ "email", ROLE_EMAIL },
	{ "emailaddress", ROLE_EMAIL },
	{ "sender", ROLE_EMAIL },
	{ "メールアドレス", ROLE_EMAIL },
	{ "useragent", ROLE_AGENT },
	{ "confidence", ROLE_CONFIDENCE },
	{ "confidencelevel", ROLE_CONFIDENCE },
	{ "確度", ROLE_CONFIDENCE },
	{ "malware", ROLE_MALWARE },
	{ "malwareprintable", ROLE_MALWARE },
	{ "malwarefamily", ROLE_MALWARE },
	{ "malwarename", ROLE_MALWARE },
	{ "signature", ROLE_MALWARE },
	{ "toolname", ROLE_MALWARE },
	{ "listingreason", ROLE_MALWARE },
	{ "meta.desc", ROLE_MALWARE },
	{ "マルウェア", ROLE_MALWARE },
	{ "マルウェア名", ROLE_MALWARE },
	{ "group", ROLE_GROUP },
	{ "actor", ROLE_GROUP },
	{ "threatactor", ROLE_GROUP },
	{ "adversary", ROLE_GROUP },
	{ "apt", ROLE_GROUP },
	{ "intrusionset", ROLE_GROUP },
	{ "攻撃グループ", ROLE_GROUP },
	{ "reference", ROLE_REFERENCE },
	{ "urlhauslink", ROLE_REFERENCE },
	{ "meta.url", ROLE_REFERENCE },
	{ "phishdetailurl", ROLE_REFERENCE },
	{ "参照", ROLE_REFERENCE },
	{ "seen", ROLE_SEEN },
	{ "lastseen", ROLE_SEEN },
	{ "lastseenutc", ROLE_SEEN },
	{ "lastonline", ROLE_SEEN },
	{ "listingdate", ROLE_SEEN },
	{ "firstseen", ROLE_SEEN },
	{ "firstseenutc", ROLE_SEEN },
	{ "dateadded", ROLE_SEEN },
	{ "insertdate", ROLE_SEEN },
	{ "submissiontime", ROLE_SEEN },
	{ "date", ROLE_SEEN },
	{ "created", ROLE_SEEN },
	{ "modified", ROLE_SEEN },
	{ "日付", ROLE_SEEN },
	{ "検知日", ROLE_SEEN },
	{ "expires", ROLE_EXPIRES },
	{ "expiration", ROLE_EXPIRES },
	{ "validuntil", ROLE_EXPIRES },
	{ "有効期限", ROLE_EXPIRES },
	{ "origin", ROLE_ORIGIN },
	{ "reporter", ROLE_ORIGIN },
	{ "source", ROLE_ORIGIN },
	{ "meta.source", ROLE_ORIGIN },
	{ "authorname", ROLE_ORIGIN },
	{ "toids", ROLE_MEANT },
};

/* What type columns say: Zeek, ThreatFox, OTX; MISP's are those of misp_value_take(). */
static const struct {
	const char *name;
	enum indicator_kind kind;
} kinds[] = {
	{ "Intel::ADDR", INDICATOR_IP },
	{ "ip", INDICATOR_IP },
	{ "ipv4", INDICATOR_IP },
	{ "ipv6", INDICATOR_IP },
	{ "ipaddress", INDICATOR_IP },
	{ "address", INDICATOR_IP },
	{ "addr", INDICATOR_IP },
	{ "IPアドレス", INDICATOR_IP },
	{ "Intel::SUBNET", INDICATOR_PREFIX },
	{ "prefix", INDICATOR_PREFIX },
	{ "cidr", INDICATOR_PREFIX },
	{ "subnet", INDICATOR_PREFIX },
	{ "network", INDICATOR_PREFIX },
	{ "ip:port", INDICATOR_ENDPOINT },
	{ "Intel::URL", INDICATOR_URL },
	{ "url", INDICATOR_URL },
	{ "uri", INDICATOR_URL },
	{ "Intel::DOMAIN", INDICATOR_DOMAIN },
	{ "domain", INDICATOR_DOMAIN },
	{ "domainname", INDICATOR_DOMAIN },
	{ "hostname", INDICATOR_DOMAIN },
	{ "host", INDICATOR_DOMAIN },
	{ "fqdn", INDICATOR_DOMAIN },
	{ "ドメイン", INDICATOR_DOMAIN },
	{ "Intel::EMAIL", INDICATOR_EMAIL },
	{ "email", INDICATOR_EMAIL },
	{ "emailaddress", INDICATOR_EMAIL },
	{ "Intel::SOFTWARE", INDICATOR_AGENT },
	{ "useragent", INDICATOR_AGENT },
	{ "Intel::FILEHASH", INDICATOR_KINDS },
	{ "Intel::CERTHASH", INDICATOR_KINDS },
	{ "hash", INDICATOR_KINDS },
	{ "filehash", INDICATOR_KINDS },
	{ "ハッシュ値", INDICATOR_KINDS },
	{ "md5", INDICATOR_MD5 },
	{ "md5hash", INDICATOR_MD5 },
	{ "filehashmd5", INDICATOR_MD5 },
	{ "sha1", INDICATOR_SHA1 },
	{ "sha1hash", INDICATOR_SHA1 },
	{ "filehashsha1", INDICATOR_SHA1 },
	{ "sha256", INDICATOR_SHA256 },
	{ "sha256hash", INDICATOR_SHA256 },
	{ "filehashsha256", INDICATOR_SHA256 },
	{ "ja3", INDICATOR_JA3 },
	{ "ja3fingerprint", INDICATOR_JA3 },
	{ "ja3md5", INDICATOR_JA3 },
	{ "ja4", INDICATOR_JA4 },
	{ "ja4fingerprint", INDICATOR_JA4 },
};

static const enum indicator_kind role_kinds[] = {
	[ROLE_VALUE] = INDICATOR_KINDS,   [ROLE_IP] = INDICATOR_IP,
	[ROLE_DOMAIN] = INDICATOR_DOMAIN, [ROLE_URL] = INDICATOR_URL,
	[ROLE_MD5] = INDICATOR_MD5,       [ROLE_SHA1] = INDICATOR_SHA1,
	[ROLE_SHA256] = INDICATOR_SHA256, [ROLE_JA3] = INDICATOR_JA3,
	[ROLE_JA4] = INDICATOR_JA4,       [ROLE_EMAIL] = INDICATOR_EMAIL,
	[ROLE_AGENT] = INDICATOR_AGENT,
};

bool role_is_value(enum role role)
{
	return role == ROLE_VALUE || role == ROLE_IP || role == ROLE_FIRST ||
	       (role >= ROLE_DOMAIN && role <= ROLE_AGENT);
}

/* "SHA-256", "sha256", "Sha_256": one name. False: too long. */
static bool name_plain(struct span name, char plain[NAME_MAX_BYTES])
{
	size_t len = 0;

	name = span_trim(name);
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == ' ' || name.ptr[i] == '-' || name.ptr[i] == '_')
			continue;
		if (len + 1 == NAME_MAX_BYTES)
			return false;
		plain[len++] = (char)name.ptr[i];
	}
	plain[len] = '\0';
	return true;
}

enum role role_of(struct span name)
{
	char plain[NAME_MAX_BYTES];

	if (!name_plain(name, plain))
		return ROLE_NONE;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(text_span(plain), names[i].name))
			return names[i].role;
	return ROLE_NONE;
}

static bool kind_of(struct span type, enum indicator_kind *kind)
{
	char plain[NAME_MAX_BYTES];

	if (!name_plain(type, plain))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (span_is(text_span(plain), kinds[i].name)) {
			*kind = kinds[i].kind;
			return true;
		}
	return false;
}

static void take_time(struct indicator *like, enum role role, struct span field)
{
	usec_t t = import_time(field);

	if (t && role == ROLE_EXPIRES)
		like->expires = t;
	else if (t && like->seen < t)
		like->seen = t;
}

/* A number, or a word; the numbers are those of STIX 2.1, appendix A ("None / Low / Med / High"). */
static void take_confidence(struct indicator *like, struct span field)
{
	uint64_t number;

	if (span_number(field, 100, &number))
		like->confidence = (uint8_t)number;
	else if (span_is(field, "high"))
		like->confidence = 85;
	else if (span_is(field, "medium"))
		like->confidence = 50;
	else if (span_is(field, "low"))
		like->confidence = 15;
}

/* Fields that mean "unknown". */
static bool is_nothing(struct span field)
{
	return field.len == 0 || span_is(field, "-") || span_is(field, "n/a") ||
	       span_is(field, "None") || span_is(field, "null") || span_is(field, "unknown");
}

static void take_detail(struct indicator *like, enum role role, struct span field)
{
	if (is_nothing(field))
		return;
	if (role == ROLE_CONFIDENCE)
		take_confidence(like, field);
	else if (role == ROLE_MALWARE)
		like->malware = field;
	else if (role == ROLE_GROUP)
		like->group = field;
	else if (role == ROLE_REFERENCE)
		like->reference = field;
	else if (role == ROLE_ORIGIN)
		like->origin = field;
	else if (role == ROLE_SEEN || role == ROLE_EXPIRES)
		take_time(like, role, field);
}

static bool field_of(const struct record *r, enum role role, struct span *field)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->roles[i] == role && !is_nothing(r->fields[i])) {
			*field = r->fields[i];
			return true;
		}
	return false;
}

struct indicator record_like(const struct record *r, struct indicator like)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->roles[i] == ROLE_SEEN && import_time(r->fields[i]))
			like.seen = 0; /* the latest of the feed's times, not now */
	for (size_t i = 0; i < r->count; i++)
		take_detail(&like, r->roles[i], r->fields[i]);
	return like;
}

/* An address with a port column is an endpoint. */
static void take_address(struct importer *im, const struct record *r, struct span address,
			 const struct indicator *like)
{
	char text[128];
	struct span port;
	uint64_t number;
	bool v6 = address.len > 0 && memchr(address.ptr, ':', address.len) != NULL;

	if (!field_of(r, ROLE_PORT, &port) || !span_number(port, 65535, &number) || number == 0 ||
	    address.len > sizeof(text) - 16) {
		import_take(im, address, INDICATOR_KINDS, like);
		return;
	}
	snprintf(text, sizeof(text), v6 ? "[%.*s]:%u" : "%.*s:%u", (int)address.len,
		 (const char *)address.ptr, (unsigned)number);
	import_take(im, text_span(text), INDICATOR_ENDPOINT, like);
}

static void take_first(struct importer *im, const struct record *r, struct span first,
		       const struct indicator *like)
{
	struct import_range range;
	struct span last;

	if (field_of(r, ROLE_LAST, &last) && import_range(first, last, &range))
		import_take_range(im, range, like);
}

/* An e-mail address beside addresses or names is who to write to about them. */
static bool is_contact(const struct record *r, enum role role)
{
	for (size_t i = 0; i < r->count && role == ROLE_EMAIL; i++)
		if (role_is_value(r->roles[i]) && r->roles[i] != ROLE_EMAIL)
			return true;
	return false;
}

/* A value whose kind another column tells. */
static void take_typed(struct importer *im, struct span type, struct span value,
		       const struct indicator *like)
{
	enum indicator_kind kind;

	if (kind_of(type, &kind))
		import_take(im, value, kind, like);
	else if (!misp_value_take(im, type, value, like))
		import_name_span(im, "type", type);
}

void record_take(struct importer *im, const struct record *r, const struct indicator *like)
{
	struct span type = { 0 }, meant;
	bool typed = field_of(r, ROLE_TYPE, &type) && im->settings->kind == INDICATOR_KINDS;
	bool any = false;

	if (field_of(r, ROLE_MEANT, &meant) && (span_is(meant, "0") || span_is(meant, "false"))) {
		import_name(im, IMPORT_NOT_MEANT);
		return;
	}
	for (size_t i = 0; i < r->count; i++) {
		enum role role = r->roles[i];

		if (!role_is_value(role) || is_nothing(r->fields[i]) || is_contact(r, role))
			continue;
		any = true;
		if (role == ROLE_FIRST)
			take_first(im, r, r->fields[i], like);
		else if (role == ROLE_IP)
			take_address(im, r, r->fields[i], like);
		else if (role == ROLE_VALUE && typed)
			take_typed(im, type, r->fields[i], like);
		else
			import_take(im, r->fields[i], role_kinds[role], like);
	}
	if (!any)
		import_name(im, "record without a value");
}
