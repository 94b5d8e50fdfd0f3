/* workers.c - threads that wait for a segment of frames, and a barrier at its end. */
#include "app/workers.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
	struct workers *all;
	struct sensor *sensor;
	pthread_t thread;
	bool running;
};

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t begin, done;
	const struct frame *frames;
	size_t count;
	uint64_t segment; /* number of the one at work */
	unsigned busy;
	bool quit;
	unsigned number;
	struct worker worker[];
};

static void *worker_main(void *whom)
{
	struct worker *self = whom;
	struct workers *all = self->all;
	uint64_t seen = 0;

	pthread_mutex_lock(&all->lock);
	for (;;) {
		while (all->segment == seen && !all->quit)
			pthread_cond_wait(&all->begin, &all->lock);
		if (all->quit)
			break;
		seen = all->segment;
		pthread_mutex_unlock(&all->lock);
		sensor_frames(self->sensor, all->frames, all->count);
		pthread_mutex_lock(&all->lock);
		if (--all->busy == 0)
			pthread_cond_signal(&all->done);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

struct workers *workers_new(const struct sensor_settings *settings, unsigned count)
{
	struct workers *w = calloc(1, sizeof(*w) + count * sizeof(w->worker[0]));
	struct sensor_settings own = *settings;

	if (!w)
		return NULL;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->begin, NULL);
	pthread_cond_init(&w->done, NULL);
	w->number = count;
	own.workers = count;
	for (own.worker = 0; own.worker < count; own.worker++) {
		struct worker *worker = &w->worker[own.worker];

		worker->all = w;
		worker->sensor = sensor_new(&own);
		if (worker->sensor && own.worker > 0)
			worker->running = pthread_create(&worker->thread, NULL, worker_main,
							 worker) == 0;
		if (!worker->sensor || (own.worker > 0 && !worker->running)) {
			workers_free(w);
			return NULL;
		}
	}
	return w;
}

void workers_free(struct workers *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->quit = true;
	pthread_cond_broadcast(&w->begin);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->number; i++) {
		if (w->worker[i].running)
			pthread_join(w->worker[i].thread, NULL);
		sensor_free(w->worker[i].sensor);
	}
	pthread_cond_destroy(&w->begin);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void workers_frames(struct workers *w, const struct frame *frames, size_t count)
{
	if (w->number > 1) {
		pthread_mutex_lock(&w->lock);
		w->frames = frames;
		w->count = count;
		w->busy = w->number - 1;
		w->segment++;
		pthread_cond_broadcast(&w->begin);
		pthread_mutex_unlock(&w->lock);
	}
	sensor_frames(w->worker[0].sensor, frames, count);
	if (w->number > 1) {
		pthread_mutex_lock(&w->lock);
		while (w->busy)
			pthread_cond_wait(&w->done, &w->lock);
		pthread_mutex_unlock(&w->lock);
	}
}

struct sensor *workers_sensor(struct workers *w, unsigned number)
{
	return w->worker[number].sensor;
}

unsigned workers_count(const struct workers *w)
{
	return w->number;
}
