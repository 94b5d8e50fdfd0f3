/*
 * watch_open.h - what the warden opens before it begins the processes: rings, sockets, folders, files.
 *
 * Each call says on standard error what is wrong and the mend, and returns false.
 */
#ifndef TOWER_WATCH_OPEN_H
#define TOWER_WATCH_OPEN_H

#include "tower/watch.h"

#include <sys/socket.h>

/* The user to become, the folders, our own networks. */
bool watch_open_place(struct watch *watch);

/* The quarantine's folder and secret, where a milter is configured. */
bool watch_open_quarantine(struct watch *watch);

/* The folder of the site watch, where sites were added or are to be. */
bool watch_open_sites(struct watch *watch);
#define WATCH_SITES "site" /* below the folder of all that is kept */

/* The rings of each interface. */
bool watch_open_rings(struct watch *watch);

/* Opens the rings of interfaces anew that were removed and came again, as ppp0 does. Whether there were
 * any: then the sensor is to be begun again. */
bool watch_reopen_rings(struct watch *watch);

/* The listening sockets of the page and of the command line, the set-up token. */
bool watch_open_sockets(struct watch *watch);

/* The port of the page; 0: there is none. */
uint16_t watch_page_port(const struct watch *watch);

/* The certificate and key that the configuration names, anew. */
bool watch_read_tls(struct watch *watch);

/* The address in an IPv4 or IPv6 one of the system's. */
struct ip ip_of_address(const struct sockaddr *address);

/* Whether there is an account: the keeper leaves a mark for it in the state folder. */
bool watch_has_account(const struct watch *watch);
#define WATCH_ACCOUNT_MARK "has-account"

#endif
