/* fuzz_link.c - hostile links: read, unwrapped, compared and judged; what they show stands behind the first line end.
 */
#include "exam/exam.h"
#include "link/judge.h"
#include "link/known_host.h"
#include "link/link.h"
#include "link/link_inside.h"
#include "link/look.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void hook_text(struct exam *e, const struct part *part, struct span utf8)
{
	links_find(e, part, utf8);
}

static const struct exam_hooks hooks = { .text = hook_text, .url = link_judge, .imitated = link_imitated };

static void read_twice(struct span text)
{
	static struct link first, second;

	if (!link_read(text, &first) || !first.host.len)
		return;
	check(first.host.len < LINK_HOST);
	if (first.address || !first.web || !memchr(first.host.ptr, '.', first.host.len))
		return;
	/* a host in normal form is its own */
	if (link_read((struct span){ (const uint8_t *)first.host_text, first.host.len }, &second) && second.host.len)
		check(second.host.len < LINK_HOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const own[] = { "corp.example", NULL };
	static const struct part body = { .type = TYPE_HTML, .inline_body = true };
	static struct exam_settings settings = { .own_domains = own };
	struct exam *e = &reader_exam;
	struct span shown = { bytes, len }, url = line_until(&shown, '\n');
	char room[LOOK_TEXT];

	settings.limits = exam_limits_usual;
	reader_setup(&settings, &hooks);
	exam_begin(e);
	e->sender.receiver = text_span("taro@corp.example");
	e->sender.domain = text_span("shop.example");
	read_twice(url);
	check(look_of(url, room).len <= LOOK_TEXT);
	exam_url(e, &body, url, shown);
	exam_text(e, &body, (struct span){ bytes, len });
	return 0;
}
