/* The little of Markdown that writers may use, read with md4c: `# Headings` that start a page (or a card), paragraphs,
 * `- ` lists, **strong**, and list items that are one link: the answers of a page that asks. Everything else is refused
 * with file and line. Before it may stand a head of `key: value` lines between two lines of ---. */
#ifndef ALCOVE_PACKC_MARKDOWN_H
#define ALCOVE_PACKC_MARKDOWN_H

#include "packc/source.h"

enum md_kind { MD_PARAGRAPH = 1, MD_ITEM, MD_ANSWER }; /* as in the pack's table `block` */

struct md_block {
	enum md_kind kind;
	const char *text;   /* with the signs of typeset.h */
	const char *target; /* of an answer, as written: "#place", "module:ID", "numbers", "talk", "home"; else "" */
	struct where where;
};

struct md_page {
	const char *title;
	const char *picture, *id, *icon, *tint; /* "" when not given */
	bool urgent;
	struct where where;
	struct md_block *blocks;
	int count;
};

struct md_head {
	const char *key, *value;
	struct where where;
};

struct md_file {
	struct md_head *head;
	int head_count;
	struct md_page *pages;
	int page_count;
	struct where where;
};

enum md_style {
	MD_MODULE, /* head; lines of a paragraph run together; pages have picture=, id=, urgent */
	MD_BOARD,  /* no head; each line of a paragraph stays a line; cards have icon=, tint= */
};

/* False when the file cannot be read at all. Else what could be read, with everything wrong in the report. */
bool markdown_read(struct arena *a, struct report *r, const char *file, enum md_style style, struct md_file *out);

/* Only what stands between the two lines of ---, without a word about what is wrong there. */
bool markdown_read_head(struct arena *a, const char *file, struct md_file *out);

/* The value of a key of the head, with its line; "" and the file when it is not there. */
const char *markdown_head(const struct md_file *f, const char *key, struct where *where);

#endif
