/*
 * filepass.h - encrypted workbooks ([MS-XLS] 2.4.117 FilePass): the record tells how; what follows in the stream is
 * encrypted record by record, their heads are not.
 */
#ifndef SEALED_FILEPASS_H
#define SEALED_FILEPASS_H

#include "exam/exam.h"

/* Tries the candidates. True: *open is the whole stream in the arena, decrypted. False: told, and not seen. */
bool filepass_open(struct exam *e, const struct part *part, struct span stream, struct span record, unsigned version,
		   struct span *open);

#endif
