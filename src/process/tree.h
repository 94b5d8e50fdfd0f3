/* tree.h - a tree of folders that we made ourselves, and its end. */
#ifndef PROCESS_TREE_H
#define PROCESS_TREE_H

/* Removes it with all that is in it, following no link and entering no other mount. What cannot be removed stays. */
void tree_remove(const char *path);

#endif
