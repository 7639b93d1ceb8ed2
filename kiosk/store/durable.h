/* Writes small files so that power may fail at any moment: the old one stays whole until the new one is. And the two
 * steps of it for those who write large ones. Every failure is errno's. */
#ifndef ALCOVE_STORE_DURABLE_H
#define ALCOVE_STORE_DURABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Puts a file with these bytes in the place of NAME in the folder behind `dir`: written aside as NAME.new, made durable,
 * renamed, and the folder made durable. What a failed fsync leaves behind nobody knows, so after one the file aside is
 * removed and nothing is renamed; a second attempt begins with a new file. Readable by its owner alone. */
bool durable_write(int dir, const char *name, const void *bytes, size_t size);
/* The same without the last step, for one who puts more into the folder before it is made durable. */
bool durable_aside(int dir, const char *name, const void *bytes, size_t size);

/* A folder inside another, made when it is missing; open, or -1. It is durable when its parent was made so (fsync). */
int durable_folder(int dir, const char *name);

/* Opens a regular file for reading, never a link, a pipe or a device; its size in `size`. -1 on failure: EINVAL when it is
 * no regular file. */
int durable_open(int dir, const char *name, off_t *size);

/* All bytes of such a file, with a zero byte behind them: how many, or -1, EFBIG when `room` is too small. */
ssize_t durable_read(int dir, const char *name, char *out, size_t room);

#endif
