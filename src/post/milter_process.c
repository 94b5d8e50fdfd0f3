/* milter_process.c - the process that the mail server asks (milter/milter.h), and its sandbox. */
#include "milter/milter.h"
#include "post/milter_lines.h"
#include "tower/process.h"
#include "tower/watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

static const char self[] = "milter";

int milter_begin(void *whom, int warden_fd)
{
	const struct watch *watch = whom;
	static char vault[CONFIG_PATH + sizeof(VAULT_FOLDER) + 1];
	struct sandbox_wish wish = { .role = SANDBOX_MILTER, .write = vault };
	struct lines *lines = lines_new(warden_fd);
	struct milter_settings settings = {
		.config = &watch->config->mail,
		.vault = vault,
		.keys = watch->vault,
		.others = { lines, lines_examine, lines_hold, lines_alert, lines_level },
	};

	config_forget_secrets(watch->config);
	snprintf(vault, sizeof(vault), "%s/%s", watch->config->process.state, VAULT_FOLDER);
	openlog("hinomi-milter", LOG_NDELAY | LOG_PID, LOG_MAIL); /* libmilter's: it cannot be opened later */
	if (!lines || !milter_open(&settings)) {
		process_log(self, "cannot listen on %s: %s; set another mail.milter", watch->config->mail.milter,
			    strerror(errno));
		return 1;
	}
	if (!watch_confine(watch, &wish))
		return 1;
	if (!lines_begin(lines) || !milter_run()) {
		process_log(self, "cannot serve: %s", strerror(errno));
		return 1;
	}
	return 0;
}
