/* file.c - files that are carried in the clear: type, size and SHA-256 while they pass. */
#include "talk/talk_private.h"

static uint16_t keep(uint8_t *into, size_t room, struct span text)
{
	size_t n = text.len < room ? text.len : room;

	if (n)
		memcpy(into, text.ptr, n);
	return (uint16_t)n;
}

bool talk_file_begin(const struct talk_call *call, unsigned side, const struct http_body *body)
{
	struct talk_file *file = slab_take(&call->all->files);
	struct digest *sha256;

	if (!file)
		return false;
	sha256 = file->sha256 ? file->sha256 : digest_new(call->all->kit, DIGEST_SHA256);
	if (sha256)
		digest_reset(sha256);
	file->sha256 = sha256;
	file->size = 0;
	file->looked = 0;
	file->to_client = side == 1;
	file->whole_file = !body->part_of_file;
	file->name_len = keep(file->name, sizeof(file->name), body->name);
	file->declared_len = keep(file->declared, sizeof(file->declared), body->type);
	call->talk->file[side] = file;
	return true;
}

void talk_file_part(const struct talk_call *call, unsigned side, struct span part)
{
	struct talk_file *file = call->talk->file[side];

	if (!file)
		return;
	file->looked = (uint16_t)(file->looked + keep(file->look + file->looked,
						      sizeof(file->look) - file->looked, part));
	file->size += part.len;
	if (file->sha256)
		digest_add(file->sha256, part);
}

void talk_file_end(const struct talk_call *call, unsigned side, bool whole)
{
	struct talk_file *file = call->talk->file[side];
	struct event e = talk_event(call, EVENT_FILE);

	if (!file)
		return;
	e.file = (struct event_file){
		.name = { file->name, file->name_len },
		.declared = { file->declared, file->declared_len },
		.type = file_type_of((struct span){ file->look, file->looked }),
		.size = file->size,
		.whole = whole && file->whole_file,
		.to_client = file->to_client,
		.hashed = whole && file->whole_file && file->sha256,
	};
	if (file->sha256)
		digest_end(file->sha256, e.file.sha256);
	if (file->size)
		talk_tell(call, &e);
	call->talk->file[side] = NULL;
	slab_give(&call->all->files, file);
}
