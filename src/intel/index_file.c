/* index_file.c - the header page of the index file: written, read, its bounds checked. */
#include "intel/index_file.h"

#include "base/hash.h"

#include <string.h>

#define HEADER_CRC_AT 12 /* behind magic and version */

/* What is written so far of the page. */
struct page {
	uint8_t *bytes;
	size_t used;
};

static void page_put(struct page *page, uint64_t value, size_t bytes)
{
	memcpy(page->bytes + page->used, &value, bytes);
	page->used += bytes;
}

/* The header's own checksum: what is behind it, to the end of the page. */
static uint32_t page_sum(const uint8_t *page)
{
	return (uint32_t)hash_text(page + HEADER_CRC_AT + 4, INDEX_PAGE - HEADER_CRC_AT - 4, 0);
}

void index_header_write(const struct index_header *header, uint8_t page[INDEX_PAGE])
{
	struct page out = { page, HEADER_CRC_AT + 4 };

	memset(page, 0, INDEX_PAGE);
	memcpy(page, INDEX_MAGIC, 8);
	page_put(&out, header->file_size, 8);
	page_put(&out, header->key, 8);
	page_put(&out, header->slots, 8);
	page_put(&out, header->entries, 8);
	page_put(&out, header->tellings, 8);
	page_put(&out, header->levels, 8);
	page_put(&out, header->kinds, 4);
	page_put(&out, header->guards, 4);
	page_put(&out, (uint64_t)header->built, 8);
	for (unsigned i = 0; i < INDICATOR_KINDS; i++)
		page_put(&out, header->days[i], 2);
	for (unsigned i = 0; i < SECTIONS; i++) {
		page_put(&out, header->section[i].at, 8);
		page_put(&out, header->section[i].len, 8);
		page_put(&out, header->section[i].crc, 4);
	}
	out.used = 8;
	page_put(&out, INDEX_VERSION, 4);
	page_put(&out, page_sum(page), 4);
}

/* Sizes that look-ups rely on. */
static bool header_fits(const struct index_header *h, uint64_t size)
{
	if (h->file_size != size || h->slots == 0 ||
	    h->section[SECTION_SLOTS].len / 8 < INDEX_PROBES ||
	    h->slots > h->section[SECTION_SLOTS].len / 8 - INDEX_PROBES ||
	    h->section[SECTION_FILTER].len < FILTER_WORD ||
	    h->section[SECTION_FILTER].len / FILTER_WORD > UINT32_MAX ||
	    h->section[SECTION_AREA4].len != AREA4_BYTES ||
	    h->section[SECTION_AREA6].len != AREA6_BYTES)
		return false;
	for (unsigned i = 0; i < SECTIONS; i++)
		if (h->section[i].at > size || h->section[i].len > size - h->section[i].at)
			return false;
	return true;
}

enum err index_header_read(struct span file, struct index_header *header)
{
	struct cur c = cur_init(file);
	struct index_header h;
	const uint8_t *start;

	if (file.len < INDEX_PAGE)
		return file.len == 0 ? ERR_EMPTY : ERR_TRUNCATED;
	start = cur_take(&c, HEADER_CRC_AT + 4);
	if (memcmp(start, INDEX_MAGIC, 8) != 0)
		return ERR_FORMAT;
	if (ld_le32(start + 8) != INDEX_VERSION)
		return ERR_UNSUPPORTED;
	if (ld_le32(start + HEADER_CRC_AT) != page_sum(file.ptr))
		return ERR_FORMAT;
	h.file_size = cur_le64(&c);
	h.key = cur_le64(&c);
	h.slots = cur_le64(&c);
	h.entries = cur_le64(&c);
	h.tellings = cur_le64(&c);
	h.levels = cur_le64(&c);
	h.kinds = cur_le32(&c);
	h.guards = cur_le32(&c);
	h.built = (usec_t)cur_le64(&c);
	for (unsigned i = 0; i < INDICATOR_KINDS; i++)
		h.days[i] = cur_le16(&c);
	for (unsigned i = 0; i < SECTIONS; i++) {
		h.section[i].at = cur_le64(&c);
		h.section[i].len = cur_le64(&c);
		h.section[i].crc = cur_le32(&c);
	}
	if (c.bad || !header_fits(&h, file.len))
		return ERR_TRUNCATED;
	*header = h;
	return OK;
}
