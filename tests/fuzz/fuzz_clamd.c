/* fuzz_clamd.c - what clamd answers in a session, which may be anything. */
#include "app/clamd.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span answer = { bytes, len };
	char name[CLAMD_NAME], kept[CLAMD_NAME];
	uint32_t number = 0;
	enum err err;

	if (clamd_number_read(&answer, &number) == OK)
		check(number > 0 && answer.len < len);
	else
		check(number == 0 && answer.ptr == bytes && answer.len == len);
	memset(name, 'n', sizeof(name));
	memcpy(kept, name, sizeof(name));
	err = clamd_answer_read(answer, name);
	if (err != OK)
		check(memcmp(name, kept, sizeof(name)) == 0);
	else
		check(memchr(name, '\0', sizeof(name)) != NULL && strlen(name) < len);
	return 0;
}
