/* One pack: a SQLite file that nobody trusts. Checked before it is opened, opened from its descriptor for reading only
 * and with everything off that is not needed, and asked nothing but the questions listed here. With pack_vfs the only
 * user of SQLite in a visit, and the one reader of packs for every program of ours. Knows nothing of other packs: see
 * shelf.h. */
#ifndef ALCOVE_GLASS_PACK_H
#define ALCOVE_GLASS_PACK_H

#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

struct pack;

/* Opens the pack behind `fd`, which stays open and the caller's. NULL with a sentence for staff when it is not one
 * that this program can read: the file's header, its length and its schema, text for text. */
struct pack *pack_open(int fd, struct fault *f);
void pack_close(struct pack *p);

/* The same and more: every page of the file is looked at. For the moment a pack is let in, not for every visit. */
bool pack_try(int fd, struct fault *f);
/* The same, and that the order and the constraints of every table hold: slower, for when it comes from outside. */
bool pack_try_hard(int fd, struct fault *f);

/* The questions. Parameters: A and B are text, N a number. Columns are counted from 0. */
enum ask {
	ASK_LANGUAGES, /* - ; lang, direction, reviewed, t_name, t_begin */
	ASK_WORD,      /* A lang, B id; t_text */
	ASK_WORDS,     /* A lang; id, in order */
	ASK_MODULES,   /* A lang, N audience; id, icon, tint, pages, t_title, t_note */
	ASK_MODULE,    /* A lang, B id; the same columns */
	ASK_PAGE,      /* A lang, B module, N number; picture, urgent, t_title */
	ASK_BLOCKS,    /* A lang, B module, N page; kind, target, t_text */
	ASK_SAYING,    /* A lang, B picture; t_text */
	/* A lang; id, icon, tint, grouping, t_name, t_summary, t_what, t_languages, assured_date, assured_by, t_schedule */
	ASK_SERVICES,
	ASK_PHONES,   /* A service; type, number */
	ASK_BOARD,    /* A lang; icon, tint, t_title, t_lines */
	ASK_PHRASES,  /* A lang; id, plain, t_text */
	ASK_PICTURE,  /* A name; mask, svg */
	ASK_FACTS,    /* - ; key, value */
	ASK_PICTURES, /* - ; name, mask */
	ASK_COUNT
};

/* Asks; the answer's rows come from pack_next until it is false. The same question may not be asked again inside its
 * own answer. A file that cannot be read answers as if it ended. */
void pack_ask(struct pack *p, enum ask q, const char *a, const char *b, int n);
bool pack_next(struct pack *p, enum ask q);
/* Ends an answer early; needed only when pack_next has not yet returned false. */
void pack_enough(struct pack *p, enum ask q);

/* Columns of the present row. */
int pack_int(struct pack *p, enum ask q, int column);
/* Copies a string into `out`; false, and "" there, when it does not fit. */
bool pack_string(struct pack *p, enum ask q, int column, char *out, size_t size);
/* A copy in the arena. */
const char *pack_words(struct pack *p, enum ask q, int column, struct arena *a);
/* A text, decoded into the arena; empty when it is not one. */
struct text pack_text(struct pack *p, enum ask q, int column, struct arena *a);
/* The bytes themselves, valid until the next call about this question. */
const void *pack_bytes(struct pack *p, enum ask q, int column, size_t *size);

#endif
