/* The store: the packs that staff or an administrator have put on this kiosk, in a folder that may be written.
 *
 * Power may fail between any two system calls, and the next start finds a whole pack, old or new. So everything is
 * written aside, made durable (fsync), renamed into place, and the folder made durable; one small file a slot, `live`,
 * says what is in use, and swapping it is the one moment at which anything changes.
 *
 *   DIR/incoming/              what is being copied; emptied when the store is opened for keeping
 *   DIR/library/live           "current" and "previous": version, id, whether it is signed, BLAKE2b-512 of the file
 *   DIR/library/HASH.pack      and HASH.minisig beside it; the current and the previous one
 *   DIR/house/...              the same for the house's own pack; one made from house.csv has no signature
 *   DIR/keys/NAME.pub, revoked publishers' keys that staff have added; see keys.h
 *   DIR/kept/                  the host's own (settings, PIN, marks); nothing here looks into it
 *
 * The store reads signatures, hashes and its own files. It never reads what is in a pack: that is done by a process
 * without power, behind `store_look`. It holds nothing that tells anything about a client. It prints nothing.
 *
 * Whatever can go wrong is an enum wire_reason; WIRE_FINE is 0. store_says() has the sentences for a terminal. */
#ifndef ALCOVE_STORE_STORE_H
#define ALCOVE_STORE_STORE_H

#include "base/fault.h"
#include "store/keys.h"
#include "store/minisig.h"
#include "wire/wire.h"

#include <stdint.h>

/* One pack of each kind is in use. */
enum store_slot { STORE_LIBRARY, STORE_HOUSE, STORE_SLOTS };
enum store_which { STORE_CURRENT, STORE_PREVIOUS };

/* The longest file that is taken; 500 MB is the largest that was tried. SQLite's own limit is far above. */
#define STORE_PACK_MOST ((uint64_t)1 << 30)
/* Highest version that is taken: a date with two digits behind it (2026112001) is below. Above it nothing could follow
 * for ever, and a number that only grows must leave room (TUF's fast-forward attack). */
#define STORE_VERSION_MOST 2100000000u
/* Left free in the store, bytes: for the small files, and so that the next setting can still be kept. */
#define STORE_SPARE ((uint64_t)4 << 20)

/* What a pack says about itself, as a process without power has read it. */
struct store_facts {
	char id[WIRE_ID];
	uint32_t version;
	bool house; /* its kind: a house's own, else a library */
	char made[WIRE_DATE];
	char title[WIRE_NAME], publisher[WIRE_NAME];
	char languages[WIRE_NAME]; /* codes with a space between them; a '*' behind those that nobody has reviewed */
};

struct store;

enum store_mode {
	STORE_READ, /* changes nothing, needs no right to write, minds no lock */
	STORE_KEEP, /* alone: makes folders that are missing, takes the lock, clears away leftovers */
};
/* `keys_dir` is the system's folder of keys; NULL when there is none. NULL with the sentence on failure. */
struct store *store_open(const char *dir, const char *keys_dir, enum store_mode mode, struct fault *f);
void store_close(struct store *s);
const struct keys *store_keys(const struct store *s);

/* Tells the store which pack of a kind the read-only system has (as looked at, like any other). Then an older one of the
 * same id is neither installed nor used, and the system's is what `restore` falls back on. */
void store_know_system(struct store *s, const struct store_facts *facts);

/* --- what is there ---------------------------------------------------------------------------------------------- */

struct store_pack {
	int fd; /* read-only; the caller closes it */
	uint32_t version;
	char id[WIRE_ID];
	bool own; /* unsigned: made on this kiosk from house.csv */
	unsigned char hash[MINISIG_HASH];
	unsigned char key_id[MINISIG_ID]; /* who signed it; zeros when it is the kiosk's own */
};

/* Opens one pack of the store: its bytes have the hash that was noted when it was installed, and its signature is still
 * right and its key still trusted. WIRE_NO_PREVIOUS when there is none there. */
enum wire_reason store_get(struct store *s, enum store_slot slot, enum store_which which, struct store_pack *out);

/* Looks at a pack with the power of nobody. Fills `facts`; else says why not. */
typedef enum wire_reason store_look(void *self, int fd, struct store_facts *facts);

/* What the kiosk shows: the current pack, if it fails the previous one. Each is given to `look` first. False when the
 * system's own is to be used; `out->fd` is then -1. `why` is why the current one was passed over, or WIRE_FINE.
 * For every start, and again after a pack was switched. */
bool store_live(struct store *s, enum store_slot slot, store_look *look, void *self, struct store_pack *out,
                struct store_facts *facts, enum wire_reason *why);

/* --- installing ------------------------------------------------------------------------------------------------- */

struct stage;

/* Begins to take the pack behind `from`, which is the caller's and must stay open until the copying is over. `signature`
 * is what is in its .minisig file; NULL for a house's pack that this kiosk has made itself. The signature's form and key
 * are looked at before a byte is copied. */
enum wire_reason stage_begin(struct store *s, int from, const void *signature, size_t size, struct stage **out);
/* Copies and hashes some more, for about 10 ms on a slow card. `done` bytes of `total`; over when they are the same. */
enum wire_reason stage_step(struct stage *g, uint64_t *done, uint64_t *total);
/* Makes the copy durable, then verifies the signature over what was copied. */
enum wire_reason stage_verify(struct stage *g);
/* The copy, for reading; the stage's own. To be looked at, and compared with what is in use, by a process without power. */
int stage_fd(const struct stage *g);
/* Whether a pack with these facts may be put in use: its kind, its id, its version, beside what is in use. Ask store_live
 * about its slot first: a pack that was refused there is not in use, whatever is noted about it. */
enum wire_reason stage_admit(struct stage *g, const struct store_facts *facts);
/* Puts it in use. The one before it becomes the previous one. */
enum wire_reason stage_commit(struct stage *g);
/* Forgets it, whatever became of it; the copy is removed unless it is in use. NULL is fine. */
void stage_end(struct stage *g);

/* The previous pack becomes the current one, and the other way round. Without a previous one the system's own comes back
 * into use, if there is one of this kind. */
enum wire_reason store_restore(struct store *s, enum store_slot slot);

/* Trusts a publisher's key from now on: a .pub file's bytes, whose fingerprint a person has compared.
 * WIRE_BAD_SIGNATURE when it is not a key, WIRE_REVOKED_KEY when it was taken back, WIRE_SAME when it is trusted already,
 * WIRE_UNKNOWN_KEY when another key has its id. */
enum wire_reason store_trust(struct store *s, const void *pub, size_t size);

/* One plain sentence with the next step. */
const char *store_says(enum wire_reason reason);

#endif
