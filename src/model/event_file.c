/* event_file.c - names of what files are. */
#include "model/event_file.h"

const char *file_type_name(enum file_type type)
{
	static const char *const names[FILE_TYPES] = {
		[FILE_UNKNOWN] = "unknown content",
		[FILE_EMPTY] = "nothing",
		[FILE_TEXT] = "text",
		[FILE_HTML] = "HTML page",
		[FILE_XML] = "XML",
		[FILE_SCRIPT] = "script",
		[FILE_PE] = "Windows program",
		[FILE_ELF] = "Linux program",
		[FILE_MACHO] = "macOS program",
		[FILE_JAVA] = "Java program",
		[FILE_ZIP] = "ZIP archive",
		[FILE_GZIP] = "gzip archive",
		[FILE_RAR] = "RAR archive",
		[FILE_7Z] = "7z archive",
		[FILE_CAB] = "Windows cabinet",
		[FILE_OLE] = "old Office document or installer",
		[FILE_PDF] = "PDF document",
		[FILE_RTF] = "RTF document",
		[FILE_PNG] = "PNG picture",
		[FILE_JPEG] = "JPEG picture",
		[FILE_GIF] = "GIF picture",
		[FILE_WEBP] = "WebP picture",
		[FILE_ICO] = "icon",
		[FILE_BMP] = "BMP picture",
		[FILE_AUDIO_VIDEO] = "sound or video",
		[FILE_FONT] = "font",
		[FILE_LNK] = "Windows shortcut",
	};

	return names[type];
}

bool file_type_runs(enum file_type type)
{
	switch (type) {
	case FILE_SCRIPT:
	case FILE_PE:
	case FILE_ELF:
	case FILE_MACHO:
	case FILE_JAVA:
	case FILE_LNK:
		return true;
	default:
		return false;
	}
}
