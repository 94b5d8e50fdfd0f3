/* release.c - a released message is a delivery to a mail target that no configuration has. */
#include "respond/release.h"

#include "base/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define RECEIVERS_MAX 1000
#define GRACE         (2 * USEC_PER_SEC) /* for libcurl's own time limit to come first */

struct release {
	struct delivery delivery;
	struct target target;
	struct span message; /* mapped */
};

/* The receivers beyond those that a target has room for go in front of them. */
static bool take_receivers(struct release *r, const json_t *receivers)
{
	size_t count = json_array_size(receivers);
	struct curl_slist **list = &r->delivery.web.addresses, *more;

	if (count == 0 || count > RECEIVERS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *address = json_string_value(json_array_get(receivers, i));
		char quoted[TARGET_ADDRESS + 2];

		if (!address || !*address || strlen(address) >= TARGET_ADDRESS || strpbrk(address, "\r\n<>"))
			return false;
		if (i < TARGET_ADDRESSES) {
			snprintf(r->target.to[i], TARGET_ADDRESS, "%s", address);
			continue;
		}
		snprintf(quoted, sizeof(quoted), "<%s>", address);
		more = curl_slist_append(*list, quoted);
		if (!more)
			return false;
		*list = more;
	}
	return true;
}

static bool take_sender(struct release *r, const json_t *sender)
{
	const char *address = json_string_value(sender);

	if (!address || strlen(address) >= sizeof(r->target.from) || strpbrk(address, "\r\n<>"))
		return false;
	snprintf(r->target.from, sizeof(r->target.from), "%s", address);
	return true;
}

static bool take_message(struct release *r, int fd)
{
	struct stat is;
	void *memory;

	if (fd < 0 || fstat(fd, &is) != 0 || is.st_size <= 0)
		return false;
	memory = mmap(NULL, (size_t)is.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (memory == MAP_FAILED)
		return false;
	r->message = (struct span){ memory, (size_t)is.st_size };
	r->delivery.body = memory;
	r->delivery.size = r->message.len;
	return true;
}

static bool take_all(struct release *r, const json_t *object, int fd)
{
	const char *place = r->delivery.courier->settings->release;
	const json_t *number = json_object_get(object, "number");

	r->delivery.tell.number = json_is_integer(number) ? (uint64_t)json_integer_value(number) : 0;
	r->target.kind = TARGET_MAIL;
	r->target.plain = true; /* the mail server is our own, and its certificate often nobody's */
	snprintf(r->target.url, sizeof(r->target.url), "smtp://%s", place ? place : "");
	return place && *place && take_sender(r, json_object_get(object, "from")) &&
	       take_receivers(r, json_object_get(object, "to")) && take_message(r, fd);
}

struct release *release_begin(struct courier *courier, struct span body, int fd, uint64_t *number)
{
	struct release *r = calloc(1, sizeof(*r));
	json_t *object = r ? json_loadb((const char *)body.ptr, body.len, 0, NULL) : NULL;
	bool whole;

	*number = 0;
	if (!r)
		return NULL;
	r->delivery.courier = courier;
	r->delivery.target = &r->target;
	whole = take_all(r, object, fd);
	*number = r->delivery.tell.number;
	json_decref(object);
	if (!whole) {
		release_free(r);
		return NULL;
	}
	r->delivery.begun = true;
	r->delivery.deadline = loop_steady() + courier->settings->total_max + GRACE;
	way_web.begin(&r->delivery);
	return r;
}

const struct done *release_over(struct release *r, usec_t now)
{
	struct delivery *d = &r->delivery;

	if (!d->over && now >= d->deadline)
		delivery_over(d, DELIVERY_LATER, "it took too long");
	return d->over ? &d->done : NULL;
}

void release_free(struct release *r)
{
	if (!r)
		return;
	way_web.stop(&r->delivery);
	if (r->message.len)
		munmap((void *)r->message.ptr, r->message.len);
	free(r);
}
