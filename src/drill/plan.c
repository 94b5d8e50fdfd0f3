/* plan.c - the list in a file: a head of fixed size for each entry, then its path. */
#include "drill/plan.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NAME  "plan"
#define BLOCK 4096u /* what a small file takes, and each folder; more than some file systems need */

struct head {
	uint64_t size;
	usec_t changed;
	uint16_t length;
	uint8_t why, kind;
};

enum err plan_open(struct plan *plan, int folder)
{
	int fd = openat(folder, NAME, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (fd >= 0)
		unlinkat(folder, NAME, 0);
	if (!file) {
		if (fd >= 0)
			close(fd);
		return ERR_OPEN;
	}
	*plan = (struct plan){ .file = file };
	return OK;
}

void plan_close(struct plan *plan)
{
	fclose(plan->file);
}

enum err plan_add(struct plan *plan, const struct plan_entry *entry)
{
	struct head head;

	assert(entry->path.len > 0 && entry->path.len < FILE_PATH_MAX);
	memset(&head, 0, sizeof(head)); /* its gaps, too */
	head.size = entry->size;
	head.changed = entry->changed;
	head.length = (uint16_t)entry->path.len;
	head.why = (uint8_t)entry->why;
	head.kind = (uint8_t)entry->kind;
	if (fwrite(&head, sizeof(head), 1, plan->file) != 1 ||
	    fwrite(entry->path.ptr, entry->path.len, 1, plan->file) != 1)
		return ERR_WRITE;
	plan->entries++;
	plan->room = plan_sum(plan->room, BLOCK);
	if (entry->kind == FILE_PLAIN) {
		plan->files++;
		plan->bytes = plan_sum(plan->bytes, entry->size);
		plan->room = plan_sum(plan->room, plan_sum(entry->size, BLOCK - 1) / BLOCK * BLOCK);
	}
	return OK;
}

enum err plan_rewind(struct plan *plan)
{
	return fflush(plan->file) == 0 && fseeko(plan->file, 0, SEEK_SET) == 0 ? OK : ERR_WRITE;
}

enum err plan_next(struct plan *plan, struct plan_entry *entry)
{
	struct head head;

	if (fread(&head, sizeof(head), 1, plan->file) != 1)
		return ferror(plan->file) ? ERR_READ : ERR_EMPTY;
	if (head.length > sizeof(plan->path) || fread(plan->path, head.length, 1, plan->file) != 1)
		return ERR_READ;
	*entry = (struct plan_entry){ (enum plan_why)head.why, (enum file_kind)head.kind, head.size, head.changed,
				      { plan->path, head.length } };
	return OK;
}
