/*
 * fuzz_wipe_content.c - any bytes as the contents of a file before and after: reading stays inside of its memory and ends,
 * and what is the same before and after has lost nothing. The first byte says where the second file begins.
 */
#include "wipe/content.h"

#include "base/text.h"
#include "wipe/known.h"
#include "check.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int file_of(struct span bytes)
{
	int fd = memfd_create("content", MFD_CLOEXEC);

	check(fd >= 0 && span_write(fd, bytes));
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct content_room *room;
	struct content before, after;
	size_t cut, length;
	int old, new;

	if (!room)
		room = content_room_new();
	check(room != NULL);
	if (len < 2)
		return 0;
	cut = 1 + (len - 1) * bytes[0] / 256;
	length = cut - 1 < len - cut ? cut - 1 : len - cut;
	old = file_of((struct span){ bytes + 1, cut - 1 });
	new = file_of((struct span){ bytes + cut, len - cut });
	check(content_look(old, length, room, &before) && content_look(new, length, room, &after));
	check(content_loss(&before, &after, text_span("a.docx")) < LOSSES);
	check(content_loss(&before, &before, text_span("a.docx")) == LOSS_NONE);
	known_note_text((struct span){ bytes, len });
	known_note_name((struct span){ bytes, len });
	close(old);
	close(new);
	return 0;
}
