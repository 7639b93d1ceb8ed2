#include "host/placard.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 60, READ_SECONDS = 5, SYSTEMD = 1 };

/* Words stay whole: a console breaks lines wherever it is full. */
static void put_lines(const char *says) {
	size_t column = 0;
	while (*says != 0) {
		size_t word = strcspn(says, " ");
		if (column > 0 && column + 1 + word > COLUMNS) {
			fputs("\r\n  ", stderr);
			column = 0;
		}
		fprintf(stderr, "%s%.*s", column > 0 ? " " : "", (int)word, says);
		column += word + (column > 0 ? 1 : 0);
		says += word;
		says += strspn(says, " ");
	}
}

void placard(const char *says) {
	if (getppid() != SYSTEMD || isatty(STDERR_FILENO) == 0) {
		fprintf(stderr, "alcove: %s\n", says);
		return;
	}
	fputs("\033[2J\033[H\r\n\r\n  ", stderr); /* an empty screen, from its upper left corner */
	put_lines(says);
	fputs("\r\n", stderr);
	sleep(READ_SECONDS);
}
