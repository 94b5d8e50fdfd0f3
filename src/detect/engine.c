/* engine.c - gives each observation to the detectors that want it. */
#include "detect/detect.h"

#include <stdlib.h>

#define DETECTOR(name) extern const struct detector detector_##name;
#include "detect/list.def"
#undef DETECTOR

const struct detector *const detectors[] = {
#define DETECTOR(name) &detector_##name,
#include "detect/list.def"
#undef DETECTOR
};

#define DETECTORS (sizeof(detectors) / sizeof(detectors[0]))

const size_t detector_count = DETECTORS;

struct engine {
	struct detect_settings settings;
	struct alert_sink sink;
	void *states[DETECTORS];
};

void detect_settings_init(struct detect_settings *settings)
{
	*settings = (struct detect_settings){ .multiplier = 5 };
	for (unsigned v = 0; v < VECTOR_COUNT; v++)
		settings->floors[v] = vector_is_reflection((enum vector)v) ? 200 : 500;
	settings->floors[VECTOR_SYN] = 150;
	settings->floors[VECTOR_SYNACK] = 300;
	settings->floors[VECTOR_RST] = 300;
	settings->floors[VECTOR_ACK] = 300;
	settings->floors[VECTOR_FIN] = 200;
	settings->floors[VECTOR_XMAS] = 100;
	settings->floors[VECTOR_NULLFLAGS] = 100;
	settings->floors[VECTOR_UDP] = 1000;
	settings->floors[VECTOR_ICMP] = 300;
	settings->floors[VECTOR_HTTP] = 30;
}

struct engine *engine_new(const struct detect_settings *settings, const struct alert_sink *sink)
{
	struct engine *engine = calloc(1, sizeof(*engine));

	if (!engine)
		return NULL;
	engine->settings = *settings;
	engine->sink = *sink;
	for (size_t i = 0; i < DETECTORS; i++) {
		engine->states[i] = detectors[i]->open(&engine->settings);
		if (!engine->states[i]) {
			engine_free(engine);
			return NULL;
		}
	}
	return engine;
}

void engine_see(struct engine *engine, const struct obs *obs)
{
	for (size_t i = 0; i < DETECTORS; i++)
		if (detectors[i]->wants & obs->kind)
			detectors[i]->see(engine->states[i], obs);
}

void engine_tick(struct engine *engine, const struct window *window)
{
	for (size_t i = 0; i < DETECTORS; i++)
		detectors[i]->tick(engine->states[i], window, &engine->sink);
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	for (size_t i = 0; i < DETECTORS; i++)
		if (engine->states[i])
			detectors[i]->close(engine->states[i]);
	free(engine);
}

size_t engine_memory(void)
{
	size_t sum = sizeof(struct engine);

	for (size_t i = 0; i < DETECTORS; i++)
		sum += detectors[i]->mem_max;
	return sum;
}
