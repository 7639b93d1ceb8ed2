#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Something is wrong with the test itself. */
static void give_up(const char *what) {
	fprintf(stderr, "disk: %s (%s)\n", what, strerror(errno));
	abort();
}

static int add_file(struct disk *d, bool folder) {
	if (d->file_count == DISK_FILES) {
		give_up("too many files");
	}
	d->files[d->file_count] = (struct disk_file){.folder = folder};
	return d->file_count++;
}

/* --- names ------------------------------------------------------------------------------------------------------ */

static struct disk_name *find(struct disk_name *names, int count, int folder, const char *name) {
	for (int i = 0; i < count; i++) {
		if (names[i].folder == folder && strcmp(names[i].name, name) == 0) {
			return &names[i];
		}
	}
	return NULL;
}

static void set(struct disk_name *names, int *count, const struct disk_name *to) {
	if (to->folder < 0) {
		return;
	}
	struct disk_name *at = find(names, *count, to->folder, to->name);
	if (at == NULL) {
		if (*count == DISK_NAMES) {
			give_up("too many names");
		}
		at = &names[(*count)++];
	}
	*at = *to;
}

static void apply(struct disk_name *names, int *count, const struct disk_change *c) {
	set(names, count, &c->gone);
	set(names, count, &c->put);
}

static const struct disk_name no_name = {.folder = -1, .file = -1};

static struct disk_name named(int folder, const char *name, int file) {
	struct disk_name n = {.folder = folder, .file = file};
	snprintf(n.name, sizeof n.name, "%s", name);
	return n;
}

static void change(struct disk *d, struct disk_name put, struct disk_name gone) {
	if (d->change_count == DISK_CHANGES) {
		give_up("too many changes");
	}
	struct disk_change *c = &d->changes[d->change_count++];
	*c = (struct disk_change){put, gone};
	apply(d->now, &d->now_count, c);
}

static void sync_folder(struct disk *d, int folder) {
	int kept = 0;
	for (int i = 0; i < d->change_count; i++) {
		const struct disk_change *c = &d->changes[i];
		if (c->put.folder == folder || c->gone.folder == folder) {
			apply(d->durable, &d->durable_count, c);
		} else {
			d->changes[kept++] = *c;
		}
	}
	d->change_count = kept;
}

/* --- bytes ------------------------------------------------------------------------------------------------------ */

static void grow(struct disk_file *f, size_t size) {
	if (size > f->size) {
		f->now = realloc(f->now, size);
		if (f->now == NULL) {
			give_up("memory");
		}
		memset(f->now + f->size, 0, size - f->size);
		f->size = size;
	}
}

static void sync_file(struct disk_file *f) {
	free(f->durable);
	f->durable = malloc(f->size + 1);
	if (f->durable == NULL) {
		give_up("memory");
	}
	if (f->size > 0) {
		memcpy(f->durable, f->now, f->size);
	}
	f->durable_size = f->size;
}

static bool is_durable(const struct disk_file *f) {
	return f->size == f->durable_size && (f->size == 0 || memcmp(f->now, f->durable, f->size) == 0);
}

/* --- reading a folder ------------------------------------------------------------------------------------------- */

static void read_file(struct disk_file *f, const char *path) {
	int fd = open(path, O_RDONLY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0) {
		give_up(path);
	}
	grow(f, (size_t)st.st_size);
	if (read(fd, f->now, f->size) != (ssize_t)f->size) {
		give_up(path);
	}
	close(fd);
	sync_file(f);
}

static void read_folder(struct disk *d, int folder, const char *path) {
	DIR *list = opendir(path);
	if (list == NULL) {
		give_up(path);
	}
	for (const struct dirent *e; (e = readdir(list)) != NULL;) {
		char below[600];
		struct stat st;
		if (e->d_name[0] == '.') {
			continue;
		}
		snprintf(below, sizeof below, "%s/%s", path, e->d_name);
		if (lstat(below, &st) != 0) {
			give_up(below);
		}
		int file = add_file(d, S_ISDIR(st.st_mode));
		struct disk_name n = named(folder, e->d_name, file);
		set(d->now, &d->now_count, &n);
		set(d->durable, &d->durable_count, &n);
		if (S_ISDIR(st.st_mode)) {
			read_folder(d, file, below);
		} else {
			read_file(&d->files[file], below);
		}
	}
	closedir(list);
}

void disk_read(struct disk *d, const char *from, const char *top) {
	memset(d, 0, sizeof *d);
	d->sector = 4096;
	d->last_step = -1;
	snprintf(d->top, sizeof d->top, "%s", top);
	disk_restart(d);
	read_folder(d, add_file(d, true), from);
}

void disk_free(struct disk *d) {
	for (int i = 0; i < d->file_count; i++) {
		free(d->files[i].now);
		free(d->files[i].durable);
	}
	d->file_count = 0;
}

void disk_restart(struct disk *d) {
	for (int i = 0; i < DISK_FDS; i++) {
		d->fds[i] = -1;
	}
}

/* --- following a program ---------------------------------------------------------------------------------------- */

static int at_fd(const struct disk *d, uint64_t fd) {
	return fd < DISK_FDS ? d->fds[fd] : -1;
}

/* Which folder of ours a path is in; the last name in `name`. -1 when it is none of ours. */
static int place(const struct disk *d, pid_t pid, uint64_t dir, uint64_t path_at, char name[200]) {
	char path[300];
	trace_string(pid, path_at, path, sizeof path);
	if (strcmp(path, d->top) == 0) {
		snprintf(name, 200, ".");
		return 0;
	}
	if (path[0] == '/' || (int)dir == AT_FDCWD || strchr(path, '/') != NULL || strlen(path) >= 200) {
		return -1;
	}
	memcpy(name, path, strlen(path) + 1);
	return at_fd(d, dir);
}

static void stepped(struct disk *d) {
	d->steps++;
	if (d->stepped != NULL) {
		d->stepped(d->to, d);
	}
}

static void told_open(struct disk *d, pid_t pid, const struct call *c) {
	char name[200];
	int folder = place(d, pid, c->args[0], c->args[1], name);
	if (c->result < 0 || c->result >= DISK_FDS) {
		return;
	}
	d->fds[c->result] = -1;
	if (folder < 0) {
		return;
	}
	struct disk_name *is = strcmp(name, ".") == 0 ? NULL : find(d->now, d->now_count, folder, name);
	if (strcmp(name, ".") == 0) {
		d->fds[c->result] = folder;
	} else if (is != NULL && is->file >= 0) {
		d->fds[c->result] = is->file;
	} else {
		int file = add_file(d, false);
		d->fds[c->result] = file;
		change(d, named(folder, name, file), no_name);
		stepped(d);
	}
}

static void told_names(struct disk *d, pid_t pid, const struct call *c) {
	char name[200], other[200];
	int folder = place(d, pid, c->args[0], c->args[1], name);
	if (folder < 0) {
		return;
	}
	if (c->number == SYS_mkdirat) {
		change(d, named(folder, name, add_file(d, true)), no_name);
	} else if (c->number == SYS_unlinkat) {
		change(d, no_name, named(folder, name, -1));
	} else {
		int to = place(d, pid, c->args[2], c->args[3], other);
		struct disk_name *is = find(d->now, d->now_count, folder, name);
		if (to < 0 || is == NULL) {
			give_up("a rename from or to somewhere else");
		}
		change(d, named(to, other, is->file), named(folder, name, -1));
	}
	stepped(d);
}

static void told_bytes(struct disk *d, pid_t pid, const struct call *c) {
	int file = at_fd(d, c->args[0]);
	if (file < 0) {
		return;
	}
	struct disk_file *f = &d->files[file];
	if (c->number == SYS_fallocate) {
		grow(f, (size_t)(c->args[2] + c->args[3]));
	} else {
		/* `write` is only ever used here on a file that is new, from its beginning to its end. */
		size_t at = c->number == SYS_pwrite64 ? (size_t)c->args[3] : f->size;
		grow(f, at + (size_t)c->result);
		if (!trace_bytes(pid, c->args[1], f->now + at, (size_t)c->result)) {
			give_up("the program's memory");
		}
	}
	stepped(d);
}

static void told_sync(struct disk *d, const struct call *c) {
	int file = at_fd(d, c->args[0]);
	if (file < 0) {
		return;
	}
	if (d->files[file].folder) {
		sync_folder(d, file);
	} else {
		sync_file(&d->files[file]);
	}
	stepped(d);
}

/* What would change files in a way that is not followed here. */
static bool is_strange(long number) {
	static const long strange[] = {SYS_ftruncate, SYS_truncate,  SYS_writev,          SYS_pwritev,
	                               SYS_linkat,    SYS_symlinkat, SYS_copy_file_range, SYS_sendfile,
	                               SYS_splice,    SYS_msync,     SYS_syncfs,          SYS_sync};
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		if (strange[i] == number) {
			return true;
		}
	}
	return false;
}

static void follow(struct disk *d, pid_t pid, const struct call *c) {
	if (c->number == SYS_openat) {
		told_open(d, pid, c);
		return;
	}
	if (c->result < 0) {
		return;
	}
	if (c->number == SYS_close && c->args[0] < DISK_FDS) {
		d->fds[c->args[0]] = -1;
	} else if (c->number == SYS_mkdirat || c->number == SYS_unlinkat || c->number == SYS_renameat2 ||
	           c->number == SYS_renameat) {
		told_names(d, pid, c);
	} else if (c->number == SYS_write || c->number == SYS_pwrite64 || c->number == SYS_fallocate) {
		told_bytes(d, pid, c);
	} else if (c->number == SYS_fsync || c->number == SYS_fdatasync) {
		told_sync(d, c);
	} else if (is_strange(c->number)) {
		snprintf(d->lost, sizeof d->lost, "call %ld", c->number);
	}
}

bool disk_told(void *disk, pid_t pid, const struct call *c) {
	struct disk *d = disk;
	follow(d, pid, c);
	return d->last_step < 0 || d->steps < d->last_step;
}

/* --- power cuts ------------------------------------------------------------------------------------------------- */

/* Ways for bytes: 0 none of what is not durable, 1 all, 2 zeros of the right length, then torn after each sector of the
 * longest file, then the same with everything behind the tear there and the first part missing. */
enum { BYTES_NONE, BYTES_ALL, BYTES_ZERO, BYTES_TORN };

static int sectors(const struct disk *d) {
	size_t most = 0;
	for (int i = 0; i < d->file_count; i++) {
		if (!is_durable(&d->files[i]) && d->files[i].size > most) {
			most = d->files[i].size;
		}
	}
	return (int)((most + d->sector - 1) / d->sector);
}

/* Ways for changes of n names: the first 0, 1, ... n of them; each alone; all but each. */
struct disk_ways disk_ways(const struct disk *d) {
	int torn = sectors(d), n = d->change_count;
	return (struct disk_ways){.bytes = torn == 0 ? 1 : BYTES_TORN + 2 * torn,
	                          .changes = n == 0 ? 1 : n + 1 + 2 * n};
}

static bool is_there(int way, int change_number, int count) {
	if (way <= count) {
		return change_number < way;
	}
	way -= count + 1;
	return way < count ? change_number == way : change_number != way - count;
}

/* What is in file `f` in this way; a new piece of memory. */
static unsigned char *bytes_in(const struct disk *d, const struct disk_file *f, int way, size_t *size) {
	bool old = way == BYTES_NONE || is_durable(f);
	*size = old ? f->durable_size : f->size;
	unsigned char *out = calloc(1, *size + 1);
	if (out == NULL) {
		give_up("memory");
	}
	if (old) {
		memcpy(out, f->durable == NULL ? out : f->durable, *size);
		return out;
	}
	if (way == BYTES_ZERO) {
		return out;
	}
	if (way == BYTES_ALL) {
		memcpy(out, f->now, *size);
		return out;
	}
	int torn = sectors(d), at = (way - BYTES_TORN) % torn;
	bool behind = way - BYTES_TORN >= torn;
	size_t tear = (size_t)at * d->sector;
	tear = tear > *size ? *size : tear;
	if (!behind) {
		memcpy(out, f->now, tear);
		*size = tear; /* and its length was not yet noted */
	} else {
		memcpy(out + tear, f->now + tear, *size - tear);
	}
	return out;
}

static int names_in(const struct disk *d, int way, struct disk_name *names) {
	int count = d->durable_count;
	memcpy(names, d->durable, sizeof *names * (size_t)count);
	for (int i = 0; i < d->change_count; i++) {
		if (is_there(way, i, d->change_count)) {
			apply(names, &count, &d->changes[i]);
		}
	}
	return count;
}

static void write_folder(const struct disk *d, const struct disk_name *names, int count, int folder, int bytes,
                         int at) {
	for (int i = 0; i < count; i++) {
		if (names[i].folder != folder || names[i].file < 0) {
			continue;
		}
		const struct disk_file *f = &d->files[names[i].file];
		if (f->folder) {
			int below = mkdirat(at, names[i].name, 0700) == 0
			                ? openat(at, names[i].name, O_RDONLY | O_DIRECTORY)
			                : -1;
			if (below < 0) {
				give_up(names[i].name);
			}
			write_folder(d, names, count, names[i].file, bytes, below);
			close(below);
			continue;
		}
		size_t size = 0;
		unsigned char *content = bytes_in(d, f, bytes, &size);
		int fd = openat(at, names[i].name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0 || write(fd, content, size) != (ssize_t)size) {
			give_up(names[i].name);
		}
		close(fd);
		free(content);
	}
}

void disk_crash(const struct disk *d, int bytes, int changes, const char *to) {
	struct disk_name *names = malloc(sizeof *names * DISK_NAMES);
	int at = open(to, O_RDONLY | O_DIRECTORY);
	if (names == NULL || at < 0) {
		give_up(to);
	}
	write_folder(d, names, names_in(d, changes, names), 0, bytes, at);
	close(at);
	free(names);
}

static uint64_t mix(uint64_t h, const void *bytes, size_t size) {
	const unsigned char *p = bytes;
	for (size_t i = 0; i < size; i++) {
		h = (h ^ p[i]) * 1099511628211u; /* FNV-1a */
	}
	return h;
}

/* Every name is mixed on its own and the results added up, so that their order does not matter. */
uint64_t disk_print(const struct disk *d, int bytes, int changes) {
	struct disk_name *names = malloc(sizeof *names * DISK_NAMES);
	uint64_t sum = 0;
	if (names == NULL) {
		give_up("memory");
	}
	int count = names_in(d, changes, names);
	for (int i = 0; i < count; i++) {
		if (names[i].file < 0) {
			continue;
		}
		size_t size = 0;
		const struct disk_file *f = &d->files[names[i].file];
		unsigned char *content = bytes_in(d, f, bytes, &size);
		uint64_t h = mix(14695981039346656037u, &names[i].folder, sizeof names[i].folder);
		h = mix(h, names[i].name, strlen(names[i].name));
		h = mix(h, &f->folder, sizeof f->folder);
		sum += mix(mix(h, &size, sizeof size), content, size);
		free(content);
	}
	free(names);
	return sum;
}
