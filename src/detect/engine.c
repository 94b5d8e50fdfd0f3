/* engine.c - gives each observation to the detectors that want it. */
#include "detect/detect.h"
#include "detect/outward.h"

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

#define KINDS 6 /* of observations */

_Static_assert(OBS_EVENT == 1 << (KINDS - 1), "the last kind");

struct engine {
	struct detect_settings settings;
	struct alert_sink sink;
	void *states[DETECTORS];
	struct {
		uint8_t count;
		uint8_t detector[DETECTORS];
	} wanted[KINDS]; /* who wants a kind, in the order of the list */
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
		for (unsigned k = 0; k < KINDS; k++)
			if (detectors[i]->wants & 1u << k)
				engine->wanted[k].detector[engine->wanted[k].count++] = (uint8_t)i;
	}
	return engine;
}

static unsigned flow_traits(const struct flow *f)
{
	static const uint16_t relays[] = { 1080, 9001, 9030, 9050, 9150 };
	const uint64_t logins = 1ull << APP_SSH | 1ull << APP_RDP | 1ull << APP_TELNET |
				1ull << APP_FTP | 1ull << APP_SMTP;
	uint16_t port = f->key.port[!flow_initiator(f)];
	unsigned traits = f->last - f->first >= 3600 * USEC_PER_SEC ? TRAIT_LASTS : 0;

	_Static_assert(APP_COUNT <= 64, "a bit for each");
	if (f->key.proto == PROTO_ICMP || f->key.proto == PROTO_ICMP6)
		traits |= TRAIT_ICMP;
	if (f->key.proto != PROTO_TCP)
		return traits;
	return traits | (logins >> f->app & 1 ? TRAIT_LOGIN : 0) | (port == 25 ? TRAIT_MAIL : 0) |
	       (port_among(relays, sizeof(relays) / sizeof(relays[0]), port) ? TRAIT_RELAY : 0);
}

/* The same for what is no conversation: none is missed. */
static unsigned obs_traits(const struct obs *obs)
{
	return obs->kind & (OBS_FLOW | OBS_STALLED | OBS_ONGOING) ? flow_traits(obs->flow) : ~0u;
}

/* One detector after the other sees a run of one kind: its code and its table stay in the cache. */
static void engine_run(struct engine *engine, const struct obs *obs, size_t count)
{
	unsigned kind = (unsigned)__builtin_ctz(obs->kind), any = 0;
	unsigned traits[OBS_RUN];

	for (size_t k = 0; k < count; k++)
		any |= traits[k] = obs_traits(&obs[k]);
	for (unsigned i = 0; i < engine->wanted[kind].count; i++) {
		unsigned number = engine->wanted[kind].detector[i];
		const struct detector *detector = detectors[number];

		if (detector->see_many) {
			detector->see_many(engine->states[number], obs, count);
			continue;
		}
		if (detector->only && !(any & detector->only))
			continue;
		for (size_t k = 0; k < count; k++)
			if (!detector->only || (traits[k] & detector->only))
				detector->see(engine->states[number], &obs[k]);
	}
}

void engine_see(struct engine *engine, const struct obs *obs, size_t count)
{
	for (size_t run; count; obs += run, count -= run) {
		for (run = 1; run < count && run < OBS_RUN && obs[run].kind == obs->kind; run++)
			;
		engine_run(engine, obs, run);
	}
}

void engine_tick(struct engine *engine, const struct window *window)
{
	engine->sink.now = detect_level(&engine->settings);
	engine->sink.keep = detect_keep(&engine->settings);
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
