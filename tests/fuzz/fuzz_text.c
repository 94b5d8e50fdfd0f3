/*
 * fuzz_text.c - hostile conversations before the parsers of FTP, Telnet, IRC, SSH, POP3 and IMAP,
 * the one that the first byte names; and hostile files before file_type_of().
 */
#include "wire/file_type.h"
#include "wire/ftp.h"
#include "wire/irc.h"
#include "wire/pop_imap.h"
#include "wire/ssh.h"
#include "wire/telnet.h"
#include "split.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_looks(struct span s)
{
	for (unsigned side = 0; side < 2; side++) {
		check(!(ftp_looks(s, side) && ssh_looks(s, side)));
		check(!(irc_looks(s, side) && pop_imap_looks(s, side)));
		telnet_looks(s, side);
	}
	check(file_type_of(s) < FILE_TYPES);
	check((file_type_of(s) == FILE_EMPTY) == (s.len == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t *copy;

	if (!len)
		return 0;
	copy = malloc(len);
	check(copy != NULL);
	memcpy(copy, bytes, len);
	check_looks((struct span){copy, len - 1});
	free(copy);
	split_check((enum talk_kind)(TALK_FTP + bytes[0] % (TALK_KINDS - TALK_FTP)), bytes + 1,
		    len - 1);
	return 0;
}
