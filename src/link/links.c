/* links.c - links in plain text, where people and mail programs see them. */
#include "link/link.h"
#include "link/judge.h"

#define LINK_MAX 2048 /* bytes of one in plain text */

/* Bytes that end a link in plain text wherever they stand (RFC 3986, appendix C). */
static bool ends_link(uint8_t byte)
{
	return byte <= ' ' || byte == '<' || byte == '>' || byte == '"' || byte == 0x7f || byte == '`' || byte == '|';
}

/* Where the rune at the beginning of `text` begins a word of Japanese or Chinese, or their brackets and stops. */
static bool is_wide(struct span text)
{
	uint32_t rune = text_rune(&text);

	return rune >= 0x2010 && rune != 0xfeff && rune_columns(rune) == 2;
}

/* Japanese goes on behind a link without a blank. In a host it may belong to it, unless what is before is one already.
 */
static bool glued(struct span text, size_t n, bool in_host)
{
	struct span host;

	if (text.ptr[n] < 0xc2 || !is_wide(line_from(text, n)))
		return false;
	if (!in_host)
		return true;
	host = line_cut(text, n);
	while (line_find(host, '/') < host.len)
		line_until(&host, '/');
	return host_has_suffix(host);
}

/* Stops and closing brackets behind a link are the sentence's; brackets that were opened inside are not. */
static size_t without_stops(struct span text, size_t n)
{
	size_t opened = 0, closed = 0;

	for (size_t i = 0; i < n; i++) {
		opened += text.ptr[i] == '(';
		closed += text.ptr[i] == ')';
	}
	for (; n > 0; n--) {
		uint8_t last = text.ptr[n - 1];

		if (last == ')' && closed > opened)
			closed--;
		else if (!memchr(".,;:!?'*]}_", last, 11))
			break;
	}
	return n;
}

/* In angle brackets a link may go on in the next line. */
static size_t bracketed(struct span text)
{
	size_t n = line_find(line_cut(text, LINK_MAX), '>');

	if (n >= text.len || text.ptr[n] != '>')
		return 0;
	for (size_t i = 0; i < n; i++)
		if (text.ptr[i] == '<' || text.ptr[i] == ' ' || text.ptr[i] == '"')
			return 0;
	return n;
}

/* The length of the link that `text` begins with; `head`: bytes before its host. */
static size_t link_length(struct span text, size_t head, bool bracket)
{
	size_t n = head;
	bool in_host = true;

	if (bracket && (n = bracketed(text)) > 0)
		return n;
	for (n = head; n < text.len && n < LINK_MAX && !ends_link(text.ptr[n]); n++) {
		in_host = in_host && text.ptr[n] != '/' && text.ptr[n] != '?';
		if (text.ptr[n] >= 0x80 && glued(text, n, in_host))
			break;
	}
	return without_stops(text, n);
}

/* Whether a scheme of the web ends before ":" at `at`; how many bytes it has. */
static size_t scheme_before(struct span text, size_t at)
{
	static const char *const schemes[] = { "https", "http", "ftp", "file", NULL };

	for (const char *const *scheme = schemes; *scheme; scheme++) {
		size_t n = strlen(*scheme);

		if (at >= n && line_starts(line_from(text, at - n), *scheme) &&
		    (at == n || !((text.ptr[at - n - 1] | 0x20) >= 'a' && (text.ptr[at - n - 1] | 0x20) <= 'z')))
			return n;
	}
	return 0;
}

static bool begins_word(struct span text, size_t at)
{
	uint8_t before = at ? text.ptr[at - 1] : ' ';

	return !((before >= '0' && before <= '9') || ((before | 0x20) >= 'a' && (before | 0x20) <= 'z') ||
		 before == '/' || before == '.' || before == '@' || before == '-');
}

static void tell(struct exam *e, const struct part *part, struct span url)
{
	char text[LINK_MAX + 8] = "http://";

	if (url.len > LINK_MAX)
		return;
	if (line_starts(url, "www.")) {
		memcpy(text + strlen(text), url.ptr, url.len);
		url = (struct span){ (const uint8_t *)text, strlen("http://") + url.len };
	}
	exam_url(e, part, url, (struct span){ 0 });
}

/* Links with a scheme. */
static void find_schemes(struct exam *e, const struct part *part, struct span text)
{
	size_t n = 0;

	while (n < text.len && !e->over) {
		size_t at = n + line_find(line_from(text, n), ':'), scheme, length;

		n = at + 1;
		if (at + 3 >= text.len || text.ptr[at + 1] != '/' || text.ptr[at + 2] != '/')
			continue;
		scheme = scheme_before(text, at);
		if (!scheme)
			continue;
		at -= scheme;
		length = link_length(line_from(text, at), scheme + 3, at && text.ptr[at - 1] == '<');
		if (length > scheme + 3)
			tell(e, part, line_cut(line_from(text, at), length));
		n = at + (length > scheme + 3 ? length : scheme + 3);
	}
}

/* Whether a host and a share are there: "\\\\host\\share". */
static bool names_share(struct span text)
{
	struct span rest = line_from(text, 2), host = line_until(&rest, '\\');

	return host.len > 2 && rest.len > 0;
}

/* "www.example.com" and "\\\\host\\share", which mail programs make links of. */
static void find_bare(struct exam *e, const struct part *part, struct span text, const char *head)
{
	size_t length = strlen(head), n = 0;

	while (text.len > length && !e->over) {
		const uint8_t *at = memmem(text.ptr + n, text.len - n, head, length);
		size_t from;

		if (!at)
			return;
		from = (size_t)(at - text.ptr);
		n = from + length;
		if (!begins_word(text, from))
			continue;
		n = link_length(line_from(text, from), length, false);
		if (n > length + 3 && (*head != '\\' || names_share(line_cut(line_from(text, from), n))))
			tell(e, part, line_cut(line_from(text, from), n));
		n = from + (n > length ? n : length);
	}
}

void links_find(struct exam *e, const struct part *part, struct span utf8)
{
	find_schemes(e, part, utf8);
	find_bare(e, part, utf8, "www.");
	find_bare(e, part, utf8, "\\\\");
}
