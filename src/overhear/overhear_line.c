/* overhear_line.c - a list of what was asked, by number. */
#include "overhear/overhear_line.h"

#include "mail/result_frame.h"
#include "base/cursor.h"
#include "process/ipc.h"

#include <stdlib.h>
#include <unistd.h>

#define QUEUE (1u << 20)

struct overhear_line {
	struct overhear_line_settings settings;
	struct ipc *mail; /* NULL: not there */
	struct asked {
		uint64_t number; /* 0: free */
		struct overheard message;
	} asked[OVERHEAR_MESSAGES];
	uint64_t numbers, lost, told;
	struct mail_waves waves;
	struct mail_result result;
};

struct overhear_line *overhear_line_new(const struct overhear_line_settings *settings)
{
	struct overhear_line *line = calloc(1, sizeof(*line));

	if (line)
		line->settings = *settings;
	return line;
}

static void forget(struct overhear_line *line, struct asked *asked, bool lost)
{
	overhear_done(line->settings.overhear, &asked->message);
	asked->number = 0;
	line->lost += lost;
}

static void leave(struct overhear_line *line)
{
	if (!line->mail)
		return;
	loop_forget(line->settings.loop, ipc_fd(line->mail));
	ipc_free(line->mail);
	line->mail = NULL;
	for (unsigned i = 0; i < OVERHEAR_MESSAGES; i++)
		if (line->asked[i].number)
			forget(line, &line->asked[i], true);
}

static void take_result(struct overhear_line *line, struct asked *asked, struct span body)
{
	struct mail_way way = overheard_way(&asked->message);
	struct alert alert;

	if (result_frame_read(body, &line->result) == OK &&
	    mail_alert(&line->waves, &line->result, &way, &alert))
		line->settings.alert(line->settings.whom, &alert);
}

static bool mail_frame(void *whom, const struct ipc_frame *frame)
{
	struct overhear_line *line = whom;
	struct cur c = cur_init(frame->body);
	uint64_t number = cur_le64(&c);
	bool examined = cur_u8(&c) == 1;

	if (frame->type != FRAME_EXAMINED || c.bad || !number)
		return true;
	for (unsigned i = 0; i < OVERHEAR_MESSAGES; i++) {
		struct asked *asked = &line->asked[i];

		if (asked->number != number)
			continue;
		if (examined)
			take_result(line, asked, cur_rest(&c));
		forget(line, asked, !examined);
		break;
	}
	return true;
}

static void mail_ready(void *whom, unsigned events)
{
	struct overhear_line *line = whom;

	(void)events;
	if (line->mail && ipc_read(line->mail, mail_frame, line) != OK)
		leave(line);
}

void overhear_line_join(struct overhear_line *line, int fd)
{
	struct ipc *mail = ipc_new(fd, QUEUE, false);

	leave(line);
	if (mail && loop_watch(line->settings.loop, fd, LOOP_READ, mail_ready, line))
		line->mail = mail;
	else
		ipc_free(mail);
}

static bool ask(struct overhear_line *line, struct asked *asked)
{
	uint8_t room[8];
	struct pen pen = pen_init(room, sizeof(room));

	asked->number = ++line->numbers;
	pen_le(&pen, asked->number, 8);
	if (line->mail)
		return ipc_give(line->mail, FRAME_EXAMINE, (struct span){ room, pen.used }, asked->message.fd) == OK;
	close(asked->message.fd);
	return false;
}

uint64_t overhear_line_turn(struct overhear_line *line)
{
	uint64_t lost;

	if (line->mail && ipc_flush(line->mail) != OK)
		leave(line);
	for (unsigned i = 0; i < OVERHEAR_MESSAGES; i++) {
		struct asked *asked = &line->asked[i];

		if (asked->number)
			continue;
		if (!overhear_take(line->settings.overhear, &asked->message))
			break;
		if (!ask(line, asked))
			forget(line, asked, true);
	}
	lost = line->lost + overhear_lost(line->settings.overhear) - line->told;
	line->told += lost;
	return lost;
}
