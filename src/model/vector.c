/* vector.c - names of the flood vectors, and the services that reflect. */
#include "model/vector.h"

static const struct {
	const char *name, *title, *japanese;
	uint16_t port;
} vectors[] = {
#define X(id, name, title, japanese, port) { name, title, japanese, port },
	VECTOR_LIST(X)
#undef X
};

const char *vector_name(enum vector vector)
{
	return vector < VECTOR_COUNT ? vectors[vector].name : "";
}

const char *vector_title(enum vector vector)
{
	return vector < VECTOR_COUNT ? vectors[vector].title : "";
}

const char *vector_japanese(enum vector vector)
{
	return vector < VECTOR_COUNT ? vectors[vector].japanese : "";
}

bool vector_is_reflection(enum vector vector)
{
	return vector == VECTOR_SYNACK || (vector < VECTOR_COUNT && vectors[vector].port != 0);
}

enum vector vector_of_port(uint16_t source_port)
{
	if (source_port == 4500) /* IKE behind NAT, RFC 3947 */
		return VECTOR_ISAKMP;
	for (unsigned v = VECTOR_DNS; v < VECTOR_COUNT; v++)
		if (vectors[v].port == source_port)
			return (enum vector)v;
	return VECTOR_UDP;
}
