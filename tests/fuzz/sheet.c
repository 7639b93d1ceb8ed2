/* house.csv, from its bytes to the pack; and a pack that is made of one is one that the kiosk takes. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "packc/house_sheet.h"
#include "visit/glass/examine.h"

static void hear(void *to, const struct wire_message *m) {
	(void)to;
	if (!wire_sane_from_host(m)) {
		abort();
	}
}

static void must_be_taken(struct blob pack) {
	int fd = memfd_create("pack", MFD_CLOEXEC);
	if (fd < 0 || write(fd, pack.bytes, pack.size) != (ssize_t)pack.size ||
	    examine(fd, -1, EXAMINE_WHOLE, hear, NULL) != WIRE_FINE) {
		abort();
	}
	close(fd);
}

void fuzz_sheet(const uint8_t *bytes, size_t size) {
	static const struct sheet_order order = {.version = 2,
	                                         .id = "org.example.house",
	                                         .made = "2026-11-20",
	                                         .title = "Example",
	                                         .publisher = "Example",
	                                         .languages = "en es*"};
	struct fault f;
	struct arena arena = {0};
	struct report report = {.arena = &arena};
	struct blob pack = {0};
	struct house_sheet *s = house_sheet_open(&order, "assets", &f);
	if (s == NULL) {
		abort();
	}
	if (house_sheet_compile(s, &report, bytes, size, &pack)) {
		must_be_taken(pack);
	} else if (report.errors == 0) {
		abort(); /* refused without a word */
	}
	house_sheet_close(s);
	arena_free(&arena);
}

FUZZ_PROGRAM(fuzz_sheet);
