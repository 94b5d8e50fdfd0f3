/* backup.c - the command line of `hinomi backup`. */
#include "cmd/cmd.h"

int cmd_backup(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 2;
}
