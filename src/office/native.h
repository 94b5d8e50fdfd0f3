/*
 * native.h - the data of embedded objects that are no documents of their own: packed files, equations, and the
 * addresses of linked ones.
 */
#ifndef OFFICE_NATIVE_H
#define OFFICE_NATIVE_H

#include "exam/exam.h"

/* A file that Windows' packager packed, to be opened by a double click: without the length that is in front of it in
 * a stream \1Ole10Native. Handed on under the name that it is opened by. False: it is none. */
bool native_package(struct exam *e, const struct part *part, struct span bytes);

/* An equation of the old editor, "Equation Native": its header, then MTEF 3. */
void native_equation(struct exam *e, const struct part *part, struct span bytes);

/* Monikers of addresses and files, wherever they stand: what a linked object is loaded from. */
void native_monikers(struct exam *e, const struct part *part, struct span bytes);

#endif
