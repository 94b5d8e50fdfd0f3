/*
 * target.h - where an address that a document names leads, and what it means that opening the document goes there.
 *
 * Documents of honest people name other files all the time: pictures on the web, workbooks on the file server of
 * the office, templates in the writer's own folder. What counts is who could be at the other end, and what is done
 * with the answer.
 */
#ifndef ACTIVE_TARGET_H
#define ACTIVE_TARGET_H

#include "exam/exam.h"

enum reach {
	REACH_HERE,    /* in the document, on this computer, nowhere */
	REACH_INSIDE,  /* a server of a private network: nobody outside of it can be meant */
	REACH_CLOUD,   /* a store of documents that asks for a login first (SharePoint) */
	REACH_WEB,     /* http:, https:, ftp: */
	REACH_SHARE,   /* a file server, which is told the user's name and the hash of his password, too */
	REACH_HANDLER, /* a program of Windows that is handed the rest of it: search-ms:, script: */
	REACH_EXPLOIT, /* the same, as exploits do it: ms-msdt:, mhtml:...!x-usc: */
	REACHES,
};

/* Blanks, percent signs and slashes of either kind are undone; references of XML must be already. */
enum reach target_reach(struct span address);

/* What a document does with it. */
enum target_role {
	TARGET_TEMPLATE, /* is loaded as its template, style or ribbon */
	TARGET_RTF_TEMPLATE,
	TARGET_OBJECT,   /* is loaded as an object, and handed to the program for it */
	TARGET_FILE,     /* its content becomes part of the text */
	TARGET_IMAGE,    /* is shown as a picture */
	TARGET_BOOK,     /* values are fetched from it, when the reader agrees */
	TARGET_MEDIA,    /* is played by a click */
	TARGET_LINK,     /* is opened by a click */
	TARGET_ROLES,
};

/* Tells what it comes to; addresses that lead away are handed to exam_url(), `shown`: the text of a link. */
void target_judge(struct exam *e, const struct part *part, enum target_role role, struct span address,
		  struct span shown);

#endif
