/* nft_program.c - where nft is, how it is run, and what its troubles mean. */
#include "nft/nft_program.h"

#include "base/text.h"
#include "hand/run.h"
#include "process/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OUTPUT_MAX (32u << 20) /* bytes: of a table with all that we put in, and more */

enum err nft_trouble(char trouble[HAND_TROUBLE], enum err err, const char *what)
{
	snprintf(trouble, HAND_TROUBLE, "nft: %s", what);
	return err;
}

struct nft_program nft_program_find(void)
{
	static const char *const paths[] = { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft",
					     "/usr/local/sbin/nft" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], X_OK) == 0)
			return (struct nft_program){ .path = paths[i] };
	return (struct nft_program){ .path = NULL };
}

static enum err program_run(struct nft_program *program, const struct run *run, struct run_result *result)
{
	enum err err;

	if (loop_steady() < program->rests) {
		*result = (struct run_result){ .said = "nft: it did not answer a moment ago, and is left alone for 5 s" };
		return ERR_LIMIT;
	}
	err = run_program(run, result);
	if (err == ERR_LIMIT)
		program->rests = loop_steady() + NFT_RESTS;
	return err;
}

/* What nft said, and the mend where it is known. */
static void explain(char trouble[HAND_TROUBLE], const char *said)
{
	snprintf(trouble, HAND_TROUBLE, "%s", said);
	if (strstr(said, "Operation not permitted"))
		text_append(trouble, HAND_TROUBLE,
			    ": run Hinomi as root, or give it CAP_NET_ADMIN");
	else if (strstr(said, "not supported"))
		text_append(trouble, HAND_TROUBLE,
			    ": this kernel has no nf_tables at ingress of interfaces");
}

enum err nft_commit(struct nft_program *program, struct nft_batch *batch, char trouble[HAND_TROUBLE])
{
	const char *const words[] = { program->path, "-j", "-f", "-", NULL };
	struct run_result result;
	bool empty = false;
	char *text = batch ? nft_batch_text(batch, &empty) : NULL;
	enum err err;

	nft_batch_free(batch);
	if (!text)
		return empty ? OK : nft_trouble(trouble, ERR_MEMORY, "no memory");
	err = program_run(
		program, &(struct run){ .words = words, .input = text_span(text), .most = OUTPUT_MAX },
		&result);
	free(text);
	free(result.output);
	if (err != OK)
		explain(trouble, result.said);
	return err;
}

enum err nft_table_load(struct nft_program *program, struct nft_table *table, char trouble[HAND_TROUBLE])
{
	const char *const words[] = { program->path, "-j", "list", "table", "netdev", NFT_TABLE, NULL };
	struct run_result result;
	enum err err = program_run(program, &(struct run){ .words = words, .most = OUTPUT_MAX }, &result);

	if (err == ERR_READ && strstr(result.said, "No such file or directory")) {
		*table = (struct nft_table){ .laid = false };
		return OK;
	}
	if (err != OK) {
		explain(trouble, result.said);
		return err;
	}
	err = nft_table_read((struct span){ (uint8_t *)result.output, result.size }, table);
	free(result.output);
	return err == OK ? OK : nft_trouble(trouble, err, "what it lists cannot be read");
}
