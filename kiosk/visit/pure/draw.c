#include "visit/pure/draw.h"

#include <string.h>

void draw_add(struct arena *a, struct draw_list *list, struct draw d) {
	if (list->count == list->room) {
		int room = list->room == 0 ? 128 : list->room * 2;
		struct draw *items = arena_array(a, (size_t)room, sizeof *items);
		if (list->count > 0) {
			memcpy(items, list->items, (size_t)list->count * sizeof *items);
		}
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = d;
}
