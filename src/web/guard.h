/*
 * guard.h - whether a request may come from where it says: names and origins, against DNS rebinding and
 * against pages of others that use our visitor's browser.
 *
 * Sources: RFC 9110 7.2 (Host), RFC 6454 (Origin).
 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include <stdbool.h>

/* Whether `host` ("tower.example:8640") is localhost, 127.0.0.1, [::1] or one of `names` (NULL-ended, or
 * NULL), with any port or none. NULL: there was no such header: no. */
bool guard_host(const char *host, const char *const *names);

/* Whether a page of `origin` is ours, who are called `host`. NULL: no browser says whence: yes. */
bool guard_origin(const char *origin, const char *host, bool tls);

#endif
