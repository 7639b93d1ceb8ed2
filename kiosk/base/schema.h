/* The one schema of a pack, shared by the compiler that writes it and the reader that refuses anything else.
 *
 * A pack is one SQLite file. Its `sqlite_schema` must equal these statements text for text (the reader compares), so no
 * trigger, view or virtual table can exist in one. Columns called `t_*` are BLOBs in the form of base/text.h. `lang` is
 * a BCP 47 tag. All tables are WITHOUT ROWID and keyed the way they are read, so opening a page costs the same in a
 * pack of fifty pages and in one of ten thousand. */
#ifndef ALCOVE_BASE_SCHEMA_H
#define ALCOVE_BASE_SCHEMA_H

#define PACK_APPLICATION_ID 0x416C6376 /* "Alcv" at byte 68 of the file */
#define PACK_SCHEMA 2                  /* user_version at byte 60 of the file */
#define PACK_PAGE_SIZE 4096

struct pack_table {
	const char *name, *sql;
};

/* In the order they are created in. */
static const struct pack_table pack_tables[] = {
    /* id, version (a whole number that only grows), publisher, made (ISO date), title, kind ('library' or 'house') */
    {"fact", "CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"},
    /* direction: 0 left to right, 1 right to left. reviewed: 1 when a person has reviewed the language.
	 * t_begin is the line on the idle board, "Touch to begin". */
    {"language", "CREATE TABLE language (position INTEGER PRIMARY KEY, lang TEXT NOT NULL, direction INTEGER NOT NULL, "
                 "reviewed INTEGER NOT NULL, t_name BLOB NOT NULL, t_begin BLOB NOT NULL)"},
    /* Interface words; id as in visit/pure/words.h. */
    {"word", "CREATE TABLE word (lang TEXT, id TEXT, t_text BLOB NOT NULL, PRIMARY KEY (lang, id)) WITHOUT ROWID"},
    /* Keyed by id, so that turning a page looks up one module however many there are; a list asks ORDER BY position.
	 * audience: 0 client, 1 staff. pages: how many. tint: 1 teal, 2 sky, 3 sand, 4 rose. t_note: content note or empty
	 * text. sources: which document and section the facts come from; never shown to a client. */
    {"module", "CREATE TABLE module (lang TEXT, id TEXT, audience INTEGER NOT NULL, position INTEGER NOT NULL, "
               "icon TEXT NOT NULL, tint INTEGER NOT NULL, pages INTEGER NOT NULL, t_title BLOB NOT NULL, "
               "t_note BLOB NOT NULL, sources TEXT NOT NULL, PRIMARY KEY (lang, id)) WITHOUT ROWID"},
    /* number from 1. picture: name in `picture` or ''. anchor: the page's own id or ''. */
    {"page", "CREATE TABLE page (lang TEXT, module TEXT, number INTEGER, anchor TEXT NOT NULL, picture TEXT NOT NULL, "
             "urgent INTEGER NOT NULL, t_title BLOB NOT NULL, PRIMARY KEY (lang, module, number)) WITHOUT ROWID"},
    /* kind: 1 paragraph, 2 list item, 3 question's answer (a choice). target of an answer: 'page:N', 'module:ID',
	 * 'numbers', 'talk' or 'home'; else ''. */
    {"block", "CREATE TABLE block (lang TEXT, module TEXT, page INTEGER, number INTEGER, kind INTEGER NOT NULL, "
              "target TEXT NOT NULL, t_text BLOB NOT NULL, PRIMARY KEY (lang, module, page, number)) WITHOUT ROWID"},
    /* A service with a number to call (HSDS 3.0). `grouping` keeps like beside like. t_what: what happens when I call,
	 * and what the line may have to report (paragraphs divided by new lines). t_languages: which ones are spoken there;
	 * t_schedule: when one can call; both empty when no source says. assured_date: ISO date; assured_by: what was done
	 * on that day, 'source' (the number was compared with its source) or 'call' (somebody called it). */
    {"service", "CREATE TABLE service (lang TEXT, position INTEGER, id TEXT NOT NULL, icon TEXT NOT NULL, "
                "tint INTEGER NOT NULL, grouping TEXT NOT NULL, assured_date TEXT NOT NULL, assured_by TEXT NOT NULL, "
                "t_name BLOB NOT NULL, t_summary BLOB NOT NULL, t_what BLOB NOT NULL, t_languages BLOB NOT NULL, "
                "t_schedule BLOB NOT NULL, "
                "PRIMARY KEY (lang, position)) WITHOUT ROWID"},
    /* type: 'voice', 'text' or 'textphone' (HSDS). number as it is written for people: digits and hyphens. */
    {"phone", "CREATE TABLE phone (service TEXT, position INTEGER, type TEXT NOT NULL, number TEXT NOT NULL, "
              "PRIMARY KEY (service, position)) WITHOUT ROWID"},
    /* The house's own board: cards on the idle screen. */
    {"board", "CREATE TABLE board (lang TEXT, position INTEGER, icon TEXT NOT NULL, tint INTEGER NOT NULL, "
              "t_title BLOB NOT NULL, t_lines BLOB NOT NULL, PRIMARY KEY (lang, position)) WITHOUT ROWID"},
    /* Phrases for "Ask me about something else": what staff will say. plain is the same without markup, as it is sent. */
    {"phrase", "CREATE TABLE phrase (lang TEXT, position INTEGER, id TEXT NOT NULL, plain TEXT NOT NULL, "
               "t_text BLOB NOT NULL, PRIMARY KEY (lang, position)) WITHOUT ROWID"},
    /* An icon of assets/icons is named "icon:NAME", a picture of a pack's own folder just "NAME". SVG, and its description for those who listen (empty for pure decoration). mask: 1 when only its shape counts and
	 * the kiosk gives the colour (icons). */
    {"picture", "CREATE TABLE picture (name TEXT PRIMARY KEY, mask INTEGER NOT NULL, svg BLOB NOT NULL) WITHOUT ROWID"},
    {"saying", "CREATE TABLE saying (lang TEXT, picture TEXT, t_text BLOB NOT NULL, PRIMARY KEY (lang, picture)) "
               "WITHOUT ROWID"},
};

#define PACK_TABLES (sizeof pack_tables / sizeof pack_tables[0])

#endif
