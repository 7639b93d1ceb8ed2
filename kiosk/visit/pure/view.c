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

/* A piece at the end of a frame that is being put together; the space behind it is already in `utf8`. */
static void join_piece(struct text *frame, struct piece *pieces, struct piece p) {
	p.utf8 = frame->utf8 + frame->len;
	p.script = TAG_LATIN;
	p.face = TAG_LATIN;
	p.level = frame->base_level;
	frame->len += (uint32_t)p.len + p.space;
	pieces[frame->count++] = p;
}

struct text text_join(struct arena *a, const struct text *texts, int count, const char *between, bool rtl) {
	/* A frame of slots with the separator between them; text_fill does the rest. */
	size_t len = strlen(between);
	char *utf8 = arena_get(a, (size_t)count * (len + 2) + 1);
	struct piece *pieces = arena_array(a, (size_t)count * 2 + 1, sizeof *pieces);
	struct text frame = {.utf8 = utf8, .base_level = rtl, .pieces = pieces};
	int last = count - 1;
	while (last >= 0 && text_empty(texts[last])) {
		last--;
	}
	for (int i = 0; i <= last; i++) {
		if (text_empty(texts[i])) {
			continue;
		}
		if (i == last) {
			join_piece(&frame, pieces, (struct piece){.flags = PIECE_SLOT, .slot = (uint8_t)i});
			break;
		}
		utf8[frame.len] = ' ';
		join_piece(&frame, pieces, (struct piece){.space = 1, .flags = PIECE_SLOT | PIECE_BREAK, .slot = (uint8_t)i});
		memcpy(utf8 + frame.len, between, len);
		utf8[frame.len + len] = ' ';
		join_piece(&frame, pieces, (struct piece){.len = (uint16_t)len, .space = 1, .flags = PIECE_BREAK});
	}
	return text_fill(a, frame, texts, count);
}
