/* event_file.h - a file that a conversation carried in the clear, and what files are by their content. */
#ifndef MODEL_EVENT_FILE_H
#define MODEL_EVENT_FILE_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* What the first bytes of a file say it is. */
enum file_type {
	FILE_UNKNOWN,
	FILE_EMPTY,
	FILE_TEXT,
	FILE_HTML,
	FILE_XML,
	FILE_SCRIPT,   /* #!, or Windows script */
	FILE_PE,       /* Windows program */
	FILE_ELF,      /* Unix program */
	FILE_MACHO,    /* macOS program */
	FILE_JAVA,     /* class */
	FILE_ZIP,
	FILE_GZIP,
	FILE_RAR,
	FILE_7Z,
	FILE_CAB,
	FILE_OLE,      /* old Office, MSI */
	FILE_PDF,
	FILE_RTF,
	FILE_PNG,
	FILE_JPEG,
	FILE_GIF,
	FILE_WEBP,
	FILE_ICO,
	FILE_BMP,
	FILE_AUDIO_VIDEO,
	FILE_FONT,
	FILE_LNK,
	FILE_TYPES
};

/* Type, size and digests are of the content: a coding of HTTP (gzip, deflate) and of mail (base64,
 * quoted-printable) is undone. */
struct event_file {
	struct span name;       /* as told: the URL's last part, a Content-Disposition, an FTP path */
	struct span declared;   /* Content-Type as told, without parameters */
	enum file_type type;    /* by content */
	uint64_t size;          /* bytes seen */
	uint64_t first, full;   /* a range (RFC 9110, 14.4): its first byte, and the file's size; 0: unknown */
	bool ranged;            /* it is one */
	bool whole;             /* all of it was seen, in order */
	bool to_client;         /* sent by the server */
	bool hashed;            /* sha256 is of all bytes, of the file or of the range */
	bool hashed_all;        /* md5 and sha1 too: they are only computed when somebody may ask */
	bool hashed_carried;    /* a coding was undone, and carried_sha256 is of what was carried */
	uint8_t sha256[32], carried_sha256[32];
	uint8_t md5[16], sha1[20];
};

const char *file_type_name(enum file_type type); /* "Windows program", "PNG picture", ... */
bool file_type_runs(enum file_type type); /* a computer runs it: programs, scripts, shortcuts */

#endif
