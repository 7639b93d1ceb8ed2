#include "host/stock.h"

#include "store/look.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void stock_open(struct stock *s, const struct settings *settings, struct keeper_plan *plan) {
	*s = (struct stock){.settings = settings, .program = plan->program};
	for (int i = 0; i < plan->pack_count; i++) {
		s->own[s->own_count++] = (struct stock_pack){.fd = plan->packs[i], .system = true, .setting = i};
	}
	plan->pack_count = 0;
}

/* --- the system's ----------------------------------------------------------------------------------------------- */

static void look_at_own(struct stock *s) {
	struct look_how how = {.program = s->program, .depth = LOOK_PEEK};
	for (int i = 0; i < s->own_count && !s->looked; i++) {
		struct stock_pack *p = &s->own[i];
		struct store_facts facts;
		p->known = look_facts(&how, p->fd, &facts) == WIRE_FINE;
		if (p->known) {
			p->house = facts.house;
			p->version = facts.version;
			memcpy(p->id, facts.id, sizeof p->id);
		}
	}
	s->looked = true;
}

/* Of two system packs of a kind the later one goes before the earlier, so that is the one that is meant. */
static void tell_store(const struct stock *s, struct store *store) {
	for (int i = 0; i < s->own_count; i++) {
		const struct stock_pack *p = &s->own[i];
		struct store_facts facts = {.version = p->version, .house = p->house};
		if (p->known) {
			memcpy(facts.id, p->id, sizeof facts.id);
			store_know_system(store, &facts);
		}
	}
}

/* --- the store's ------------------------------------------------------------------------------------------------ */

/* Whether staff have ever put a pack here; a store without any needs nobody to look at anything. */
static bool has_any(const char *store) {
	static const char *const slots[] = {"library", "house"};
	for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
		char path[SETTINGS_PATH + 16];
		snprintf(path, sizeof path, "%s/%s/live", store, slots[i]);
		if (access(path, F_OK) == 0) {
			return true;
		}
	}
	return false;
}

static int read_store(struct stock *s, struct stock_pack live[STORE_SLOTS]) {
	const struct settings *set = s->settings;
	struct look_how how = {.program = s->program, .depth = LOOK_FACTS};
	struct fault ignored;
	int count = 0;
	struct store *store = store_open(set->store, set->keys[0] != 0 ? set->keys : NULL, STORE_READ, &ignored);
	if (store == NULL) {
		return 0;
	}
	tell_store(s, store);
	for (int slot = 0; slot < STORE_SLOTS; slot++) {
		struct store_pack pack;
		struct store_facts facts;
		enum wire_reason why;
		if (store_live(store, (enum store_slot)slot, look_facts, &how, &pack, &facts, &why)) {
			live[count] = (struct stock_pack){
			    .fd = pack.fd, .known = true, .house = slot == STORE_HOUSE, .version = pack.version};
			memcpy(live[count++].id, pack.id, sizeof pack.id);
		}
	}
	store_close(store);
	return count;
}

/* --- what is used ----------------------------------------------------------------------------------------------- */

/* `own` says whether the descriptor is another's, and has to be doubled. */
static bool use(struct stock *s, struct keeper_plan *plan, const struct stock_pack *p) {
	int fd = p->system ? fcntl(p->fd, F_DUPFD_CLOEXEC, 0) : p->fd;
	if (fd < 0 || plan->pack_count == WIRE_MAX_PACKS) {
		if (fd >= 0) {
			close(fd);
		}
		return false;
	}
	s->used[s->used_count] = *p;
	s->used[s->used_count++].fd = fd;
	plan->packs[plan->pack_count++] = fd;
	return true;
}

static bool is_replaced(const struct stock_pack *own, const struct stock_pack *live, int count) {
	for (int i = 0; i < count; i++) {
		if (own->known && own->house == live[i].house) {
			return true;
		}
	}
	return false;
}

/* Libraries first, then the houses': the later ones win. What nobody could read about itself stays where it was. */
bool stock_fill(struct stock *s, struct keeper_plan *plan, bool facts, struct fault *f) {
	struct stock_pack live[STORE_SLOTS];
	bool store = s->settings->store[0] != 0 && !s->distrust && has_any(s->settings->store);
	if (store || facts) {
		look_at_own(s);
	}
	int count = store ? read_store(s, live) : 0, placed = 0;
	bool fine = true;
	s->used_count = plan->pack_count = 0;
	for (int i = 0; i < s->own_count && fine; i++) {
		const struct stock_pack *p = &s->own[i];
		while (placed < count && !live[placed].house && p->known && p->house && fine) {
			fine = use(s, plan, &live[placed++]);
		}
		if (!is_replaced(p, live, count)) {
			fine = fine && use(s, plan, p);
		}
	}
	while (placed < count && fine) {
		fine = use(s, plan, &live[placed++]);
	}
	while (placed < count) {
		close(live[placed++].fd);
	}
	return fine || fault_say(f, "A pack could not be opened: %s.", strerror(errno));
}

bool stock_stored(const struct stock *s) {
	for (int i = 0; i < s->used_count; i++) {
		if (!s->used[i].system) {
			return true;
		}
	}
	return false;
}

void stock_empty(struct keeper_plan *plan) {
	for (int i = 0; i < plan->pack_count; i++) {
		close(plan->packs[i]);
	}
	plan->pack_count = 0;
}

void stock_close(struct stock *s) {
	for (int i = 0; i < s->own_count; i++) {
		close(s->own[i].fd);
	}
	s->own_count = 0;
}
