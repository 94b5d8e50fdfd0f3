/* transfer.c - a conversation that carries one file from its first byte to its last: FTP's data. */
#include "talk/talk_private.h"

#include "talk/ftp_watch.h"

static const struct ftp_expected *transfer_find(const struct talk_call *call)
{
	return ftp_watch_find(call->all->ftp, &call->flow->key, call->flow->first);
}

bool talk_transfer_begin(struct talk_call *call)
{
	const struct ftp_expected *e = transfer_find(call);

	call->state->ftp_data.unknown = !e || e->verb == FTP_ANNOUNCED;
	return !e || e->verb != FTP_LIST;
}

static struct span path_of(const struct ftp_expected *e)
{
	return (struct span){ e->path, e->path_len };
}

size_t talk_transfer_feed(struct talk_call *call, unsigned side, struct span bytes)
{
	const struct ftp_expected *e;
	struct talk_about about = { 0 };

	if (!call->talk->file[0] && !call->talk->file[1]) {
		e = call->state->ftp_data.unknown ? NULL : transfer_find(call);
		if (e) {
			about.name = path_of(e);
			about.part_of_file = e->part;
		}
		call->talk->over = !talk_file_begin(call, side, &about);
	}
	talk_file_part(call, side, bytes);
	return bytes.len;
}

void talk_transfer_gap(struct talk_call *call)
{
	call->state->ftp_data.lost = true;
}

/* Whether this end said that it has sent all. */
static bool has_ended(const struct flow *f, unsigned side)
{
	unsigned end = side ? !flow_initiator(f) : flow_initiator(f);

	return f->state & (end ? FLOW_FIN1 : FLOW_FIN0) && !(f->state & FLOW_RESET);
}

/* Transfers whose command came behind their first bytes get their names now. */
static void transfer_name(const struct talk_call *call, unsigned side)
{
	const struct ftp_expected *e = transfer_find(call);

	if (!e)
		return;
	if (e->verb == FTP_LIST)
		talk_file_drop(call, side);
	else
		talk_file_name(call, side, path_of(e));
}

void talk_transfer_end(struct talk_call *call)
{
	const struct flow *f = call->flow;
	bool begun = f->state & FLOW_HANDSHAKE;

	for (unsigned side = 0; side < 2; side++) {
		if (call->state->ftp_data.unknown)
			transfer_name(call, side);
		talk_file_end(call, side,
			      begun && has_ended(f, side) && !call->state->ftp_data.lost);
	}
}
