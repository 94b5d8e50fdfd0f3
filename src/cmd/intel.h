/* intel.h - what the parts of `hinomi intel` share. */
#ifndef CMD_INTEL_H
#define CMD_INTEL_H

#include "feed/feed_store.h"

#define INTEL_FAILED 2
#define INTEL_FILES  65536 /* of one import */

struct intel_options {
	const char *store, *name, *url, *licence, *categories, *user, *collection, *key_file,
		*key_header, *added_after;
	struct import_settings import;
	unsigned shrink; /* per cent that a feed must still have */
	bool force, json, progress;
	usec_t now;
};

/* "hinomi intel: ..." on stderr; INTEL_FAILED. */
int intel_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A file's name made the name of a feed. */
void intel_feed_name(const char *path, char name[FEED_NAME]);

/* Imports files as one feed into a locked store; prints the result. */
int intel_import_files(struct feed_store *store, const struct intel_options *o,
		       const char *const *paths, size_t count);
/* The finished report as sentences or JSON. */
void intel_report(const struct intel_options *o, const char *name,
		  const struct import_report *report);

int intel_import(struct intel_options *o, char **words, size_t count);
int intel_list(struct intel_options *o, bool stats);
int intel_lookup(struct intel_options *o, char **words, size_t count);
int intel_taxii(struct intel_options *o, char **words, size_t count);

/* "50,465 domains": the count of a kind in words. */
char *intel_kind_text(enum indicator_kind kind, uint64_t count, char text[80]);

#endif
