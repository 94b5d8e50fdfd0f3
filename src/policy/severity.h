/* severity.h - how much it matters: the five Japanese levels. */
#ifndef POLICY_SEVERITY_H
#define POLICY_SEVERITY_H

enum severity {
	SEVERITY_INFO,     /* INFO: good to know */
	SEVERITY_NOTICE,   /* 注意: look when there is time */
	SEVERITY_WARNING,  /* 警告: look today */
	SEVERITY_HIGH,     /* 重要: act now */
	SEVERITY_CRITICAL, /* 緊急: act now, and tell others */
};

const char *severity_name(enum severity severity);     /* "warning" */
const char *severity_japanese(enum severity severity); /* "警告" */

#endif
