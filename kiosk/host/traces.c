#include "host/traces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	COLOURS = 14,      /* so many in one piece: the edges of letters, and not a line or a ground */
	CANDIDATES = 96,   /* some fall away because they are elsewhere too */
	PIECE = 256 << 10, /* bytes that are read at a time */
	PAGE = 4096,       /* the smallest page there is */
	MAPPINGS = 4096,
	NAME = 64,
	STRIP_BYTES = TRACES_PX * (int)sizeof(uint32_t),
};
static const uint32_t COLOUR = 0xFFFFFF; /* of a pixel; the fourth byte differs from library to library */

/* --- pieces ----------------------------------------------------------------------------------------------------- */

static unsigned hash(uint32_t colour) {
	return (colour * 0x9E3779B1u) >> 16;
}

static int colours(const uint32_t *strip) {
	uint32_t known[TRACES_PX];
	int count = 0;
	for (int i = 0; i < TRACES_PX; i++) {
		int k = 0;
		while (k < count && known[k] != strip[i]) {
			k++;
		}
		if (k == count) {
			known[count++] = strip[i];
		}
	}
	explicit_bzero(known, sizeof known);
	return count;
}

/* A pixel that stands there once; -1 when there is none. */
static int lonely(const uint32_t *strip) {
	for (int i = 0; i < TRACES_PX; i++) {
		int same = 0;
		for (int k = 0; k < TRACES_PX; k++) {
			same += (strip[k] & COLOUR) == (strip[i] & COLOUR);
		}
		if (same == 1) {
			return i;
		}
	}
	return -1;
}

static void index_again(struct traces *t) {
	memset(t->maybe, 0, sizeof t->maybe);
	for (int i = 0; i < t->count; i++) {
		unsigned h = hash(~t->inverted[i][t->anchor[i]] & COLOUR);
		t->maybe[h / 8] |= (uint8_t)(1u << h % 8);
	}
}

/* Calls nothing and keeps nothing: looks at row after row, and takes each `every`th that will do. Returns how many would. */
static int gather(struct traces *t, struct traces_picture from, int every, int *anchors, uint32_t (*kept)[TRACES_PX]) {
	int found = 0;
	/* The middle: what is above and below are bars, which other screens have too. */
	for (int y = from.h * 3 / 16; y < from.h * 13 / 16; y++) {
		const uint32_t *row = from.pixels + (size_t)y * (size_t)from.w;
		for (int x = 0; x + TRACES_PX <= from.w; x += TRACES_PX) {
			int anchor = colours(row + x) > COLOURS ? lonely(row + x) : -1;
			if (anchor < 0) {
				continue;
			}
			if (every > 0 && found % every == 0 && t->count < CANDIDATES) {
				for (int i = 0; i < TRACES_PX; i++) {
					kept[t->count][i] = ~row[x + i];
				}
				anchors[t->count++] = anchor;
			}
			found++;
		}
	}
	return found;
}

static void keep(struct traces *t, int n, const uint32_t *inverted, int anchor) {
	memcpy(t->inverted[n], inverted, sizeof t->inverted[n]);
	t->anchor[n] = anchor;
}

int traces_take(struct traces *t, struct traces_picture from, const uint32_t *const *others, int other_count) {
	uint32_t candidates[CANDIDATES][TRACES_PX];
	int anchors[CANDIDATES] = {0}, taken = 0;
	memset(t, 0, sizeof *t);
	int found = gather(t, from, 0, anchors, candidates);
	gather(t, from, 1 + found / CANDIDATES, anchors, candidates);
	int count = t->count;
	/* In turns of as many as there is room for, those that are nowhere else are moved to the front. */
	for (int at = 0; at < count && taken < TRACES_MOST;) {
		struct traces some = {.count = 0};
		for (; at < count && some.count < TRACES_MOST; at++) {
			keep(&some, some.count++, candidates[at], anchors[at]);
		}
		index_again(&some);
		for (int i = 0; i < other_count; i++) {
			traces_in(&some, (const uint8_t *)others[i],
			          (size_t)from.w * (size_t)from.h * sizeof(uint32_t));
		}
		for (int i = 0; i < some.count && taken < TRACES_MOST; i++) {
			if (!some.seen[i]) {
				keep(t, taken++, some.inverted[i], some.anchor[i]);
			}
		}
	}
	t->count = taken;
	index_again(t);
	return taken;
}

static uint32_t pixel_at(const uint8_t *bytes) {
	uint32_t v;
	memcpy(&v, bytes, sizeof v);
	return v & COLOUR;
}

static bool same(const uint32_t *inverted, const uint8_t *bytes) {
	for (int i = 0; i < TRACES_PX; i++) {
		if (((pixel_at(bytes + 4 * (size_t)i) ^ inverted[i]) & COLOUR) != COLOUR) {
			return false;
		}
	}
	return true;
}

/* A hash that is known: is a piece around it? */
static bool look_closely(struct traces *t, const uint8_t *bytes, size_t count, size_t at) {
	bool any = false;
	for (int i = 0; i < t->count; i++) {
		size_t before = 4 * (size_t)t->anchor[i];
		if (at >= before && at - before + STRIP_BYTES <= count && same(t->inverted[i], bytes + at - before)) {
			t->seen[i] = any = true;
		}
	}
	return any;
}

/* In blocks, for most of a memory is zeros: a block of them is gone over at once, but for its end, which may be part of what
 * follows. */
bool traces_in(struct traces *t, const uint8_t *bytes, size_t count) {
	static const uint8_t zeros[64];
	bool any = false, black = (t->maybe[hash(0) / 8] >> hash(0) % 8 & 1) != 0;
	size_t last = count < 4 ? 0 : count - 3; /* the first place at which no whole pixel is */
	for (size_t at = 0; at < last;) {
		if (!black && at + sizeof zeros <= count && memcmp(bytes + at, zeros, sizeof zeros) == 0) {
			at += sizeof zeros - 3;
			continue;
		}
		size_t end = last - at < sizeof zeros ? last : at + sizeof zeros;
		for (; at < end; at++) {
			unsigned h = hash(pixel_at(bytes + at));
			if ((t->maybe[h / 8] >> h % 8 & 1) != 0 && look_closely(t, bytes, count, at)) {
				any = true;
			}
		}
	}
	return any;
}

int traces_seen(const struct traces *t) {
	int count = 0;
	for (int i = 0; i < t->count; i++) {
		count += t->seen[i];
	}
	return count;
}

/* --- memory ----------------------------------------------------------------------------------------------------- */

struct mapping {
	uintptr_t from, to;
	char name[NAME];
};

struct traces_search {
	struct traces *traces;
	struct mapping *mappings;
	int count, at;    /* which is being read */
	uintptr_t next;   /* where in it; 0: from its start */
	size_t all, gone; /* bytes to go through, and gone through */
	size_t read;
	char where[NAME];
	uint8_t piece[PIECE]; /* what was read, and the one place that is not searched */
};

/* The sanitizer's own books about memory are terabytes that are not there, and no copies of anything. */
static bool worth_reading(const struct mapping *m) {
#ifdef __SANITIZE_ADDRESS__
	return m->to - m->from < (size_t)1 << 30;
#else
	return m->to > m->from;
#endif
}

static bool list_mappings(struct traces_search *s) {
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], may[8];
	while (maps != NULL && s->count < MAPPINGS && fgets(line, sizeof line, maps) != NULL) {
		struct mapping m = {.from = 0};
		char *end = line;
		m.from = strtoul(line, &end, 16);
		m.to = *end == '-' ? strtoul(end + 1, &end, 16) : 0;
		if (m.to == 0 || sscanf(end, " %7s %*s %*s %*s %63[^\n]", may, m.name) < 1) {
			continue; /* the rest of a very long name */
		}
		if (m.name[0] == 0) {
			memcpy(m.name, "memory", sizeof "memory");
		}
		if (may[0] == 'r' && worth_reading(&m)) {
			s->all += m.to - m.from;
			s->mappings[s->count++] = m;
		}
	}
	bool whole = maps != NULL && feof(maps) != 0;
	if (maps != NULL) {
		fclose(maps);
	}
	return whole && s->count > 0;
}

struct traces_search *traces_search_new(struct traces *t) {
	struct traces_search *s = calloc(1, sizeof *s);
	if (s == NULL) {
		return NULL;
	}
	s->traces = t;
	s->mappings = calloc(MAPPINGS, sizeof *s->mappings);
	memset(t->seen, 0, sizeof t->seen);
	if (s->mappings == NULL || !list_mappings(s)) {
		traces_search_free(s);
		return NULL;
	}
	return s;
}

void traces_search_free(struct traces_search *s) {
	if (s != NULL) {
		free(s->mappings);
		explicit_bzero(s, sizeof *s);
		free(s);
	}
}

/* By the kernel and not by pointer: what is gone meanwhile, or cannot be read, is an error and not the end. */
static size_t read_own(uint8_t *to, uintptr_t from, size_t count) {
	struct iovec here = {to, count};
	struct iovec there = {(void *)from, count}; // NOLINT(performance-no-int-to-ptr): that is what the kernel lists
	ssize_t n = process_vm_readv(getpid(), &here, 1, &there, 1, 0);
	return n > 0 ? (size_t)n : 0;
}

/* The next stretch, at most `most` bytes: a piece, or what of it can be read; or a page that cannot. Returns how far the
 * search has come with it. */
static size_t look_at(struct traces_search *s, const struct mapping *m, uintptr_t from) {
	uintptr_t own = (uintptr_t)s->piece;
	size_t count = m->to - from < PIECE ? m->to - from : PIECE;
	if (from >= own && from < own + PIECE) {
		return own + PIECE < m->to ? own + PIECE - from : m->to - from;
	}
	if (from < own && from + count > own) {
		count = own - from;
	}
	size_t got = read_own(s->piece, from, count);
	if (got == 0) {
		size_t step = PAGE - from % PAGE;
		got = read_own(s->piece, from, step < count ? step : count);
		if (got == 0) {
			return step < count ? step : count;
		}
	}
	s->read += got;
	if (traces_in(s->traces, s->piece, got) && s->where[0] == 0) {
		memcpy(s->where, m->name, sizeof s->where);
	}
	explicit_bzero(s->piece, got);
	/* A piece that lies across the end is found with the next one. */
	bool goes_on = got == count && from + got < m->to && from + got != own && got >= STRIP_BYTES;
	return goes_on ? got - (STRIP_BYTES - 1) : got;
}

bool traces_search_turn(struct traces_search *s) {
	size_t left = TRACES_TURN;
	while (left > 0 && s->at < s->count) {
		const struct mapping *m = &s->mappings[s->at];
		uintptr_t from = s->next != 0 ? s->next : m->from;
		size_t step = look_at(s, m, from);
		s->gone += step;
		left -= step < left ? step : left;
		s->next = from + step;
		if (s->next >= m->to) {
			s->at++;
			s->next = 0;
		}
	}
	return s->at < s->count;
}

int traces_search_progress(const struct traces_search *s) {
	return s->gone >= s->all ? 1000 : (int)((double)s->gone * 1000.0 / (double)s->all);
}

size_t traces_search_read(const struct traces_search *s) {
	return s->read;
}

const char *traces_search_where(const struct traces_search *s) {
	return s->where;
}
