/*
 * package.h - new documents with a password ([MS-OFFCRYPTO] 2.3.4): a compound file with the streams EncryptionInfo
 * and EncryptedPackage, in which the zip lies.
 */
#ifndef SEALED_PACKAGE_H
#define SEALED_PACKAGE_H

#include "exam/exam.h"

/* Tries the candidates, as far as the message's work allows. True: *open is the zip, in the arena. False: told. */
bool package_open(struct exam *e, const struct part *part, struct span info, struct span package, struct span *open);

#endif
