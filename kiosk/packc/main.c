/* alcove-pack: compiles and checks content. All printing happens here. */
#include "packc/diff.h"
#include "packc/house_sheet.h"
#include "packc/hsds.h"
#include "packc/info.h"
#include "packc/inspect.h"
#include "packc/look.h"
#include "packc/options.h"
#include "packc/preview.h"
#include "packc/stamp.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int sorry(const struct fault *f) {
	fprintf(stderr, "alcove-pack: %s\n", f->says);
	return EXIT_FAILURE;
}

/* --- build ------------------------------------------------------------------------------------------------------ */

/* A bar on a terminal, nothing into a file. `to` is the share shown last, in hundredths. */
static void bar(void *to, int done, int all) {
	enum { WIDTH = 40 };
	int *shown = to;
	int share = all > 0 ? done * 100 / all : 100;
	if (share == *shown) {
		return;
	}
	*shown = share;
	char marks[WIDTH + 1];
	memset(marks, '.', WIDTH);
	memset(marks, '#', (size_t)(share * WIDTH / 100));
	marks[WIDTH] = 0;
	fprintf(stderr, "\r[%s] %3d%%%s", marks, share, share == 100 ? "\r\033[K" : "");
	fflush(stderr);
}

static int build(const struct options *o, struct arena *keep, struct report *report) {
	struct fault f = {0};
	struct compile c;
	struct writer *out = write_open(o->out, &f);
	if (out == NULL) {
		return sorry(&f);
	}
	int shown = -1;
	struct compile_options options = {.dir = o->names[0], .assets = o->assets};
	if (isatty(STDERR_FILENO)) {
		options.progress = bar;
		options.progress_to = &shown;
	}
	bool walked = compile_walk(options, keep, report, out, &c, &f);
	report_print(report, stderr);
	if (!walked || report->errors > 0) {
		write_drop(out);
		if (walked) {
			fault_say(&f, "%s was not written: errors: %d. Correct them and build again.", o->out,
			          report->errors);
		}
		return sorry(&f);
	}
	if (!write_finish(out, &f)) {
		return sorry(&f);
	}
	printf("%s: %s %s, languages: %d, modules: %d, numbers: %d\n", o->out, c.pack.id, c.pack.version,
	       c.pack.language_count, c.modules, c.numbers);
	return EXIT_SUCCESS;
}

/* --- check and preview ------------------------------------------------------------------------------------------ */

static void print_inspected(const char *dir, const struct report *report, const struct inspected *i) {
	report_print(report, stdout);
	if (i->unseen[0] != 0) {
		printf("%s: the library has no words in these languages, so nothing of them is shown: %s\n", dir,
		       i->unseen);
	}
	printf("%s: modules:", dir);
	for (int k = 0; k < i->compile.pack.language_count; k++) {
		printf(" %s %d", i->compile.pack.languages[k].code, i->compile.written[k]);
	}
	printf(" of %d; screens laid out: %d\n", i->compile.modules, i->screens);
	printf("%s: errors: %d, warnings: %d\n", dir, report->errors, report->warnings);
}

static int check(const struct options *o, struct arena *keep, struct report *report) {
	struct fault f = {0};
	struct inspected inspected;
	struct inspect_options options = {
	    .dir = o->names[0], .assets = o->assets, .today = o->today, .library = o->library};
	if (!inspect(options, keep, report, &inspected, &f)) {
		report_print(report, stdout);
		return sorry(&f);
	}
	print_inspected(o->names[0], report, &inspected);
	return report->errors > 0 || (o->strict && report->warnings > 0) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Compiles, tells what was found, shows it. */
static bool preview_once(const struct options *o, struct preview *p, const char *dir, const char *first,
                         struct fault *f) {
	struct arena keep = {0};
	struct report report = {.arena = &keep};
	struct inspected i;
	struct inspect_options options = {.dir = dir,
	                                  .assets = o->assets,
	                                  .today = o->today,
	                                  .library = o->library,
	                                  .first = first,
	                                  .pack = preview_pack(p)};
	bool good = inspect(options, &keep, &report, &i, f);
	if (good) {
		print_inspected(dir, &report, &i);
		puts(i.built ? "" : "Not shown: correct the errors and save again.\n");
		good = !i.built || preview_show(p, i.compile.pack.house ? o->library : NULL, f);
	} else {
		report_print(&report, stdout);
	}
	fflush(stdout);
	arena_free(&keep);
	return good;
}

/* The folder with the pack.ini: DIR, or two further up when DIR is a module's own, which then comes first. */
static const char *content_of(struct arena *a, const char *dir, const char **first) {
	const char *up = source_path(a, dir, "../..");
	if (source_exists(source_path(a, dir, "pack.ini")) || !source_exists(source_path(a, up, "pack.ini"))) {
		return dir;
	}
	char *own = realpath(dir, NULL);
	char *whole = realpath(up, NULL);
	*first = own == NULL ? NULL : arena_print(a, "%s", strrchr(own, '/') + 1);
	const char *found = whole == NULL ? dir : arena_print(a, "%s", whole);
	free(own);
	free(whole);
	return found;
}

static int preview(const struct options *o, struct arena *keep) {
	struct fault f = {0};
	const char *first = NULL;
	const char *dir = content_of(keep, o->names[0], &first);
	if (o->kiosk == NULL) {
		fault_say(&f, "The program alcove is not beside this one. Build it (make), or name it: --kiosk FILE.");
		return sorry(&f);
	}
	struct preview *p = preview_open(dir, o->kiosk, &f);
	bool good = p != NULL && preview_once(o, p, dir, first, &f);
	while (good && preview_wait(p) == PREVIEW_SAVED) {
		good = preview_once(o, p, dir, first, &f);
	}
	preview_close(p);
	return good ? EXIT_SUCCESS : sorry(&f);
}

/* --- the others ------------------------------------------------------------------------------------------------- */

static int info(const struct options *o, struct arena *keep) {
	struct fault f = {0};
	const char *lines = info_lines(keep, o->names[0], &f);
	if (lines == NULL) {
		return sorry(&f);
	}
	fputs(lines, stdout);
	return EXIT_SUCCESS;
}

static int diff(const struct options *o, struct arena *keep) {
	struct fault f = {0};
	struct look old;
	struct look new;
	if (!look_open(o->names[0], &old, &f)) {
		return sorry(&f);
	}
	if (!look_open(o->names[1], &new, &f)) {
		look_close(&old);
		return sorry(&f);
	}
	fputs(diff_lines(keep, old.pack, new.pack), stdout);
	look_close(&old);
	look_close(&new);
	return EXIT_SUCCESS;
}

static int stamp(const struct options *o, struct arena *keep, struct report *report) {
	struct fault f = {0};
	struct stamp_options options = {.dir = o->names[0], .lang = o->names[1], .module = o->names[2]};
	int changed = stamp_folder(keep, report, options, &f);
	report_print(report, stdout);
	if (changed < 0) {
		return sorry(&f);
	}
	printf("%s: files stamped: %d\n", o->names[0], changed);
	return report->errors > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int import(const struct options *o, struct arena *keep, struct report *report) {
	struct fault f = {0};
	struct hsds_result result;
	const char *to = o->out == NULL ? "imported" : o->out;
	bool done = hsds_import(keep, report, o->names[0], to, &result, &f);
	report_print(report, stdout);
	if (!done) {
		return sorry(&f);
	}
	printf("%s: services: %d, numbers: %d, to look at: %d. Put both files into a pack's numbers folder.\n", to,
	       result.services, result.numbers, report->count);
	return EXIT_SUCCESS;
}

static int run(const struct options *o, struct arena *keep, struct report *report) {
	switch (o->command) {
	case COMMAND_BUILD:
		return build(o, keep, report);
	case COMMAND_CHECK:
		return check(o, keep, report);
	case COMMAND_PREVIEW:
		return preview(o, keep);
	case COMMAND_INFO:
		return info(o, keep);
	case COMMAND_DIFF:
		return diff(o, keep);
	case COMMAND_STAMP:
		return stamp(o, keep, report);
	case COMMAND_IMPORT:
		return import(o, keep, report);
	case COMMAND_SHEET:
		return house_sheet_main(o->assets);
	case COMMAND_HELP:
		break;
	}
	fputs(options_help, stdout);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
	struct arena keep = {0};
	struct report report = {.arena = &keep};
	struct options o;
	struct fault f = {0};
	int result = options_read(&keep, argc, argv, &o, &f) ? run(&o, &keep, &report) : sorry(&f);
	arena_free(&keep);
	return result;
}
