/* "Install this file, and walk every page of it." The bytes are edits to a good pack, so that nearly all of them get past the
 * first look and reach what a visit reads; there is no signature in the way, for a house's own pack has none. Each step is the
 * kiosk's own: the store copies and hashes, the look child's code reads it whole and compares it, the store switches, a shelf
 * is made of what is in use, and every screen of it is laid out. Only processes and their sandboxes are left out. */
#include "fuzz.h"

#include "glass/make_pack.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "packc/fits.h"
#include "store/look.h"
#include "store/store.h"
#include "visit/glass/examine.h"
#include "visit/glass/shelf.h"

enum { FIRST_FD = 300, FILE_MOST = 1 << 20 };

/* What lives as long as the program: libFuzzer has no place to keep it. */
struct stand {
	unsigned char *base;
	size_t size;
	int good; /* the base on a descriptor, to compare with */
	struct store *store;
	char dir[64];
};

static void make_base(struct stand *to) {
	struct making m = making_begin(NULL);
	making_do(&m, "INSERT INTO fact VALUES ('id', 'org.example.house'), ('version', '3'), ('kind', 'house'), "
	              "('made', '2026-11-20'), ('title', 'Example'), ('publisher', 'Somebody')");
	making_language(&m, 1, "en", "English", TAG_LATIN, 0, NULL);
	making_language(&m, 2, "ar", "Arabic", TAG('A', 'r', 'a', 'b'), 1, NULL);
	making_module(&m, "en", 1, "one", "One", 2);
	making_module(&m, "ar", 1, "one", "One", 2);
	making_do(
	    &m,
	    "INSERT INTO block VALUES ('en', 'one', 1, 2, 3, 'page:2', t('Yes', %u, 0)), "
	    "('en', 'one', 1, 3, 2, '', t('An item', %u, 0)), ('en', 'one', 2, 2, 3, 'module:one', t('No', %u, 0))",
	    TAG_LATIN, TAG_LATIN, TAG_LATIN);
	making_do(
	    &m,
	    "INSERT INTO service VALUES ('en', 1, 'line', 'phone', 2, 'all', '2026-11-03', 'call', t('Line', %u, 0), "
	    "t('All day', %u, 0), t('They ask', %u, 0), t('', 0, 0), t('Always', %u, 0))",
	    TAG_LATIN, TAG_LATIN, TAG_LATIN, TAG_LATIN);
	making_do(&m, "INSERT INTO phone VALUES ('line', 1, 'voice', '1-888-373-7888'), ('line', 2, 'text', '233733')");
	making_do(&m, "INSERT INTO board VALUES ('en', 1, 'meal', 3, t('Meals', %u, 0), t('At 8', %u, 0))", TAG_LATIN,
	          TAG_LATIN);
	making_do(&m, "INSERT INTO phrase VALUES ('en', 1, 'mail', 'You have mail.', t('You have mail.', %u, 0))",
	          TAG_LATIN);
	making_do(&m, "INSERT INTO saying VALUES ('en', 'house', t('A house', %u, 0))", TAG_LATIN);
	making_do(&m, "INSERT INTO picture VALUES ('house', 0, CAST('<svg xmlns=\"http://www.w3.org/2000/svg\" "
	              "viewBox=\"0 0 9 9\">"
	              "<path fill=\"#123\" d=\"M1 1h7v7h-7z\"/></svg>' AS BLOB))");
	to->base = making_end(&m, &to->size);
	to->good = memfd_create("good", MFD_CLOEXEC);
	assert_int_equal(write(to->good, to->base, to->size), to->size);
}

static struct stand s;

static void leave(void) {
	char command[100];
	store_close(s.store);
	free(s.base);
	close(s.good);
	snprintf(command, sizeof command, "rm -rf %s", s.dir);
	if (system(command) != 0) {
		perror(s.dir);
	}
}

static struct stand *stand(void) {
	struct fault f;
	if (s.base == NULL) {
		make_base(&s);
		snprintf(s.dir, sizeof s.dir, "/dev/shm/alcove-fuzz-XXXXXX");
		assert_non_null(mkdtemp(s.dir));
		assert_true(minisig_begin());
		s.store = store_open(s.dir, NULL, STORE_KEEP, &f);
		assert_non_null(s.store);
		atexit(leave);
	}
	return &s;
}

/* SDL_image forgets a few bytes when it breaks off in the middle of some broken SVG (found here; its frames have no names, so
 * ours stands for them). A process that looks at a pack ends soon, and a visit draws no picture that was refused. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
	return "leak:picture_draw\n";
}

/* --- edits ------------------------------------------------------------------------------------------------------ */

/* One edit: eight bytes, a kind, a page, a place in the page, three more. */
static void edit(unsigned char *file, size_t *size, const uint8_t *e) {
	size_t pages = *size / PACK_PAGE_SIZE;
	if (pages == 0) {
		return;
	}
	unsigned char *page = file + (size_t)(e[1] | e[2] << 8) % pages * PACK_PAGE_SIZE;
	size_t at = (size_t)(e[3] | e[4] << 8) % (PACK_PAGE_SIZE - 64);
	size_t head = page == file ? 100 : 0;
	switch (e[0] % 8) {
	case 0:
		page[at] = e[5];
		break;
	case 1:
		page[at] ^= e[5];
		page[at + 1] ^= e[6];
		break;
	case 2:
		memcpy(page + at, e + 5, 3);
		break;
	case 3:
		memset(page + at, e[5], 1u + e[6] % 64);
		break;
	case 4: /* another page in its place */
		memmove(page, file + (size_t)(e[5] | e[6] << 8) % pages * PACK_PAGE_SIZE, PACK_PAGE_SIZE);
		break;
	case 5: /* shorter */
		*size = e[5] & 1 ? (size_t)(page - file) : (size_t)(page - file) + at;
		break;
	default: { /* a byte of a cell: the record's own lengths and types are at its beginning */
		size_t cells = (size_t)page[head + 3] << 8 | page[head + 4];
		size_t type = page[head] == 13 || page[head] == 10 ? 8 : 12;
		size_t pointer = cells == 0 ? 0 : head + type + 2 * (e[3] % cells);
		size_t cell =
		    pointer == 0 || pointer + 1 >= PACK_PAGE_SIZE ? 0 : (size_t)page[pointer] << 8 | page[pointer + 1];
		size_t byte = cell + (e[0] % 8 == 6 ? e[4] % 16u : (size_t)(e[4] | (e[6] & 3) << 8));
		if (byte < PACK_PAGE_SIZE) {
			page[byte] = e[5];
		}
	}
	}
}

/* --- installing and walking ------------------------------------------------------------------------------------- */

static void hear(void *to, const struct wire_message *m) {
	struct wire_offer *offer = to;
	/* What the child says of any pack is sane: else its asker would have to end it. */
	if (!wire_sane_from_host(m)) {
		abort();
	}
	if (m->kind == WIRE_OFFER) {
		*offer = m->offer;
	}
}

static int advance(void *self, const struct run *r) {
	(void)self;
	return (int)r->len * r->px * 11 / 20;
}

/* As a visit does it, on every glass and size that the checker knows. */
static void walk(int fd) {
	struct fault f;
	struct arena keep = {0};
	struct report report = {.arena = &keep};
	assert_true(dup2(fd, FIRST_FD) == FIRST_FD);
	struct shelf *shelf = shelf_open(FIRST_FD, 1, &f);
	if (shelf != NULL) {
		struct fits fits = {.book = shelf_book(shelf),
		                    .measure = {NULL, advance},
		                    .places = places_new(&keep),
		                    .report = &report};
		fits_walk(&fits);
		shelf_close(shelf);
	}
	close(FIRST_FD);
	arena_free(&keep);
}

static enum wire_reason look_inside(void *self, int fd, struct store_facts *facts) {
	struct wire_offer offer = {0};
	(void)self;
	enum wire_reason why = examine(fd, -1, EXAMINE_CHECK, hear, &offer);
	look_to_facts(&offer, facts);
	return why;
}

static bool install(struct stand *on, int fd) {
	struct stage *g = NULL;
	struct wire_offer offer = {0};
	struct store_facts facts;
	uint64_t done = 0, total = 1;
	enum wire_reason why = stage_begin(on->store, fd, NULL, 0, &g);
	while (why == WIRE_FINE && done < total) {
		why = stage_step(g, &done, &total);
	}
	why = why == WIRE_FINE ? stage_verify(g) : why;
	why = why == WIRE_FINE ? examine(stage_fd(g), on->good, EXAMINE_WHOLE, hear, &offer) : why;
	look_to_facts(&offer, &facts);
	why = why == WIRE_FINE ? stage_admit(g, &facts) : why;
	bool in_use = why == WIRE_FINE && stage_commit(g) == WIRE_FINE;
	stage_end(g);
	struct store_pack live = {.fd = -1};
	if (in_use && store_live(on->store, STORE_HOUSE, look_inside, NULL, &live, &facts, &why)) {
		walk(live.fd);
		close(live.fd);
		return true;
	}
	return false;
}

bool fuzz_pack(const uint8_t *bytes, size_t size) {
	struct stand *on = stand();
	unsigned char *file = malloc(FILE_MOST);
	bool whole = size > 0 && bytes[0] == 0xff && size < FILE_MOST;
	size_t len = whole ? size - 1 : on->size;
	assert_true(file != NULL && on->size < FILE_MOST);
	memcpy(file, whole ? bytes + 1 : on->base, len);
	for (size_t i = 0; !whole && i + 8 <= size; i += 8) {
		edit(file, &len, bytes + i);
	}
	int fd = memfd_create("pack", MFD_CLOEXEC);
	assert_true(fd >= 0 && write(fd, file, len) == (ssize_t)len);
	bool walked = install(on, fd);
	close(fd);
	free(file);
	return walked;
}

FUZZ_PROGRAM(fuzz_pack);
