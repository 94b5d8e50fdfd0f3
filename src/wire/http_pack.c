/* http_pack.c - HTTP between two packets: what is in use of its room, in one stretch. */
#include "wire/http_private.h"

#include "base/cursor.h"

#include <stddef.h>

/* A request without its login, which few have: that comes behind it. */
#define REQUEST_HEAD offsetof(struct http_request, login)

void http_room_clear(struct http_room *room)
{
	room->used = room->location_len = room->server_len = 0;
	for (unsigned side = 0; side < 2; side++) {
		struct http_message *m = &room->message[side];

		m->type_len = m->name_len = m->coding_len = 0;
		m->first = m->last = m->full = 0;
	}
}

static void pack(struct pen *pen, const void *bytes, size_t len)
{
	pen_span(pen, (struct span){ bytes, len });
}

void http_room_pack(const struct http *h, struct pen *pen)
{
	const struct http_room *room = h->room;

	if (http_idle(h))
		return;
	pack(pen, room, offsetof(struct http_room, request));
	for (uint32_t i = 0; i < h->pushed - h->popped; i++) {
		const struct http_request *r = &room->request[i];
		bool login = r->login.named || r->login.has_password;

		pack(pen, r, REQUEST_HEAD);
		pen_byte(pen, login);
		pack(pen, &r->login, login ? sizeof(r->login) : 0);
	}
	for (unsigned side = 0; side < 2; side++) {
		const struct http_message *m = &room->message[side];

		pack(pen, &m->type_len, sizeof(*m) - offsetof(struct http_message, type_len));
		pack(pen, m->type, m->type_len);
		pack(pen, m->name, m->name_len);
		pack(pen, m->coding, m->coding_len);
	}
	pack(pen, room->text, room->used);
	pack(pen, room->location, room->location_len);
	pack(pen, room->server, room->server_len);
}

void http_room_unpack(struct http *h, struct span packed)
{
	struct http_room *room = h->room;
	struct cur c = cur_init(packed);

	http_room_clear(room);
	if (http_idle(h))
		return;
	cur_copy(&c, room, offsetof(struct http_room, request));
	for (uint32_t i = 0; i < h->pushed - h->popped && !c.bad; i++) {
		struct http_request *r = &room->request[i];

		*r = (struct http_request){ 0 };
		cur_copy(&c, r, REQUEST_HEAD);
		if (cur_u8(&c))
			cur_copy(&c, &r->login, sizeof(r->login));
	}
	for (unsigned side = 0; side < 2; side++) {
		struct http_message *m = &room->message[side];

		cur_copy(&c, &m->type_len, sizeof(*m) - offsetof(struct http_message, type_len));
		cur_copy(&c, m->type, m->type_len);
		cur_copy(&c, m->name, m->name_len);
		cur_copy(&c, m->coding, m->coding_len);
	}
	cur_copy(&c, room->text, room->used);
	cur_copy(&c, room->location, room->location_len);
	cur_copy(&c, room->server, room->server_len);
}
