/* identity_test.h - a certificate for localhost that signs itself, for servers in tests. */
#ifndef IDENTITY_TEST_H
#define IDENTITY_TEST_H

#define PEM_MAX 4096

struct identity {
	char certificate[PEM_MAX], key[PEM_MAX]; /* PEM */
};

/* Valid for an hour. */
void identity_make(struct identity *identity);

#endif
