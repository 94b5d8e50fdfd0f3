/* pcap.c - classic pcap: one header, then records back to back. */
#include "capture/pcap.h"

#define MAGIC_USEC    0xa1b2c3d4u
#define MAGIC_NSEC    0xa1b23c4du
#define MAGIC_PATCHED 0xa1b2cd34u

/*
 * Record headers: seconds, fraction, captured length, length on the wire; the patched form goes on
 * with interface index, protocol, packet type and a byte of padding.
 */
#define RECORD_HEADER         16
#define RECORD_HEADER_PATCHED 24

/*
 * The upper six bits of the link type tell about the frame check sequence at the end of the
 * frames (draft-ietf-opsawg-pcap, "LinkType and additional information"); libpcap's LT_LINKTYPE()
 * takes the lower 26 like this.
 */
#define LINK_MASK 0x03ffffffu

#define MEND_CUT     "copy it again if the original is longer"
#define MEND_CORRUPT "pcapfix may save the rest"

static bool magic_known(uint32_t magic)
{
	return magic == MAGIC_USEC || magic == MAGIC_NSEC || magic == MAGIC_PATCHED;
}

bool pcap_detect(struct span start)
{
	return start.len >= 4 &&
	       (magic_known(ld_le32(start.ptr)) || magic_known(ld_be32(start.ptr)));
}

enum err pcap_begin(struct pcap *pcap, struct reader *reader)
{
	const uint8_t *h;
	uint32_t magic, snaplen, link;
	unsigned major, minor;

	if (reader->at.left < PCAP_FILE_HEADER) {
		reader_stop(reader, ERR_TRUNCATED, MEND_CUT,
			    "cut short within the file header of %d bytes", PCAP_FILE_HEADER);
		return reader->err;
	}
	h = reader->at.p;
	pcap->swapped = !magic_known(ld_le32(h));
	magic = ld_32(h, pcap->swapped);
	major = ld_16(h + 4, pcap->swapped);
	minor = ld_16(h + 6, pcap->swapped);
	snaplen = ld_32(h + 16, pcap->swapped);
	link = ld_32(h + 20, pcap->swapped) & LINK_MASK;
	if (major != 2 || minor < 3) { /* before 2.3 the two lengths stood in the other order */
		reader_stop(reader, ERR_UNSUPPORTED, "convert it with editcap",
			    "version %u.%u of pcap is not read, only 2.4", major, minor);
		return reader->err;
	}
	if (link > UINT16_MAX) {
		reader_stop(reader, ERR_UNSUPPORTED, MEND_CORRUPT, "link type %u does not exist",
			    link);
		return reader->err;
	}
	(void)cur_take(&reader->at, PCAP_FILE_HEADER);
	pcap->nano = magic == MAGIC_NSEC;
	pcap->patched = magic == MAGIC_PATCHED;
	pcap->link = (uint16_t)link;
	pcap->caplen_max = snaplen < PCAP_CAPLEN_USUAL ? PCAP_CAPLEN_USUAL
			   : snaplen > PCAP_CAPLEN_MAX ? PCAP_CAPLEN_MAX
						       : snaplen;
	reader->unit = "packet";
	return OK;
}

/* Notes why the record at the reader's place was not taken. */
static void record_refuse(const struct pcap *pcap, struct reader *reader, size_t header,
			  uint32_t caplen)
{
	if (reader->at.left < header)
		reader->need = header;
	else if (caplen > pcap->caplen_max)
		reader_stop(reader, ERR_FORMAT, MEND_CORRUPT,
			    "a packet claims %u bytes, more than the %u allowed", caplen,
			    pcap->caplen_max);
	else
		reader->need = header + caplen;
}

/* The loop. All of it stays in registers: nothing is called, `form` is constant. */
TEMPLATE size_t record_take(const struct pcap *pcap, struct reader *reader, struct frame *frames,
			    size_t max, const struct pcap form)
{
	const size_t header = form.patched ? RECORD_HEADER_PATCHED : RECORD_HEADER;
	const uint32_t caplen_max = pcap->caplen_max;
	const uint16_t link = pcap->link;
	struct cur at = reader->at;
	size_t n = 0;

	while (n < max) {
		struct cur next = at;
		const uint8_t *h = cur_take(&next, header);
		uint32_t seconds = ld_32(h, form.swapped), fraction = ld_32(h + 4, form.swapped);
		uint32_t caplen = ld_32(h + 8, form.swapped), len = ld_32(h + 12, form.swapped);
		struct span bytes = cur_span(&next, caplen);

		if (__builtin_expect(next.bad || caplen > caplen_max, 0)) {
			reader->at = at;
			record_refuse(pcap, reader, header, caplen);
			return n;
		}
		frames[n++] = (struct frame){
			.ts = (usec_t)seconds * USEC_PER_SEC +
			      (form.nano ? fraction / 1000 : fraction),
			.wire_len = len > caplen ? len : caplen,
			.link = link,
			.bytes = bytes,
		};
		at = next;
	}
	reader->at = at;
	return n;
}

static size_t take_patched(const struct pcap *pcap, struct reader *r, struct frame *f, size_t max)
{
	return record_take(pcap, r, f, max,
			   (struct pcap){.swapped = pcap->swapped, .patched = true});
}

static size_t take_le(const struct pcap *pcap, struct reader *r, struct frame *f, size_t max)
{
	return record_take(pcap, r, f, max, (struct pcap){0});
}

static size_t take_be(const struct pcap *pcap, struct reader *r, struct frame *f, size_t max)
{
	return record_take(pcap, r, f, max, (struct pcap){.swapped = true});
}

static size_t take_le_nano(const struct pcap *pcap, struct reader *r, struct frame *f, size_t max)
{
	return record_take(pcap, r, f, max, (struct pcap){.nano = true});
}

static size_t take_be_nano(const struct pcap *pcap, struct reader *r, struct frame *f, size_t max)
{
	return record_take(pcap, r, f, max, (struct pcap){.nano = true, .swapped = true});
}

size_t pcap_fill(const struct pcap *pcap, struct reader *reader, struct frame *frames, size_t max)
{
	if (pcap->patched)
		return take_patched(pcap, reader, frames, max);
	if (pcap->nano)
		return pcap->swapped ? take_be_nano(pcap, reader, frames, max)
				     : take_le_nano(pcap, reader, frames, max);
	return pcap->swapped ? take_be(pcap, reader, frames, max)
			     : take_le(pcap, reader, frames, max);
}
