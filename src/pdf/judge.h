/* judge.h - what is looked for in a PDF, once its objects are known: each call judges a dictionary. */
#ifndef PDF_JUDGE_H
#define PDF_JUDGE_H

#include "pdf/file.h"

/* Whether a dictionary is worth keeping for the calls below. */
bool pdf_is_watched(const struct pdf_dict *dict);
bool pdf_is_page(const struct pdf_dict *dict);

/* Actions (12.6): what is started, opened, sent, and what of it happens by itself. */
void pdf_judge_actions(struct pdf *pdf, const struct pdf_dict *dict);
/* Scripts of actions and of XFA forms. */
void pdf_judge_scripts(struct pdf *pdf, const struct pdf_dict *dict);
/* Files inside, and films. */
void pdf_judge_files(struct pdf *pdf, const struct pdf_dict *dict);
/* A stream that is a file, and that no dictionary named; after all others. */
void pdf_judge_stray_file(struct pdf *pdf, const struct pdf_dict *dict);
/* A page: its text, and whether it is one large link. */
void pdf_judge_page(struct pdf *pdf, const struct pdf_dict *dict);

/* How much a script can do. */
enum pdf_script { PDF_SCRIPT_NONE, PDF_SCRIPT_PLAIN, PDF_SCRIPT_ORDINARY, PDF_SCRIPT_LEADS_ON, PDF_SCRIPT_CALLS };
/* The script of an action: `shown` gets what it shows best, poured into the arena. */
enum pdf_script pdf_script(struct pdf *pdf, const struct pdf_dict *action, struct span *shown);

/* The file that an entry names: a string, or a file specification (7.11). UTF-8; empty: none. */
struct span pdf_file_name(struct pdf *pdf, struct pdf_value value);
/* Whether the name is of a share elsewhere (Windows signs on there): \\host\share, //host, file://host. */
bool pdf_is_share(struct span name);
bool pdf_is_url(struct span name);

#endif
