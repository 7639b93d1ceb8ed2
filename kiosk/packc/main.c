/* alcove-pack: compiles and checks content. All printing happens here. */
#include "packc/compile.h"
#include "packc/info.h"
#include "packc/options.h"

#include <stdlib.h>

static int sorry(const struct fault *f) {
	fprintf(stderr, "alcove-pack: %s\n", f->says);
	return EXIT_FAILURE;
}

static int build(const struct options *o, struct arena *keep, struct report *report) {
	struct fault f = {0};
	struct compile c;
	struct writer *out = write_open(o->out, &f);
	if (out == NULL) {
		return sorry(&f);
	}
	bool walked = compile_walk((struct compile_options){o->path, o->assets, NULL}, keep, report, out, &c, &f);
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

static int check(const struct options *o, struct arena *keep, struct report *report) {
	struct fault f = {0};
	struct compile c;
	bool walked = compile_walk((struct compile_options){o->path, o->assets, o->today}, keep, report, NULL, &c, &f);
	report_print(report, stdout);
	if (!walked) {
		return sorry(&f);
	}
	printf("%s: errors: %d, warnings: %d\n", o->path, report->errors, report->warnings);
	return report->errors > 0 || (o->strict && report->warnings > 0) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int info(const struct options *o, struct arena *keep) {
	struct fault f = {0};
	const char *lines = info_lines(keep, o->path, &f);
	if (lines == NULL) {
		return sorry(&f);
	}
	fputs(lines, stdout);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
	struct arena keep = {0};
	struct report report = {.arena = &keep};
	struct options o;
	struct fault f = {0};
	int result = EXIT_SUCCESS;
	if (!options_read(&keep, argc, argv, &o, &f)) {
		result = sorry(&f);
	} else if (o.command == COMMAND_BUILD) {
		result = build(&o, &keep, &report);
	} else if (o.command == COMMAND_CHECK) {
		result = check(&o, &keep, &report);
	} else if (o.command == COMMAND_INFO) {
		result = info(&o, &keep);
	} else {
		fputs(options_help, stdout);
	}
	arena_free(&keep);
	return result;
}
