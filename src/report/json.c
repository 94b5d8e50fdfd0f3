/* json.c - incidents as JSON, one a line. */
#include "incident/incident_json.h"
#include "report/report.h"
#include "report/view.h"

enum err report_json(FILE *out, const struct incident *incidents, size_t count)
{
	struct json json = json_init(out);

	for (size_t i = 0; i < count; i++) {
		incident_json(&json, &incidents[i]);
		json_end_line(&json);
	}
	return view_flush(out);
}
