#include "early/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define CONTROL "/dev/mapper/control"
#define CHECKED "/dev/alcove-system"

enum { SECTORS_PER_BLOCK = 8, LOOK_AGAIN_MS = 20, HASH_DIGITS = 64, SALT_DIGITS = 64, BLOCK_DIGITS = 9 };

/* --- the wish --------------------------------------------------------------------------------------------------- */

/* One value of the list: `digits` of them at most, up to `end`. */
static bool take(char *to, size_t most, const char **from, const char *digits, char end) {
	size_t n = strspn(*from, digits);
	if (n == 0 || n > most || ((*from)[n] != end && (end != ' ' || (*from)[n] != 0))) {
		return false;
	}
	memcpy(to, *from, n);
	to[n] = 0;
	*from += n + ((*from)[n] != 0);
	return true;
}

static const char *value_of(const char *line, const char *name) {
	const char *at = line;
	while ((at = strstr(at, name)) != NULL && at != line && at[-1] != ' ') {
		at++;
	}
	return at != NULL ? at + strlen(name) : "";
}

bool disk_wish_read(struct disk_wish *wish, const char *command_line, struct fault *f) {
	static const char hex[] = "0123456789abcdef", part[] = "0123456789abcdef-";
	char line[2048];
	snprintf(line, sizeof line, "%.*s", (int)strcspn(command_line, "\n"), command_line);
	const char *root = value_of(line, "alcove.root="), *verity = value_of(line, "alcove.verity=");
	const char *boot = value_of(line, "alcove.boot=");
	bool fine = take(wish->place[0], DISK_ID - 1, &root, part, ',') &&
	            take(wish->place[1], DISK_ID - 1, &root, part, ' ') &&
	            take(wish->boot, DISK_ID - 1, &boot, part, ' ') &&
	            take(wish->blocks, BLOCK_DIGITS, &verity, "0123456789", ',') &&
	            take(wish->salt, SALT_DIGITS, &verity, hex, ',') &&
	            take(wish->hash, HASH_DIGITS, &verity, hex, ' ') && strlen(wish->hash) == HASH_DIGITS;
	return fine ||
	       fault_say(f, "The boot partition does not say which system to start. Please write the image to the "
	                    "card again.");
}

/* --- finding ---------------------------------------------------------------------------------------------------- */

enum { TABLE_BYTES = 32768, NAME_BYTES = 64, GUID_BYTES = 16 };

static ssize_t read_start(const char *path, void *to, size_t most) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, to, most) : -1;
	if (fd >= 0) {
		close(fd);
	}
	return n;
}

static uint32_t little(const uint8_t *at) {
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* UEFI 5.3: the header is in the second block, an entry's own number 16 bytes into it. The first three parts of a GUID are
 * written lowest byte first. */
static bool guid_of(const uint8_t *table, size_t have, size_t block, unsigned part, char *id, size_t room) {
	const uint8_t *header = table + block;
	if (memcmp(header, "EFI PART", 8) != 0) {
		return false;
	}
	size_t at = (size_t)little(header + 72) * block + (size_t)(part - 1) * little(header + 84) + GUID_BYTES;
	if (at > have - GUID_BYTES) {
		return false;
	}
	const uint8_t *g = table + at;
	snprintf(id, room, "%08x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", little(g), g[5], g[4], g[7],
	         g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]);
	return true;
}

/* The PARTUUID of partition `part` of a disk, by its first blocks: a GUID, or with the older kind of table the number of
 * the disk and that of the partition. */
static bool id_of(const char *disk, unsigned part, char *id, size_t room) {
	uint8_t table[TABLE_BYTES];
	char path[NAME_BYTES + 8];
	snprintf(path, sizeof path, "/dev/%s", disk);
	ssize_t have = read_start(path, table, sizeof table);
	if (have < TABLE_BYTES || part == 0 || table[510] != 0x55 || table[511] != 0xAA) {
		return false;
	}
	if (guid_of(table, (size_t)have, 512, part, id, room) || guid_of(table, (size_t)have, 4096, part, id, room)) {
		return true;
	}
	snprintf(id, room, "%08x-%02x", little(table + 440), part);
	return true;
}

/* In sysfs a partition is a folder below its disk's. */
static bool is_partition(const char *name, const char *partition) {
	char path[320], place[512], text[16] = "", id[64];
	snprintf(path, sizeof path, "/sys/class/block/%s/partition", name);
	if (read_start(path, text, sizeof text - 1) <= 0) {
		return false;
	}
	snprintf(path, sizeof path, "/sys/class/block/%s", name);
	ssize_t n = readlink(path, place, sizeof place - 1);
	if (n <= 0) {
		return false;
	}
	place[n] = 0;
	*strrchr(place, '/') = 0;
	const char *disk = strrchr(place, '/');
	return disk != NULL && strlen(disk + 1) < NAME_BYTES &&
	       id_of(disk + 1, (unsigned)strtoul(text, NULL, 10), id, sizeof id) && strcmp(id, partition) == 0;
}

static bool look(const char *partition, char device[DISK_DEVICE]) {
	DIR *dir = opendir("/sys/class/block");
	struct dirent *e;
	bool found = false;
	while (dir != NULL && !found && (e = readdir(dir)) != NULL) {
		found = e->d_name[0] != '.' && is_partition(e->d_name, partition);
		if (found) {
			snprintf(device, DISK_DEVICE, "/dev/%s", e->d_name);
		}
	}
	if (dir != NULL) {
		closedir(dir);
	}
	return found && access(device, F_OK) == 0;
}

bool disk_find(const char *partition, int seconds, char device[DISK_DEVICE], struct fault *f) {
	for (int i = 0; i < seconds * 1000 / LOOK_AGAIN_MS; i++) {
		if (look(partition, device)) {
			return true;
		}
		nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_MS * 1000000L}, NULL);
	}
	return fault_say(f, "The card is not found. Please switch off, push the card in firmly, and switch on again.");
}

/* --- checking and mounting -------------------------------------------------------------------------------------- */

/* One request to the device mapper, with the table behind it if there is one. */
struct request {
	struct dm_ioctl head;
	struct dm_target_spec target;
	char words[512];
};

static bool ask(int control, unsigned long what, struct request *r, uint32_t flags) {
	r->head.version[0] = DM_VERSION_MAJOR;
	r->head.data_size = sizeof *r;
	r->head.data_start = offsetof(struct request, target);
	r->head.flags = flags;
	snprintf(r->head.name, sizeof r->head.name, "alcove-system");
	return ioctl(control, what, r) == 0;
}

/* Loads a table and puts it in force. With `restart` a wrong block starts the machine anew: a card that was read badly
 * once has another chance, and what is not ours never runs on. Without, it is an error of whoever reads. */
static bool set_table(int control, const struct disk_wish *wish, const char *device, bool restart) {
	struct request load = {0}, start = {0};
	load.head.target_count = 1;
	load.target.length = strtoull(wish->blocks, NULL, 10) * SECTORS_PER_BLOCK;
	load.target.next = sizeof load.target + sizeof load.words;
	strcpy(load.target.target_type, "verity");
	snprintf(load.words, sizeof load.words, "1 %s %s 4096 4096 %s %s sha256 %s %s%s", device, device, wish->blocks,
	         wish->blocks, wish->hash, wish->salt, restart ? " 1 restart_on_corruption" : "");
	return ask(control, DM_TABLE_LOAD, &load, DM_READONLY_FLAG) && ask(control, DM_DEV_SUSPEND, &start, 0);
}

/* Its first block is what it should be, and with it the way through the tree from the root of the hashes. */
static bool reads_well(void) {
	char block[SECTORS_PER_BLOCK * 512];
	return read_start(CHECKED, block, sizeof block) == (ssize_t)sizeof block;
}

/* The node is made anew for each, because the kernel chooses the number. */
static bool make_checked(int control, const struct disk_wish *wish, const char *device) {
	struct request create = {0}, remove = {0};
	if (!ask(control, DM_DEV_CREATE, &create, 0)) {
		return false;
	}
	dev_t made = (dev_t)create.head.dev;
	unlink(CHECKED);
	if (mknod(CHECKED, S_IFBLK | 0600, makedev(major(made), minor(made))) == 0 &&
	    set_table(control, wish, device, false) && reads_well() && set_table(control, wish, device, true)) {
		return true;
	}
	int why = errno;
	ask(control, DM_DEV_REMOVE, &remove, 0);
	errno = why;
	return false;
}

bool disk_mount(const struct disk_wish *wish, char device[DISK_PLACES][DISK_DEVICE], const char *where, int *place,
                struct fault *f) {
	int control = open(CONTROL, O_RDWR | O_CLOEXEC);
	bool fine = false;
	for (int i = 0; i < DISK_PLACES && control >= 0 && !fine; i++) {
		fine = make_checked(control, wish, device[i]);
		*place = i;
	}
	int why = errno;
	if (control >= 0) {
		close(control);
	}
	if (!fine) {
		return fault_say(f, "The system cannot be checked (%s). Please write the image to the card again.",
		                 strerror(why));
	}
	return mount(CHECKED, where, "squashfs", MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) == 0 ||
	       fault_say(f, "The system on the card is damaged (%s). Please write the image to the card again.",
	                 strerror(errno));
}
