/* look_host.c - whose hosts a page calls and leads to: ours, or somebody else's. */
#include "deface/look_private.h"

#include "base/line.h"
#include "exam/exam.h"
#include "intel/host.h"
#include "link/link.h"

#include <stdio.h>
#include <stdlib.h>

/* The end of a name, as it is kept: what is no name may hold anything. */
static void keep_host(char into[LOOK_HOST], struct span host)
{
	if (host.len >= LOOK_HOST)
		host = line_from(host, host.len - (LOOK_HOST - 1));
	exam_visible(into, LOOK_HOST, host);
}

void look_host_begin(struct looker *l, const char *url)
{
	struct link *link = arena_take(&l->arena, sizeof(*link));

	if (link && url && link_read(text_span(url), link))
		keep_host(l->host, link->address ? link->host : host_registrable(link->host));
}

struct span host_owner(const char *name)
{
	struct span owner = host_registrable(text_span(name));
	char text[LOOK_HOST];

	snprintf(text, sizeof(text), "%.*s", (int)owner.len, (const char *)owner.ptr);
	return host_is_shared(text) ? text_span(name) : owner;
}

/* Whether a host is a name, or below it. */
static bool is_below(struct span host, struct span name)
{
	struct span end = line_from(host, host.len < name.len ? host.len : host.len - name.len);

	return name.len && span_equal(end, name) && (host.len == name.len || host.ptr[host.len - name.len - 1] == '.');
}

static bool is_own(const struct looker *l, struct span host)
{
	if (is_below(host, text_span(l->host)))
		return true;
	for (const char *const *own = l->own; own && *own; own++)
		if (is_below(host, text_span(*own)))
			return true;
	return false;
}

static bool is_relative(struct span url)
{
	size_t colon = line_find(line_cut(url, 16), ':');

	return colon == line_cut(url, 16).len && !line_starts(url, "//") && !line_starts(url, "\\\\") &&
	       !line_starts(url, "/\\");
}

/* No public host is a single label: scripts hold such beginnings of names. */
static bool is_whole_host(const struct link *link)
{
	return link->address || line_find(link->host, '.') < link->host.len;
}

bool look_host_is_other(struct looker *l, struct span url, struct look_host *host)
{
	size_t mark = arena_mark(&l->arena);
	struct link *link;
	bool other = false;

	if (!url.len)
		return false;
	if (is_relative(url)) {
		keep_host(host->name, l->base);
		host->odd = false;
		return l->base.len > 0;
	}
	link = arena_take(&l->arena, sizeof(*link));
	if (link && link_read(url, link) && link->web && is_whole_host(link) && !is_own(l, link->host)) {
		keep_host(host->name, link->host);
		host->odd = link->address || (link->port && link->port != 80 && link->port != 443);
		other = true;
	}
	arena_back(&l->arena, mark);
	return other;
}

void look_host_add(struct looker *l, struct span url, enum host_use use)
{
	struct look *look = l->look;
	struct look_host host = { .use = (uint8_t)use };

	if (!look_host_is_other(l, url, &host))
		return;
	for (unsigned n = 0; n < look->host_count; n++)
		if (look->hosts[n].use == use && !strcmp(look->hosts[n].name, host.name))
			return;
	/* the last places are kept for what can change the page */
	if (look->host_count < (use <= USE_FORM || use == USE_HIDDEN_LINK ? LOOK_HOSTS : LOOK_HOSTS - 24))
		look->hosts[look->host_count++] = host;
}
