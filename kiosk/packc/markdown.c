#include "packc/markdown.h"

#include "packc/typeset.h"

#include <md4c.h>
#include <string.h>

enum { HEAD_MAX = 32 };

/* A text being gathered from md4c's pieces. */
struct gather {
	char *bytes;
	size_t len, room;
};

struct reading {
	struct arena *arena;
	struct report *report;
	enum md_style style;
	struct md_file *file;
	const char *body, *body_end;
	int body_line;       /* line of the body's first line */
	const char *last;    /* the last place md4c told of: the line that findings name */
	const char *counted; /* how far lines were counted, and which line that is */
	int counted_line;
	struct gather text; /* of the block that is open */
	struct where begun; /* where that text began; line 0 while there is none */
	int page_room, block_room;
	int depth_list, depth_quote;
	int item_parts;          /* paragraphs in the item that is open */
	struct where item_where; /* about where it is, while it has no text */
	bool in_html;            /* a block of it: refused as a whole */
	bool in_link;
	int links;
	bool loose_text; /* text outside of the links of this block */
	const char *target;
};

/* A line of the file, counted on from where it was counted last: files are read from top to bottom. */
static struct where place(struct reading *r, const char *p) {
	if (r->counted == NULL || p < r->counted) {
		r->counted = r->body;
		r->counted_line = r->body_line;
	}
	r->counted_line += source_line(r->counted, p) - 1;
	r->counted = p;
	return (struct where){r->file->where.file, r->counted_line};
}

static struct where here(struct reading *r) {
	return place(r, r->last);
}

static void gather(struct reading *r, const char *bytes, size_t len) {
	struct gather *g = &r->text;
	if (g->len + len + 1 > g->room) {
		size_t room = (g->len + len + 1) * 2;
		char *more = arena_get(r->arena, room);
		if (g->len > 0) {
			memcpy(more, g->bytes, g->len);
		}
		g->bytes = more;
		g->room = room;
	}
	memcpy(g->bytes + g->len, bytes, len);
	g->len += len;
	g->bytes[g->len] = 0;
}

static void start_text(struct reading *r) {
	r->text = (struct gather){0};
	r->begun.line = 0;
	r->links = 0;
	r->loose_text = false;
	r->target = "";
}

static char *text_done(struct reading *r) {
	char *text = r->text.bytes == NULL ? arena_copy(r->arena, "", 0) : r->text.bytes;
	r->text = (struct gather){0};
	return text;
}

static struct where begun(struct reading *r) {
	return r->begun.line > 0 ? r->begun : here(r);
}

static struct md_page *page_now(struct reading *r) {
	return r->file->page_count > 0 ? &r->file->pages[r->file->page_count - 1] : NULL;
}

static struct md_page *page_add(struct reading *r) {
	struct md_file *f = r->file;
	if (f->page_count == r->page_room) {
		r->page_room = r->page_room == 0 ? 16 : r->page_room * 2;
		struct md_page *pages = arena_array(r->arena, (size_t)r->page_room, sizeof *pages);
		if (f->page_count > 0) {
			memcpy(pages, f->pages, (size_t)f->page_count * sizeof *pages);
		}
		f->pages = pages;
	}
	r->block_room = 0;
	struct md_page *page = &f->pages[f->page_count++];
	*page = (struct md_page){.title = "", .picture = "", .id = "", .icon = "", .tint = ""};
	return page;
}

static void block_add(struct reading *r, struct md_block block) {
	struct md_page *page = page_now(r);
	if (page == NULL) {
		report_error(r->report, block.where,
		             "This text stands before the first heading. Put a line such as "
		             "# Title above it.");
		return;
	}
	if (page->count == r->block_room) {
		r->block_room = r->block_room == 0 ? 8 : r->block_room * 2;
		struct md_block *blocks = arena_array(r->arena, (size_t)r->block_room, sizeof *blocks);
		if (page->count > 0) {
			memcpy(blocks, page->blocks, (size_t)page->count * sizeof *blocks);
		}
		page->blocks = blocks;
	}
	page->blocks[page->count++] = block;
}

/* --- the braces behind a heading --- */

static void take_attribute(struct reading *r, struct md_page *page, const char *word) {
	const struct {
		enum md_style style;
		const char *key, **to;
	} known[] = {{MD_MODULE, "picture=", &page->picture},
	             {MD_MODULE, "id=", &page->id},
	             {MD_BOARD, "icon=", &page->icon},
	             {MD_BOARD, "tint=", &page->tint}};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		size_t len = strlen(known[i].key);
		if (known[i].style == r->style && strncmp(word, known[i].key, len) == 0) {
			*known[i].to = word + len;
			if (!source_id_ok(word + len)) {
				report_error(r->report, page->where,
				             "'%s' is not a name. Use lower-case letters, digits and '-', at most %d.",
				             word, SOURCE_MAX_ID);
			}
			return;
		}
	}
	if (r->style == MD_MODULE && strcmp(word, "urgent") == 0) {
		page->urgent = true;
		return;
	}
	report_error(r->report, page->where, "'%s' is not known in the braces of a heading. Use %s.", word,
	             r->style == MD_MODULE ? "picture=NAME, id=NAME or urgent" : "icon=NAME or tint=NAME");
}

/* Takes "{...}" off the end of a title and reads it. */
static void take_attributes(struct reading *r, struct md_page *page, char *title) {
	size_t len = strlen(title);
	char *open = strrchr(title, '{');
	if (open == NULL || len == 0 || title[len - 1] != '}') {
		return;
	}
	title[len - 1] = 0;
	*open = 0;
	char *rest = NULL;
	for (char *word = strtok_r(open + 1, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
		take_attribute(r, page, word);
	}
}

static void heading_done(struct reading *r, unsigned level) {
	struct where where = begun(r);
	char *title = text_done(r);
	if (level != 1) {
		report_error(r->report, where,
		             "A heading of a lower rank. Begin each page with one # and use no other headings.");
		return;
	}
	struct md_page *page = page_add(r);
	page->where = where;
	take_attributes(r, page, title);
	page->title = source_trim(r->arena, title, strlen(title));
	if (page->title[0] == 0) {
		report_error(r->report, where, "The heading is empty. Write a title behind the #.");
	}
	for (int i = 0; i + 1 < r->file->page_count; i++) {
		if (page->id[0] != 0 && strcmp(r->file->pages[i].id, page->id) == 0) {
			report_error(r->report, where, "Another page has the id '%s' already. Choose another.",
			             page->id);
		}
	}
}

/* --- what md4c finds --- */

static const char *unwanted_block(MD_BLOCKTYPE type) {
	switch (type) {
	case MD_BLOCK_QUOTE:
		return "A quotation (>). Write it as a paragraph.";
	case MD_BLOCK_OL:
		return "A numbered list. Use a list with - instead.";
	case MD_BLOCK_HR:
		return "A line across. Delete it; a new page begins with a # heading.";
	case MD_BLOCK_CODE:
		return "Code: a block in ``` or indented by four spaces. Delete the spaces or write it as a paragraph.";
	case MD_BLOCK_HTML:
		return "HTML. Delete it; only paragraphs, - lists and **strong** words can be shown.";
	case MD_BLOCK_TABLE:
		return "A table. Write it as a list.";
	case MD_BLOCK_DOC:
	case MD_BLOCK_UL:
	case MD_BLOCK_LI:
	case MD_BLOCK_H:
	case MD_BLOCK_P:
	case MD_BLOCK_THEAD:
	case MD_BLOCK_TBODY:
	case MD_BLOCK_TR:
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
	default:
		return NULL;
	}
}

/* md4c gives no place for a block without text of its own, so the next line that is not empty is named. */
static struct where next_line(struct reading *r) {
	const char *p = r->last;
	if (p > r->body) {
		p += strcspn(p, "\n");
	}
	p += strspn(p, " \t\n");
	return place(r, p);
}

static int on_block(MD_BLOCKTYPE type, void *detail, void *user) {
	(void)detail;
	struct reading *r = user;
	const char *unwanted = unwanted_block(type);
	if (unwanted != NULL) {
		report_error(r->report, next_line(r), "%s", unwanted);
	}
	if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_OL || type == MD_BLOCK_TABLE) {
		r->depth_quote++;
	}
	r->in_html = type == MD_BLOCK_HTML;
	if (type == MD_BLOCK_UL) {
		if (r->depth_list++ > 0) {
			report_error(r->report, next_line(r), "A list inside a list. Make it one list.");
		} else if (r->style == MD_BOARD) {
			report_error(r->report, next_line(r), "A list. Write the lines without the - in front.");
		}
	}
	if (type == MD_BLOCK_LI) {
		r->item_where = next_line(r);
		r->item_parts = 0;
		start_text(r);
	} else if (type == MD_BLOCK_H || (type == MD_BLOCK_P && r->depth_list == 0)) {
		start_text(r);
	} else if (type == MD_BLOCK_P && r->item_parts++ > 0) {
		report_error(r->report, next_line(r), "A second paragraph in a list item. Make it an item of its own.");
	}
	return 0;
}

static void item_done(struct reading *r) {
	struct md_block b = {.kind = MD_ITEM, .target = r->target, .where = begun(r)};
	if (r->begun.line == 0) {
		b.where = r->item_where;
	}
	b.text = text_done(r);
	if (r->links == 1 && !r->loose_text) {
		b.kind = MD_ANSWER;
	} else if (r->links > 0) {
		report_error(r->report, b.where,
		             "A link in the middle of text. An answer is a list item that is wholly one link: "
		             "- [I have a place to go](#place)");
	}
	if (b.text[0] == 0) {
		report_error(r->report, b.where, "The list item is empty. Write something behind the - or delete it.");
	} else {
		block_add(r, b);
	}
}

static void paragraph_done(struct reading *r) {
	struct md_block b = {.kind = MD_PARAGRAPH, .target = "", .where = begun(r)};
	b.text = text_done(r);
	if (r->links > 0) {
		report_error(r->report, b.where,
		             "A link outside of a list. An answer is a list item that is wholly one link: "
		             "- [I have a place to go](#place)");
	}
	if (b.text[0] != 0) {
		block_add(r, b);
	}
}

static int off_block(MD_BLOCKTYPE type, void *detail, void *user) {
	struct reading *r = user;
	if (type == MD_BLOCK_QUOTE || type == MD_BLOCK_OL || type == MD_BLOCK_TABLE) {
		r->depth_quote--;
		return 0;
	}
	r->depth_list -= type == MD_BLOCK_UL;
	if (r->depth_quote > 0) {
		return 0; /* refused as a whole already */
	}
	if (type == MD_BLOCK_H) {
		heading_done(r, ((const MD_BLOCK_H_DETAIL *)detail)->level);
	} else if (type == MD_BLOCK_LI) {
		item_done(r);
	} else if (type == MD_BLOCK_P && r->depth_list == 0) {
		paragraph_done(r);
	}
	return 0;
}

static int on_span(MD_SPANTYPE type, void *detail, void *user) {
	struct reading *r = user;
	if (type == MD_SPAN_STRONG) {
		gather(r, (const char[]){TYPESET_BOLD}, 1);
	} else if (type == MD_SPAN_A) {
		const MD_ATTRIBUTE href = ((const MD_SPAN_A_DETAIL *)detail)->href;
		r->target = arena_copy(r->arena, href.size > 0 ? href.text : "", href.size);
		r->in_link = true;
		r->links++;
	} else if (type == MD_SPAN_IMG) {
		report_error(r->report, here(r), "An image. Put {picture=NAME} behind the page's heading instead.");
	} else if (type == MD_SPAN_CODE) {
		report_error(r->report, here(r), "Code in `marks`. Delete the marks.");
	} else {
		report_error(r->report, here(r),
		             "Words in *single marks*. Use **two** for strong words, or delete the marks.");
	}
	return 0;
}

static int off_span(MD_SPANTYPE type, void *detail, void *user) {
	(void)detail;
	struct reading *r = user;
	if (type == MD_SPAN_STRONG) {
		gather(r, (const char[]){TYPESET_LIGHT}, 1);
	} else if (type == MD_SPAN_A) {
		r->in_link = false;
	}
	return 0;
}

static void take_entity(struct reading *r, const char *text, size_t size) {
	static const struct {
		const char *entity, *is;
	} known[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", "\u00a0"}};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strlen(known[i].entity) == size && memcmp(known[i].entity, text, size) == 0) {
			gather(r, known[i].is, strlen(known[i].is));
			return;
		}
	}
	report_error(r->report, here(r), "'%.*s' is not known. Write the character itself.", (int)size, text);
}

/* A line end comes without its place: what follows it stands on the next line. */
static void to_next_line(struct reading *r) {
	const char *p = r->last + strcspn(r->last, "\n");
	if (p < r->body_end) {
		r->last = p + 1;
	}
}

static int on_text(MD_TEXTTYPE type, const char *text, unsigned size, void *user) {
	struct reading *r = user;
	if (text >= r->body && text < r->body_end) {
		r->last = text;
	}
	if (r->begun.line == 0 && size > 0) {
		r->begun = here(r);
	}
	if (!r->in_link && (type != MD_TEXT_NORMAL || strspn(text, " \t") < size)) {
		r->loose_text = true;
	}
	switch (type) {
	case MD_TEXT_NORMAL:
		gather(r, text, size);
		break;
	case MD_TEXT_BR:
		to_next_line(r);
		gather(r, "\n", 1);
		break;
	case MD_TEXT_SOFTBR:
		to_next_line(r);
		gather(r, r->style == MD_BOARD ? "\n" : " ", 1);
		break;
	case MD_TEXT_ENTITY:
		take_entity(r, text, size);
		break;
	case MD_TEXT_HTML:
		if (!r->in_html) {
			report_error(r->report, here(r),
			             "HTML. Delete it; only paragraphs, - lists and **strong** words can be shown.");
		}
		break;
	case MD_TEXT_CODE:
	case MD_TEXT_NULLCHAR:
	case MD_TEXT_LATEXMATH:
	default:
		break; /* refused where it began */
	}
	return 0;
}

/* --- the head --- */

static void take_head(struct arena *a, struct report *r, struct md_file *f, const char *line, size_t len, int number) {
	struct where where = {f->where.file, number};
	const char *colon = memchr(line, ':', len);
	if (strspn(line, " \t") >= len) {
		return;
	}
	if (colon == NULL || colon == line) {
		report_error(r, where, "This line between the two --- is not 'key: value'. Correct it.");
		return;
	}
	struct md_head h = {.key = source_trim(a, line, (size_t)(colon - line)),
	                    .value = source_trim(a, colon + 1, len - (size_t)(colon + 1 - line)),
	                    .where = where};
	for (int i = 0; i < f->head_count; i++) {
		if (strcmp(f->head[i].key, h.key) == 0) {
			report_error(r, where, "'%s' is there twice. Delete one line.", h.key);
			return;
		}
	}
	if (f->head_count < HEAD_MAX) {
		f->head[f->head_count++] = h;
	}
}

/* Reads the lines between the two ---; returns where the body begins, and its line. */
static const char *read_head(struct arena *a, struct report *r, struct md_file *f, const struct source *s, int *line) {
	*line = 1;
	if (strncmp(s->bytes, "---\n", 4) != 0) {
		report_error(
		    r, (struct where){s->file, 1},
		    "The file does not begin with a line of ---. Put title, icon, tint, order and sources between two "
		    "such lines at the top.");
		return s->bytes;
	}
	f->head = arena_array(a, HEAD_MAX, sizeof *f->head);
	const char *p = s->bytes + 4;
	for (*line = 2; *p != 0; (*line)++) {
		size_t len = strcspn(p, "\n");
		const char *next = p + len + (p[len] == '\n');
		if (len == 3 && memcmp(p, "---", 3) == 0) {
			(*line)++;
			return next;
		}
		take_head(a, r, f, p, len, *line);
		p = next;
	}
	report_error(r, (struct where){s->file, 1},
	             "The second line of --- is missing. Put it before the first # heading.");
	return p;
}

const char *markdown_head(const struct md_file *f, const char *key, struct where *where) {
	for (int i = 0; i < f->head_count; i++) {
		if (strcmp(f->head[i].key, key) == 0) {
			*where = f->head[i].where;
			return f->head[i].value;
		}
	}
	*where = f->where;
	where->line = 1;
	return "";
}

bool markdown_read(struct arena *a, struct report *report, const char *file, enum md_style style, struct md_file *out) {
	*out = (struct md_file){.where = {file, 0}};
	struct source s;
	if (!source_read(a, report, file, &s)) {
		return false;
	}
	struct reading r = {.arena = a, .report = report, .style = style, .file = out, .body_line = 1, .target = ""};
	r.body = style == MD_MODULE ? read_head(a, report, out, &s, &r.body_line) : s.bytes;
	r.body_end = s.bytes + s.len;
	r.last = r.body;
	const MD_PARSER parser = {.flags = MD_FLAG_TABLES,
	                          .enter_block = on_block,
	                          .leave_block = off_block,
	                          .enter_span = on_span,
	                          .leave_span = off_span,
	                          .text = on_text};
	if (md_parse(r.body, (unsigned)(r.body_end - r.body), &parser, &r) != 0) {
		return report_error(report, out->where, "There is not enough memory. Close other programs.");
	}
	if (out->page_count == 0) {
		report_error(report, (struct where){file, 1},
		             "There is no heading. Begin the first page with a line such as # Title.");
	}
	return true;
}

bool markdown_read_head(struct arena *a, const char *file, struct md_file *out) {
	*out = (struct md_file){.where = {file, 0}};
	struct report quiet = {.arena = a};
	struct source s;
	int line = 0;
	if (!source_read(a, &quiet, file, &s)) {
		return false;
	}
	read_head(a, &quiet, out, &s, &line);
	return true;
}
