/* capture.c - opening, the buffer, and one line of text for whatever goes wrong. */
#include "capture/capture.h"
#include "capture/pcap.h"
#include "capture/pcapng.h"
#include "capture/sniff.h"
#include "capture/source.h"

#include "base/pages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUFFER_USUAL ((size_t)256 << 10)
#define BUFFER_MAX   ((size_t)1 << 30)

/* The file header of either format begins within so many bytes. */
#define START_BYTES 24

/* Names longer than this are told by their end. */
#define NAME_TEXT 72

struct capture {
	struct reader reader;
	struct source *source;
	uint8_t *buffer; /* NULL when `reader` walks over the caller's memory */
	size_t room;     /* of the buffer */
	bool over;       /* the source has ended */
	bool told;       /* `trouble` is final */
	bool is_pcapng;
	struct pcap pcap;
	struct pcapng pcapng;
	uint64_t frames; /* handed on until now */
	char name[NAME_TEXT + 1];
	struct capture_trouble trouble;
};

void reader_stop(struct reader *reader, enum err err, const char *mend, const char *what, ...)
{
	va_list words;

	reader->err = err;
	reader->offset = reader->at.off;
	reader->mend = mend;
	va_start(words, what);
	vsnprintf(reader->what, sizeof(reader->what), what, words);
	va_end(words);
}

/* A name for messages: its end when it is long, without bytes that would break the line. */
static void name_set(char name[NAME_TEXT + 1], const char *path)
{
	size_t len = strlen(path), i;

	if (len > NAME_TEXT) {
		path += len - (NAME_TEXT - 3);
		while ((*path & 0xc0) == 0x80) /* not from the middle of a UTF-8 character */
			path++;
		snprintf(name, NAME_TEXT + 1, "...%s", path);
	} else {
		snprintf(name, NAME_TEXT + 1, "%s", path);
	}
	for (i = 0; name[i]; i++) {
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
			name[i] = '?';
	}
}

/* Adds to the text; what does not fit is cut off. */
__attribute__((format(printf, 2, 3))) static void tell(struct capture_trouble *trouble,
						       const char *words, ...)
{
	size_t len = strlen(trouble->text);
	va_list list;

	va_start(list, words);
	vsnprintf(trouble->text + len, sizeof(trouble->text) - len, words, list);
	va_end(list);
}

static void tell_frames(struct capture_trouble *trouble, uint64_t frames)
{
	if (frames == 0)
		tell(trouble, "; no packet could be read");
	else if (frames == 1)
		tell(trouble, "; the one packet before it was read");
	else
		tell(trouble, "; the %llu packets before it were read", (unsigned long long)frames);
}

/* Names a link type: "105 (IEEE802_11)". */
static void tell_link(struct capture_trouble *trouble, uint16_t link)
{
	const char *name = link_name(link);

	tell(trouble, "link type %u", link);
	if (name)
		tell(trouble, " (%s)", name);
}

static void tell_links_read(struct capture_trouble *trouble)
{
	tell(trouble, "; Hinomi reads Ethernet, raw IP, Linux cooked and loopback; "
		      "record it there, or convert it with tcprewrite --dlt=enet");
}

/* The source broke off: the file could not be read on, or its packing is damaged. */
static void tell_source(struct capture *capture, const struct source_fault *fault)
{
	struct capture_trouble *trouble = &capture->trouble;
	const char *packing = source_packing(capture->source);

	trouble->err = fault->err;
	trouble->offset = capture->reader.at.off + capture->reader.at.left;
	tell(trouble, "%s: ", capture->name);
	if (packing && fault->err != ERR_READ)
		tell(trouble, "the %s stream %s", packing, fault->what);
	else
		tell(trouble, "%s", fault->what);
	tell(trouble, " at byte %llu%s", (unsigned long long)fault->at,
	     packing ? " of the packed file" : "");
	tell_frames(trouble, capture->frames);
	tell(trouble, "; %s", fault->mend);
}

static void tell_skipped(struct capture *capture)
{
	struct capture_trouble *trouble = &capture->trouble;
	unsigned long long skipped = capture->pcapng.skipped;

	trouble->err = ERR_UNSUPPORTED;
	trouble->offset = capture->reader.at.off;
	tell(trouble, "%s: %llu packet%s skipped: ", capture->name, skipped,
	     skipped == 1 ? "" : "s");
	tell_link(trouble, capture->pcapng.skipped_link);
	tell(trouble, "%s not decoded", capture->pcapng.skipped_mixed ? " and others are" : " is");
	tell_links_read(trouble);
}

/* The reading is over: makes the line that says how it ended. */
static void capture_tell(struct capture *capture)
{
	struct reader *reader = &capture->reader;
	struct capture_trouble *trouble = &capture->trouble;
	const struct source_fault *fault = source_fault(capture->source);

	if (capture->told)
		return;
	capture->told = true;
	if (reader->err != OK) {
		trouble->err = reader->err;
		trouble->offset = reader->offset;
		tell(trouble, "%s: %s at byte %llu: %s", capture->name,
		     reader->err == ERR_FORMAT ? "corrupt" : "stopped",
		     (unsigned long long)reader->offset, reader->what);
		tell_frames(trouble, capture->frames);
		if (reader->mend)
			tell(trouble, "; %s", reader->mend);
	} else if (fault->err != OK) {
		tell_source(capture, fault);
	} else if (reader->at.left) {
		trouble->err = ERR_TRUNCATED;
		trouble->offset = reader->at.off + reader->at.left;
		tell(trouble, "%s: cut short at byte %llu in the middle of a %s", capture->name,
		     (unsigned long long)trouble->offset, reader->unit);
		tell_frames(trouble, capture->frames);
	} else if (capture->pcapng.skipped) {
		tell_skipped(capture);
		return;
	}
	if (capture->pcapng.skipped)
		tell(trouble, "; %llu were skipped, as their link type is not decoded",
		     (unsigned long long)capture->pcapng.skipped);
}

/* Moves the unread bytes to where the next ones are read behind them, with room for `need` in all. They
 * end with a page: the kernel copies whole pages to whole pages several times as fast as to anywhere
 * else, and reading is a third of all work. */
static bool buffer_ready(struct capture *capture, size_t need)
{
	struct cur *at = &capture->reader.at;
	size_t front = pages_whole(at->left), room = front + pages_whole(need - at->left);
	uint8_t *buffer = capture->buffer;

	if (room > capture->room) {
		buffer = pages_new(room);
		if (!buffer) {
			reader_stop(&capture->reader, ERR_MEMORY, "close other programs",
				    "no memory for a buffer of %zu bytes", room);
			return false;
		}
	}
	if (at->left)
		memmove(buffer + front - at->left, at->p, at->left);
	at->p = buffer + front - at->left;
	if (buffer != capture->buffer) {
		pages_free(capture->buffer, capture->room);
		capture->buffer = buffer;
		capture->room = room;
	}
	return true;
}

/* Brings the unread bytes to at least `need`; false when they end before. */
static bool buffer_fill(struct capture *capture, size_t need)
{
	struct cur *at = &capture->reader.at;
	size_t got;

	if (at->left >= need)
		return true;
	if (capture->over || !buffer_ready(capture, need))
		return false;
	while (at->left < need) {
		size_t used = (size_t)(at->p - capture->buffer) + at->left;

		got = source_read(capture->source, capture->buffer + used, capture->room - used);
		if (!got) {
			capture->over = true;
			return false;
		}
		at->left += got;
	}
	return true;
}

/* Notes why an input could not be opened, and passes the error on. */
static enum err open_tell(struct capture *capture, struct capture_trouble *trouble)
{
	const struct reader *reader = &capture->reader;
	struct capture_trouble told = {.err = reader->err, .offset = reader->offset};

	tell(&told, "%s: %s", capture->name, reader->what);
	if (reader->mend)
		tell(&told, "; %s", reader->mend);
	*trouble = told;
	return told.err;
}

/* The link type of a pcap file is that of all its frames: when it is not decoded, nothing is. */
static enum err open_link(struct capture *capture, struct capture_trouble *trouble)
{
	struct capture_trouble told = {.err = ERR_UNSUPPORTED, .offset = 20};

	if (link_supported(capture->pcap.link))
		return OK;
	tell(&told, "%s: ", capture->name);
	tell_link(&told, capture->pcap.link);
	tell(&told, " is not decoded");
	tell_links_read(&told);
	*trouble = told;
	return told.err;
}

/* Nothing known: says what it looks like instead. */
static void open_unknown(struct capture *capture, struct span start)
{
	const struct sniff *sniff = sniff_find(start);

	reader_stop(&capture->reader, ERR_FORMAT, sniff ? sniff->mend : SNIFF_MEND_USUAL,
		    "is not a capture (pcap, pcapng, or these in gzip or zstd)%s%s",
		    sniff ? "; it looks like " : "", sniff ? sniff->what : "");
}

/* Reads the start and knows the format by it. */
static enum err open_format(struct capture *capture, struct capture_trouble *trouble)
{
	struct reader *reader = &capture->reader;
	const struct source_fault *fault = source_fault(capture->source);
	enum err err = OK;
	struct span start;

	(void)buffer_fill(capture, START_BYTES);
	start = cur_rest(&reader->at);
	if (start.len < START_BYTES && fault->err != OK) {
		tell_source(capture, fault);
		*trouble = capture->trouble;
		return trouble->err;
	}
	if (!start.len && reader->err == OK)
		reader_stop(reader, ERR_EMPTY, "record or copy it again", "is empty");
	else if (pcap_detect(start))
		err = pcap_begin(&capture->pcap, reader);
	else if (pcapng_detect(start))
		err = pcapng_begin(&capture->pcapng, reader);
	else if (reader->err == OK)
		open_unknown(capture, start);
	if (err != OK || reader->err != OK)
		return open_tell(capture, trouble);
	capture->is_pcapng = pcapng_detect(start);
	return capture->is_pcapng ? OK : open_link(capture, trouble);
}

static enum err open_fault(const char *name, const struct source_fault *fault,
			   struct capture_trouble *trouble)
{
	char short_name[NAME_TEXT + 1];
	struct capture_trouble told = {.err = fault->err, .offset = fault->at};

	name_set(short_name, name);
	tell(&told, "%s: %s; %s", short_name, fault->what, fault->mend);
	*trouble = told;
	return told.err;
}

/* Takes over the source. */
static enum err open_source(struct capture **capture, const char *name, struct source *source,
			    size_t buffer, struct capture_trouble *trouble)
{
	struct capture *made = calloc(1, sizeof(*made));
	struct span whole;
	enum err err;

	if (!made) {
		source_close(source);
		return open_fault(name,
				  &(struct source_fault){.err = ERR_MEMORY,
							 .what = "there is no memory to read it",
							 .mend = "close other programs"},
				  trouble);
	}
	made->source = source;
	name_set(made->name, name);
	if (source_whole(source, &whole)) {
		made->reader.at = cur_init(whole);
		made->over = true;
	} else if (!buffer_ready(made, buffer < SOURCE_ROOM_MIN ? SOURCE_ROOM_MIN : buffer)) {
		err = open_tell(made, trouble);
		capture_close(made);
		return err;
	}
	err = open_format(made, trouble);
	if (err == OK)
		*capture = made;
	else
		capture_close(made);
	return err;
}

enum err capture_open(struct capture **capture, const char *path, size_t buffer,
		      struct capture_trouble *trouble)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct source_fault fault = {0};
	struct source *source = NULL;

	if (!buffer)
		buffer = BUFFER_USUAL;
	if (buffer > BUFFER_MAX)
		buffer = BUFFER_MAX;
	if (source_open(&source, path, &fault) != OK)
		return open_fault(name, &fault, trouble);
	return open_source(capture, name, source, buffer, trouble);
}

enum err capture_open_memory(struct capture **capture, const char *name, struct span bytes,
			     struct capture_trouble *trouble)
{
	struct source_fault fault = {0};
	struct source *source = NULL;

	if (source_open_memory(&source, bytes, &fault) != OK)
		return open_fault(name, &fault, trouble);
	return open_source(capture, name, source, BUFFER_USUAL, trouble);
}

size_t capture_read(struct capture *capture, struct frame *frames, size_t max)
{
	struct reader *reader = &capture->reader;
	size_t n;

	if (!max)
		return 0;
	/* Each turn either takes something, or brings the bytes that the record was in want of. */
	while (reader->err == OK) {
		if (capture->is_pcapng)
			n = pcapng_fill(&capture->pcapng, reader, frames, max);
		else
			n = pcap_fill(&capture->pcap, reader, frames, max);
		capture->frames += n;
		if (n)
			return n;
		if (reader->err != OK || !buffer_fill(capture, reader->need))
			break;
	}
	capture_tell(capture);
	return 0;
}

const struct capture_trouble *capture_trouble(const struct capture *capture)
{
	return &capture->trouble;
}

uint64_t capture_position(const struct capture *capture)
{
	return source_packing(capture->source) ? source_taken(capture->source)
					       : capture->reader.at.off;
}

uint64_t capture_size(const struct capture *capture)
{
	return source_size(capture->source);
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	source_close(capture->source);
	pcapng_end(&capture->pcapng);
	pages_free(capture->buffer, capture->room);
	free(capture);
}
