/*
 * sandbox.h - what a process gives up for good, on one visible line: sandbox_enter().
 *
 * In this order: new privileges by execve (no_new_privs), files, ports and signals to others
 * (landlock, as far as the kernel has it), its user when that is root, all capabilities, being
 * looked into (PR_SET_DUMPABLE), and at last all system calls that its role does not need
 * (seccomp).
 *
 * A call that is not on the role's list kills the process: so socket, connect, bind, ptrace,
 * execve, fork, kill of others, unshare, mount, bpf, io_uring, memory that can be executed, ...
 * except where the table says "yes". Refused without killing is what libraries try by the way and
 * do well without; and what a teller may not that runs programs, as those are of all kinds.
 *
 *                          sensor    keeper    web       teller    teller that may exec
 *   opening files          EACCES    yes (1)   EACCES    yes (1)   yes (1)
 *   new sockets            kills     kills     kills     yes (2)   yes (2)
 *   connect                kills     kills     kills     yes       yes
 *   accept                 kills     yes       yes       kills     EPERM
 *   further processes      kills     kills     kills     kills     yes, and kill() to them (3)
 *   ioctl                  EPERM     EPERM     EPERM     EPERM     yes
 *   priorities, affinity   EPERM     EPERM     EPERM     EPERM     EPERM
 *   anything else          kills     kills     kills     kills     EPERM
 *   other ABIs (i386, x32) kills     kills     kills     kills     kills
 *
 *                          mail      parent    milter
 *   opening files          EACCES    EACCES    yes (1)
 *   new sockets            kills     kills (4) EACCES
 *   connect                kills     kills     kills
 *   accept                 kills     kills     yes
 *   further threads        kills     kills     yes
 *   further processes      kills     yes (3)   kills
 *   the rest               as the sensor
 *
 * The backup watch is as a teller that may exec: it runs restic, borg and ssh. Besides, it and its programs may do with
 * files what a restore does (links, times, attributes, modes), in the folders of the wish; and with `read_all` its
 * children and their programs, not it itself, hold CAP_DAC_READ_SEARCH: they read what they are to back up, whoever owns
 * it, where landlock lets them.
 *
 * (1) landlock says where: the wish, and for a teller what the resolver and libcurl read. Without
 * landlock, whatever the user may.
 * (2) AF_INET and AF_INET6; AF_UNIX and AF_NETLINK, which the resolver tries, get EAFNOSUPPORT.
 * (3) Signals to none else, where landlock knows of them (version 6). What a parent begins can enter a sandbox
 * of its own, in which no call is allowed that the parent's does not allow.
 * (4) But pairs of them.
 *
 * Landlock binds to files, not to names: a resolv.conf that is replaced later is seen by a teller
 * that begins anew. Sources: landlock(7), seccomp(2), capabilities(7), prctl(2).
 */
#ifndef PROCESS_SANDBOX_H
#define PROCESS_SANDBOX_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

enum sandbox_role {
	SANDBOX_SENSOR, /* mapped ring, descriptors it was given, threads */
	SANDBOX_KEEPER, /* the files of one folder, also temporary ones; accepts on given sockets */
	SANDBOX_WEB,    /* accepts on given sockets */
	SANDBOX_TELLER, /* connects to the network, resolves names, reads CA files */
	SANDBOX_MAIL,   /* memory and the descriptors that it is sent, one thread */
	SANDBOX_PARENT, /* begins children that enter SANDBOX_MAIL, and ends them */
	SANDBOX_MILTER, /* accepts on given sockets, threads, the files of one folder */
	SANDBOX_BACKUP, /* begins children that run backup programs */
	SANDBOX_ROLES,
};

struct sandbox_wish {
	enum sandbox_role role;
	uid_t uid; /* to become, when root; 0: stays who it is */
	gid_t gid;
	const char *write;       /* the folder that may be written, NULL: none */
	const char *const *writes; /* backup: further folders likewise, where they are there; NULL-ended; NULL: none */
	const char *const *lists; /* backup: folders in and below which names may be read, no contents; likewise */
	const char *const *read; /* paths that may be read, NULL-ended; NULL: none */
	bool read_all;   /* backup: its programs read whatever `read` names, whoever owns it */
	bool may_exec;   /* teller with a program to run: from `read` and the system's folders */
	const int *mute; /* sensor: sockets that it captures from and cannot send through,
			    ended by -1; NULL: none. Those that it is given later can send. */
};

struct sandbox_report {
	bool landlock, capabilities, seccomp, user; /* what holds now; user: it is not root */
	char missing[160]; /* what this kernel or user cannot do, for a notice; "" when all holds */
};

/* Cannot be undone. Before other threads begin (they would keep their rights: ERR_UNSUPPORTED). OK
 * also when landlock is missing: *report says so. ERR_OPEN: something else was refused, such as a
 * path of the wish that is not there; errno tells why. On an error the caller must end: some of it
 * may hold. */
MUST_USE enum err sandbox_enter(const struct sandbox_wish *wish, struct sandbox_report *report);

/* In a child of the backup watch: what its programs may read by `read_all`, it may read itself from now on. Nothing where
 * that was not wished. */
void sandbox_read_all(void);

const char *sandbox_role_name(enum sandbox_role role); /* "sensor" */

#endif
