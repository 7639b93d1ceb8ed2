#include "visit/glass/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/change.h"
#include "base/schema.h"
#include "visit/glass/compare.h"
#include "visit/glass/pack.h"
#include "visit/glass/picture.h"
#include "visit/glass/sandbox.h"

enum {
	LANGUAGES = 64,      /* of one pack: alcove-pack's own limit */
	MODULES = 2000,      /* of one language */
	PAGES = 1000,        /* of one module */
	PICTURE_SIDE = 64,   /* pixels; a picture is drawn this small to see that it can be */
	STEPS_TOLD = 100,    /* progress is told at most this often */
	VERSION_DIGITS = 10, /* of the largest version */
};

/* One look at a pack. */
struct examining {
	struct pack *pack, *other; /* owned */
	examine_say *say;
	void *to;
	struct arena arena; /* of one module, one list */
	bool bad;           /* something cannot be read */
	uint64_t done, total, told;

	/* the changes */
	int changes, unsaid;
	struct wire_change held; /* the one before, until it is known to be whole; kind 0: none */
	char english[16];        /* code of the language whose names are told */
};

/* --- strings for messages --------------------------------------------------------------------------------------- */

/* Bytes of the character at `s`; 0 when it is not UTF-8 as wire.h takes it. */
static int character(const unsigned char *s) {
	int len = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
	if (len == 0 || s[0] < 0x20 || s[0] == 0x7f || s[0] == 0xc0 || s[0] == 0xc1 || s[0] > 0xf4) {
		return 0;
	}
	for (int i = 1; i < len; i++) {
		if (s[i] >> 6 != 2) {
			return 0;
		}
	}
	bool odd = (s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	           (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
	return odd ? 0 : len;
}

/* As much of `from` as fits, whole characters only; what is none becomes a space. */
static void put_says(char *out, size_t size, const char *from) {
	size_t len = 0;
	while (*from != 0) {
		int bytes = character((const unsigned char *)from);
		size_t takes = bytes == 0 ? 1 : (size_t)bytes;
		if (len + takes >= size) {
			break;
		}
		memcpy(out + len, bytes == 0 ? " " : from, takes);
		len += takes;
		from += takes;
	}
	memset(out + len, 0, size - len);
}

/* --- what a pack says about itself ------------------------------------------------------------------------------ */

static bool only(const char *s, const char *allowed) {
	return s[0] != 0 && strspn(s, allowed) == strlen(s);
}

/* A whole number that fits; 0 when it is none. */
static uint32_t version_of(const char *s) {
	if (s[0] == '0' || strlen(s) > VERSION_DIGITS || !only(s, "0123456789")) {
		return 0;
	}
	unsigned long long v = strtoull(s, NULL, 10);
	return v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

static void take_fact(struct wire_offer *o, const char *key, const char *value, bool *kind) {
	static const char id[] = "abcdefghijklmnopqrstuvwxyz0123456789-._";
	if (strcmp(key, "id") == 0 && strlen(value) < sizeof o->id && only(value, id)) {
		snprintf(o->id, sizeof o->id, "%s", value);
	} else if (strcmp(key, "version") == 0) {
		o->version = version_of(value);
	} else if (strcmp(key, "made") == 0 && strlen(value) == 10 && only(value, "0123456789-")) {
		snprintf(o->made, sizeof o->made, "%s", value);
	} else if (strcmp(key, "title") == 0) {
		put_says(o->title, sizeof o->title, value);
	} else if (strcmp(key, "publisher") == 0) {
		put_says(o->publisher, sizeof o->publisher, value);
	} else if (strcmp(key, "kind") == 0) {
		*kind = strcmp(value, "house") == 0 || strcmp(value, "library") == 0;
		o->house = strcmp(value, "house") == 0;
	}
}

static bool good_code(const char *code) {
	return only(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
}

/* "en es* ar*"; whole codes only. */
static void add_language(struct wire_offer *o, const char *code, bool reviewed) {
	char more[24];
	size_t len = strlen(o->languages);
	int bytes = snprintf(more, sizeof more, "%s%s%s", len > 0 ? " " : "", code, reviewed ? "" : "*");
	if (len + (size_t)bytes < sizeof o->languages) {
		memcpy(o->languages + len, more, (size_t)bytes + 1);
	}
}

static uint16_t plus(uint16_t count) {
	return count == UINT16_MAX ? count : (uint16_t)(count + 1);
}

static void count_in(struct examining *x, struct wire_offer *o, const char *lang) {
	pack_ask(x->pack, ASK_MODULES, lang, "", WIRE_CLIENT);
	while (pack_next(x->pack, ASK_MODULES)) {
		o->modules = plus(o->modules);
	}
	pack_ask(x->pack, ASK_SERVICES, lang, "", 0);
	while (pack_next(x->pack, ASK_SERVICES)) {
		o->numbers = plus(o->numbers);
	}
}

/* False when a fact without which it is no pack is missing or makes no sense. */
static bool tell_facts(struct examining *x) {
	struct wire_message m = {.kind = WIRE_OFFER};
	struct wire_offer *o = &m.offer;
	memset(o, 0, sizeof *o);
	o->where = WIRE_ON_STICK;
	o->thing = WIRE_THING_PACK;
	bool kind = false;
	pack_ask(x->pack, ASK_FACTS, "", "", 0);
	while (pack_next(x->pack, ASK_FACTS)) {
		take_fact(o, pack_words(x->pack, ASK_FACTS, 0, &x->arena), pack_words(x->pack, ASK_FACTS, 1, &x->arena),
		          &kind);
		arena_reset(&x->arena);
	}
	char code[sizeof x->english];
	char first[sizeof x->english] = "";
	pack_ask(x->pack, ASK_LANGUAGES, "", "", 0);
	while (pack_next(x->pack, ASK_LANGUAGES)) {
		if (pack_string(x->pack, ASK_LANGUAGES, 0, code, sizeof code) && good_code(code)) {
			add_language(o, code, pack_int(x->pack, ASK_LANGUAGES, 2) == 1);
			if (first[0] == 0 || strcmp(code, "en") == 0) {
				memcpy(first, code, sizeof first);
			}
		}
	}
	memcpy(x->english, first, sizeof first);
	count_in(x, o, first);
	x->say(x->to, &m);
	return kind && o->id[0] != 0 && o->version > 0 && o->made[0] != 0 && o->title[0] != 0 && first[0] != 0;
}

/* --- every page ------------------------------------------------------------------------------------------------- */

static void step(struct examining *x) {
	x->done++;
	if (x->done * STEPS_TOLD / x->total > x->told) {
		x->told = x->done * STEPS_TOLD / x->total;
		struct wire_message m = {.kind = WIRE_WORK};
		memset(&m.work, 0, sizeof m.work);
		m.work = (struct wire_work){
		    .work = WIRE_WORK_READ, .state = WIRE_WORK_GOING, .done = x->done, .total = x->total};
		x->say(x->to, &m);
	}
}

/* A text must be one: a visit would show nothing in its place. */
static void read_text(struct examining *x, enum ask q, int column) {
	size_t size = 0;
	struct text t;
	const void *bytes = pack_bytes(x->pack, q, column, &size);
	x->bad = x->bad || !text_decode(&x->arena, bytes, size, &t);
}

static void read_texts(struct examining *x, enum ask q, const char *a, const char *b, int n, const char *columns) {
	pack_ask(x->pack, q, a, b, n);
	while (pack_next(x->pack, q)) {
		for (const char *c = columns; *c != 0; c++) {
			read_text(x, q, *c - '0');
		}
		arena_reset(&x->arena);
	}
}

static void read_page(struct examining *x, const char *lang, const char *module, int number) {
	char picture[WIRE_ID] = "";
	pack_ask(x->pack, ASK_PAGE, lang, module, number);
	if (!pack_next(x->pack, ASK_PAGE)) {
		x->bad = true; /* the module says that it has so many */
		return;
	}
	x->bad = x->bad || !pack_string(x->pack, ASK_PAGE, 0, picture, sizeof picture);
	read_text(x, ASK_PAGE, 2);
	pack_enough(x->pack, ASK_PAGE);
	arena_reset(&x->arena);
	read_texts(x, ASK_BLOCKS, lang, module, number, "2");
	if (!x->bad && picture[0] != 0) {
		read_texts(x, ASK_SAYING, lang, picture, 0, "0");
	}
	step(x);
}

struct of_module {
	char id[WIRE_ID];
	int pages;
};

/* The modules of a language, for both audiences; they are noted first, for a question cannot be asked inside itself. */
static int list_modules(struct examining *x, const char *lang, struct of_module *list) {
	int count = 0;
	for (int audience = WIRE_CLIENT; audience <= WIRE_STAFF; audience++) {
		pack_ask(x->pack, ASK_MODULES, lang, "", audience);
		while (pack_next(x->pack, ASK_MODULES)) {
			struct of_module m = {.pages = pack_int(x->pack, ASK_MODULES, 3)};
			if (count == MODULES || !pack_string(x->pack, ASK_MODULES, 0, m.id, sizeof m.id) ||
			    m.pages < 1 || m.pages > PAGES) {
				x->bad = true;
			} else {
				list[count++] = m;
			}
			read_text(x, ASK_MODULES, 4);
			read_text(x, ASK_MODULES, 5);
			arena_reset(&x->arena);
		}
	}
	return count;
}

static void read_words(struct examining *x, const char *lang) {
	char id[WIRE_ID];
	pack_ask(x->pack, ASK_WORDS, lang, "", 0);
	while (pack_next(x->pack, ASK_WORDS)) {
		if (!pack_string(x->pack, ASK_WORDS, 0, id, sizeof id)) {
			x->bad = true;
			continue;
		}
		read_texts(x, ASK_WORD, lang, id, 0, "0");
	}
}

static void read_numbers(struct examining *x, const char *lang) {
	char id[WIRE_ID], number[32];
	read_texts(x, ASK_SERVICES, lang, "", 0, "4567:"); /* ':' comes behind '9' and is column 10 */
	pack_ask(x->pack, ASK_SERVICES, lang, "", 0);
	while (pack_next(x->pack, ASK_SERVICES)) {
		if (!pack_string(x->pack, ASK_SERVICES, 0, id, sizeof id)) {
			x->bad = true;
			continue;
		}
		pack_ask(x->pack, ASK_PHONES, id, "", 0);
		while (pack_next(x->pack, ASK_PHONES)) {
			x->bad = x->bad || !pack_string(x->pack, ASK_PHONES, 1, number, sizeof number);
		}
	}
}

static void read_language(struct examining *x, const char *lang, struct of_module *list) {
	int count = list_modules(x, lang, list);
	for (int i = 0; i < count && !x->bad; i++) {
		x->total += (uint64_t)list[i].pages;
	}
	for (int i = 0; i < count && !x->bad; i++) {
		for (int page = 1; page <= list[i].pages && !x->bad; page++) {
			read_page(x, lang, list[i].id, page);
		}
	}
	read_words(x, lang);
	read_numbers(x, lang);
	read_texts(x, ASK_BOARD, lang, "", 0, "23");
	read_texts(x, ASK_PHRASES, lang, "", 0, "2");
}

/* --- pictures --------------------------------------------------------------------------------------------------- */

static bool lend_picture(void *self, const char *name, const void **svg, size_t *size, bool *mask) {
	struct examining *x = self;
	(void)name; /* the one that is asked for just now */
	*mask = pack_int(x->pack, ASK_PICTURE, 0) == 1;
	*svg = pack_bytes(x->pack, ASK_PICTURE, 1, size);
	return true;
}

static void draw_pictures(struct examining *x) {
	static const struct rect box = {0, 0, PICTURE_SIDE, PICTURE_SIDE};
	uint32_t pixels[PICTURE_SIDE * PICTURE_SIDE] = {0};
	struct canvas canvas = canvas_on(pixels, PICTURE_SIDE, PICTURE_SIDE);
	char name[WIRE_ID];
	pack_ask(x->pack, ASK_PICTURES, "", "", 0);
	while (!x->bad && pack_next(x->pack, ASK_PICTURES)) {
		if (!pack_string(x->pack, ASK_PICTURES, 0, name, sizeof name) || name[0] == 0) {
			x->bad = true;
			break;
		}
		struct pictures *pictures = pictures_new((struct picture_source){x, lend_picture});
		pack_ask(x->pack, ASK_PICTURE, name, "", 0);
		x->bad = pictures == NULL || !pack_next(x->pack, ASK_PICTURE) ||
		         !picture_draw(pictures, &canvas, name, box, 0);
		pack_enough(x->pack, ASK_PICTURE);
		pictures_free(pictures);
	}
	pack_enough(x->pack, ASK_PICTURES);
}

static bool read_whole(struct examining *x) {
	char codes[LANGUAGES][sizeof x->english];
	int count = 0;
	pack_ask(x->pack, ASK_LANGUAGES, "", "", 0);
	while (pack_next(x->pack, ASK_LANGUAGES)) {
		if (count == LANGUAGES || !pack_string(x->pack, ASK_LANGUAGES, 0, codes[count], sizeof codes[0]) ||
		    !good_code(codes[count])) {
			x->bad = true;
			break;
		}
		read_text(x, ASK_LANGUAGES, 3);
		read_text(x, ASK_LANGUAGES, 4);
		arena_reset(&x->arena);
		count++;
	}
	pack_enough(x->pack, ASK_LANGUAGES);
	struct of_module *list = calloc(MODULES, sizeof *list);
	for (int i = 0; list != NULL && i < count && !x->bad; i++) {
		read_language(x, codes[i], list);
	}
	x->bad = x->bad || list == NULL;
	free(list);
	if (!x->bad) {
		draw_pictures(x);
	}
	return !x->bad;
}

/* --- changes ---------------------------------------------------------------------------------------------------- */

static void say_change(struct examining *x, const struct wire_change *c) {
	struct wire_message m = {.kind = WIRE_CHANGE};
	m.change = *c;
	if (x->changes < EXAMINE_CHANGES) {
		x->changes++;
		x->say(x->to, &m);
	} else {
		x->unsaid++;
	}
}

/* Sends what is held back. */
static void flush(struct examining *x) {
	if (x->held.kind != 0) {
		say_change(x, &x->held);
	}
	memset(&x->held, 0, sizeof x->held);
}

/* Whether a person who reads Latin letters can read it, or it is digits and signs. */
static bool latin(const char *s) {
	for (const unsigned char *p = (const unsigned char *)s; *p != 0; p++) {
		/* U+0250 and on (from 0xc9 0x90) are other scripts; U+1E00 to U+218F (e1 b8 to e2 86) are Latin and signs. */
		bool high = *p >= 0xc9 && !(*p == 0xc9 && p[1] < 0x90) && !(*p == 0xe1 && p[1] >= 0xb8) && *p != 0xe2;
		if (*p >= 0xc0 && high) {
			return false;
		}
	}
	return true;
}

static const char *title_in(struct examining *x, struct pack *p, const struct change *c) {
	bool module = c->kind >= CHANGE_MODULE_ADDED && c->kind <= CHANGE_MODULE;
	const char *name = "";
	if (p == NULL) {
		return name;
	}
	if (module) {
		pack_ask(p, ASK_MODULE, x->english, c->id, 0);
		if (pack_next(p, ASK_MODULE)) {
			name = pack_text(p, ASK_MODULE, 4, &x->arena).utf8;
			pack_enough(p, ASK_MODULE);
		}
		return name;
	}
	pack_ask(p, ASK_SERVICES, x->english, "", 0);
	while (pack_next(p, ASK_SERVICES)) {
		if (strcmp(pack_words(p, ASK_SERVICES, 0, &x->arena), c->id) == 0) {
			name = pack_text(p, ASK_SERVICES, 4, &x->arena).utf8;
		}
	}
	return name;
}

/* A name that staff can read: of a module or a number the one in English (or the pack's first language). */
static const char *readable(struct examining *x, const struct change *c) {
	bool number = c->kind >= CHANGE_NUMBER_ADDED && c->kind <= CHANGE_NUMBER_TEXT;
	bool module = c->kind >= CHANGE_MODULE_ADDED && c->kind <= CHANGE_MODULE;
	bool language = c->kind >= CHANGE_LANGUAGE_ADDED && c->kind <= CHANGE_LANGUAGE_UNREVIEWED;
	if (language) {
		return latin(c->name) ? c->name : c->code;
	}
	if (!number && !module) {
		return c->name;
	}
	const char *name = title_in(x, x->pack, c);
	name = name[0] != 0 ? name : title_in(x, x->other, c);
	return name[0] != 0 ? name : latin(c->name) ? c->name : c->id;
}

static bool is_detail(enum change_kind kind) {
	return kind >= CHANGE_MODULE_TITLE && kind <= CHANGE_PAGE_REMOVED;
}

/* Kinds of which people at the desk want to know how many, not each: the kind that stands for them, or 0. */
static enum change_kind summed(enum change_kind kind) {
	bool word = kind >= CHANGE_WORD_ADDED && kind <= CHANGE_WORD;
	bool picture = kind >= CHANGE_PICTURE_ADDED && kind <= CHANGE_PICTURE;
	return word ? CHANGE_WORDS : picture ? CHANGE_PICTURES : (enum change_kind)0;
}

static uint16_t count_of(int count) {
	return (uint16_t)(count < 0 ? 0 : count > UINT16_MAX ? UINT16_MAX : count);
}

static void on_change(void *to, const struct change *c) {
	struct examining *x = to;
	if (is_detail(c->kind)) {
		bool page = c->kind >= CHANGE_PAGE && c->kind <= CHANGE_PAGE_REMOVED;
		x->held.count = page ? plus(x->held.count) : x->held.count;
		return;
	}
	enum change_kind sum = summed(c->kind);
	if (sum != 0 && x->held.kind == sum && strcmp(x->held.language, c->code) == 0) {
		x->held.count = plus(x->held.count);
		return;
	}
	flush(x);
	struct wire_change *w = &x->held;
	w->kind = (uint8_t)(sum != 0 ? sum : c->kind);
	w->count = sum != 0 ? 1 : count_of(c->count);
	if (good_code(c->code) && strlen(c->code) < sizeof w->language) {
		memcpy(w->language, c->code, strlen(c->code) + 1);
	}
	if (sum == 0) {
		put_says(w->name, sizeof w->name, readable(x, c));
		put_says(w->old, sizeof w->old, c->old);
		put_says(w->new, sizeof w->new, c->new);
	}
	arena_reset(&x->arena);
}

/* All changes; the last message of them has `last`. */
static void tell_changes(struct examining *x) {
	struct arena a = {0};
	if (x->other == NULL) {
		x->held.kind = CHANGE_FIRST;
		pack_ask(x->pack, ASK_MODULES, x->english, "", WIRE_CLIENT);
		while (pack_next(x->pack, ASK_MODULES)) {
			x->held.count = plus(x->held.count);
		}
	} else {
		compare_packs(&a, x->other, x->pack, on_change, x);
	}
	arena_free(&a);
	struct wire_message m = {.kind = WIRE_CHANGE};
	if (x->changes + (x->held.kind != 0) > EXAMINE_CHANGES) {
		x->unsaid += x->held.kind != 0;
		memset(&x->held, 0, sizeof x->held);
		x->held.kind = CHANGE_MORE;
		x->held.count = count_of(x->unsaid);
	}
	x->held.last = 1;
	m.change = x->held;
	x->say(x->to, &m);
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static uint32_t big_endian(const unsigned char *p) {
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Why the reader does not take it, by the file's first bytes (https://www.sqlite.org/fileformat.html). */
static enum wire_reason why_refused(int fd) {
	unsigned char head[100] = {0};
	ssize_t n = pread(fd, head, sizeof head, 0);
	if (n < 0) {
		return WIRE_PULLED;
	}
	if (n < (ssize_t)sizeof head) {
		bool begun = n >= 16 && memcmp(head, "SQLite format 3", 16) == 0;
		return begun ? WIRE_DAMAGED : WIRE_NOT_A_PACK;
	}
	if (memcmp(head, "SQLite format 3", 16) != 0) {
		return WIRE_NOT_A_PACK;
	}
	if (big_endian(head + 68) != PACK_APPLICATION_ID) {
		return WIRE_OTHER_PRODUCT;
	}
	uint32_t schema = big_endian(head + 60);
	return schema > PACK_SCHEMA ? WIRE_NEWER_PROGRAM : schema < PACK_SCHEMA ? WIRE_OLD_PACK : WIRE_DAMAGED;
}

static enum wire_reason look(struct examining *x, int pack, int other, enum examine_depth depth) {
	struct fault f;
	if ((depth == EXAMINE_CHECK && !pack_try(pack, &f)) || (depth == EXAMINE_WHOLE && !pack_try_hard(pack, &f))) {
		return why_refused(pack);
	}
	x->pack = pack_open(pack, &f);
	if (x->pack == NULL) {
		return why_refused(pack);
	}
	if (!tell_facts(x)) {
		return why_refused(pack); /* damaged, unless it cannot be read at all any more */
	}
	if (depth != EXAMINE_WHOLE) {
		return WIRE_FINE;
	}
	if (!read_whole(x)) {
		return WIRE_DAMAGED;
	}
	/* A pack in use that cannot be read any more is as none: the new one is all new. */
	x->other = other >= 0 ? pack_open(other, &f) : NULL;
	tell_changes(x);
	return WIRE_FINE;
}

enum wire_reason examine(int pack, int other, enum examine_depth depth, examine_say *say, void *to) {
	struct examining *x = calloc(1, sizeof *x);
	struct wire_message m = {.kind = WIRE_WORK};
	memset(&m.work, 0, sizeof m.work);
	m.work = (struct wire_work){.work = WIRE_WORK_READ, .state = WIRE_WORK_FAILED, .reason = WIRE_DAMAGED};
	if (x != NULL) {
		x->say = say;
		x->to = to;
		m.work.reason = (uint8_t)look(x, pack, other, depth);
		pack_close(x->pack);
		pack_close(x->other);
		arena_free(&x->arena);
		free(x);
	}
	if (m.work.reason == WIRE_FINE) {
		m.work.state = WIRE_WORK_DONE;
	}
	say(to, &m);
	return (enum wire_reason)m.work.reason;
}

/* --- the process ------------------------------------------------------------------------------------------------ */

/* Sends; waits while the asker has too much to read. */
static void reply(void *to, const struct wire_message *m) {
	bool *gone = to;
	while (!*gone && !wire_send(WIRE_FD_SOCKET, m)) {
		struct pollfd p = {WIRE_FD_SOCKET, POLLOUT, 0};
		*gone = poll(&p, 1, -1) < 0 || (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
	}
}

int examine_main(enum examine_depth depth) {
	struct fault f;
	int other = fcntl(WIRE_FD_FILES + 1, F_GETFD) >= 0 ? WIRE_FD_FILES + 1 : -1;
	if (!sandbox_enter(WIRE_FD_FILES + (other < 0 ? 1 : 2), false, &f)) {
		return 2;
	}
	bool gone = false;
	enum wire_reason reason = examine(WIRE_FD_FILES, other, depth, reply, &gone);
	return gone ? 2 : reason == WIRE_FINE ? 0 : 1;
}
