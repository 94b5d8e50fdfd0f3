/* held_frame.c - the struct as it is, and the result behind it: both ends are the same program. */
#include "milter/held_frame.h"

#include "base/cursor.h"

#include <string.h>

void held_frame_write(struct pen *p, const struct held *held, const struct mail_result *result)
{
	pen_span(p, (struct span){ (const uint8_t *)held, sizeof(*held) });
	result_frame_write(p, result);
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool is_sound(const struct held *h)
{
	return h->at > 0 && h->at < INT64_MAX / 4 && (unsigned)h->why < HELD_WHYS &&
	       ends(h->client, sizeof(h->client)) && ends(h->from, sizeof(h->from)) && ends(h->to, sizeof(h->to)) &&
	       ends(h->entry.name, sizeof(h->entry.name)) && vault_is_name(h->entry.name);
}

enum err held_frame_read(struct span bytes, struct held *held, struct mail_result *result)
{
	struct cur c = cur_init(bytes);

	cur_copy(&c, held, sizeof(*held));
	if (c.bad || !is_sound(held))
		return ERR_FORMAT;
	return result_frame_read(cur_rest(&c), result);
}
