/* The first program that runs, out of memory (initramfs): loads the few drivers that reach the card, takes back the try of
 * a system that is tried, mounts the checked system and hands over to it. There is no shell in here and no way to one:
 * when something is missing it says so on the screen, waits, and starts the machine again. */
#include "early/disk.h"
#include "slots/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYSTEM "/system"
#define BOOT "/boot"
/* What the system itself needs to know: which slot it is in ("a" or "b"), and, by its being there, that it is tried. */
#define RUNNING "/run/alcove-system"
#define TRIAL "/run/alcove-trial"

enum { CARD_SECONDS = 60, READ_SECONDS = 30 /* enough to read a sentence twice */ };

static const char *const moved[] = {"/dev", "/proc", "/sys", "/run"};

static bool mount_kernels(struct fault *f) {
	static const char *const kinds[] = {"devtmpfs", "proc", "sysfs", "tmpfs"};
	for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
		unsigned long flags = MS_NOSUID | (i > 0 ? MS_NOEXEC | MS_NODEV : 0);
		mkdir(moved[i], 0755);
		if (mount(kinds[i], moved[i], kinds[i], flags, i == 3 ? "mode=0755,size=20%" : NULL) != 0) {
			return fault_say(f, "%s cannot be mounted: %s.", moved[i], strerror(errno));
		}
	}
	return true;
}

/* A driver for a device that is not there fails, and that is fine: what counts is whether the card is found. Each file
 * is given back once it is loaded; all of this lives in memory. */
static void load_modules(void) {
	char name[256];
	FILE *order = fopen("/modules/order", "re");
	while (order != NULL && fgets(name, sizeof name, order) != NULL) {
		name[strcspn(name, "\n")] = 0;
		int fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			syscall(SYS_finit_module, fd, "", 0);
			close(fd);
			unlink(name);
		}
	}
	if (order != NULL) {
		fclose(order);
	}
}

static bool read_command_line(struct disk_wish *wish, struct fault *f) {
	char line[2048] = "";
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;
	if (fd >= 0) {
		close(fd);
	}
	return disk_wish_read(wish, n > 0 ? line : "", f);
}

static bool hand_over(struct fault *f) {
	char to[64];
	for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
		snprintf(to, sizeof to, SYSTEM "%s", moved[i]);
		if (mount(moved[i], to, NULL, MS_MOVE, NULL) != 0) {
			return fault_say(f, "%s cannot be handed over: %s.", moved[i], strerror(errno));
		}
	}
	unlink("/init");
	if (chdir(SYSTEM) == 0 && mount(".", "/", NULL, MS_MOVE, NULL) == 0 && chroot(".") == 0 && chdir("/") == 0) {
		char *const arguments[] = {"/usr/lib/systemd/systemd", NULL};
		char *const environment[] = {"PATH=/usr/sbin:/usr/bin", NULL};
		execve(arguments[0], arguments, environment);
	}
	return fault_say(f, "The system does not start (%s). Please write the image to the card again.",
	                 strerror(errno));
}

/* --- a system that is tried ------------------------------------------------------------------------------------- */

/* The boot partition's folder, read-only; -1 when it cannot be had: then nothing is known of a try, and none is kept. */
static int open_boot(const char *device) {
	mkdir(BOOT, 0755);
	return mount(device, BOOT, "vfat", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0
	           ? open(BOOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
	           : -1;
}

static void write_note(const char *path, const char *text) {
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	if (fd >= 0) {
		dprintf(fd, "%s", text);
		close(fd);
	}
}

/* Before anything else of a new system is used. */
static void take_back_try(int boot) {
	if (boot < 0 || !boot_armed(boot)) {
		return;
	}
	unsigned long flags = MS_REMOUNT | MS_NOSUID | MS_NODEV | MS_NOEXEC;
	if (mount(NULL, BOOT, NULL, flags, NULL) == 0) {
		boot_spend(boot);
		mount(NULL, BOOT, NULL, flags | MS_RDONLY, NULL);
	}
}

static void note_running(int boot, int place) {
	char running = (char)('a' + place);
	write_note(RUNNING, running == 'a' ? "a\n" : "b\n");
	if (boot >= 0 && boot_look(boot, running) == BOOT_ON_TRIAL) {
		write_note(TRIAL, "");
	}
}

static bool start(struct fault *f) {
	struct disk_wish wish;
	char device[DISK_PLACES][DISK_DEVICE], card[DISK_DEVICE];
	int place = 0;
	if (!mount_kernels(f)) {
		return false;
	}
	load_modules();
	mkdir(SYSTEM, 0755);
	if (!read_command_line(&wish, f) || !disk_find(wish.boot, CARD_SECONDS, card, f)) {
		return false;
	}
	int boot = open_boot(card);
	take_back_try(boot);
	bool fine = disk_find(wish.place[0], CARD_SECONDS, device[0], f) &&
	            disk_find(wish.place[1], CARD_SECONDS, device[1], f) &&
	            disk_mount(&wish, device, SYSTEM, &place, f);
	if (fine) {
		note_running(boot, place);
	}
	if (boot >= 0) {
		close(boot);
	}
	umount(BOOT);
	return fine && hand_over(f);
}

static void say(const char *where, const char *what) {
	int fd = open(where, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0) {
		dprintf(fd, "\r\n\r\n  Alcove: %s\r\n", what);
		close(fd);
	}
}

int main(void) {
	struct fault fault;
	start(&fault);
	say("/dev/tty0", fault.says);
	say("/dev/kmsg", fault.says);
	sleep(READ_SECONDS);
	reboot(RB_AUTOBOOT);
	return 1;
}
