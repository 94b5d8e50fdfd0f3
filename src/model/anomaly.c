/* anomaly.c - names and texts of the anomaly counters. */
#include "model/anomaly.h"

const char *anomaly_name(enum anomaly anomaly)
{
	static const char *const names[] = {
#define X(id, name, text) name,
		ANOMALY_LIST(X)
#undef X
	};

	return names[anomaly];
}

const char *anomaly_text(enum anomaly anomaly)
{
	static const char *const texts[] = {
#define X(id, name, text) text,
		ANOMALY_LIST(X)
#undef X
	};

	return texts[anomaly];
}

bool anomaly_is_bound(enum anomaly anomaly)
{
	switch (anomaly) {
	case ANOMALY_FLOW_EVICTED:
	case ANOMALY_HALFOPEN_EVICTED:
	case ANOMALY_METER_FOLDED:
	case ANOMALY_PROBER_EVICTED:
		return true;
	default:
		return false;
	}
}
