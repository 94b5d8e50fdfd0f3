/*
 * outside_process.c - the two processes that talk to the world, web and teller: their settings out of the
 * configuration, and their sandbox.
 */
#include "tower/process.h"
#include "tower/watch.h"
#include "tower/watch_open.h"
#include "policy/tower.h"
#include "respond/teller.h"
#include "web/web.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE (1u << 20)

bool watch_confine(const struct watch *watch, struct sandbox_wish *wish)
{
	const char *name = sandbox_role_name(wish->role);
	struct sandbox_report report;

	wish->uid = watch->uid;
	wish->gid = watch->gid;
	if (sandbox_enter(wish, &report) != OK) {
		process_log(name, "no sandbox, so it does not begin: %s", strerror(errno));
		return false;
	}
	if (*report.missing)
		process_log(name, "the sandbox is not whole here: %s", report.missing);
	return true;
}

static bool confine_web(void *whom)
{
	struct sandbox_wish wish = { .role = SANDBOX_WEB };

	return watch_confine(whom, &wish);
}

int web_begin(void *whom, int warden_fd)
{
	const struct watch *watch = whom;
	const struct config_web *config = &watch->config->web;
	const char *names[CONFIG_NAMES + 2] = { watch->host };
	struct web_settings settings = {
		.listen_fd = watch->http,
		.loopback = watch->loopback,
		.tls_cert = watch->tls_certificate,
		.tls_key = watch->tls_key,
		.names = names,
		.metrics_open = config->metrics_open || watch->loopback,
		.setup_token = watch_has_account(watch) ? NULL : watch->setup_token,
	};

	for (unsigned i = 0; i < CONFIG_NAMES && *config->names[i]; i++)
		names[i + 1] = config->names[i];
	config_forget_secrets(watch->config);
	return web_process(&settings, -1, warden_fd, confine_web, whom);
}

static bool take_keeper(void *whom, const struct ipc_frame *frame)
{
	int *keeper = whom;

	if (frame->type == TOWER_KEEPER && *keeper < 0)
		*keeper = frame->fd;
	else if (frame->fd >= 0)
		close(frame->fd);
	return *keeper < 0;
}

/* Waits for the channel to the keeper; -1: the warden is gone. */
static int wait_keeper(struct ipc *warden)
{
	struct pollfd wait = { ipc_fd(warden), POLLIN, 0 };
	int keeper = -1;

	while (keeper < 0)
		if (poll(&wait, 1, -1) < 0 || ipc_read(warden, take_keeper, &keeper) != OK)
			break;
	return keeper;
}

/* What of the files that are named in the configuration is there; the sandbox takes no others. */
static const char *const *teller_reads(const struct config_tell *config)
{
	static const char *there[TARGETS_MAX + 2];
	size_t count = 0;

	if (*config->ca_file && access(config->ca_file, R_OK) == 0)
		there[count++] = config->ca_file;
	for (size_t i = 0; i < config->target_count; i++)
		if (config->targets[i].kind == TARGET_PROGRAM &&
		    access(config->targets[i].program[0], X_OK) == 0)
			there[count++] = config->targets[i].program[0];
	return there;
}

int teller_begin(void *whom, int warden_fd)
{
	const struct watch *watch = whom;
	const struct config_tell *config = &watch->config->tell;
	struct sandbox_wish wish = { .role = SANDBOX_TELLER, .read = teller_reads(config) };
	struct ipc *warden = ipc_new(warden_fd, QUEUE, true);
	char host[CONFIG_PATH] = "hinomi";
	struct teller_settings settings = {
		.targets = config->targets,
		.target_count = config->target_count,
		.host = host,
		.ca_file = config->ca_file,
		.release = watch->config->mail.release,
	};
	int keeper;

	if (*config->host)
		snprintf(host, sizeof(host), "%s", config->host);
	else if (gethostname(host, sizeof(host) - 1) != 0)
		snprintf(host, sizeof(host), "hinomi");
	for (size_t i = 0; i < config->target_count; i++)
		wish.may_exec |= config->targets[i].kind == TARGET_PROGRAM;
	if (!warden || !watch_confine(watch, &wish))
		return 1;
	keeper = wait_keeper(warden);
	return keeper < 0 ? 0 : teller_process(&settings, keeper);
}
