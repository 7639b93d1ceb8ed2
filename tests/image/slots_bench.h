/* A machine that runs system a and can take another one, for tests: a file stands in for the other slot, a folder for the
 * boot partition. Signatures are made by Debian's minisign, never by code of ours. */
#ifndef ALCOVE_TESTS_SLOTS_BENCH_H
#define ALCOVE_TESTS_SLOTS_BENCH_H

#include "store/site.h"

#include "slots/boot.h"
#include "slots/install.h"

enum { RUNS = 1000 /* the version */ };

struct bench {
	struct site site;
	int slot_size, kernel_size;
	struct install_place place;
	char usb[128], keys[128], boot[128], slot[128];
};

/* A machine that runs system a, of version RUNS. */
static inline struct bench bench_of(bool pi, int slot_size, int kernel_size) {
	struct bench b = {.site = site_new(), .slot_size = slot_size, .kernel_size = kernel_size};
	const char *at = b.site.path;
	site_run(
	    "cd %s && mkdir -p stick/alcove boot system-keys && cp keys/ours.pub system-keys && truncate -s %d slot",
	    at, slot_size + 8192);
	if (pi) {
		site_run(
		    "cd %s/boot && mkdir a && echo kernel-a >a/kernel8.img && echo line-a >a/cmdline.txt && "
		    "{ printf 'os_prefix=a/\\n#alcove good a\\n'; printf '%%512s' '' | tr ' ' '\\n'; } | head -c 512 "
		    ">slot.txt",
		    at);
	} else {
		site_run("mkdir -p %s/boot/EFI/Linux && echo uki-a >%s/boot/EFI/Linux/alcove-a.efi", at, at);
	}
	snprintf(b.usb, sizeof b.usb, "%s/stick", at);
	snprintf(b.keys, sizeof b.keys, "%s/system-keys", at);
	snprintf(b.boot, sizeof b.boot, "%s/boot", at);
	snprintf(b.slot, sizeof b.slot, "%s/slot", at);
	return b;
}

/* The strings are the bench's, which does not move any more. */
static inline const struct install_place *place_of(struct bench *b) {
	b->place = (struct install_place){.usb = b->usb,
	                                  .keys = b->keys,
	                                  .boot = b->boot,
	                                  .slot = b->slot,
	                                  .arch = "amd64",
	                                  .running = 'a',
	                                  .version = RUNS};
	return &b->place;
}

static inline int boot_dir(const struct bench *b) {
	int dir = open(b->boot, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir >= 0);
	return dir;
}

static inline enum boot_state state(const struct bench *b, char running) {
	int dir = boot_dir(b);
	enum boot_state is = boot_look(dir, running);
	close(dir);
	return is;
}

/* stick/alcove/NAME.system as image/lib.sh writes it; `head` replaces its first lines when it is not NULL. */
static inline void put_system(const struct bench *b, const char *name, bool pi, unsigned version, const char *head) {
	const char *at = b->site.path;
	char lines[600];
	snprintf(lines, sizeof lines, "alcove-system 1\narch amd64\nversion %u\nleast 0\nslot %d\nboot %s %d\nend\n",
	         version, b->slot_size, pi ? "kernel8.img" : "system.efi", b->kernel_size);
	site_write(&b->site, "head", head != NULL ? head : lines, strlen(head != NULL ? head : lines));
	site_run("cd %s && truncate -s 4096 head && "
	         "openssl enc -aes-128-ctr -pass pass:%u -nosalt -md md5 2>/dev/null </dev/zero | head -c %d >body && "
	         "cat head body >stick/alcove/%s.system",
	         at, version, b->slot_size + b->kernel_size, name);
}

static inline void sign_system(const struct bench *b, const char *name, const char *key) {
	site_run("minisign -S -s %s/secret/%s -m %s/stick/alcove/%s.system >/dev/null", b->site.path, key, b->site.path,
	         name);
}

/* What the other slot's files are, when it would be started. */
static inline bool slot_is_whole(const struct bench *b, bool pi) {
	return site_try("cd %s && cmp -s -n %d slot body && tail -c %d body | cmp -s - boot/%s", b->site.path,
	                b->slot_size, b->kernel_size, pi ? "b/kernel8.img" : "EFI/Linux/alcove-b+1.efi") == 0;
}

static inline bool old_is_whole(const struct bench *b, bool pi) {
	return site_try("cd %s/boot && test \"$(cat %s)\" = %s", b->site.path,
	                pi ? "a/kernel8.img" : "EFI/Linux/alcove-a.efi", pi ? "kernel-a" : "uki-a") == 0;
}

#endif
