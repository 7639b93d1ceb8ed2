/* alcove-replay: plays a script to a real visit. See --help. */
#include "replay/options.h"
#include "replay/play.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELD = 0, DID_NOT_HOLD = 1, COULD_NOT_BEGIN = 2 };

static void print_answer(const struct answer *a) {
	if (a->len > 0) {
		puts(a->text);
	} else if (a->one_line) {
		puts("ok");
	}
	fflush(stdout);
}

static bool play_written(struct player *p, const char *written, bool one_line, struct fault *f) {
	struct line line;
	struct answer answer = {.one_line = one_line};
	bool fine = script_line(written, &line, f) && play_line(p, &line, &answer, f);
	if (fine) {
		print_answer(&answer);
	} else if (one_line) {
		printf("no: %s\n", f->says);
		fflush(stdout);
	}
	answer_free(&answer);
	return fine;
}

static int play_file(struct player *p, FILE *file, const char *name) {
	char *written = NULL;
	size_t room = 0;
	struct fault f;
	bool fine = true;
	int number = 0;
	while (fine && getline(&written, &room, file) >= 0) {
		number++;
		fine = play_written(p, written, strcmp(name, "-") == 0, &f);
	}
	fine = fine && play_ended_well(p, &f);
	if (!fine) {
		fprintf(stderr, "%s:%d: %s\n", name, number, f.says);
	}
	free(written);
	return fine ? HELD : DID_NOT_HOLD;
}

int main(int argc, char **argv) {
	struct replay_options options;
	struct fault f;
	signal(SIGPIPE, SIG_IGN);
	if (!replay_options_read(argc, argv, &options, &f)) {
		fprintf(stderr, "alcove-replay: %s\n", f.says);
		return COULD_NOT_BEGIN;
	}
	if (options.help) {
		printf("%s%s", replay_help, script_help);
		return HELD;
	}
	bool asked = strcmp(options.script, "-") == 0;
	FILE *file = asked ? stdin : fopen(options.script, "re");
	if (file == NULL) {
		fprintf(stderr, "alcove-replay: The script %s could not be opened: %s.\n", options.script,
		        strerror(errno));
		return COULD_NOT_BEGIN;
	}
	int result = COULD_NOT_BEGIN;
	struct player *player = malloc(sizeof *player); /* holds what a screen says: too large for a stack */
	if (player == NULL) {
		fprintf(stderr, "alcove-replay: There is not enough memory to start.\n");
	} else if (!player_start(player, &options, &f)) {
		fprintf(stderr, "alcove-replay: %s\n", f.says);
	} else {
		result = play_file(player, file, options.script);
		player_stop(player);
	}
	free(player);
	fclose(file);
	return result;
}
