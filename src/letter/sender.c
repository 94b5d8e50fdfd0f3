/* sender.c - who a message says that it is from. */
#include "letter/sender.h"

void sender_judge(struct exam *e, const struct part *part, const struct head *head)
{
	(void)e, (void)part, (void)head;
}
