/* ooxml.c - the files of a package, one by one: XML, and what xlsb has instead of it. */
#include "xmldoc/xmldoc.h"

#include "xmldoc/walk.h"
#include "xmldoc/xlsb.h"

void xmldoc_part(struct exam *e, const struct part *part)
{
	if (!walk_xml(e, part, true))
		xlsb_read(e, part);
}
