/* How SQLite reads a pack: from a descriptor that the visit was handed, by pread and nothing else. No path is ever
 * opened, nothing is written, locked, mapped or timed, and the random bytes SQLite asks for are zeros: a visit has no
 * files, no clock and no chance. */
#ifndef ALCOVE_GLASS_PACK_VFS_H
#define ALCOVE_GLASS_PACK_VFS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/stat.h>

#define PACK_VFS_NAME "alcove"

/* Registers a VFS under PACK_VFS_NAME in which a database's name is the number of its descriptor. It comes from
 * sqlite3_malloc; pack_vfs_remove takes it back. NULL when memory is short. */
sqlite3_vfs *pack_vfs_add(void);
void pack_vfs_remove(sqlite3_vfs *vfs);

/* What kind of file a descriptor stands for, and its size. As fstat, which in some C libraries asks by way of a name, and a
 * visit may ask the system for nothing by its name. */
bool pack_vfs_stat(int fd, struct stat *s);

#endif
