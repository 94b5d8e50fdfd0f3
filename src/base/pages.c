/* pages.c - anonymous mappings, aligned by mapping more and giving the ends back. */
#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

static size_t pages_round(size_t bytes)
{
	return bytes >= HUGE_PAGE ? (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE
				  : pages_whole(bytes);
}

void *pages_new(size_t bytes)
{
	size_t size = pages_round(bytes), slack = size >= HUGE_PAGE ? HUGE_PAGE : 0;
	uint8_t *base = mmap(NULL, size + slack, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t head;

	if (base == MAP_FAILED)
		return NULL;
	if (!slack)
		return base;
	head = (HUGE_PAGE - (uintptr_t)base % HUGE_PAGE) % HUGE_PAGE;
	if (head)
		munmap(base, head);
	if (slack > head)
		munmap(base + head + size, slack - head);
	madvise(base + head, size, MADV_HUGEPAGE); /* a wish: refusal only costs speed */
	return base + head;
}

void pages_free(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, pages_round(bytes));
}

void *pages_new_sparse(size_t bytes)
{
	void *base = mmap(NULL, pages_round(bytes), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		return NULL;
	madvise(base, pages_round(bytes), MADV_NOHUGEPAGE); /* unknown to a kernel without huge ones */
	return base;
}
