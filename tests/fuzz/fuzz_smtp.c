/* fuzz_smtp.c - hostile conversations before the SMTP parser. */
#include "wire/smtp.h"
#include "split.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	check(copy != NULL);
	memcpy(copy, bytes, len);
	smtp_looks((struct span){copy, len}, 0);
	smtp_looks((struct span){copy, len}, 1);
	free(copy);
	split_check(TALK_SMTP, bytes, len);
	return 0;
}
