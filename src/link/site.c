/* site.c - the sites that a message leads to, or whose mailboxes it names. */
#include "link/site.h"

#include "intel/host.h"
#include "link/known_host.h"
#include "link/link.h"

void site_note(struct exam *e, struct span registered, unsigned kinds, bool led)
{
	struct exam_site *site;

	if (!registered.len || registered.len >= EXAM_SITE)
		return;
	for (unsigned i = 0; i < e->site_count; i++) {
		site = &e->sites[i];
		if (line_is(registered, site->name)) {
			site->led |= led;
			return;
		}
	}
	if (e->site_count == EXAM_SITES)
		return;
	site = &e->sites[e->site_count++];
	*site = (struct exam_site){ .kinds = kinds, .led = led };
	memcpy(site->name, registered.ptr, registered.len);
}

void site_note_mailbox(struct exam *e, struct span path)
{
	struct span domain = line_from(path, line_find(path, '@') + 1);
	char room[LINK_HOST];
	struct host_read read;

	domain = line_cut(domain, line_find(domain, '?'));
	if (domain.len && link_host(domain, room, &read) && !read.address)
		site_note(e, host_registrable(read.host), host_kinds(read.host), false);
}
