/* What a shelter says about itself: cards on the idle board, and phrases that staff may say. */
#include "packc/check.h"
#include "packc/compile.h"
#include "packc/markdown.h"
#include "packc/sheet.h"
#include "packc/typeset.h"
#include "wire/wire.h"

#include <string.h>

/* --- board --- */

static const char *lines_of(struct compile *c, const struct md_page *card) {
	const char *lines = "";
	for (int i = 0; i < card->count; i++) {
		lines = arena_print(c->scratch, "%s%s%s", lines, i == 0 ? "" : "\n", card->blocks[i].text);
	}
	return lines;
}

static void write_card(struct compile *c, const struct pack_language *l, const struct md_page *card, int position) {
	if (card->icon[0] == 0) {
		report_error(c->report, card->where,
		             "The card has no icon. Put {icon=NAME tint=sand} behind its heading.");
	}
	compile_needs_icon(c, card->icon, card->where);
	int tint = card->tint[0] == 0 ? 0 : compile_tint(c, card->tint, card->where);
	struct text title = compile_text(c, l, card->where, card->title);
	struct where where = card->count > 0 ? card->blocks[0].where : card->where;
	struct text lines = compile_text(c, l, where, lines_of(c, card));
	if (compile_checks(c)) {
		check_bystander(c->report, card->where, "title", card->title);
		for (int i = 0; i < card->count; i++) {
			check_bystander(c->report, card->blocks[i].where, "card", card->blocks[i].text);
		}
	}
	if (c->out != NULL) {
		write_row(c->out, "board", "sisitt", l->code, position, card->icon, tint, &title, &lines);
	}
}

/* Beside the cards of the original: as many, with the same icons. */
static void check_board(struct compile *c, const struct pack_language *l, const struct md_file *board) {
	const struct pack_language *from = pack_original(&c->pack);
	const char *file = arena_print(c->scratch, "%s/board/%s.md", c->options.dir, from->code);
	struct report quiet = {.arena = c->scratch};
	struct md_file original;
	if (l == from || !source_exists(file) || !markdown_read(c->scratch, &quiet, file, MD_BOARD, &original)) {
		return;
	}
	if (original.page_count != board->page_count) {
		report_warning(c->report, board->where, "This board has %d cards, %s.md has %d. Make them the same.",
		               board->page_count, from->code, original.page_count);
	}
	for (int i = 0; i < board->page_count && i < original.page_count; i++) {
		const struct md_page *card = &board->pages[i];
		if (strcmp(card->icon, original.pages[i].icon) != 0) {
			report_warning(c->report, card->where,
			               "This card has the icon '%s', in %s.md:%d it has '%s'. Make them the same.",
			               card->icon, from->code, original.pages[i].where.line, original.pages[i].icon);
		}
	}
}

void compile_board(struct compile *c) {
	for (int i = 0; i < c->pack.language_count; i++) {
		const struct pack_language *l = &c->pack.languages[i];
		const char *file = compile_path(c, "board", l->code, ".md");
		struct md_file board;
		if (source_exists(file) && markdown_read(c->scratch, c->report, file, MD_BOARD, &board)) {
			for (int k = 0; k < board.page_count; k++) {
				write_card(c, l, &board.pages[k], k + 1);
			}
			if (compile_checks(c)) {
				check_board(c, l, &board);
			}
		}
		arena_reset(c->scratch);
	}
	compile_stray_files(c, "board", ".md");
	arena_reset(c->scratch);
}

/* --- phrases --- */

enum column { ID, TEXT, COLUMNS };
static const char *const columns[COLUMNS] = {"id", "text"};

static void write_phrase(struct compile *c, const struct pack_language *l, const struct sheet *sheet, int i) {
	const struct sheet_row *row = &sheet->rows[i];
	const char *id = row->cells[ID];
	const char *text = row->cells[TEXT];
	if (!source_id_ok(id)) {
		report_error(c->report, row->where,
		             "'%s' is not an id. Use lower-case letters, digits and '-', at most %d.", id,
		             SOURCE_MAX_ID);
	}
	for (int k = 0; k < i; k++) {
		if (strcmp(sheet->rows[k].cells[ID], id) == 0) {
			report_error(c->report, row->where, "The phrase '%s' is there twice. Delete one row.", id);
		}
	}
	if (text[0] == 0 || strlen(text) >= WIRE_SAYS || strchr(text, '\n') != NULL) {
		report_error(c->report, row->where,
		             "The phrase '%s' must be one line of at most %d bytes. Shorten or fill it in.", id,
		             WIRE_SAYS - 1);
		return;
	}
	struct text set = compile_text(c, l, row->where, text);
	if (c->out != NULL) {
		write_row(c->out, "phrase", "sisst", l->code, i + 1, id, text, &set);
	}
}

/* A phrase that another language has and this one lacks would be offered to some people only. */
static void check_phrases(struct compile *c, const struct pack_language *l, const struct sheet *sheet) {
	const struct pack_language *from = pack_original(&c->pack);
	const char *file = arena_print(c->scratch, "%s/phrases/%s.csv", c->options.dir, from->code);
	struct report quiet = {.arena = c->scratch};
	struct sheet original;
	if (l == from || !source_exists(file) || !sheet_read(c->scratch, &quiet, file, columns, COLUMNS, &original)) {
		return;
	}
	for (int i = 0; i < original.count; i++) {
		bool there = false;
		for (int k = 0; k < sheet->count; k++) {
			there = there || strcmp(sheet->rows[k].cells[ID], original.rows[i].cells[ID]) == 0;
		}
		if (!there) {
			const char *own = arena_print(c->scratch, "%s/phrases/%s.csv", c->options.dir, l->code);
			report_warning(c->report, (struct where){own, 0},
			               "The phrase '%s' of %s.csv is missing. Add it.", original.rows[i].cells[ID],
			               from->code);
		}
	}
}

void compile_phrases(struct compile *c) {
	for (int i = 0; i < c->pack.language_count; i++) {
		const struct pack_language *l = &c->pack.languages[i];
		const char *file = compile_path(c, "phrases", l->code, ".csv");
		struct sheet sheet;
		if (source_exists(file) && sheet_read(c->between, c->report, file, columns, COLUMNS, &sheet)) {
			for (int k = 0; k < sheet.count; k++) {
				write_phrase(c, l, &sheet, k);
				arena_reset(c->scratch);
			}
			if (compile_checks(c)) {
				check_phrases(c, l, &sheet);
				arena_reset(c->scratch);
			}
		}
		arena_reset(c->between);
	}
	compile_stray_files(c, "phrases", ".csv");
	arena_reset(c->scratch);
}
