/* session.c - a message grows in its file. */
#include "milter/session.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void session_init(struct session *s, struct session_bounds *bounds, const char *client)
{
	memset(s, 0, sizeof(*s));
	s->bounds = bounds;
	s->fd = -1;
	snprintf(s->held.client, sizeof(s->held.client), "%s", client);
}

void session_end(struct session *s)
{
	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	atomic_fetch_sub(&s->bounds->used, s->kept);
	s->kept = 0;
}

/* An address without its brackets. False: it does not fit. */
static bool bare(const char *address, char *into, size_t size)
{
	size_t len = strlen(address);

	if (len >= 2 && address[0] == '<' && address[len - 1] == '>') {
		address++;
		len -= 2;
	}
	if (len >= size || memchr(address, '\n', len))
		return false;
	memcpy(into, address, len);
	into[len] = '\0';
	return true;
}

bool session_begin(struct session *s, const char *sender)
{
	session_end(s);
	s->bytes = s->head = 0;
	s->receivers = 0;
	s->full = s->fields = false;
	memset(&s->letter, 0, offsetof(struct letter_head, values));
	s->letter.used = 0;
	s->held.to[0] = '\0';
	s->fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return s->fd >= 0 && bare(sender, s->held.from, sizeof(s->held.from));
}

bool session_receiver(struct session *s, const char *receiver)
{
	size_t used = strlen(s->held.to);

	if (used + 1 >= sizeof(s->held.to))
		return false;
	if (!bare(receiver, s->held.to + used + (used > 0), sizeof(s->held.to) - used - (used > 0)))
		return false;
	if (used)
		s->held.to[used] = '\n';
	s->receivers++;
	return true;
}

/* One byte more than the bound is kept, so that who reads it knows. */
static bool session_add(struct session *s, struct span bytes)
{
	struct session_bounds *bounds = s->bounds;
	uint64_t room = bounds->message + 1 - s->kept;

	s->bytes += bytes.len;
	if (bytes.len > room)
		bytes.len = room;
	if (atomic_fetch_add(&bounds->used, bytes.len) + bytes.len > bounds->memory || !span_write(s->fd, bytes)) {
		atomic_fetch_sub(&bounds->used, bytes.len);
		s->full = true;
		return false;
	}
	s->kept += bytes.len;
	return true;
}

static bool add_text(struct session *s, const char *text, size_t len)
{
	return session_add(s, (struct span){ (const uint8_t *)text, len });
}

/* Lines of a value are ended with LF by libmilter. */
static bool add_value(struct session *s, const char *value)
{
	while (*value) {
		size_t len = strcspn(value, "\r\n");

		if (!add_text(s, value, len))
			return false;
		value += len;
		if (*value == '\0')
			break;
		value += value[0] == '\r' && value[1] == '\n' ? 2 : 1;
		if (!add_text(s, "\r\n", 2))
			return false;
	}
	return add_text(s, "\r\n", 2);
}

bool session_field(struct session *s, const char *name, const char *value)
{
	s->fields = true;
	letter_head_add(&s->letter, name, value);
	return add_text(s, name, strlen(name)) && add_text(s, ": ", 2) && add_value(s, value);
}

bool session_fields_end(struct session *s)
{
	bool added = add_text(s, "\r\n", 2);

	s->head = s->bytes;
	return added;
}

bool session_body(struct session *s, struct span bytes)
{
	return session_add(s, bytes);
}

bool session_seal(struct session *s)
{
	s->held.bytes = s->bytes;
	return fcntl(s->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
}

bool session_map(const struct session *s, struct span *message)
{
	void *memory = s->kept ? mmap(NULL, s->kept, PROT_READ, MAP_PRIVATE, s->fd, 0) : NULL;

	if (memory == MAP_FAILED)
		return false;
	*message = (struct span){ memory, s->kept };
	return true;
}

void session_unmap(struct span message)
{
	if (message.len)
		munmap((void *)message.ptr, message.len);
}
