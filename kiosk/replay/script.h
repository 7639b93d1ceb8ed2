/* One line of a script, read into a value: what to do and with what. Pure: it opens nothing and does nothing. */
#ifndef ALCOVE_REPLAY_SCRIPT_H
#define ALCOVE_REPLAY_SCRIPT_H

#include "base/fault.h"

#include <stdint.h>

enum line_kind {
	LINE_NOTHING, /* blank, or a comment */
	LINE_WAIT,
	LINE_TAP,
	LINE_TOUCH,
	LINE_DRAG,
	LINE_HOLD,
	LINE_STICK_IN,
	LINE_STICK_OUT,
	LINE_PALM,
	LINE_KEY,
	LINE_BELL,
	LINE_CHOICES,
	LINE_SCREEN,
	LINE_TEXTS,
	LINE_PARTS,
	LINE_LOOK,
	LINE_FRAME,
	LINE_FRAME_HASH,
	LINE_EXPECT_SCREEN,
	LINE_EXPECT_CHOICE,
	LINE_EXPECT_NO_CHOICE,
	LINE_EXPECT_TEXT,
	LINE_EXPECT_NO_TEXT,
	LINE_EXPECT_FOCUS,
	LINE_EXPECT_FRAME,
	LINE_EXPECT_FIRST_FRAME,
	LINE_EXPECT_REQUEST,
	LINE_EXPECT_END,
	LINE_COUNT,
};

enum { LINE_TEXT = 1024 };

struct line {
	enum line_kind kind;
	int64_t ms;           /* LINE_WAIT, LINE_HOLD */
	int at[4];            /* x, y and for a drag the other x, y; pixels */
	int word;             /* wire_keycode, wire_bell or keeper_end */
	char text[LINE_TEXT]; /* an id, a name, a file or words; as it was written */
	enum line_kind until; /* the line is carried out again until this one of LINE_EXPECT_* holds; 0 for once */
	char until_text[LINE_TEXT];
};

/* False with a sentence that says what would be right. */
bool script_line(const char *written, struct line *out, struct fault *f);

/* What lines there are, for --help. */
extern const char script_help[];

#endif
