/* cmd.h - the subcommands: one file each, one line in the table of main.c. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

/* Runs the subcommand with its own words, argv[0] being its name. Returns the exit code. */
int cmd_actions(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_block(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_filter(int argc, char **argv);
int cmd_filters(int argc, char **argv);
int cmd_incidents(int argc, char **argv);
int cmd_intel(int argc, char **argv);
int cmd_level(int argc, char **argv);
int cmd_mail(int argc, char **argv);
int cmd_quarantine(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_site(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_unblock(int argc, char **argv);
int cmd_undo_all(int argc, char **argv);
int cmd_verify_certificate(int argc, char **argv); /* of `hinomi backup` */
int cmd_watch(int argc, char **argv);

#endif
