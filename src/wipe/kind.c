/* kind.c - the kind of a file by its first bytes. */
#include "wipe/content.h"

#include "exam/type.h"

#include <string.h>

static const struct {
	const char *name, *bytes;
	uint16_t at;
	uint8_t len;
} kinds[] = {
#define KIND(id, name, at, bytes) { name, bytes, at, sizeof(bytes) - 1 },
#include "wipe/kind.def"
#undef KIND
};

uint16_t kind_of(struct span head)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (head.len >= (size_t)kinds[i].at + kinds[i].len &&
		    memcmp(head.ptr + kinds[i].at, kinds[i].bytes, kinds[i].len) == 0)
			return (uint16_t)(KIND_OWN_FIRST + 1 + i);
	return head.len ? (uint16_t)type_of(head, (struct span){ head.ptr, 0 }) : KIND_UNKNOWN;
}

const char *kind_name(uint16_t kind)
{
	if (kind > KIND_OWN_FIRST && kind < KIND_OWN_END)
		return kinds[kind - KIND_OWN_FIRST - 1].name;
	return type_name(kind < TYPES ? (enum type)kind : TYPE_UNKNOWN);
}

/* The first packet of a message of OpenPGP in its old form, of a length that such have: a session key for a public key or
 * a passphrase (RFC 4880, 4.2, 5.1 and 5.3). */
static bool is_openpgp(struct span head)
{
	if (head.len < 64)
		return false;
	if ((head.ptr[0] & 0xfc) == 0x84) /* by its length in one byte or two, then version 3 */
		return head.ptr[0] == 0x84 ? head.ptr[2] == 3 : head.ptr[0] == 0x85 && head.ptr[1] <= 4 && head.ptr[3] == 3;
	return head.ptr[0] == 0x8c && head.ptr[1] <= 0x2e && head.ptr[2] == 4;
}

bool kind_is_sealed(uint16_t kind, struct span head)
{
	switch (kind) {
	case TYPE_PGP:
	case TYPE_SMIME:
	case KIND_AGE:
	case KIND_OPENSSL:
	case KIND_AESCRYPT:
	case KIND_ANSIBLE:
	case KIND_GITCRYPT:
	case KIND_VIMCRYPT:
	case KIND_RCLONE:
		return true;
	case TYPE_UNKNOWN:
		return is_openpgp(head);
	default:
		return kind_group(kind) == TYPE_ZIP && head.len > 8 && (head.ptr[6] & 1);
	}
}

uint16_t kind_group(uint16_t kind)
{
	switch (kind) {
	case TYPE_OOXML:
	case TYPE_ODF:
	case TYPE_JAR:
	case TYPE_APK:
	case TYPE_APPX:
		return TYPE_ZIP;
	case TYPE_MSI:
	case TYPE_MSO:
		return TYPE_OLE;
	case TYPE_DOS:
		return TYPE_PE;
	case TYPE_ICS:
	case TYPE_VCARD:
	case TYPE_MESSAGE:
	case TYPE_XML:
	case TYPE_SVG:
	case TYPE_CSV:
	case TYPE_RTF:
	case TYPE_SYLK:
	case TYPE_IQY:
	case TYPE_URLFILE:
	case TYPE_SETTINGS:
	case TYPE_RDP:
	case TYPE_MOBILECONFIG:
	case TYPE_POSTSCRIPT:
		return TYPE_TEXT;
	default:
		break;
	}
	if (kind < TYPES && (type_kind((enum type)kind) == KIND_SCRIPT || type_kind((enum type)kind) == KIND_MARKUP) &&
	    kind != TYPE_CHM && kind != TYPE_REGISTRY)
		return TYPE_TEXT;
	return kind;
}
