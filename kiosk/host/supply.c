#include "host/supply.h"

#include "base/fonts.h"
#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- opening ---------------------------------------------------------------------------------------------------- */

/* O_NONBLOCK: a pipe in the place of a file must not make us wait. */
static int open_file(const char *what, const char *path, struct fault *f) {
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		fault_say(f, "The %s %s could not be opened: %s.", what, path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		fault_say(f, "The %s %s is not a file. Please name a file.", what, path);
		return -1;
	}
	return fd;
}

static bool add_font(struct keeper_plan *plan, const char *path, const struct font_row *row, bool bold,
                     struct fault *f) {
	if (plan->font_count == WIRE_MAX_FONTS) {
		return fault_say(f, "The font table names more than %d files. Please leave some out.", WIRE_MAX_FONTS);
	}
	int fd = open_file("font", path, f);
	if (fd < 0) {
		return false;
	}
	plan->fonts[plan->font_count] = fd;
	plan->font[plan->font_count++] = (struct wire_font){row->face, (uint16_t)row->index, bold};
	return true;
}

static bool open_fonts(struct keeper_plan *plan, const char *table_path, struct fault *f) {
	struct font_table table;
	if (!fonts_read(table_path, &table, f)) {
		return false;
	}
	for (int i = 0; i < table.count; i++) {
		const struct font_row *row = &table.rows[i];
		if (!add_font(plan, row->regular, row, false, f) ||
		    (row->bold[0] != 0 && !add_font(plan, row->bold, row, true, f))) {
			return false;
		}
	}
	return true;
}

bool supply_open(struct keeper_plan *plan, const char *const *packs, int pack_count, const char *font_table,
                 struct fault *f) {
	plan->pack_count = plan->font_count = 0;
	bool fine = pack_count <= WIRE_MAX_PACKS ||
	            fault_say(f, "There are more than %d packs. Please leave some out.", WIRE_MAX_PACKS);
	for (int i = 0; i < pack_count && fine; i++) {
		int fd = open_file("pack", packs[i], f);
		fine = fd >= 0;
		if (fine) {
			plan->packs[plan->pack_count++] = fd;
		}
	}
	fine = fine && open_fonts(plan, font_table, f);
	if (!fine) {
		supply_close(plan);
	}
	return fine;
}

void supply_close(struct keeper_plan *plan) {
	for (int i = 0; i < plan->pack_count; i++) {
		close(plan->packs[i]);
	}
	for (int i = 0; i < plan->font_count; i++) {
		close(plan->fonts[i]);
	}
	plan->pack_count = plan->font_count = 0;
}

#define NO_CHECK ((struct supply_check){.says = -1, .over = -1})

/* --- checking --------------------------------------------------------------------------------------------------- */

bool supply_check_start(struct supply_check *check, const char *program, int pack, struct fault *f) {
	int ends[2];
	*check = NO_CHECK;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		return fault_say(f, "A pack could not be checked: %s.", strerror(errno));
	}
	int theirs = spawn_raise(ends[1]), file = spawn_reopen(pack);
	if (theirs < 0 || file < 0) {
		fault_say(f, "A pack could not be opened again: %s. Is /proc mounted?", strerror(errno));
	} else {
		const struct spawn_fd fds[] = {{theirs, STDOUT_FILENO}, {file, WIRE_FD_FILES}};
		pid_t pid = spawn_start(program, "visit-check", fds, 2, f);
		check->pid = pid < 0 ? 0 : pid;
	}
	if (theirs >= 0) {
		close(theirs);
	}
	if (file >= 0) {
		close(file);
	}
	if (check->pid == 0) {
		close(ends[0]);
		return false;
	}
	check->says = ends[0];
	check->over = pidfd_open(check->pid, 0);
	return true;
}

static int finish(const struct supply_check *check, int wait_ms) {
	int status = 0;
	struct pollfd p = {.fd = check->over, .events = POLLIN};
	if (poll(&p, 1, wait_ms) <= 0) {
		kill(check->pid, SIGKILL);
	}
	while (waitpid(check->pid, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

/* One line at most of what it left in the pipe; control characters have no business in a sentence for people. */
static void read_sentence(int fd, char *out, size_t room) {
	ssize_t n = read(fd, out, room - 1);
	out[n > 0 ? n : 0] = 0;
	out[strcspn(out, "\n")] = 0;
	for (char *c = out; *c != 0; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7F) {
			*c = ' ';
		}
	}
}

static bool end_within(struct supply_check *check, const char *name, int wait_ms, struct fault *f) {
	char says[sizeof f->says - 100];
	int status = finish(check, wait_ms);
	read_sentence(check->says, says, sizeof says);
	close(check->says);
	close(check->over);
	*check = NO_CHECK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return true;
	}
	return fault_say(f, "The pack %.80s is refused. %s", name,
	                 says[0] != 0 ? says : "It could not be read. Please build or copy it again.");
}

bool supply_check_end(struct supply_check *check, const char *name, struct fault *f) {
	return end_within(check, name, SUPPLY_CHECK_MS, f);
}

bool supply_check_end_now(struct supply_check *check, const char *name, struct fault *f) {
	return end_within(check, name, 0, f);
}
