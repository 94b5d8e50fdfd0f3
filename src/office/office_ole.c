/* office_ole.c - compound files: what kind of document it is, and what lies in it. */
#include "office/office.h"

#include "format/ole.h"
#include "macro/vba_project.h"

void office_ole(struct exam *e, const struct part *part)
{
	struct ole ole;
	size_t mark = arena_mark(&e->arena);

	if (ole_read(part->bytes, 2000, &e->arena, &ole) != OK)
		return;
	vba_projects(e, part, &ole);
	arena_back(&e->arena, mark);
}
