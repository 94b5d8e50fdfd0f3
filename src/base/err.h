/* err.h - the few ways in which a call can fail. On error, output arguments stay untouched. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	OK = 0,
	ERR_OPEN,        /* the system refused to open it: errno tells why */
	ERR_READ,        /* the system failed while reading: errno tells why */
	ERR_WRITE,       /* the system failed while writing: errno tells why */
	ERR_EMPTY,       /* there is nothing in it */
	ERR_FORMAT,      /* it is not of the expected form */
	ERR_TRUNCATED,   /* it ends in the middle of something */
	ERR_UNSUPPORTED, /* well-formed, but a kind that Hinomi does not read */
	ERR_LIMIT,       /* a bound named at the top of the file was reached */
	ERR_MEMORY,      /* no memory */
};

#define MUST_USE __attribute__((warn_unused_result))

#endif
