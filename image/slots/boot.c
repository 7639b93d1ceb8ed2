#include "slots/boot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define UKIS "EFI/Linux"
#define SECTOR_FILE "slot.txt"

enum { SECTOR = 512, NAME = 32 };

/* --- a PC: names of files --------------------------------------------------------------------------------------- */

/* What a name says, by the rules of boot counting; FAT's names have no case. */
enum mark { MARK_NONE, MARK_ASIDE, MARK_TRY, MARK_SPENT, MARK_KEPT, MARK_COUNT };

static const char *const endings[MARK_COUNT] = {
    [MARK_ASIDE] = ".new", [MARK_TRY] = "+1.efi", [MARK_SPENT] = "+0-1.efi", [MARK_KEPT] = ".efi"};

static void uki_name(char system, enum mark mark, char out[NAME]) {
	snprintf(out, NAME, "alcove-%c%s", system, endings[mark]);
}

static bool uki_there(int ukis, char system, enum mark mark) {
	char name[NAME];
	uki_name(system, mark, name);
	return faccessat(ukis, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What its name says of a system; MARK_NONE when nothing starts it. */
static enum mark uki_mark(int ukis, char system) {
	for (enum mark m = MARK_TRY; m < MARK_COUNT; m++) {
		if (uki_there(ukis, system, m)) {
			return m;
		}
	}
	return MARK_NONE;
}

static bool uki_rename(int ukis, char system, enum mark from, enum mark to) {
	char old[NAME], new[NAME];
	uki_name(system, from, old);
	uki_name(system, to, new);
	return renameat(ukis, old, ukis, new) == 0 && syncfs(ukis) == 0;
}

static enum boot_state uki_look(int ukis, char running) {
	enum mark ours = uki_mark(ukis, running), other = uki_mark(ukis, boot_other(running));
	if (ours == MARK_NONE) {
		return BOOT_UNKNOWN;
	}
	if (ours != MARK_KEPT) {
		return BOOT_ON_TRIAL;
	}
	return other == MARK_TRY ? BOOT_ARMED : other == MARK_SPENT ? BOOT_TAKEN_BACK : BOOT_SETTLED;
}

static bool uki_clear(int ukis, char system) {
	char name[NAME];
	if (!uki_there(ukis, boot_other(system), MARK_KEPT)) {
		errno = EBUSY; /* it would leave nothing to start */
		return false;
	}
	for (enum mark m = MARK_ASIDE; m < MARK_COUNT; m++) {
		uki_name(system, m, name);
		if (unlinkat(ukis, name, 0) != 0 && errno != ENOENT) {
			return false;
		}
	}
	return syncfs(ukis) == 0;
}

static bool uki_spend(int ukis) {
	for (int i = 0; i < 2; i++) {
		char system = (char)('a' + i);
		if (uki_there(ukis, system, MARK_TRY) && !uki_rename(ukis, system, MARK_TRY, MARK_SPENT)) {
			return false;
		}
	}
	return true;
}

/* --- a Raspberry Pi: one sector --------------------------------------------------------------------------------- */

static const char *const words[] = {"good", "try", "tried"};
enum word { GOOD, TRY, TRIED, WORDS };

struct sector {
	char starts; /* the system that the firmware takes */
	enum word word;
	char system; /* of which that is said */
};

/* Lines of a file that the firmware reads as if they stood in config.txt; the rest of the sector is empty lines. */
static int sector_text(const struct sector *s, char out[SECTOR + 1]) {
	memset(out, '\n', SECTOR);
	out[SECTOR] = 0;
	return snprintf(out, SECTOR, "os_prefix=%c/\n#alcove %s %c\n", s->starts, words[s->word], s->system);
}

static bool sector_read(int file, struct sector *s) {
	char is[SECTOR + 1], would[SECTOR + 1];
	if (pread(file, is, SECTOR, 0) != SECTOR) {
		return false;
	}
	for (int i = 0; i < 2 * 2 * WORDS; i++) {
		*s = (struct sector){(char)('a' + i % 2), (enum word)(i / 4), (char)('a' + i / 2 % 2)};
		int n = sector_text(s, would);
		if (memcmp(is, would, (size_t)n) == 0) {
			return s->word == TRIED ? s->starts != s->system : s->starts == s->system;
		}
	}
	errno = EINVAL;
	return false;
}

static bool sector_write(int file, struct sector s) {
	char text[SECTOR + 1];
	int n = sector_text(&s, text);
	text[n] = '\n'; /* not the string's end */
	return pwrite(file, text, SECTOR, 0) == SECTOR && fsync(file) == 0;
}

static enum boot_state sector_look(int file, char running) {
	struct sector s;
	if (!sector_read(file, &s)) {
		return BOOT_UNKNOWN;
	}
	if (s.word == GOOD) {
		return s.system == running ? BOOT_SETTLED : BOOT_UNKNOWN;
	}
	return s.system == running ? BOOT_ON_TRIAL : s.word == TRY ? BOOT_ARMED : BOOT_TAKEN_BACK;
}

/* Its folder's files go; the folder stays. First of all it is not tried any more. */
static bool sector_clear(int dir, int file, char system) {
	struct sector s;
	const char folder[] = {system, 0};
	const struct dirent *e;
	if (!sector_read(file, &s) || (s.starts == system && s.word != TRY)) {
		errno = EBUSY;
		return false;
	}
	char stays = boot_other(system);
	if (!(s.word == GOOD && s.system == stays) && !sector_write(file, (struct sector){stays, GOOD, stays})) {
		return false;
	}
	int fd = openat(dir, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	if (list == NULL) {
		return fd < 0 && errno == ENOENT;
	}
	bool fine = true;
	while (fine && (e = readdir(list)) != NULL) {
		fine = e->d_name[0] == '.' || unlinkat(fd, e->d_name, 0) == 0;
	}
	fine = syncfs(fd) == 0 && fine;
	closedir(list);
	return fine;
}

static bool sector_spend(int file) {
	struct sector s;
	return sector_read(file, &s) &&
	       (s.word != TRY || sector_write(file, (struct sector){boot_other(s.system), TRIED, s.system}));
}

/* --- either ----------------------------------------------------------------------------------------------------- */

struct machine {
	int file; /* slot.txt of a Pi; -1 on a PC */
	int ukis; /* the folder of a PC; -1 on a Pi */
};

static bool machine_open(int dir, bool write, struct machine *m) {
	*m = (struct machine){-1, -1};
	m->file = openat(dir, SECTOR_FILE, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (m->file < 0 && errno == ENOENT) {
		m->ukis = openat(dir, UKIS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return m->file >= 0 || m->ukis >= 0;
}

/* `fine` passes through, and so does errno. */
static bool machine_close(struct machine *m, bool fine) {
	int why = errno;
	close(m->file >= 0 ? m->file : m->ukis);
	errno = why;
	return fine;
}

enum boot_state boot_look(int dir, char running) {
	struct machine m;
	if (!machine_open(dir, false, &m)) {
		return BOOT_UNKNOWN;
	}
	enum boot_state state = m.file >= 0 ? sector_look(m.file, running) : uki_look(m.ukis, running);
	machine_close(&m, true);
	return state;
}

bool boot_clear(int dir, char system) {
	struct machine m;
	return machine_open(dir, true, &m) &&
	       machine_close(&m, m.file >= 0 ? sector_clear(dir, m.file, system) : uki_clear(m.ukis, system));
}

const char *boot_place(int dir, char system, const char *name, char out[BOOT_PATH]) {
	struct machine m;
	bool known = machine_open(dir, false, &m);
	const char folder[] = {system, 0};
	if (!known) {
		return NULL;
	}
	bool pi = m.file >= 0, fine = pi || strcmp(name, "system.efi") == 0;
	machine_close(&m, true);
	if (pi && mkdirat(dir, folder, 0700) != 0 && errno != EEXIST) {
		return NULL;
	}
	int n = pi ? snprintf(out, BOOT_PATH, "%s/%s", folder, name)
	           : snprintf(out, BOOT_PATH, UKIS "/alcove-%c%s", system, endings[MARK_ASIDE]);
	return fine && n < BOOT_PATH ? out : NULL;
}

bool boot_arm(int dir, char system) {
	struct machine m;
	if (!machine_open(dir, true, &m)) {
		return false;
	}
	return machine_close(&m, m.file >= 0 ? sector_write(m.file, (struct sector){system, TRY, system})
	                                     : uki_rename(m.ukis, system, MARK_ASIDE, MARK_TRY));
}

bool boot_armed(int dir) {
	struct machine m;
	struct sector s;
	if (!machine_open(dir, false, &m)) {
		return false;
	}
	bool armed = m.file >= 0 ? sector_read(m.file, &s) && s.word == TRY
	                         : uki_there(m.ukis, 'a', MARK_TRY) || uki_there(m.ukis, 'b', MARK_TRY);
	return machine_close(&m, armed);
}

bool boot_spend(int dir) {
	struct machine m;
	return machine_open(dir, true, &m) && machine_close(&m, m.file >= 0 ? sector_spend(m.file) : uki_spend(m.ukis));
}

bool boot_keep(int dir, char system) {
	struct machine m;
	if (boot_look(dir, system) != BOOT_ON_TRIAL || !machine_open(dir, true, &m)) {
		return false;
	}
	return machine_close(&m, m.file >= 0 ? sector_write(m.file, (struct sector){system, GOOD, system})
	                                     : uki_rename(m.ukis, system, uki_mark(m.ukis, system), MARK_KEPT));
}

bool boot_forget(int dir, char running) {
	return boot_look(dir, running) == BOOT_TAKEN_BACK && boot_clear(dir, boot_other(running));
}
