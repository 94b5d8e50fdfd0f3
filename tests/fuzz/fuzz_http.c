/* fuzz_http.c - hostile conversations before the HTTP parser. */
#include "wire/http.h"
#include "split.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	check(copy != NULL);
	memcpy(copy, bytes, len);
	http_looks((struct span){copy, len}, 0);
	http_looks((struct span){copy, len}, 1);
	free(copy);
	split_check(TALK_HTTP, bytes, len);
	return 0;
}
