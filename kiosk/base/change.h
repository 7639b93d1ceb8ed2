/* One thing that is different between two packs, as a value: found by visit/glass/compare, told in sentences by
 * `alcove-pack diff` (packc/diff) and by staff mode, to which it crosses as a struct wire_change. Says nothing itself. */
#ifndef ALCOVE_BASE_CHANGE_H
#define ALCOVE_BASE_CHANGE_H

/* Behind each kind: what `name`, `old`, `new`, `count` and `language` hold; what is not named is "" or 0. A language's
 * name is its name in itself.
 *
 * In a struct wire_change `language` is a code (es) and names are in Latin letters wherever the pack has such: a
 * module's or a number's name is then the one of the pack's English, or of its first language. */
enum change_kind {
	CHANGE_NOTHING = 1, /* nothing (else) is different */
	CHANGE_FIRST,       /* wire: this kiosk has no such pack yet; all of it is new. count: modules */

	/* the pack itself */
	CHANGE_OTHER_PACK, /* old, new: ids, which should be the same */
	CHANGE_VERSION,    /* old, new */
	CHANGE_MADE,       /* old, new: dates; always behind a CHANGE_VERSION */
	CHANGE_PUBLISHER,  /* old, new */
	CHANGE_TITLE,      /* old, new */
	CHANGE_KIND,       /* old, new: 'library' or 'house' */

	/* languages */
	CHANGE_LANGUAGE_ADDED,      /* name; count 1: checked by a speaker */
	CHANGE_LANGUAGE_REMOVED,    /* name */
	CHANGE_LANGUAGE_REVIEWED,   /* name: now checked by a speaker */
	CHANGE_LANGUAGE_UNREVIEWED, /* name: no longer */

	/* numbers; told once for all languages, but for the text */
	CHANGE_NUMBER_ADDED,   /* name; new: its numbers; old: the day it was last checked; count: how, see below */
	CHANGE_NUMBER_REMOVED, /* name; old: its numbers */
	CHANGE_NUMBER,         /* name; old, new: its numbers */
	CHANGE_NUMBER_CHECKED, /* name; old, new: the day it was last checked; count: how, see below */
	CHANGE_NUMBER_TEXT,    /* name; what is said of it is different; language */

	/* modules, in one language */
	CHANGE_MODULE_ADDED,   /* name; count: pages; language */
	CHANGE_MODULE_REMOVED, /* name; language */
	CHANGE_MODULE,         /* name; language. Details follow. wire: no details, count: pages that are different */
	CHANGE_MODULE_TITLE,   /* a detail; old, new */
	CHANGE_MODULE_NOTE,    /* a detail: its note, its icon or whom it is for */
	CHANGE_MODULE_PAGES,   /* a detail; old, new: how many */
	CHANGE_PAGE,           /* a detail; name: its title; count: its number */
	CHANGE_PAGE_ADDED,     /* a detail; the same */
	CHANGE_PAGE_REMOVED,   /* a detail; the same, by the old number */

	/* the screen's words, in one language */
	CHANGE_WORD_ADDED,   /* name: the word; language */
	CHANGE_WORD_REMOVED, /* name: the word; language */
	CHANGE_WORD,         /* old, new; language */
	CHANGE_WORDS,        /* wire, in place of these three: count of words; language */

	/* the house's own, in one language */
	CHANGE_BOARD,   /* old, new: how many cards; language */
	CHANGE_PHRASES, /* old, new: how many; language */

	/* pictures */
	CHANGE_PICTURE_ADDED,   /* name */
	CHANGE_PICTURE_REMOVED, /* name */
	CHANGE_PICTURE,         /* name */
	CHANGE_PICTURES,        /* wire, in place of these three: count of pictures */

	CHANGE_CUT,  /* a list is so long that its rest was not compared; count: entries that were */
	CHANGE_MORE, /* wire: as many changes as a list may have were told; there are `count` more */
	CHANGE_LAST = CHANGE_MORE
};

/* How a number was checked, as `count`, added up: somebody called it; else it was compared with its source. */
enum { CHANGE_CALLED = 1, CHANGE_CALLED_BEFORE = 2 };

struct change {
	enum change_kind kind;
	int count;
	const char *id;       /* of a module, a number, a word, a picture */
	const char *name;     /* as people call it, in `language` */
	const char *code;     /* of the language */
	const char *language; /* its name in itself */
	const char *old, *new;
};

#endif
