/* watch_open.c - opening, with the mend said when something cannot be opened. */
#include "tower/watch_open.h"

#include "app/pipeline.h"
#include "process/folder.h"
#include "process/own.h"
#include "tower/process.h"
#include "web/web.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG   128
#define PEM_MAX   (256u << 10)
#define HOST_TEXT (CONFIG_NAME - 2)

static const char self[] = "warden";

/* --- place */

static bool find_user(struct watch *w)
{
	const char *name = w->config->process.user;
	struct passwd *user;

	if (geteuid() != 0)
		return true; /* stays who it is */
	user = *name ? getpwnam(name) : NULL;
	if (!user)
		user = getpwnam("nobody");
	if (!user || user->pw_uid == 0) {
		process_log(self, "there is no user '%s' and no 'nobody' to run as: make one, or set process.user",
			    name);
		return false;
	}
	w->uid = user->pw_uid;
	w->gid = user->pw_gid;
	return true;
}

static bool make_folder(const struct watch *w, const char *path, mode_t mode)
{
	const struct folder_wish wish = { path, mode, w->uid, w->gid };
	char trouble[FOLDER_TROUBLE];

	if (folder_own(&wish, trouble) == OK)
		return true;
	process_log(self, "%s", trouble);
	return false;
}

/* Two towers in one folder would write over each other's store, and the second one take the first one's socket. The
 * descriptor ends with this process, which alone has it. */
static bool hold_folder(const char *path)
{
	int held;

	if (folder_hold(path, &held) == OK)
		return true;
	process_log(self,
		    "another 'hinomi watch' uses %s: end it first (systemctl stop hinomi), or give this one folders of its own "
		    "(--state, --runtime)",
		    path);
	return false;
}

static bool hold_folders(const struct config_process *process)
{
	struct stat state, runtime;

	if (!hold_folder(process->state))
		return false;
	if (stat(process->state, &state) == 0 && stat(process->runtime, &runtime) == 0 && state.st_dev == runtime.st_dev &&
	    state.st_ino == runtime.st_ino)
		return true; /* one folder for both */
	return hold_folder(process->runtime);
}

/* The interface of the default route: the first whose destination is 0 in the kernel's table. */
static bool default_interface(char name[CONFIG_INTERFACE])
{
	FILE *routes = fopen("/proc/net/route", "re");
	char line[256], destination[16];
	bool found = false;

	while (routes && !found && fgets(line, sizeof(line), routes))
		found = sscanf(line, "%15s %15s", name, destination) == 2 &&
			strcmp(destination, "00000000") == 0;
	if (routes)
		fclose(routes);
	return found;
}

/* Else each sensor would find out anew, and the tower run without eyes. */
static bool can_replay(const char *path)
{
	if (strcmp(path, "-") == 0 || access(path, R_OK) == 0)
		return true;
	process_log(self, "cannot read the capture %s: %s", path, strerror(errno));
	return false;
}

/* Fills in which interfaces are watched: the names of the configuration, "auto" or none being the default
 * route's. */
static bool find_interfaces(struct watch *w)
{
	const struct config_watch *config = &w->config->watch;

	if (w->replay)
		return can_replay(w->replay);
	do {
		const char *name = config->interfaces[w->interface_count];
		char *into = w->interfaces[w->interface_count++];

		if (*name && strcmp(name, "auto") != 0) {
			memcpy(into, name, CONFIG_INTERFACE);
		} else if (!default_interface(into)) {
			process_log(self, "there is no default route: say which interface (hinomi watch INTERFACE, or watch.interfaces)");
			return false;
		}
	} while (w->interface_count < CONFIG_INTERFACES && *config->interfaces[w->interface_count]);
	return true;
}

/* Whether it is one of the interfaces that are watched. */
static bool watched(const struct watch *w, const char *interface)
{
	for (size_t i = 0; i < w->interface_count; i++)
		if (strcmp(w->interfaces[i], interface) == 0)
			return true;
	return false;
}

struct ip ip_of_address(const struct sockaddr *address)
{
	struct ip ip = { { 0 } };

	if (address->sa_family == AF_INET)
		return ip_from_v4((const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr);
	memcpy(ip.b, &((const struct sockaddr_in6 *)address)->sin6_addr, sizeof(ip.b));
	return ip;
}

static uint8_t mask_bits(const struct sockaddr *mask, int family)
{
	const uint8_t *bytes = family == AF_INET
				       ? (const uint8_t *)&((const struct sockaddr_in *)mask)->sin_addr
				       : (const uint8_t *)&((const struct sockaddr_in6 *)mask)->sin6_addr;
	unsigned bits = 0, size = family == AF_INET ? 4 : 16;

	for (unsigned i = 0; i < size; i++)
		bits += (unsigned)__builtin_popcount(bytes[i]);
	return (uint8_t)(bits + (family == AF_INET ? 96 : 0));
}

static void add_home(struct watch *w, const struct ifaddrs *i)
{
	struct prefix prefix;
	struct ip ip;

	if (!i->ifa_addr || !i->ifa_netmask || !watched(w, i->ifa_name) ||
	    (i->ifa_addr->sa_family != AF_INET && i->ifa_addr->sa_family != AF_INET6))
		return;
	ip = ip_of_address(i->ifa_addr);
	if (ip.b[0] == 0xfe && (ip.b[1] & 0xc0) == 0x80)
		return; /* link-local: every network has the same */
	prefix = ip_prefix(&ip, mask_bits(i->ifa_netmask, i->ifa_addr->sa_family));
	if (home_add(&w->home, &prefix) != OK)
		process_log(self, "too many networks of our own: set watch.home");
}

/* Where nothing is said and the interface has no address (a mirror port): the private networks. */
static bool find_home(struct watch *w)
{
	static const char *const private[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
					       "fc00::/7" };
	struct ifaddrs *all = NULL;

	w->home = w->config->watch.home;
	if (w->home.count)
		return true;
	if (getifaddrs(&all) == 0)
		for (const struct ifaddrs *i = all; i; i = i->ifa_next)
			add_home(w, i);
	freeifaddrs(all);
	if (w->home.count)
		return true;
	process_log(self, "the interface has no address, so all private networks are taken for ours; set watch.home");
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		struct prefix prefix;

		if (prefix_parse(&prefix, private[i]) != OK || home_add(&w->home, &prefix) != OK)
			return false;
	}
	return true;
}

bool watch_open_place(struct watch *w)
{
	return find_user(w) && find_interfaces(w) && make_folder(w, w->config->process.state, 0700) &&
	       make_folder(w, w->config->process.runtime, 0755) && hold_folders(&w->config->process) && find_home(w);
}

bool watch_open_sites(struct watch *w)
{
	char path[CONFIG_PATH + sizeof(WATCH_SITES)];

	snprintf(path, sizeof(path), "%s/" WATCH_SITES, w->config->process.state);
	w->sites = w->config->site.watch || access(path, F_OK) == 0;
	return !w->sites || make_folder(w, path, 0700);
}

bool watch_open_quarantine(struct watch *w)
{
	const char *state = w->config->process.state;
	char path[CONFIG_PATH + sizeof(VAULT_SECRET_FILE) + sizeof(VAULT_FOLDER)];
	struct vault_secret secret;

	if (!*w->config->mail.milter)
		return true;
	snprintf(path, sizeof(path), "%s/%s", state, VAULT_FOLDER);
	if (!make_folder(w, path, 0700))
		return false;
	snprintf(path, sizeof(path), "%s/%s", state, VAULT_SECRET_FILE);
	if (vault_secret_read(path, &secret) != OK || (w->uid && chown(path, w->uid, w->gid) != 0)) {
		process_log(self, "the key of the quarantine, %s, cannot be made or used: %s", path, strerror(errno));
		return false;
	}
	vault_keys_of(&secret, &w->vault);
	explicit_bzero(&secret, sizeof(secret));
	return true;
}

bool watch_open_backup(struct watch *w)
{
	char path[CONFIG_PATH + 16];

	snprintf(path, sizeof(path), "%s/backup", w->config->process.state);
	if (w->config->backup_count == 0)
		return true;
	if (!make_folder(w, path, 0700))
		return false;
	if (!own_give(path, w->uid, w->gid)) /* what a command of root's left there, when the user was another one */
		process_log(self, "cannot give what is in %s to the user it runs as: %s", path, strerror(errno));
	return true;
}

/* --- rings */

static size_t ring_count(const struct watch *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->interface_count; i++)
		count += w->ports[i].ring_count;
	return count;
}

/* The rings of one interface: one for each worker, or as many as AF_XDP wants. */
static bool open_interface(struct watch *w, size_t number)
{
	const struct config_watch *config = &w->config->watch;
	struct live_settings settings = {
		.interface = w->interfaces[number],
		.kind = config->capture == CAPTURE_XDP ? LIVE_XDP : LIVE_PACKET,
		.ring_bytes = config->ring_bytes,
		.promiscuous = config->promiscuous,
		.rings = w->workers,
	};
	char trouble[LIVE_TROUBLE];

	w->interface_index[number] = if_nametoindex(settings.interface);
	if (live_open(&settings, &w->ports[number], trouble) != OK) {
		process_log(self, "%s", trouble);
		return false;
	}
	if (settings.kind == LIVE_XDP)
		process_log(self, "%s: AF_XDP, %zu ring%s, %s", settings.interface, w->ports[number].ring_count,
			    w->ports[number].ring_count == 1 ? "" : "s",
			    w->ports[number].rings[0].shape.zero_copy ? "zero copy" : "the kernel copies each packet");
	if (ring_count(w) <= WATCH_RINGS)
		return true;
	process_log(self, "more than %d rings: fewer interfaces, or fewer workers", WATCH_RINGS);
	live_close(&w->ports[number]);
	return false;
}

bool watch_open_rings(struct watch *w)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	w->workers = w->config->watch.workers;
	if (!w->workers)
		w->workers = processors > 2 ? (unsigned)processors - 1 : 1;
	if (w->workers > WORKERS_MAX)
		w->workers = WORKERS_MAX;
	for (size_t i = 0; i < w->interface_count; i++)
		if (!open_interface(w, i))
			return false;
	return true;
}

bool watch_reopen_rings(struct watch *w)
{
	bool opened = false;

	for (size_t i = 0; i < w->interface_count; i++) {
		unsigned index = if_nametoindex(w->interfaces[i]);

		if (!index || index == w->interface_index[i])
			continue;
		process_log(self, "%s was removed and is there again", w->interfaces[i]);
		live_close(&w->ports[i]);
		opened |= open_interface(w, i);
	}
	return opened;
}

/* --- sockets */

/* "127.0.0.1:8640" or "[::1]:8640" in its parts. */
static bool split_listen(const char *listen, char host[HOST_TEXT], const char **port)
{
	const char *colon = strrchr(listen, ':'), *end = colon;

	if (!colon || !colon[1] || (size_t)(colon - listen) >= HOST_TEXT)
		return false;
	if (*listen == '[') {
		listen++;
		end--;
		if (end < listen || *end != ']')
			return false;
	}
	memcpy(host, listen, (size_t)(end - listen));
	host[end - listen] = '\0';
	*port = colon + 1;
	return true;
}

static int listen_on(const struct addrinfo *address)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool is_loopback(const struct sockaddr *address)
{
	struct ip ip = ip_of_address(address);

	return address->sa_family == AF_INET ? ip.b[12] == 127
					     : IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)ip.b);
}

/* A file's text, of at most `max` bytes; the caller frees it. NULL: errno. */
static char *read_file(const char *path, size_t max)
{
	FILE *file = fopen(path, "re");
	char *text = file ? malloc(max + 1) : NULL;
	size_t size = text ? fread(text, 1, max, file) : 0;
	bool bad = !text || ferror(file) || size == 0;

	if (file)
		fclose(file);
	if (bad) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	return text;
}

bool watch_read_tls(struct watch *w)
{
	const struct config_web *config = &w->config->web;

	free(w->tls_certificate);
	free(w->tls_key);
	w->tls_certificate = w->tls_key = NULL;
	if (!*config->tls_certificate)
		return true;
	w->tls_certificate = read_file(config->tls_certificate, PEM_MAX);
	w->tls_key = read_file(config->tls_key, PEM_MAX);
	if (w->tls_certificate && w->tls_key)
		return true;
	process_log(self, "cannot read %s: %s",
		    w->tls_certificate ? config->tls_key : config->tls_certificate, strerror(errno));
	return false;
}

bool watch_has_account(const struct watch *w)
{
	char path[CONFIG_PATH + sizeof(WATCH_ACCOUNT_MARK) + 1];

	snprintf(path, sizeof(path), "%s/%s", w->config->process.state, WATCH_ACCOUNT_MARK);
	return access(path, F_OK) == 0;
}

static bool open_http(struct watch *w)
{
	const char *listen_at = w->config->web.listen, *port;
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *address = NULL;
	struct web_settings may = { .tls_cert = w->tls_certificate, .tls_key = w->tls_key };
	char host[HOST_TEXT], trouble[WEB_TROUBLE];

	if (!split_listen(listen_at, host, &port) || getaddrinfo(host, port, &hints, &address) != 0) {
		process_log(self, "web.listen is \"%s\": give an address and a port, as 127.0.0.1:8640", listen_at);
		return false;
	}
	may.loopback = w->loopback = is_loopback(address->ai_addr);
	if (!web_may_bind(&may, watch_has_account(w), trouble)) {
		process_log(self, "%s", trouble);
		freeaddrinfo(address);
		return false;
	}
	w->http = listen_on(address);
	freeaddrinfo(address);
	if (w->http < 0)
		process_log(self, "cannot listen on %s: %s; set another web.listen", listen_at, strerror(errno));
	snprintf(w->host, sizeof(w->host), strchr(host, ':') ? "[%s]" : "%s", host);
	snprintf(w->page, sizeof(w->page), "%s://%s", w->tls_certificate ? "https" : "http", listen_at);
	return w->http >= 0;
}

static bool open_control(struct watch *w)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int n = snprintf(address.sun_path, sizeof(address.sun_path), "%s/control.sock",
			 w->config->process.runtime);
	mode_t before = umask(0177);

	if (n < 0 || (size_t)n >= sizeof(address.sun_path)) {
		process_log(self, "process.runtime is too long for a socket: at most 90 bytes");
		return false;
	}
	unlink(address.sun_path);
	w->control = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (w->control >= 0 && (bind(w->control, (struct sockaddr *)&address, sizeof(address)) != 0 ||
				listen(w->control, BACKLOG) != 0)) {
		close(w->control);
		w->control = -1;
	}
	umask(before);
	if (w->control < 0)
		process_log(self, "cannot listen on %s: %s", address.sun_path, strerror(errno));
	return w->control >= 0;
}

uint16_t watch_page_port(const struct watch *w)
{
	struct sockaddr_storage at;
	socklen_t size = sizeof(at);
	uint16_t port;

	if (w->http < 0 || getsockname(w->http, (struct sockaddr *)&at, &size) != 0)
		return 0;
	port = at.ss_family == AF_INET ? ((const struct sockaddr_in *)&at)->sin_port
				       : ((const struct sockaddr_in6 *)&at)->sin6_port;
	return ntohs(port);
}

bool watch_open_sockets(struct watch *w)
{
	uint8_t random[16];

	w->http = w->control = -1;
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return false;
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(w->setup_token + 2 * i, 3, "%02x", random[i]);
	return open_control(w) && (!*w->config->web.listen || (watch_read_tls(w) && open_http(w)));
}
