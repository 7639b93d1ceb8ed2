#include "visit/pure/view.h"

#include <stdio.h>
#include <string.h>

void view_start(struct view *v, struct arena *a, const char *name) {
	memset(v, 0, sizeof *v);
	v->arena = a;
	v->name = name;
	v->anywhere = -1;
	v->columns = 1;
	v->next.choice = -1;
}

int view_choice(struct view *v, const char *id, struct text says, struct action act) {
	if (v->choice_count == VIEW_CHOICES) {
		v->choice_count--;
	}
	struct choice *c = &v->choices[v->choice_count];
	*c = (struct choice){.says = says, .act = act};
	snprintf(c->id, sizeof c->id, "%s", id);
	return v->choice_count++;
}

static struct node *node_start(struct node *n, enum node_kind kind, struct text text) {
	*n = (struct node){.kind = kind, .text = text, .choice = -1};
	return n;
}

struct node *view_add(struct view *v, enum node_kind kind, struct text text) {
	if (v->node_count == VIEW_NODES) {
		v->node_count--;
	}
	return node_start(&v->nodes[v->node_count++], kind, text);
}

struct node *view_add_side(struct view *v, enum node_kind kind, struct text text) {
	const int room = (int)(sizeof v->side / sizeof v->side[0]);
	if (v->side_count == room) {
		v->side_count--;
	}
	return node_start(&v->side[v->side_count++], kind, text);
}

static void node_icon(struct node *n, const char *icon) {
	snprintf(n->icon, sizeof n->icon, "%s", icon);
}

struct node *view_card(struct view *v, const char *icon, enum tint tint, struct text title, struct text more,
                       int choice) {
	struct node *n = view_add(v, NODE_CARD, title);
	node_icon(n, icon);
	n->tint = tint;
	n->more = more;
	n->choice = choice;
	return n;
}

struct node *view_button(struct view *v, const char *icon, struct text label, int choice) {
	struct node *n = view_add(v, NODE_BUTTON, label);
	node_icon(n, icon);
	n->choice = choice;
	return n;
}

void view_bar(struct view *v, bool end, const char *icon, struct text label, int choice) {
	struct node *row = end ? v->bar_end : v->bar_start;
	int *count = end ? &v->bar_end_count : &v->bar_start_count;
	if (*count == VIEW_BAR) {
		(*count)--;
	}
	struct node *n = node_start(&row[(*count)++], NODE_BUTTON, label);
	node_icon(n, icon);
	n->choice = choice;
}

struct action act(enum verb verb) {
	return (struct action){.verb = verb};
}

struct action act_number(enum verb verb, int number) {
	return (struct action){.verb = verb, .number = number};
}

struct action act_id(enum verb verb, const char *id) {
	struct action a = {.verb = verb};
	snprintf(a.id, sizeof a.id, "%s", id);
	return a;
}

struct text text_join(struct arena *a, const struct text *texts, int count, const char *between, bool rtl) {
	/* A frame of slots with the separator between them, which text_fill fills. All pieces share the bytes of one
	 * separator with a space on either side. */
	const char *glue = arena_print(a, " %s ", between);
	const uint16_t len = (uint16_t)strlen(between);
	const struct piece slot = {
	    .utf8 = glue, .space = 1, .level = rtl, .flags = PIECE_SLOT, .script = TAG_LATIN, .face = TAG_LATIN};
	struct piece dot = slot;
	dot.utf8 = glue + 1;
	dot.len = len;
	dot.flags = PIECE_BREAK;
	struct piece *pieces = arena_array(a, (size_t)count * 2 + 1, sizeof *pieces);
	struct text frame = {.utf8 = glue, .base_level = rtl, .pieces = pieces};
	for (int i = 0; i < count; i++) {
		if (text_empty(texts[i])) {
			continue;
		}
		if (frame.count > 0) {
			pieces[frame.count - 1].space = 1;
			pieces[frame.count++] = dot;
		}
		pieces[frame.count] = slot;
		pieces[frame.count].slot = (uint8_t)i;
		pieces[frame.count++].space = 0;
		frame.len += len + 2U;
	}
	return text_fill(a, frame, texts, count);
}
