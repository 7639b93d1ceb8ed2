/* house.csv: a house's board, phrases and numbers as one spreadsheet, for people without tools. `alcove-pack house-sheet` is
 * started by the kiosk (base/sheet_order.h says how): it opens fonts and the list of icons, gives all its powers away, and
 * only then reads the sheet. What is wrong is told with row and column.
 *
 * The first row names the columns: `what`, `picture`, `colour`, `number`, `checked`, `how`, and one for each language (en, es,
 * ...). Below it each row is one thing, by its `what`:
 *   card    a card on the resting screen; its title in each language
 *   line    one more line of the card or the number above it (also when `what` is empty)
 *   phrase  what staff may say so that nobody else notices
 *   number  a place to call; its name in each language, with `number`, `checked` (the day) and `how` (call or source). The
 *           first line below it says what it is, the others what happens when one calls
 *   text    one more number of the place above it, for text messages
 *   #...    a remark
 * What is empty in a language is not there in that language. */
#ifndef ALCOVE_PACKC_HOUSE_SHEET_H
#define ALCOVE_PACKC_HOUSE_SHEET_H

#include "base/sheet_order.h"
#include "packc/compile.h"

/* The process: its exit status. `assets` is where they are found when the order does not say. */
int house_sheet_main(const char *assets);

/* --- the parts, for tests and fuzzing ---------------------------------------------------------------------------- */

struct house_sheet;

/* Opens all that is needed; the order must outlive it. NULL with the sentence set. */
struct house_sheet *house_sheet_open(const struct sheet_order *order, const char *assets, struct fault *f);
/* Reads a sheet. True with the pack's bytes, which stay until the close; false with what is wrong in the report: where.file
 * is the column ("" for the whole row), where.line the row. */
bool house_sheet_compile(struct house_sheet *s, struct report *report, const void *csv, size_t size, struct blob *pack);
/* Looks whether everything fits on the smallest glass with the largest words, over the library behind descriptor `packs`;
 * `packs` + 1 is memory that has the form of a file, and takes the pack. What does not is an error in the report. */
bool house_sheet_fits(struct house_sheet *s, struct report *report, struct blob pack, int packs);
void house_sheet_close(struct house_sheet *s);

#endif
