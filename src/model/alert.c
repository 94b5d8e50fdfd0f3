/* alert.c - entities as text, and evidence. */
#include "model/alert.h"

#include <stdarg.h>
#include <stdio.h>

char *entity_text(const struct entity *entity, char text[ENTITY_TEXT])
{
	char ip[IP_TEXT];

	switch (entity->kind) {
	case ENTITY_IP:
		return ip_text(&entity->prefix.ip, text);
	case ENTITY_PREFIX:
		return prefix_text(&entity->prefix, text);
	case ENTITY_SERVICE:
		ip_text(&entity->prefix.ip, ip);
		snprintf(text, ENTITY_TEXT, ip_is_v4(&entity->prefix.ip) ? "%s:%u" : "[%s]:%u", ip,
			 entity->port);
		return text;
	case ENTITY_MANY:
		snprintf(text, ENTITY_TEXT, "many addresses");
		return text;
	case ENTITY_NAME:
		snprintf(text, ENTITY_TEXT, "%s", entity->name);
		return text;
	case ENTITY_NONE:
		break;
	}
	text[0] = '\0';
	return text;
}

const char *entity_kind_name(enum entity_kind kind)
{
	static const char *const names[] = {
		[ENTITY_NONE] = "none",       [ENTITY_IP] = "ip",     [ENTITY_PREFIX] = "prefix",
		[ENTITY_SERVICE] = "service", [ENTITY_MANY] = "many",
		[ENTITY_NAME] = "name",
	};

	return names[kind];
}

struct entity entity_ip(const struct ip *ip)
{
	return (struct entity){ .kind = ENTITY_IP, .prefix = { *ip, 128 } };
}

struct entity entity_service(const struct ip *ip, uint16_t port)
{
	return (struct entity){ .kind = ENTITY_SERVICE, .prefix = { *ip, 128 }, .port = port };
}

struct entity entity_name(struct span name)
{
	struct entity e = { .kind = ENTITY_NAME };
	size_t n = name.len < sizeof(e.name) ? name.len : sizeof(e.name) - 4;

	for (size_t i = 0; i < n; i++)
		e.name[i] = name.ptr[i] > ' ' && name.ptr[i] < 0x7f ? (char)name.ptr[i] : '?';
	if (n < name.len)
		memcpy(e.name + n, "...", 4);
	return e;
}

void alert_why(struct alert *alert, const char *key, const char *format, ...)
{
	struct evidence *piece = &alert->why[alert->why_count];
	va_list arguments;

	if (alert->why_count == EVIDENCE_MAX)
		return;
	snprintf(piece->key, sizeof(piece->key), "%s", key);
	va_start(arguments, format);
	vsnprintf(piece->value, sizeof(piece->value), format, arguments);
	va_end(arguments);
	alert->why_count++;
}
