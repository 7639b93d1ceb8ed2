#include "visit/glass/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "visit/glass/pack.h"

enum {
	LANGUAGES_MAX = 64,
	ROWS_MAX = 20000, /* of one list; a pack with more is not one that people can use */
};

/* What is known of a language: asked for on every screen, so found out once. */
struct known {
	char code[16];
	bool offered, staff; /* has all words of a client's, of staff mode */
};

struct shelf {
	struct pack *packs[WIRE_MAX_PACKS]; /* owned */
	int count;
	struct known known[LANGUAGES_MAX];
	int known_count;
	int lent; /* pack whose picture is lent out, or -1 */
};

/* What a pack says it is: a new version of a pack has the id of the old one. "" where it does not say. */
struct name {
	char id[WIRE_ID], kind[16];
};

static struct name read_name(struct pack *p) {
	struct name n = {0};
	char key[16];
	pack_ask(p, ASK_FACTS, "", "", 0);
	while (pack_next(p, ASK_FACTS)) {
		if (!pack_string(p, ASK_FACTS, 0, key, sizeof key)) {
			continue;
		}
		if (strcmp(key, "id") == 0) {
			pack_string(p, ASK_FACTS, 1, n.id, sizeof n.id);
		} else if (strcmp(key, "kind") == 0) {
			pack_string(p, ASK_FACTS, 1, n.kind, sizeof n.kind);
		}
	}
	return n;
}

/* There is one house: its own pack takes the place of the example's, whatever it calls itself. */
static bool is_same(const struct name *a, const struct name *b) {
	return (a->id[0] != 0 && strcmp(a->id, b->id) == 0) ||
	       (strcmp(a->kind, "house") == 0 && strcmp(b->kind, "house") == 0);
}

/* A pack with the id of an earlier one takes its place, whole: what the kiosk came with and what staff have put in since
 * are the same pack, and nothing of the old version may show through. */
static void put(struct shelf *s, struct pack *p) {
	struct name name = read_name(p);
	for (int i = 0; i < s->count; i++) {
		struct name other = read_name(s->packs[i]);
		if (is_same(&name, &other)) {
			pack_close(s->packs[i]);
			s->packs[i] = p;
			return;
		}
	}
	s->packs[s->count++] = p;
}

struct shelf *shelf_open(int first_fd, int count, struct fault *f) {
	if (count < 1 || count > WIRE_MAX_PACKS) {
		fault_say(f, "There must be 1 to %d packs.", WIRE_MAX_PACKS);
		return NULL;
	}
	struct shelf *s = calloc(1, sizeof *s);
	if (s == NULL) {
		fault_say(f, "There is not enough memory to open the packs.");
		return NULL;
	}
	s->lent = -1;
	for (int i = 0; i < count; i++) {
		struct pack *p = pack_open(first_fd + i, f);
		if (p == NULL) {
			shelf_close(s);
			return NULL;
		}
		put(s, p);
	}
	return s;
}

void shelf_close(struct shelf *s) {
	for (int i = 0; s != NULL && i < s->count; i++) {
		pack_close(s->packs[i]);
	}
	free(s);
}

/* --- lists that grow -------------------------------------------------------------------------------------------- */

struct list {
	void *items;
	int count, room;
	size_t size; /* of one item */
};

/* The next free item, zeroed, or NULL when the list is as long as a list may be. */
static void *list_add(struct list *l, struct arena *a) {
	if (l->count == l->room) {
		if (l->room >= ROWS_MAX) {
			return NULL;
		}
		int room = l->room == 0 ? 16 : l->room * 2;
		void *items = arena_array(a, (size_t)room, l->size);
		if (l->count > 0) {
			memcpy(items, l->items, (size_t)l->count * l->size);
		}
		l->items = items;
		l->room = room;
	}
	return (char *)l->items + (size_t)l->count++ * l->size;
}

/* The item of that id (an item begins with its id), or a new one. A later pack's item takes an earlier one's place. */
static void *list_place(struct list *l, struct arena *a, const char *id) {
	for (int i = 0; l->items != NULL && i < l->count; i++) {
		char *item = (char *)l->items + (size_t)i * l->size;
		if (strcmp(item, id) == 0) {
			return item;
		}
	}
	return list_add(l, a);
}

static enum tint tint_of(int value) {
	return value >= TINT_NONE && value <= TINT_ROSE ? (enum tint)value : TINT_NONE;
}

/* --- languages -------------------------------------------------------------------------------------------------- */

static const char *const word_ids[W_COUNT] = {
#define X(constant, id, english) [constant] = (id),
    WORDS(X)
#undef X
};

static int word_index(const char *id) {
	for (int i = 0; i < W_COUNT; i++) {
		/* Every word of every language is looked for at the start: most differ in their first letter. */
		if (word_ids[i][0] == id[0] && strcmp(word_ids[i], id) == 0) {
			return i;
		}
	}
	return -1;
}

/* Whether the packs together have every word of the interface in the language: a client's, and those of staff mode. */
static void complete(struct shelf *s, struct known *k) {
	bool has[W_COUNT] = {false};
	char id[WIRE_ID];
	int client = 0, staff = 0;
	for (int i = 0; i < s->count; i++) {
		pack_ask(s->packs[i], ASK_WORDS, k->code, "", 0);
		while (pack_next(s->packs[i], ASK_WORDS)) {
			int w = pack_string(s->packs[i], ASK_WORDS, 0, id, sizeof id) ? word_index(id) : -1;
			if (w >= 0 && !has[w]) {
				has[w] = true;
				client += w < (int)W_CLIENT_COUNT;
				staff += w >= (int)W_CLIENT_COUNT;
			}
		}
	}
	k->offered = client == (int)W_CLIENT_COUNT;
	k->staff = k->offered && staff == (int)W_COUNT - (int)W_CLIENT_COUNT;
}

static const struct known *known(struct shelf *s, const char *lang) {
	static const struct known none = {.code = ""};
	for (int i = 0; i < s->known_count; i++) {
		if (strcmp(s->known[i].code, lang) == 0) {
			return &s->known[i];
		}
	}
	if (s->known_count == LANGUAGES_MAX) {
		return &none;
	}
	struct known *k = &s->known[s->known_count++];
	memcpy(k->code, lang, strlen(lang) + 1);
	complete(s, k);
	return k;
}

/* A code that can be sent to staff: letters, digits and hyphens. */
static bool good_code(const char *code) {
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
	return code[0] != 0 && strspn(code, allowed) == strlen(code);
}

/* Takes the present row over. What an earlier pack said stays where a later one says nothing; a language counts as
 * reviewed only if all of the packs that have it say so. */
static void take_language(struct pack *p, struct arena *a, struct list *list, const struct known *k) {
	const char *code = k->code;
	int before = list->count;
	struct language *l = list_place(list, a, code);
	if (l == NULL) {
		return;
	}
	bool reviewed = pack_int(p, ASK_LANGUAGES, 2) == 1;
	struct text name = pack_text(p, ASK_LANGUAGES, 3, a), begin = pack_text(p, ASK_LANGUAGES, 4, a);
	if (list->count > before) {
		memcpy(l->code, code, strlen(code) + 1);
		l->rtl = pack_int(p, ASK_LANGUAGES, 1) == 1;
		l->reviewed = reviewed;
		l->staff = k->staff;
		l->name = name;
		l->begin = begin;
		return;
	}
	l->reviewed = l->reviewed && reviewed;
	l->name = text_empty(name) ? l->name : name;
	l->begin = text_empty(begin) ? l->begin : begin;
}

static int languages(void *self, struct arena *a, const struct language **out) {
	struct shelf *s = self;
	struct list list = {.size = sizeof(struct language)};
	char code[sizeof((struct language *)0)->code];
	for (int i = 0; i < s->count; i++) {
		pack_ask(s->packs[i], ASK_LANGUAGES, "", "", 0);
		while (pack_next(s->packs[i], ASK_LANGUAGES)) {
			if (pack_string(s->packs[i], ASK_LANGUAGES, 0, code, sizeof code) && good_code(code) &&
			    known(s, code)->offered) {
				take_language(s->packs[i], a, &list, known(s, code));
			}
		}
	}
	*out = list.items;
	return list.count;
}

static struct text word(void *self, struct arena *a, const char *lang, enum word id) {
	struct shelf *s = self;
	for (int i = s->count - 1; i >= 0; i--) {
		pack_ask(s->packs[i], ASK_WORD, lang, word_ids[id], 0);
		if (pack_next(s->packs[i], ASK_WORD)) {
			struct text t = pack_text(s->packs[i], ASK_WORD, 0, a);
			pack_enough(s->packs[i], ASK_WORD);
			return t;
		}
	}
	return (struct text){.utf8 = ""};
}

/* --- modules and pages ------------------------------------------------------------------------------------------ */

/* The present row's module; false when it is not one that can be opened. */
static bool read_module(struct pack *p, enum ask q, struct arena *a, struct module *out) {
	memset(out, 0, sizeof *out);
	out->tint = tint_of(pack_int(p, q, 2));
	out->pages = pack_int(p, q, 3);
	if (!pack_string(p, q, 0, out->id, sizeof out->id) || out->id[0] == 0 || out->pages < 1) {
		return false;
	}
	pack_string(p, q, 1, out->icon, sizeof out->icon);
	out->title = pack_text(p, q, 4, a);
	out->note = pack_text(p, q, 5, a);
	return true;
}

static int modules(void *self, struct arena *a, const char *lang, enum wire_audience audience,
                   const struct module **out) {
	struct shelf *s = self;
	struct list list = {.size = sizeof(struct module)};
	struct module m;
	for (int i = 0; i < s->count; i++) {
		pack_ask(s->packs[i], ASK_MODULES, lang, "", (int)audience);
		while (pack_next(s->packs[i], ASK_MODULES)) {
			struct module *place = NULL;
			if (read_module(s->packs[i], ASK_MODULES, a, &m) &&
			    (place = list_place(&list, a, m.id)) != NULL) {
				*place = m;
			}
		}
	}
	*out = list.items;
	return list.count;
}

/* The last pack that has the module, with its row asked for: all of its pages come from there. */
static struct pack *find_module(struct shelf *s, const char *lang, const char *id) {
	for (int i = s->count - 1; i >= 0; i--) {
		pack_ask(s->packs[i], ASK_MODULE, lang, id, 0);
		if (pack_next(s->packs[i], ASK_MODULE)) {
			return s->packs[i];
		}
	}
	return NULL;
}

static bool module(void *self, struct arena *a, const char *lang, const char *id, struct module *out) {
	struct pack *p = find_module(self, lang, id);
	if (p == NULL) {
		return false;
	}
	bool good = read_module(p, ASK_MODULE, a, out);
	pack_enough(p, ASK_MODULE);
	return good;
}

static struct text saying(struct shelf *s, struct arena *a, const char *lang, const char *picture) {
	for (int i = s->count - 1; i >= 0 && picture[0] != 0; i--) {
		pack_ask(s->packs[i], ASK_SAYING, lang, picture, 0);
		if (pack_next(s->packs[i], ASK_SAYING)) {
			struct text t = pack_text(s->packs[i], ASK_SAYING, 0, a);
			pack_enough(s->packs[i], ASK_SAYING);
			return t;
		}
	}
	return (struct text){.utf8 = ""};
}

static int blocks(struct pack *p, struct arena *a, const char *lang, const char *module, int number,
                  const struct block **out) {
	struct list list = {.size = sizeof(struct block)};
	pack_ask(p, ASK_BLOCKS, lang, module, number);
	while (pack_next(p, ASK_BLOCKS)) {
		int kind = pack_int(p, ASK_BLOCKS, 0);
		struct block *b = NULL;
		if (kind < BLOCK_PARAGRAPH || kind > BLOCK_ANSWER || (b = list_add(&list, a)) == NULL) {
			continue;
		}
		b->kind = (enum block_kind)kind;
		pack_string(p, ASK_BLOCKS, 1, b->target, sizeof b->target);
		b->text = pack_text(p, ASK_BLOCKS, 2, a);
	}
	*out = list.items;
	return list.count;
}

static bool page(void *self, struct arena *a, const char *lang, const char *module_id, int number, struct page *out) {
	struct shelf *s = self;
	memset(out, 0, sizeof *out);
	struct pack *p = find_module(s, lang, module_id);
	if (p == NULL) {
		return false;
	}
	pack_enough(p, ASK_MODULE);
	pack_ask(p, ASK_PAGE, lang, module_id, number);
	if (!pack_next(p, ASK_PAGE)) {
		return false;
	}
	pack_string(p, ASK_PAGE, 0, out->picture, sizeof out->picture);
	out->urgent = pack_int(p, ASK_PAGE, 1) == 1;
	out->title = pack_text(p, ASK_PAGE, 2, a);
	pack_enough(p, ASK_PAGE);
	out->picture_says = saying(s, a, lang, out->picture);
	out->block_count = blocks(p, a, lang, module_id, number, &out->blocks);
	return true;
}

/* --- numbers ---------------------------------------------------------------------------------------------------- */

static int phones(struct pack *p, struct arena *a, const char *service, const struct phone **out) {
	struct list list = {.size = sizeof(struct phone)};
	pack_ask(p, ASK_PHONES, service, "", 0);
	while (pack_next(p, ASK_PHONES)) {
		struct phone phone, *place = NULL;
		/* A number that is cut is worse than none. */
		if (pack_string(p, ASK_PHONES, 0, phone.type, sizeof phone.type) &&
		    pack_string(p, ASK_PHONES, 1, phone.number, sizeof phone.number) && phone.number[0] != 0 &&
		    (place = list_add(&list, a)) != NULL) {
			*place = phone;
		}
	}
	*out = list.items;
	return list.count;
}

static uint32_t read_version(struct pack *p) {
	char key[16], value[16];
	uint32_t version = 0;
	pack_ask(p, ASK_FACTS, "", "", 0);
	while (pack_next(p, ASK_FACTS)) {
		if (pack_string(p, ASK_FACTS, 0, key, sizeof key) && strcmp(key, "version") == 0 &&
		    pack_string(p, ASK_FACTS, 1, value, sizeof value)) {
			version = (uint32_t)strtoul(value, NULL, 10);
		}
	}
	return version;
}

/* `from` holds what is the same for all services of the pack. */
static void take_service(struct pack *p, struct arena *a, struct list *list, const struct service *from) {
	struct service v = *from;
	v.tint = tint_of(pack_int(p, ASK_SERVICES, 2));
	struct service *place = NULL;
	if (!pack_string(p, ASK_SERVICES, 0, v.id, sizeof v.id) || v.id[0] == 0 ||
	    (place = list_place(list, a, v.id)) == NULL) {
		return;
	}
	pack_string(p, ASK_SERVICES, 1, v.icon, sizeof v.icon);
	pack_string(p, ASK_SERVICES, 3, v.grouping, sizeof v.grouping);
	v.name = pack_text(p, ASK_SERVICES, 4, a);
	v.summary = pack_text(p, ASK_SERVICES, 5, a);
	v.what = pack_text(p, ASK_SERVICES, 6, a);
	v.languages = pack_text(p, ASK_SERVICES, 7, a);
	v.schedule = pack_text(p, ASK_SERVICES, 10, a);
	pack_string(p, ASK_SERVICES, 8, v.assured, sizeof v.assured);
	v.called = strcmp(pack_words(p, ASK_SERVICES, 9, a), "call") == 0;
	v.phone_count = phones(p, a, v.id, &v.phones);
	*place = v;
}

static int services(void *self, struct arena *a, const char *lang, const struct service **out) {
	struct shelf *s = self;
	struct list list = {.size = sizeof(struct service)};
	for (int i = 0; i < s->count; i++) {
		struct service from = {.version = read_version(s->packs[i])};
		struct name name = read_name(s->packs[i]);
		memcpy(from.pack, name.id, sizeof from.pack);
		pack_ask(s->packs[i], ASK_SERVICES, lang, "", 0);
		while (pack_next(s->packs[i], ASK_SERVICES)) {
			take_service(s->packs[i], a, &list, &from);
		}
	}
	*out = list.items;
	return list.count;
}

/* --- the house's own -------------------------------------------------------------------------------------------- */

static int board(void *self, struct arena *a, const char *lang, const struct card **out) {
	struct shelf *s = self;
	struct list list = {.size = sizeof(struct card)};
	for (int i = s->count - 1; i >= 0 && list.count == 0; i--) {
		struct pack *p = s->packs[i];
		pack_ask(p, ASK_BOARD, lang, "", 0);
		while (pack_next(p, ASK_BOARD)) {
			struct card *card = list_add(&list, a);
			if (card == NULL) {
				continue;
			}
			pack_string(p, ASK_BOARD, 0, card->icon, sizeof card->icon);
			card->tint = tint_of(pack_int(p, ASK_BOARD, 1));
			card->title = pack_text(p, ASK_BOARD, 2, a);
			card->lines = pack_text(p, ASK_BOARD, 3, a);
		}
	}
	*out = list.items;
	return list.count;
}

static struct list phrases_of(struct pack *p, struct arena *a, const char *lang) {
	struct list list = {.size = sizeof(struct phrase)};
	pack_ask(p, ASK_PHRASES, lang, "", 0);
	while (pack_next(p, ASK_PHRASES)) {
		struct phrase phrase = {.plain = pack_words(p, ASK_PHRASES, 1, a)};
		struct phrase *place = NULL;
		/* One that does not fit into a message could not be said as it is shown. */
		if (pack_string(p, ASK_PHRASES, 0, phrase.id, sizeof phrase.id) && strlen(phrase.plain) < WIRE_SAYS &&
		    (place = list_add(&list, a)) != NULL) {
			phrase.text = pack_text(p, ASK_PHRASES, 2, a);
			*place = phrase;
		}
	}
	return list;
}

/* The last pack that has any in the language; NULL when none has. */
static struct pack *find_phrases(struct shelf *s, struct arena *a, const char *lang, struct list *out) {
	*out = (struct list){.size = sizeof(struct phrase)};
	struct pack *found = NULL;
	for (int i = s->count - 1; i >= 0 && out->count == 0; i--) {
		found = s->packs[i];
		*out = phrases_of(found, a, lang);
	}
	return out->count > 0 ? found : NULL;
}

static int phrases(void *self, struct arena *a, const char *lang, const struct phrase **out) {
	struct list list;
	(void)find_phrases(self, a, lang, &list);
	*out = list.items;
	return list.count;
}

static const char *phrase_for_staff(void *self, struct arena *a, const char *lang, const char *id) {
	struct list list;
	struct pack *p = find_phrases(self, a, lang, &list);
	char first[sizeof((struct language *)0)->code];
	if (p == NULL) {
		return "";
	}
	pack_ask(p, ASK_LANGUAGES, "", "", 0);
	bool has = pack_next(p, ASK_LANGUAGES) && pack_string(p, ASK_LANGUAGES, 0, first, sizeof first);
	pack_enough(p, ASK_LANGUAGES);
	if (!has || strcmp(first, lang) == 0) {
		return "";
	}
	list = phrases_of(p, a, first);
	const struct phrase *phrase = list.items;
	for (int i = 0; phrase != NULL && i < list.count; i++) {
		if (strcmp(phrase[i].id, id) == 0) {
			return phrase[i].plain;
		}
	}
	return "";
}

struct book shelf_book(struct shelf *s) {
	return (struct book){s, languages, word, modules, module, page, services, board, phrases, phrase_for_staff};
}

/* --- pictures --------------------------------------------------------------------------------------------------- */

static bool find_picture(void *self, const char *name, const void **svg, size_t *size, bool *mask) {
	struct shelf *s = self;
	if (s->lent >= 0) {
		pack_enough(s->packs[s->lent], ASK_PICTURE);
		s->lent = -1;
	}
	for (int i = s->count - 1; i >= 0; i--) {
		pack_ask(s->packs[i], ASK_PICTURE, name, "", 0);
		if (pack_next(s->packs[i], ASK_PICTURE)) {
			*mask = pack_int(s->packs[i], ASK_PICTURE, 0) == 1;
			*svg = pack_bytes(s->packs[i], ASK_PICTURE, 1, size);
			s->lent = i;
			return true;
		}
	}
	return false;
}

struct picture_source shelf_pictures(struct shelf *s) {
	return (struct picture_source){s, find_picture};
}
