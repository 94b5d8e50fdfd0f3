/*
 * ftp.h - the control conversation of FTP (RFC 959, 2428): logins, and where the data of which file
 * goes, so that the caller knows the data conversation when it comes.
 */
#ifndef WIRE_FTP_H
#define WIRE_FTP_H

#include "model/ip.h"
#include "wire/line.h"
#include "wire/login.h"

#define FTP_PATH_MAX 255

enum ftp_verb {
	FTP_ANNOUNCED, /* an address was told; what will be carried is not known yet */
	FTP_RETRIEVE,  /* a file to the client */
	FTP_STORE,     /* a file to the server */
	FTP_LIST,      /* no file */
};

/* Where data will be carried; borrowed for the call. */
struct ftp_transfer {
	enum ftp_verb verb;
	bool passive;     /* the server listens (PASV, EPSV); else the client does */
	bool has_address; /* false: EPSV, the address is the one of the control conversation */
	bool part;        /* REST came before: not from the file's beginning */
	struct ip ip;
	uint16_t port;
	struct span path; /* as told; empty for FTP_ANNOUNCED */
};

/* Any may be NULL. */
struct ftp_sink {
	void *whom;
	/* Twice for each: once announced, once with the file. */
	void (*transfer)(void *whom, const struct ftp_transfer *transfer);
	struct login_sink login;
};

/* One per conversation; zeroed. */
struct ftp {
	struct line_waiting waiting;
	struct login login;
	struct ip ip;
	uint16_t port;  /* told last; 0: none, or used */
	uint16_t reply; /* the code of a reply of several lines under way */
	uint32_t anomalies;
	bool passive, has_address, part;
	bool tail[2];
	bool begun, tls;
	bool gave_up;
};

/* Whether the first payload of this end is FTP: a greeting that says so, or a client's AUTH TLS. A
 * greeting that names no protocol may be SMTP's, and USER is POP3's too: the port tells. */
bool ftp_looks(struct span first, unsigned side);

/* As in smtp.h; fewer than 1024 bytes are left over. */
size_t ftp_feed(struct ftp *f, unsigned side, struct span bytes, const struct ftp_sink *sink);
void ftp_gap(struct ftp *f, unsigned side, uint64_t missing);
void ftp_end(struct ftp *f, const struct ftp_sink *sink);

#endif
