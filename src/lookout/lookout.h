/*
 * lookout.h - the two processes that watch without packets: backups and sites; and what they tell the keeper.
 *
 * Each tells what it watches as documents (JSON, docs/tower.md), which the keeper keeps by kind and name and shows as
 * they are; and alerts like any other watch. What a person asks for comes back as a request.
 */
#ifndef LOOKOUT_LOOKOUT_H
#define LOOKOUT_LOOKOUT_H

int backup_begin(void *whom, int warden_fd); /* whom: struct watch (tower/watch.h) */
int site_begin(void *whom, int warden_fd);

#endif
