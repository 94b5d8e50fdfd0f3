/* severity.c - names of the five levels. */
#include "policy/severity.h"

const char *severity_name(enum severity severity)
{
	static const char *const names[] = { "info", "notice", "warning", "high", "critical" };

	return names[severity];
}

const char *severity_japanese(enum severity severity)
{
	static const char *const names[] = { "INFO", "注意", "警告", "重要", "緊急" };

	return names[severity];
}
