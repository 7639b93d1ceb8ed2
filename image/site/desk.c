#include "site/desk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_MOST = 65536, PATH = 1024 };

/* What the broker reads, and what staff need: where desk-init makes it, and what it is called on the card. The key of the
 * authority is not among them: nobody needs it again. */
static const struct {
	const char *made, *kept;
} files[] = {{"broker/server.crt", "server.crt"},
             {"broker/server.key", "server.key"},
             {"broker/passwords", "passwords"},
             {"broker/access", "access"},
             {"ca.crt", "ca.crt"}};
enum { FILES = sizeof files / sizeof files[0] };

/* The address that our own files were made for. */
#define MADE_FOR "made-for.txt"

/* Two names as one path. One that is too long is cut, and then nothing is there. */
static void put(char out[PATH], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(char out[PATH], const char *format, ...) {
	va_list args;
	va_start(args, format);
	vsnprintf(out, PATH, format, args);
	va_end(args);
}

/* The bytes of a small file; false when it is not there, empty or too large. */
static bool take(const char *path, char *to, size_t room, size_t *n) {
	FILE *in = fopen(path, "re");
	*n = in != NULL ? fread(to, 1, room, in) : 0;
	bool fine = in != NULL && ferror(in) == 0 && *n > 0 && *n < room;
	if (in != NULL) {
		fclose(in);
	}
	return fine;
}

static bool keep(const char *path, const char *what, size_t n, struct fault *f) {
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool fine = fd >= 0 && write(fd, what, n) == (ssize_t)n && fsync(fd) == 0;
	if (fd >= 0) {
		fine = close(fd) == 0 && fine;
	}
	return fine || fault_say(f, "%s could not be written: %s.", path, strerror(errno));
}

static void remove_all(const char *folder) {
	char path[PATH];
	struct stat st;
	DIR *all = opendir(folder);
	for (const struct dirent *one; all != NULL && (one = readdir(all)) != NULL;) {
		put(path, "%s/%s", folder, one->d_name);
		if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0 || lstat(path, &st) != 0) {
			continue;
		}
		if (S_ISDIR(st.st_mode)) {
			remove_all(path);
		} else {
			unlink(path);
		}
	}
	if (all != NULL) {
		closedir(all);
	}
	rmdir(folder);
}

/* The address alone, as staff type it. */
static void address_of(const struct settings *s, char out[SETTINGS_ADDRESS]) {
	snprintf(out, SETTINGS_ADDRESS, "%.*s", (int)strcspn(s->net_address, "/"), s->net_address);
}

/* All files are there; those that we have made were made for this address. */
static bool is_whole(const char *folder, const char *address) {
	char path[PATH], text[64] = "";
	struct stat st;
	size_t n;
	for (size_t i = 0; i < FILES; i++) {
		put(path, "%s/%s", folder, files[i].kept);
		if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0 || st.st_size >= FILE_MOST) {
			return false;
		}
	}
	put(path, "%s/%s", folder, MADE_FOR);
	if (access(path, F_OK) != 0) {
		return true; /* somebody else's, who knows what they do */
	}
	bool read = take(path, text, sizeof text - 1, &n);
	text[strcspn(text, "\r\n")] = 0;
	return read && strcmp(text, address) == 0;
}

/* --- making ------------------------------------------------------------------------------------------------------ */

static bool make(const struct desk_places *at, const char *made, const struct settings *s, const char *address,
                 struct fault *f) {
	char program[PATH], folder[PATH], name[PLACE_NAME], host[SETTINGS_ADDRESS], page[PATH];
	snprintf(program, sizeof program, "%s", at->program);
	snprintf(folder, sizeof folder, "%s", made);
	snprintf(name, sizeof name, "%s", s->place);
	snprintf(host, sizeof host, "%s", address);
	snprintf(page, sizeof page, "%s", at->page);
	char *const argv[] = {program, "desk-init", folder, "--kiosk", name, "--host", host, "--page", page, NULL};
	char path[] = "PATH=/usr/bin:/usr/sbin", *const envp[] = {path, NULL};
	posix_spawn_file_actions_t quiet;
	pid_t pid;
	int status = -1;
	if (posix_spawn_file_actions_init(&quiet) != 0) {
		return fault_say(f, "There is not enough memory.");
	}
	/* What it tells is for somebody at a shell. */
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, program, &quiet, NULL, argv, envp) == 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
		}
	}
	posix_spawn_file_actions_destroy(&quiet);
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
	       fault_say(f, "The files of the line to staff could not be made.");
}

/* What a person reads who opens the card with their computer. */
static bool write_note(const char *folder, const char *made, const char *address, struct fault *f) {
	char path[PATH], password[64] = "", text[2048];
	size_t n;
	put(path, "%s/%s", made, "desk.password");
	if (!take(path, password, sizeof password - 1, &n)) {
		return fault_say(f, "The desk's password was not made.");
	}
	password[strcspn(password, "\n")] = 0;
	int size = snprintf(
	    text, sizeof text,
	    "The page for staff, where requests from this screen appear\r\n\r\n"
	    "1. On staff's computer or phone, add the file ca.crt (beside this one) to the authorities\r\n"
	    "   that its browser trusts for websites. Without that the browser warns.\r\n"
	    "2. Open this address:   https://%s:8884/\r\n"
	    "3. User: desk           Password: %s\r\n"
	    "4. Leave the page open. It shows whether this screen is working.\r\n\r\n"
	    "Keep this folder to yourselves. For a new password, or when the browser says that the\r\n"
	    "certificate is too old (after two years), delete the folder desk, and start the screen again.\r\n",
	    address, password);
	put(path, "%s/%s", folder, "desk.txt");
	bool fine = keep(path, text, (size_t)size, f);
	explicit_bzero(text, sizeof text);
	explicit_bzero(password, sizeof password);
	return fine;
}

static bool copy_file(const char *from, const char *to, struct fault *f) {
	char *room = malloc(FILE_MOST);
	size_t n = 0;
	bool fine = room != NULL && take(from, room, FILE_MOST, &n);
	fine = fine ? keep(to, room, n, f) : fault_say(f, "%s was not made.", from);
	if (room != NULL) {
		explicit_bzero(room, FILE_MOST);
		free(room);
	}
	return fine;
}

static bool copy_files(const char *made, const char *to, const char *address, struct fault *f) {
	char from[PATH], path[PATH];
	bool fine = true;
	for (size_t i = 0; i < FILES && fine; i++) {
		put(from, "%s/%s", made, files[i].made);
		put(path, "%s/%s", to, files[i].kept);
		fine = copy_file(from, path, f);
	}
	put(path, "%s/%s", to, MADE_FOR);
	return fine && write_note(to, made, address, f) && keep(path, address, strlen(address), f);
}

static void sync_folder(const char *folder) {
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		syncfs(fd);
		close(fd);
	}
}

/* All of it under another name first, so that a power cut leaves a whole folder or none. */
static bool put_in_place(const char *boot, const char *made, const char *address, struct fault *f) {
	char site[PATH], fresh[PATH], folder[PATH];
	put(site, "%s/%s", boot, "site");
	put(fresh, "%s/%s", site, "desk.new");
	put(folder, "%s/%s", site, "desk");
	mkdir(site, 0755);
	remove_all(fresh);
	if (mkdir(fresh, 0755) != 0 || !copy_files(made, fresh, address, f)) {
		remove_all(fresh);
		return fault_say(f, "The files of the line to staff could not be written to the card. Is it full?");
	}
	sync_folder(fresh);
	remove_all(folder);
	bool fine = rename(fresh, folder) == 0;
	sync_folder(site);
	return fine || fault_say(f, "The files of the line to staff could not be put in place: %s.", strerror(errno));
}

bool desk_ready(const struct desk_places *at, const struct settings *s, bool (*unlock)(const char *boot, bool open),
                struct fault *f) {
	char folder[PATH], made[PATH], address[SETTINGS_ADDRESS];
	address_of(s, address);
	put(folder, "%s/%s", at->boot, "site/desk");
	put(made, "%s/%s", at->work, "made");
	if (is_whole(folder, address)) {
		return true;
	}
	remove_all(made);
	bool fine = make(at, made, s, address, f);
	if (fine && unlock(at->boot, true)) {
		fine = put_in_place(at->boot, made, address, f);
		unlock(at->boot, false);
	} else if (fine) {
		fine = fault_say(f, "The card cannot be written to. Is its small switch on \"lock\"?");
	}
	remove_all(made);
	return fine;
}
