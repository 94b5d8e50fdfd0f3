/* tool.c - the tools by their kind. */
#include "snapshot/tool.h"

const struct tool *tool_of(enum backup_tool tool)
{
	static const struct tool *const tools[BACKUP_TOOLS] = { &tool_restic, &tool_borg };

	return tools[tool];
}
