/*
 * vba_fold.h - expressions of VBA worked out as far as they are constant: "ht" & Chr(116 + 0) & "p", StrReverse,
 * Replace, Join(Array(...)), and variables that were given such.
 *
 * Nothing is run: no loops, no conditions, each statement once. What is not known is left out of a string. Strings
 * that are used (given to a procedure, compared, or left in a variable at the end) go to macro_string().
 */
#ifndef MACRO_VBA_FOLD_H
#define MACRO_VBA_FOLD_H

#include "macro/judge.h"
#include "macro/vba_lex.h"

enum vba_kind { VBA_UNKNOWN, VBA_INTEGER, VBA_STRING, VBA_LIST };

struct vba_value {
	enum vba_kind kind;
	int64_t number;
	struct span text; /* of a list: its members, LIST_MARK between */
	bool partial;     /* some of the text is not known, and left out */
};

#define VBA_VARIABLES 256 /* that are followed; a power of two */

struct vba_variable {
	struct span name; /* empty: free */
	struct vba_value value;
};

struct vba_fold {
	struct macro *macro;
	struct vba_lex lex;
	uint8_t *room; /* strings that were made */
	size_t size, used;
	unsigned depth;
	uint32_t codes;    /* characters that were written as numbers */
	uint32_t pieces;   /* strings that were joined */
	uint64_t piece_bytes;
	uint32_t turned;   /* StrReverse and Replace of constants */
	uint32_t blind;    /* objects that are made by a name that is worked out when it runs */
	uint32_t dense;    /* bytes of long strings that nobody can read */
	uint32_t variable_count;
	struct vba_variable variables[VBA_VARIABLES];
};

/* In the arena of macro's exam; NULL: it is full. */
struct vba_fold *vba_fold_new(struct macro *macro);

/* Works out the expression that the lexer stands at; it is left behind it. */
struct vba_value vba_expression(struct vba_fold *f);
/* A value is used as it is. */
void vba_use(struct vba_fold *f, struct vba_value value);
/* A variable is given a value. */
void vba_assign(struct vba_fold *f, struct span name, struct vba_value value);
/* All that was left in variables is used. */
void vba_settle(struct vba_fold *f);

/* --- functions on constants (vba_function.c) --- */

#define VBA_ARGUMENTS 4

struct vba_call {
	struct span name; /* of the function, in any case */
	struct vba_value arguments[VBA_ARGUMENTS];
	unsigned count;
};

/* What a function of the language yields; false: it is none of those that are known, or not constant. */
bool vba_call_known(struct vba_fold *f, const struct vba_call *call, struct vba_value *value);
/* Whether it is Array(), whose members are a list. */
bool vba_is_array(struct span name);
/* The constants of the language: vbCrLf. */
bool vba_constant(struct span name, struct vba_value *value);

/* A string in room of its own; unknown when there is none. */
struct vba_value vba_string(struct vba_fold *f, struct span text);
struct vba_value vba_rune(struct vba_fold *f, int64_t rune);
struct vba_value vba_join(struct vba_fold *f, struct vba_value left, struct vba_value right);
/* A list with one member more. */
struct vba_value vba_list_add(struct vba_fold *f, struct vba_value list, struct vba_value member);

#define VBA_LIST_MARK 0x1f

#endif
