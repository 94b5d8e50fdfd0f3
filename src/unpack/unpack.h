/*
 * unpack.h - the readers of what holds files: archives, compressed files, images of disks.
 *
 * zip is read by ourselves (format/zip.h), as it is the shell of office documents, too; the others by libarchive, and
 * what it does not tell (encryption, tricks with names) by ourselves. Every file in it is handed to exam_part().
 */
#ifndef UNPACK_UNPACK_H
#define UNPACK_UNPACK_H

#include "exam/exam.h"

/* Loads what libarchive asks the system for: a process that is to be shut in calls it before. */
void unpack_open(void);

void unpack_zip(struct exam *e, const struct part *part);     /* ZIP, JAR, APK, APPX, OOXML, ODF */
void unpack_archive(struct exam *e, const struct part *part); /* all others of KIND_ARCHIVE */
void unpack_image(struct exam *e, const struct part *part);   /* KIND_IMAGE */
/* What kind of zip it is (OOXML, ODF, JAR, APK, APPX, ZIP), by the names in it; cheap. */
enum type unpack_zip_type(struct span bytes);
/* The type of a part that is, or ends as, a zip more exactly; else as it was told by its first bytes. */
enum type unpack_type(const struct part *part);
/* Judges the name and the type of a part: double extension, RTLO, blanks, programs, disguise. For every part that has
 * a name or was attached. */
void unpack_judge_name(struct exam *e, const struct part *part);

#endif
