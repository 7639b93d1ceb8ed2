#include "packc/inspect.h"

#include "packc/fits.h"
#include "packc/shaper.h"
#include "visit/glass/shelf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A shelf wants its packs on descriptors that follow on from each other. */
enum { FIRST_FD = 200 };

static int open_packs(const char *const *files, int count) {
	int opened = 0;
	for (; opened < count; opened++) {
		int fd = open(files[opened], O_RDONLY | O_CLOEXEC);
		bool there = fd >= 0 && dup3(fd, FIRST_FD + opened, O_CLOEXEC) >= 0;
		if (fd >= 0) {
			close(fd);
		}
		if (!there) {
			break;
		}
	}
	return opened;
}

static const char *unseen_languages(struct arena *a, const struct pack *pack, struct book book) {
	struct arena list = {0};
	const struct language *languages = NULL;
	int count = book.languages(book.self, &list, &languages);
	const char *unseen = "";
	for (int i = 0; i < pack->language_count; i++) {
		bool seen = false;
		for (int k = 0; k < count; k++) {
			seen = seen || strcmp(languages[k].code, pack->languages[i].code) == 0;
		}
		if (!seen) {
			unseen = arena_print(a, "%s%s%s", unseen, unseen[0] == 0 ? "" : ", ", pack->languages[i].code);
		}
	}
	arena_free(&list);
	return unseen;
}

/* Lays out what the packs hold together. */
static bool lay_out(const struct inspect_options *o, struct arena *keep, struct report *report,
                    const struct places *places, const char *pack, struct inspected *out, struct fault *f) {
	const char *files[2] = {o->library, pack};
	bool both = out->compile.pack.house;
	int count = both ? 2 : 1;
	struct font_table *table = arena_get(keep, sizeof *table);
	if (!fonts_read(source_path(keep, o->assets, "fonts.ini"), table, f)) {
		return false;
	}
	int opened = open_packs(both ? files : files + 1, count);
	struct shelf *shelf = NULL;
	if (opened == count) {
		shelf = shelf_open(FIRST_FD, count, f);
	} else {
		fault_say(f, "%s cannot be opened. Build the library first, or name it: --with FILE.", files[opened]);
	}
	struct shaper *shaper = shelf == NULL ? NULL : shaper_open(table, f);
	if (shaper != NULL) {
		struct fits fits = {
		    .book = shelf_book(shelf), .measure = shaper_measure(shaper), .places = places, .report = report};
		fits_walk(&fits);
		out->screens = fits.screens;
		out->unseen = unseen_languages(keep, &out->compile.pack, fits.book);
	}
	bool done = shaper != NULL;
	shaper_close(shaper);
	shelf_close(shelf);
	for (int i = 0; i < opened; i++) {
		close(FIRST_FD + i);
	}
	return done;
}

/* Compiles into `pack`; true when it is there. */
static bool compile_aside(const struct inspect_options *o, struct arena *keep, struct report *report,
                          struct places *places, const char *pack, struct inspected *out, struct fault *f) {
	struct writer *w = write_open(pack, f);
	struct compile_options options = {
	    .dir = o->dir, .assets = o->assets, .today = o->today, .first = o->first, .places = places};
	if (w == NULL || !compile_walk(options, keep, report, w, &out->compile, f)) {
		write_drop(w);
		return false;
	}
	if (report->errors > 0) {
		write_drop(w);
		return true;
	}
	out->built = write_finish(w, f);
	return out->built;
}

bool inspect(struct inspect_options o, struct arena *keep, struct report *report, struct inspected *out,
             struct fault *f) {
	*out = (struct inspected){.unseen = ""};
	const char *root = getenv("TMPDIR");
	char *aside = (char *)arena_print(keep, "%s/alcove-check-XXXXXX", root == NULL ? "/tmp" : root);
	if (o.pack == NULL && mkdtemp(aside) == NULL) {
		return fault_say(f, "No folder can be made in %s. Set TMPDIR to one that can be written to.",
		                 root == NULL ? "/tmp" : root);
	}
	const char *pack = o.pack != NULL ? o.pack : source_path(keep, aside, "checked.pack");
	struct places *places = places_new(keep);
	bool done = compile_aside(&o, keep, report, places, pack, out, f);
	if (done && out->built && out->compile.pack.house && o.library == NULL) {
		report_warning(report, out->compile.pack.where,
		               "Whether everything fits was not looked at: that takes the words of a library. Build "
		               "one, or name it: --with FILE.");
	} else if (done && out->built) {
		done = lay_out(&o, keep, report, places, pack, out, f);
	}
	if (o.pack == NULL) {
		unlink(pack);
		rmdir(aside);
		out->built = false;
	}
	return done;
}
