/*
 * config.h - what can be set: one file in TOML, in which every key has a default, so that none is needed.
 *
 * The keys, their defaults, bounds and words are one table (config/key.h), from which the file is read
 * and the example is written. A file with anything wrong is refused as a whole: a typing error must not
 * become a default that nobody wanted. Plain: no pointers, a copy is a copy.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/err.h"
#include "base/span.h"
#include "config/calendar.h"
#include "exam/exam.h"
#include "model/home.h"
#include "model/target.h"
#include "model/vector.h"
#include "policy/repository.h"
#include "policy/site_policy.h"

#include <stdio.h>

#define CONFIG_FILE       "/etc/hinomi/hinomi.toml"
#define CONFIG_PATH       256
#define CONFIG_NAME       64
#define CONFIG_INTERFACES 16
#define CONFIG_NAMES      8
#define CONFIG_INTERFACE  16 /* IFNAMSIZ */
#define CONFIG_COMMUNITY  12 /* "64500:666" */
#define CONFIG_ACTIONS    4096 /* in force at once, at most */

enum config_capture { CAPTURE_PACKET, CAPTURE_XDP, CAPTURES };

/* "packet", "xdp". */
const char *config_capture_name(enum config_capture capture);

struct config_watch {
	char interfaces[CONFIG_INTERFACES][CONFIG_INTERFACE]; /* "" ends the list, if it is not full;
								 "auto": the one with the default route */
	struct home home;    /* empty: the networks of the interfaces' addresses */
	uint32_t workers;    /* 0: one for every processor but one, at least one */
	uint32_t max_flows;  /* conversations remembered at a time */
	uint64_t ring_bytes; /* that the kernel fills, for each interface and worker */
	uint64_t recent_bytes; /* packets kept for evidence, for each worker; 0: none */
	enum config_capture capture; /* how packets are taken off the interfaces */
	bool headers_only;
	bool promiscuous;
};

struct config_process {
	char state[CONFIG_PATH], runtime[CONFIG_PATH]; /* folders */
	char user[CONFIG_NAME]; /* to become; where there is none of that name: nobody */
};

struct config_web {
	char listen[CONFIG_NAME]; /* "127.0.0.1:8640", "[::1]:8640"; "": no page */
	char tls_certificate[CONFIG_PATH], tls_key[CONFIG_PATH]; /* PEM; "": none */
	char names[CONFIG_NAMES][CONFIG_PATH]; /* that browsers may ask for, besides the address itself */
	bool metrics_open; /* /metrics without login */
};

struct config_store {
	uint32_t days;      /* what is older is forgotten; 0: never */
	uint64_t max_bytes; /* of the store's file; 0: no bound */
};

struct config_eve {
	char file[CONFIG_PATH]; /* "": none */
	uint64_t rotate_bytes;
	uint32_t keep; /* old files */
};

struct config_intel {
	char index[CONFIG_PATH]; /* "": none */
	bool follow;             /* take a new index as soon as it is there */
};

struct config_detect {
	double multiplier;
	uint32_t floors[VECTOR_COUNT]; /* packets a second; 0: the detector's own */
};

enum config_act { CONFIG_ACT_LEVEL, CONFIG_ACT_NEVER, CONFIG_ACT_ALWAYS };

/* docs/response.md; what the guard and the hands get of it. */
struct config_respond {
	enum config_act act;
	uint8_t hands; /* bits 1 << (enum action_hand - 1) */
	char interfaces[CONFIG_INTERFACES][CONFIG_INTERFACE]; /* none: those that are watched */
	struct home never, offices;
	uint32_t longest, usual; /* seconds */
	uint32_t most;           /* in force at once */
	uint8_t breadth4, breadth6;
	char gobgp[CONFIG_PATH], gobgp_at[CONFIG_NAME], exabgp[CONFIG_PATH];
	char next_hop4[CONFIG_NAME], next_hop6[CONFIG_NAME], community[CONFIG_COMMUNITY];
};

enum config_failure { FAILURE_TRY_AGAIN, FAILURE_HOLD, FAILURE_DELIVER };
enum config_malicious { MALICIOUS_HOLD, MALICIOUS_REJECT, MALICIOUS_TAG };
enum config_banner { BANNER_OFF, BANNER_EN, BANNER_JA };

#define CONFIG_MAIL_NAME  128 /* bytes of a domain, a brand, a server */
#define CONFIG_MAIL_TAG   40
#define CONFIG_DOMAINS    64
#define CONFIG_PEOPLE     64
#define CONFIG_BRANDS     128
#define CONFIG_AUTHSERVS  8
#define CONFIG_LINK_HOSTS 16

/* The mail watch (docs/operations.md). */
struct config_mail {
	char milter[CONFIG_PATH]; /* "inet:9901@127.0.0.1", "unix:/path"; "": none */
	char own_domains[CONFIG_DOMAINS][CONFIG_MAIL_NAME];
	char people[CONFIG_PEOPLE][CONFIG_PATH]; /* "Taro Yamada <taro@example.co.jp>" */
	char brands[CONFIG_BRANDS][CONFIG_MAIL_NAME];
	char authservs[CONFIG_AUTHSERVS][CONFIG_MAIL_NAME];
	char link_hosts[CONFIG_LINK_HOSTS][CONFIG_MAIL_NAME];
	enum config_malicious on_malicious;
	enum config_failure on_failure;
	char subject_tag[CONFIG_MAIL_TAG]; /* "": none */
	enum config_banner banner;
	uint32_t readers;     /* messages that are examined at a time; 0: one for every processor */
	uint32_t connections; /* of mail servers, at a time */
	uint64_t memory;      /* bytes of all messages that the milter holds at a time */
	char release[CONFIG_NAME]; /* where released mail goes by SMTP: "127.0.0.1:25" */
	uint32_t quarantine_days, clamd_seconds; /* seconds: that a message waits for ClamAV */
	uint64_t quarantine_bytes;
	bool traffic;         /* also what passes by in clear SMTP */
	char yara[CONFIG_PATH], clamd[CONFIG_PATH]; /* a file or folder of rules; ClamAV's local socket; "": none */
	struct exam_limits limits;
};

struct config_tell {
	char host[CONFIG_PATH]; /* what this tower is called in messages; "": the host's name */
	char page[CONFIG_PATH];      /* where people reach the page, for links; "": http:// and web.listen */
	char ca_file[CONFIG_PATH];   /* PEM of whom servers' certificates are trusted by; "": the system's */
	uint32_t group_seconds;      /* what opens within so long of the last message is told in one */
	struct target targets[TARGETS_MAX];
	size_t target_count;
};

struct config {
	struct config_watch watch;
	struct config_process process;
	struct config_web web;
	struct config_store store;
	struct config_eve eve;
	struct config_intel intel;
	struct config_detect detect;
	struct config_respond respond;
	struct config_mail mail;
	struct site_policy site; /* the site watch (docs/site.md) */
	struct config_tell tell;
	struct repository backups[REPOSITORIES_MAX]; /* the backup watch (docs/backup.md) */
	size_t backup_count;
	struct calendar calendar; /* when the level is raised by itself */
};

#define CONFIG_TROUBLE 400

/* What the configuration tells examinations. The lists point into `config`, which must stay. */
#define CONFIG_LISTS (CONFIG_DOMAINS + CONFIG_PEOPLE + CONFIG_BRANDS + CONFIG_AUTHSERVS + CONFIG_LINK_HOSTS + 5)
struct config_exam {
	struct exam_settings exam; /* without an index */
	const char *lists[CONFIG_LISTS];
};
void config_exam(const struct config_mail *config, struct config_exam *exam);

/* All defaults. NULL: no memory. Caller owns it. */
struct config *config_defaults(void);
void config_free(struct config *config); /* wipes the secrets; NULL is allowed */

/* Wipes what only the teller needs: passwords, tokens, and URLs that came out of files. */
void config_forget_secrets(struct config *config);

/* Reads the file, and the files with secrets that it names, which nobody but their owner may be able to
 * read. On an error `trouble` is "FILE:LINE: what is wrong: the mend" (without a line where there is
 * none): ERR_OPEN, ERR_READ (errno), ERR_FORMAT, ERR_LIMIT, ERR_MEMORY. */
MUST_USE enum err config_load(struct config **config, const char *path, char trouble[CONFIG_TROUBLE]);

/* The same of text that lies in memory and is called `name` in troubles. */
MUST_USE enum err config_read(struct config **config, const char *name, struct span text,
			      char trouble[CONFIG_TROUBLE]);

/* The whole commented file with all defaults. Errors stay in the stream. */
void config_example(FILE *out);

/* What holds, as a file without comments; secrets are left out. */
void config_show(const struct config *config, FILE *out);

void config_backup_defaults(struct repository *repository); /* without name and place */
void config_show_backup(const struct repository *repository, FILE *out); /* as it stands in a file */

/* Calls for every key that differs, "web.listen" or "target.office". `restart`: only a new start takes it;
 * else SIGHUP does. Returns how many differ. */
typedef void config_change(void *whom, const char *key, bool restart);
unsigned config_diff(const struct config *was, const struct config *is, config_change *changed,
		     void *whom);

#endif
