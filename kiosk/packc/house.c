/* What a shelter says about itself: cards on the idle board, and phrases that staff may say. */
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
	if (c->out != NULL) {
		write_row(c->out, "board", "sisitt", l->code, position, card->icon, tint, &title, &lines);
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

void compile_phrases(struct compile *c) {
	for (int i = 0; i < c->pack.language_count; i++) {
		const struct pack_language *l = &c->pack.languages[i];
		const char *file = compile_path(c, "phrases", l->code, ".csv");
		struct sheet sheet;
		if (source_exists(file) && sheet_read(c->keep, c->report, file, columns, COLUMNS, &sheet)) {
			for (int k = 0; k < sheet.count; k++) {
				write_phrase(c, l, &sheet, k);
				arena_reset(c->scratch);
			}
		}
	}
	compile_stray_files(c, "phrases", ".csv");
	arena_reset(c->scratch);
}
