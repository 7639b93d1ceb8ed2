#include "packc/info.h"

#include "packc/look.h"
#include "packc/prose.h"
#include "visit/glass/pack.h"

#include <string.h>

enum { ID_BYTES = 64, DATE_BYTES = 16 };

struct telling {
	struct pack *pack;
	struct arena *a;
	struct prose out;
	char first[ID_BYTES]; /* the language that numbers are told in */
};

static void tell_facts(struct telling *t) {
	char key[ID_BYTES];
	pack_ask(t->pack, ASK_FACTS, "", "", 0);
	while (pack_next(t->pack, ASK_FACTS)) {
		if (pack_string(t->pack, ASK_FACTS, 0, key, sizeof key)) {
			prose_add(&t->out, "%s: %s\n", key, pack_words(t->pack, ASK_FACTS, 1, t->a));
		}
	}
}

static void count_modules(struct telling *t, const char *lang, int *modules, int *pages) {
	for (int audience = 0; audience < 2; audience++) {
		pack_ask(t->pack, ASK_MODULES, lang, "", audience);
		while (pack_next(t->pack, ASK_MODULES)) {
			(*modules)++;
			*pages += pack_int(t->pack, ASK_MODULES, 3);
		}
	}
}

static void tell_languages(struct telling *t) {
	char lang[ID_BYTES];
	pack_ask(t->pack, ASK_LANGUAGES, "", "", 0);
	while (pack_next(t->pack, ASK_LANGUAGES)) {
		int modules = 0;
		int pages = 0;
		int words = 0;
		if (!pack_string(t->pack, ASK_LANGUAGES, 0, lang, sizeof lang)) {
			continue;
		}
		if (t->first[0] == 0) {
			memcpy(t->first, lang, sizeof lang);
		}
		count_modules(t, lang, &modules, &pages);
		pack_ask(t->pack, ASK_WORDS, lang, "", 0);
		while (pack_next(t->pack, ASK_WORDS)) {
			words++;
		}
		prose_add(&t->out, "language %s: %s (%s), modules: %d, pages: %d, words: %d\n", lang,
		          pack_text(t->pack, ASK_LANGUAGES, 3, t->a).utf8,
		          pack_int(t->pack, ASK_LANGUAGES, 2) == 1 ? "reviewed" : "not reviewed", modules, pages,
		          words);
	}
}

static void tell_modules(struct telling *t) {
	char lang[ID_BYTES];
	char id[ID_BYTES];
	pack_ask(t->pack, ASK_LANGUAGES, "", "", 0);
	while (pack_next(t->pack, ASK_LANGUAGES)) {
		pack_string(t->pack, ASK_LANGUAGES, 0, lang, sizeof lang);
		for (int audience = 0; audience < 2; audience++) {
			pack_ask(t->pack, ASK_MODULES, lang, "", audience);
			while (pack_next(t->pack, ASK_MODULES)) {
				pack_string(t->pack, ASK_MODULES, 0, id, sizeof id);
				prose_add(&t->out, "module %s/%s: %s (pages: %d%s)\n", lang, id,
				          pack_text(t->pack, ASK_MODULES, 4, t->a).utf8,
				          pack_int(t->pack, ASK_MODULES, 3), audience == 1 ? ", for staff" : "");
			}
		}
	}
}

static void tell_phones(struct telling *t, const char *service) {
	char type[ID_BYTES];
	char number[ID_BYTES];
	const char *before = "";
	pack_ask(t->pack, ASK_PHONES, service, "", 0);
	while (pack_next(t->pack, ASK_PHONES)) {
		pack_string(t->pack, ASK_PHONES, 0, type, sizeof type);
		pack_string(t->pack, ASK_PHONES, 1, number, sizeof number);
		prose_add(&t->out, "%s %s %s", before, type, number);
		before = ",";
	}
}

static void tell_numbers(struct telling *t) {
	char id[ID_BYTES];
	char assured[DATE_BYTES], by[DATE_BYTES];
	pack_ask(t->pack, ASK_SERVICES, t->first, "", 0);
	while (pack_next(t->pack, ASK_SERVICES)) {
		pack_string(t->pack, ASK_SERVICES, 0, id, sizeof id);
		pack_string(t->pack, ASK_SERVICES, 8, assured, sizeof assured);
		pack_string(t->pack, ASK_SERVICES, 9, by, sizeof by);
		prose_add(&t->out, "number %s: %s", id, pack_text(t->pack, ASK_SERVICES, 4, t->a).utf8);
		tell_phones(t, id);
		bool called = strcmp(by, "call") == 0;
		prose_add(&t->out, " (%s on %s)\n", called ? "called" : "compared with its source", assured);
	}
}

const char *info_lines(struct arena *a, const char *file, struct fault *f) {
	struct look look;
	if (!look_open(file, &look, f)) {
		return NULL;
	}
	struct telling t = {.pack = look.pack, .a = a, .out.arena = a};
	tell_facts(&t);
	tell_languages(&t);
	tell_modules(&t);
	tell_numbers(&t);
	int pictures = 0;
	pack_ask(look.pack, ASK_PICTURES, "", "", 0);
	while (pack_next(look.pack, ASK_PICTURES)) {
		pictures++;
	}
	prose_add(&t.out, "pictures: %d\n", pictures);
	look_close(&look);
	return prose_bytes(&t.out);
}
