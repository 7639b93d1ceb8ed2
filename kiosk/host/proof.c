#include "host/proof.h"

#include "host/child.h"
#include "host/traces.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KEYS_LEAST = 8, /* Next and Choose by turns: past the choice of a language and the first screen */
	KEYS_MOST = 40,
	GONE_MS = 5000, /* a process that was killed is gone after a millisecond */
	ENTRIES = 1024, /* of a folder */
	DEEP = 4,
	SAYS = 128,
};

enum step {
	STEP_FIRST, /* the first frame of a visit is awaited */
	STEP_WALK,  /* keys */
	STEP_SHOWN, /* the search that must find */
	STEP_END,   /* its process ends */
	STEP_GONE,  /* the search that must not */
	STEP_AGAIN, /* the first frame of another visit is awaited */
	STEP_LAST,  /* and its end */
	STEP_OVER
};

/* In thousandths, what is done when a step begins. */
static const int behind[] = {0, 20, 100, 480, 500, 880, 960, 1000};

struct entry {
	uint64_t name; /* of its path */
	ino_t inode;
	off_t size;
};

struct folder {
	struct entry entries[ENTRIES];
	int count;
	bool whole; /* all of it is here */
};

struct proof {
	struct proof_plan plan;
	enum step step;
	enum proof_said said;
	char what[SAYS];
	struct child child;
	struct graves graves;
	int64_t gone_by; /* ms */
	int keys;
	uint32_t *first; /* the first frame */
	struct traces traces;
	struct traces_search *search;
	struct folder store, state, now; /* before; and `now` to compare with */
};

/* --- results ---------------------------------------------------------------------------------------------------- */

static void end_child(struct proof *p) {
	child_kill(&p->child, &p->graves);
}

static void over(struct proof *p, enum proof_said said, const char *what) {
	end_child(p);
	traces_search_free(p->search);
	p->search = NULL;
	p->step = STEP_OVER;
	p->said = said;
	snprintf(p->what, sizeof p->what, "%s", what);
}

static void to_step(struct proof *p, enum step step) {
	p->step = step;
}

/* --- folders ---------------------------------------------------------------------------------------------------- */

static uint64_t name_hash(uint64_t hash, const char *name) { /* FNV-1a */
	for (; *name != 0; name++) {
		hash = (hash ^ (uint8_t)*name) * 0x100000001B3u;
	}
	return (hash ^ '/') * 0x100000001B3u;
}

static void list_folder(struct folder *f, int dir, uint64_t hash, int deep);

static void list_entry(struct folder *f, int dir, const char *name, uint64_t hash, int deep) {
	struct stat st;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		return; /* one that is gone meanwhile keeps nothing */
	}
	if (f->count == ENTRIES) {
		f->whole = false;
		return;
	}
	/* How large a folder itself is says nothing. */
	off_t size = S_ISREG(st.st_mode) ? st.st_size : 0;
	uint64_t mine = name_hash(hash, name);
	f->entries[f->count++] = (struct entry){mine, st.st_ino, size};
	if (S_ISDIR(st.st_mode)) {
		list_folder(f, openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), mine, deep + 1);
	}
}

/* Takes the descriptor. */
static void list_folder(struct folder *f, int dir, uint64_t hash, int deep) {
	DIR *entries = dir >= 0 && deep <= DEEP ? fdopendir(dir) : NULL;
	if (entries == NULL) {
		f->whole = false;
		if (dir >= 0) {
			close(dir);
		}
		return;
	}
	for (const struct dirent *e = readdir(entries); e != NULL; e = readdir(entries)) {
		list_entry(f, dir, e->d_name, hash, deep);
	}
	closedir(entries);
}

/* False when it cannot be read, or not all of it. */
static bool read_folder(struct folder *f, const char *path) {
	f->count = 0;
	f->whole = true;
	int dir = path[0] != 0 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (dir >= 0) {
		list_folder(f, dir, 0xCBF29CE484222325u, 0);
	} else if (path[0] != 0 && errno != ENOENT) {
		f->whole = false;
	}
	return f->whole;
}

/* `grown` false: only names count, because others write there what is not of this visit. */
static bool nothing_new(const struct folder *before, const struct folder *now, bool grown) {
	for (int i = 0; i < now->count; i++) {
		const struct entry *e = &now->entries[i];
		int k = 0;
		while (k < before->count && before->entries[k].name != e->name) {
			k++;
		}
		if (k == before->count ||
		    (grown && (before->entries[k].inode != e->inode || before->entries[k].size != e->size))) {
			return false;
		}
	}
	return true;
}

static void compare_folders(struct proof *p) {
	bool fine = read_folder(&p->now, p->plan.store);
	if (fine && !nothing_new(&p->store, &p->now, true)) {
		over(p, PROOF_TRACE, "There is something new in the store's folder.");
		return;
	}
	fine = fine && read_folder(&p->now, p->plan.state);
	if (fine && !nothing_new(&p->state, &p->now, false)) {
		over(p, PROOF_TRACE, "There is something new in the folder of open requests.");
		return;
	}
	over(p, fine ? PROOF_CLEAN : PROOF_VOID, fine ? "" : "A folder could not be read.");
}

/* --- the visit -------------------------------------------------------------------------------------------------- */

static bool start_visit(struct proof *p, int64_t now) {
	const struct keeper_plan *plan = keeper_next_plan(p->plan.keeper);
	struct fault f;
	if (child_start(&p->child, plan, &f) && child_begin(&p->child, plan, now, &f)) {
		return true;
	}
	over(p, PROOF_VOID, "A visit could not be started.");
	return false;
}

static size_t frame_bytes(const struct proof *p) {
	const struct glass g = keeper_next_plan(p->plan.keeper)->glass;
	return (size_t)g.w * (size_t)g.h * sizeof(uint32_t);
}

static void press(struct proof *p, int64_t now) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_KEY;
	m.key.key = p->keys % 2 == 0 ? WIRE_NEXT : WIRE_CHOOSE;
	m.key.ms = (uint32_t)p->keys * 1000;
	p->keys++;
	if (!child_send(&p->child, &m, now)) {
		over(p, PROOF_VOID, "The visit ended by itself.");
	}
}

/* What is picked must be nowhere else: not on the first frame, and not on what staff and the next person see. */
static int pick(struct proof *p) {
	const struct glass g = keeper_next_plan(p->plan.keeper)->glass;
	const uint32_t *others[1 + KEEPER_FRAMES] = {p->first};
	int count = 1 + keeper_frames(p->plan.keeper, others + 1);
	return traces_take(&p->traces, (struct traces_picture){p->child.frame, g.w, g.h}, others, count);
}

static void begin_search(struct proof *p, enum step step) {
	traces_search_free(p->search);
	p->search = traces_search_new(&p->traces);
	if (p->search == NULL) {
		over(p, PROOF_VOID, "The list of our own memory cannot be read. Is /proc mounted?");
	} else {
		to_step(p, step);
	}
}

static void walk(struct proof *p, int64_t now) {
	if (p->keys >= KEYS_LEAST && memcmp(p->child.frame, p->first, p->child.frame_bytes) != 0 &&
	    pick(p) >= TRACES_LEAST) {
		begin_search(p, STEP_SHOWN);
	} else if (p->keys >= KEYS_MOST) {
		over(p, PROOF_VOID, "The visit showed too little to search for.");
	} else {
		press(p, now);
	}
}

static void first_drawn(struct proof *p, int64_t now) {
	memcpy(p->first, p->child.frame, p->child.frame_bytes);
	if (!read_folder(&p->store, p->plan.store) || !read_folder(&p->state, p->plan.state)) {
		over(p, PROOF_VOID, "A folder could not be read.");
		return;
	}
	to_step(p, STEP_WALK);
	press(p, now);
}

/* As the keeper ends all visits. */
static void end_visit(struct proof *p, enum step step, int64_t now) {
	end_child(p);
	p->gone_by = now + GONE_MS;
	to_step(p, step);
}

static void drawn_again(struct proof *p, int64_t now) {
	bool like = memcmp(p->first, p->child.frame, p->child.frame_bytes) == 0;
	if (like) {
		end_visit(p, STEP_LAST, now);
	} else {
		over(p, PROOF_TRACE, "The first frame of the next visit is another one.");
	}
}

static void drawn(struct proof *p, int64_t now) {
	switch (p->step) {
	case STEP_FIRST:
		first_drawn(p, now);
		break;
	case STEP_WALK:
		walk(p, now);
		break;
	case STEP_AGAIN:
		drawn_again(p, now);
		break;
	case STEP_SHOWN:
	case STEP_END:
	case STEP_GONE:
	case STEP_LAST:
	case STEP_OVER:
		break;
	}
}

static int64_t child_limit(const struct proof *p) {
	const struct keeper_plan *plan = keeper_next_plan(p->plan.keeper);
	if (p->child.pid == 0 || p->child.waiting == 0) {
		return -1;
	}
	return p->child.asked_at + (p->child.ready ? plan->frame_limit_ms : plan->start_limit_ms);
}

/* What it asks of staff is passed on to nobody. */
static void hear(struct proof *p, int64_t now) {
	struct wire_message m;
	switch (child_receive(&p->child, &m, keeper_next_plan(p->plan.keeper)->glass)) {
	case CHILD_GOT:
		if (m.kind == WIRE_DONE) {
			drawn(p, now);
		} else if (m.kind == WIRE_END) {
			over(p, PROOF_VOID, "The visit ended by itself.");
		}
		break;
	case CHILD_GONE:
	case CHILD_INSANE:
		over(p, PROOF_VOID, "The visit ended by itself.");
		break;
	case CHILD_NOTHING:
		if (now >= child_limit(p) && child_limit(p) >= 0) {
			over(p, PROOF_VOID, "The visit did not answer.");
		}
		break;
	}
	explicit_bzero(&m, sizeof m);
}

/* --- the searches ----------------------------------------------------------------------------------------------- */

static void searched(struct proof *p, int64_t now) {
	int seen = traces_seen(&p->traces);
	if (p->step == STEP_SHOWN && seen < p->traces.count) {
		over(p, PROOF_VOID, "The search does not find what is there.");
	} else if (p->step == STEP_SHOWN) {
		end_visit(p, STEP_END, now);
	} else if (seen > 0) {
		char what[SAYS];
		snprintf(what, sizeof what, "%d of %d pieces of a page are still in memory: %.60s.", seen,
		         p->traces.count, traces_search_where(p->search));
		over(p, PROOF_TRACE, what);
	} else if (start_visit(p, now)) {
		to_step(p, STEP_AGAIN);
	}
}

static void await_end(struct proof *p, int64_t now) {
	graves_reap(&p->graves, false);
	if (p->graves.count > 0) {
		if (now >= p->gone_by) {
			over(p, PROOF_TRACE, "The process of a visit that was ended is still there.");
		}
	} else if (p->step == STEP_END) {
		begin_search(p, STEP_GONE);
	} else {
		compare_folders(p);
	}
}

enum proof_said proof_turn(struct proof *p, int64_t now) {
	switch (p->step) {
	case STEP_FIRST:
	case STEP_WALK:
	case STEP_AGAIN:
		hear(p, now);
		break;
	case STEP_SHOWN:
	case STEP_GONE:
		if (!traces_search_turn(p->search)) {
			searched(p, now);
		}
		break;
	case STEP_END:
	case STEP_LAST:
		await_end(p, now);
		break;
	case STEP_OVER:
		graves_reap(&p->graves, false);
		break;
	}
	return p->said;
}

const char *proof_what(const struct proof *p) {
	return p->what;
}

int proof_progress(const struct proof *p) {
	int from = behind[p->step], to = p->step < STEP_OVER ? behind[p->step + 1] : from;
	int part = p->search != NULL && (p->step == STEP_SHOWN || p->step == STEP_GONE)
	               ? traces_search_progress(p->search)
	           : p->step == STEP_WALK ? p->keys * 1000 / KEYS_MOST
	                                  : 0;
	return from + (to - from) * part / 1000;
}

/* --- what is waited for ----------------------------------------------------------------------------------------- */

int proof_fds(const struct proof *p, struct pollfd fds[PROOF_FDS]) {
	int count = 0;
	if (p->child.pid != 0) {
		fds[count++] = (struct pollfd){.fd = p->child.socket, .events = POLLIN};
	}
	for (int i = 0; i < p->graves.count && count < PROOF_FDS; i++) {
		fds[count++] = (struct pollfd){.fd = p->graves.fds[i], .events = POLLIN};
	}
	return count;
}

int proof_wait_ms(const struct proof *p) {
	return p->step == STEP_SHOWN || p->step == STEP_GONE ? 0 : -1;
}

int64_t proof_deadline(const struct proof *p) {
	return p->step == STEP_END || p->step == STEP_LAST ? p->gone_by : child_limit(p);
}

/* --- beginning and end ------------------------------------------------------------------------------------------ */

struct proof *proof_new(const struct proof_plan *plan, int64_t now) {
	struct proof *p = calloc(1, sizeof *p);
	if (p == NULL) {
		return NULL;
	}
	p->plan = *plan;
	p->child = NO_CHILD;
	p->first = frame_bytes(p) > 0 ? malloc(frame_bytes(p)) : NULL;
	if (p->first == NULL) {
		free(p);
		return NULL;
	}
	start_visit(p, now);
	return p;
}

void proof_free(struct proof *p) {
	if (p == NULL) {
		return;
	}
	end_child(p);
	graves_reap(&p->graves, true);
	traces_search_free(p->search);
	free(p->first);
	explicit_bzero(p, sizeof *p);
	free(p);
}
