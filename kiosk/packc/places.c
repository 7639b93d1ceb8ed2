#include "packc/places.h"

#include <stdint.h>
#include <string.h>

struct place {
	uint64_t key; /* 0: free */
	struct where where;
};

struct places {
	struct arena *arena;
	struct place *items;
	size_t count, room; /* room: a power of two */
};

struct places *places_new(struct arena *a) {
	struct places *p = arena_get(a, sizeof *p);
	p->arena = a;
	p->room = 1024;
	p->items = arena_array(a, p->room, sizeof *p->items);
	return p;
}

static uint64_t key_of(const char *lang, struct text t) {
	const uint64_t prime = 1099511628211u;
	uint64_t key = 14695981039346656037u;
	for (const char *c = lang; *c != 0; c++) {
		key = (key ^ (unsigned char)*c) * prime;
	}
	key *= prime;
	for (uint32_t i = 0; i < t.len; i++) {
		key = (key ^ (unsigned char)t.utf8[i]) * prime;
	}
	return key | 1;
}

/* The place with the key, or the free one where it would go. */
static struct place *slot(const struct places *p, uint64_t key) {
	size_t i = key & (p->room - 1);
	while (p->items[i].key != 0 && p->items[i].key != key) {
		i = (i + 1) & (p->room - 1);
	}
	return &p->items[i];
}

static void grow(struct places *p) {
	struct places larger = {.arena = p->arena, .room = p->room * 2, .count = p->count};
	larger.items = arena_array(p->arena, larger.room, sizeof *larger.items);
	for (size_t i = 0; i < p->room; i++) {
		if (p->items[i].key != 0) {
			*slot(&larger, p->items[i].key) = p->items[i];
		}
	}
	*p = larger;
}

void places_add(struct places *p, const char *lang, struct text t, struct where where) {
	uint64_t key = key_of(lang, t);
	struct place *place = slot(p, key);
	if (text_empty(t) || place->key == key) {
		return;
	}
	where.file = arena_copy(p->arena, where.file, strlen(where.file));
	*place = (struct place){key, where};
	if (++p->count * 2 > p->room) {
		grow(p);
	}
}

bool places_find(const struct places *p, const char *lang, struct text t, struct where *out) {
	const struct place *place = slot(p, key_of(lang, t));
	if (text_empty(t) || place->key == 0) {
		return false;
	}
	*out = place->where;
	return true;
}
