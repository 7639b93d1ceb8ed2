#include "replay/script.h"

#include "host/keeper.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char script_help[] =
    "Lines of a script (time is the script's own and stands still between them):\n"
    "  wait 30s                 let time pass: 500ms, 30s, 2m\n"
    "  tap ID                   touch the middle of a choice; 600 ms pass first, so that it is never taken for the\n"
    "                           second half of a double tap, nor for a nervous tap after Hide\n"
    "  touch X Y                a finger down and up, in pixels; no time passes\n"
    "  drag X Y X Y             down at the first place, slides, up at the second\n"
    "  hold X Y 3s              one finger down, so much time, and up\n"
    "  stick in FOLDER          the stick's folder `alcove`: FOLDER is renamed to that, inside --usb DIR\n"
    "  stick out FOLDER         and back\n"
    "  palm X Y                 five fingers around this place\n"
    "  key next|choose|back|hide\n"
    "  bell sending|sent|seen|closed|unreachable|again|cut|expired|full\n"
    "                           what became of the request, without a broker\n"
    "  choices                  prints each choice: id, x, y, w, h, spoken label, divided by tabs\n"
    "  screen                   prints the screen's name\n"
    "  texts                    prints what there is to read, a text a line\n"
    "  parts                    prints PART/PARTS/CLIPPED: which part, of how many, texts that do not fit\n"
    "  look                     prints all four as one JSON object: screen, part, parts, clipped, texts, choices\n"
    "  frame FILE.png           keeps what the glass shows, and prints FILE.png\n"
    "  frame-hash               prints FNV-1a (64 bit) of width and height (4 bytes each, lowest first) and of each\n"
    "                           pixel's blue, green, red and a zero byte\n"
    "  expect screen NAME       the line must hold, or the replay ends there\n"
    "  expect choice ID         expect no choice ID\n"
    "  expect text WORDS        words on the screen, wherever lines break; expect no text WORDS\n"
    "  expect focus ID          the choice that keys have moved to\n"
    "  tap ID until CONDITION   again and again, until what could stand behind `expect` holds: screen NAME, choice "
    "ID,\n"
    "                           text WORDS, focus ID; also with key and wait\n"
    "  expect frame FILE.png    the same size and pixels; else FILE.differs.png shows where (below build/differs)\n"
    "  expect first-frame       what the glass showed when the script began\n"
    "  expect request HOW WHEN LANGUAGE [PHRASE [= PHRASE FOR STAFF]]   what was asked of staff last:\n"
    "                           come|desk|other, now|soon|later\n"
    "  expect request none      nothing is asked of staff, or it was taken back\n"
    "  expect end hidden|cleared|crashed|hung|insane   how the last visit ended; after one that crashed, hung or\n"
    "                           sent nonsense no other line holds\n"
    "  # comment\n"
    "With SCRIPT - each line is answered at once with one line: what was asked for, \"ok\" when nothing was, or \"no: "
    "SENTENCE\". There "
    "`choices`\n"
    "is a JSON array of {\"id\", \"x\", \"y\", \"w\", \"h\", \"says\", \"focused\", \"selected\"} and `texts` one of "
    "strings.\n";

struct word {
	const char *text;
	int value;
};

static const struct word keys[] = {
    {"next", WIRE_NEXT}, {"choose", WIRE_CHOOSE}, {"back", WIRE_BACK}, {"hide", WIRE_HIDE}, {NULL, 0}};
static const struct word bells[] = {{"sending", WIRE_BELL_SENDING},
                                    {"sent", WIRE_BELL_SENT},
                                    {"seen", WIRE_BELL_SEEN},
                                    {"closed", WIRE_BELL_CLOSED},
                                    {"unreachable", WIRE_BELL_UNREACHABLE},
                                    {"again", WIRE_BELL_AGAIN},
                                    {"cut", WIRE_BELL_CUT},
                                    {"expired", WIRE_BELL_EXPIRED},
                                    {"full", WIRE_BELL_FULL},
                                    {NULL, 0}};
static const struct word ends[] = {{"hidden", KEEPER_HIDDEN},   {"cleared", KEEPER_CLEARED_BY_TIME},
                                   {"crashed", KEEPER_CRASHED}, {"hung", KEEPER_HUNG},
                                   {"insane", KEEPER_INSANE},   {NULL, 0}};

/* --- what stands behind the words of a line ---------------------------------------------------------------------- */

typedef bool reader(const char *rest, struct line *out, struct fault *f);

static bool read_nothing(const char *rest, struct line *out, struct fault *f) {
	(void)out;
	return rest[0] == 0 || fault_say(f, "Nothing belongs behind this, but there is \"%.60s\".", rest);
}

static bool read_text(const char *rest, struct line *out, struct fault *f) {
	if (rest[0] == 0) {
		return fault_say(f, "Something is missing at the end of this line. See --help.");
	}
	if (strlen(rest) >= sizeof out->text) {
		return fault_say(f, "This line is longer than %d bytes.", LINE_TEXT - 1);
	}
	memcpy(out->text, rest, strlen(rest) + 1);
	return true;
}

static bool read_word(const char *rest, struct line *out, struct fault *f) {
	if (strpbrk(rest, " \t") != NULL) {
		return fault_say(f, "One word belongs here, not \"%.60s\".", rest);
	}
	return read_text(rest, out, f);
}

static const long long wait_most_ms = 31LL * 24 * 3600 * 1000;

static bool read_time(const char *rest, struct line *out, struct fault *f) {
	static const struct word units[] = {{"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {NULL, 0}};
	char *end;
	errno = 0;
	long long n = isdigit((unsigned char)rest[0]) ? strtoll(rest, &end, 10) : -1;
	for (const struct word *u = units; n >= 0 && errno == 0 && u->text != NULL; u++) {
		if (strcmp(end, u->text) == 0 && n <= wait_most_ms / u->value) {
			out->ms = n * u->value;
			return true;
		}
	}
	return fault_say(f, "\"%.40s\" is no time. Write it like 500ms, 30s or 2m; a month at most.", rest);
}

static bool read_numbers(const char *rest, int count, struct line *out, struct fault *f) {
	char *end = (char *)(uintptr_t)rest;
	for (int i = 0; i < count; i++) {
		const char *start = end;
		long n = strtol(start, &end, 10);
		if (end == start || n < 0 || n >= GLASS_MAX) {
			return fault_say(f, "Here belong %d whole numbers of pixels from 0 to %d.", count,
			                 GLASS_MAX - 1);
		}
		out->at[i] = (int)n;
	}
	end += strspn(end, " \t");
	return read_nothing(end, out, f);
}

static bool read_place(const char *rest, struct line *out, struct fault *f) {
	return read_numbers(rest, 2, out, f);
}

static bool read_two_places(const char *rest, struct line *out, struct fault *f) {
	return read_numbers(rest, 4, out, f);
}

/* X Y TIME */
static bool read_hold(const char *rest, struct line *out, struct fault *f) {
	char numbers[LINE_TEXT];
	const char *time = strrchr(rest, ' ');
	size_t n = time != NULL ? (size_t)(time - rest) : 0;
	if (n == 0 || n >= sizeof numbers) {
		return fault_say(f, "Write it like hold 20 20 3s.");
	}
	memcpy(numbers, rest, n);
	numbers[n] = 0;
	return read_place(numbers, out, f) && read_time(time + 1, out, f);
}

static bool read_one_of(const struct word *words, const char *rest, struct line *out, struct fault *f) {
	char known[128] = "";
	for (; words->text != NULL; words++) {
		if (strcmp(words->text, rest) == 0) {
			out->word = words->value;
			return true;
		}
		size_t used = strlen(known);
		snprintf(known + used, sizeof known - used, "%s%s", used > 0 ? ", " : "", words->text);
	}
	return fault_say(f, "\"%.40s\" is not known here. Use one of: %s.", rest, known);
}

static bool read_key(const char *rest, struct line *out, struct fault *f) {
	return read_one_of(keys, rest, out, f);
}

static bool read_bell(const char *rest, struct line *out, struct fault *f) {
	return read_one_of(bells, rest, out, f);
}

static bool read_end(const char *rest, struct line *out, struct fault *f) {
	return read_one_of(ends, rest, out, f);
}

/* --- lines ------------------------------------------------------------------------------------------------------ */

static const struct form {
	const char *words;
	enum line_kind kind;
	reader *read;
} forms[] = {
    {"wait", LINE_WAIT, read_time},
    {"tap", LINE_TAP, read_word},
    {"touch", LINE_TOUCH, read_place},
    {"drag", LINE_DRAG, read_two_places},
    {"hold", LINE_HOLD, read_hold},
    {"stick in", LINE_STICK_IN, read_word},
    {"stick out", LINE_STICK_OUT, read_word},
    {"palm", LINE_PALM, read_place},
    {"key", LINE_KEY, read_key},
    {"bell", LINE_BELL, read_bell},
    {"choices", LINE_CHOICES, read_nothing},
    {"screen", LINE_SCREEN, read_nothing},
    {"texts", LINE_TEXTS, read_nothing},
    {"parts", LINE_PARTS, read_nothing},
    {"look", LINE_LOOK, read_nothing},
    {"frame", LINE_FRAME, read_text},
    {"frame-hash", LINE_FRAME_HASH, read_nothing},
    {"expect screen", LINE_EXPECT_SCREEN, read_word},
    {"expect choice", LINE_EXPECT_CHOICE, read_word},
    {"expect no choice", LINE_EXPECT_NO_CHOICE, read_word},
    {"expect text", LINE_EXPECT_TEXT, read_text},
    {"expect no text", LINE_EXPECT_NO_TEXT, read_text},
    {"expect focus", LINE_EXPECT_FOCUS, read_word},
    {"expect frame", LINE_EXPECT_FRAME, read_text},
    {"expect first-frame", LINE_EXPECT_FIRST_FRAME, read_nothing},
    {"expect request", LINE_EXPECT_REQUEST, read_text},
    {"expect end", LINE_EXPECT_END, read_end},
};

/* What follows `words` in `s`, or NULL when it does not begin with them. */
static const char *after(const char *s, const char *words) {
	size_t n = strlen(words);
	if (strncmp(s, words, n) != 0 || (s[n] != 0 && s[n] != ' ' && s[n] != '\t')) {
		return NULL;
	}
	return s + n + strspn(s + n, " \t");
}

static bool read_form(const char *begin, struct line *out, struct fault *f) {
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		const char *rest = after(begin, forms[i].words);
		if (rest != NULL) {
			out->kind = forms[i].kind;
			return forms[i].read(rest, out, f);
		}
	}
	return fault_say(f, "\"%.60s\" is no line of a script. See --help.", begin);
}

/* What stands behind " until " is read as if it stood behind "expect ". */
static bool read_until(const char *condition, struct line *out, struct fault *f) {
	char expect[LINE_TEXT];
	struct line want = {.kind = LINE_NOTHING};
	snprintf(expect, sizeof expect, "expect %s", condition);
	if (!read_form(expect, &want, f)) {
		return false;
	}
	if (want.kind < LINE_EXPECT_SCREEN || want.kind > LINE_EXPECT_FOCUS) {
		return fault_say(f, "Behind \"until\" belongs a screen, a choice, a text or a focus.");
	}
	out->until = want.kind;
	memcpy(out->until_text, want.text, sizeof out->until_text);
	return true;
}

bool script_line(const char *written, struct line *out, struct fault *f) {
	char s[2 * LINE_TEXT];
	memset(out, 0, sizeof *out);
	if (strlen(written) >= sizeof s) {
		return fault_say(f, "This line is longer than %d bytes.", LINE_TEXT - 1);
	}
	size_t skip = strspn(written, " \t"), n = strlen(written + skip);
	memcpy(s, written + skip, n + 1);
	while (n > 0 && isspace((unsigned char)s[n - 1])) {
		s[--n] = 0;
	}
	if (s[0] == 0 || s[0] == '#') {
		return true;
	}
	bool repeats = after(s, "tap") != NULL || after(s, "key") != NULL || after(s, "wait") != NULL;
	char *until = repeats ? strstr(s, " until ") : NULL;
	if (until != NULL) {
		*until = 0;
		return read_until(until + strlen(" until "), out, f) && read_form(s, out, f);
	}
	return read_form(s, out, f);
}
