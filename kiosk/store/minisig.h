/* Signatures in the format of minisign (https://jedisct1.github.io/minisign/#signature-format): reads signature files and
 * public keys, hashes, verifies. Prehashed signatures only ("ED"): the old kind would have to hold a whole file in memory.
 * There is no signing in here and no secret key, and there never will be. Knows nothing of files and folders.
 *
 * With host/pin the one user of libsodium. */
#ifndef ALCOVE_STORE_MINISIG_H
#define ALCOVE_STORE_MINISIG_H

#include <stdbool.h>
#include <stddef.h>

enum {
	MINISIG_ID = 8,    /* bytes of a key's id */
	MINISIG_KEY = 32,  /* bytes of an Ed25519 public key */
	MINISIG_SIGN = 64, /* bytes of an Ed25519 signature */
	MINISIG_HASH = 64, /* bytes of a BLAKE2b-512 hash */
	/* Bytes of the longest files that are looked at. minisign itself writes comments of at most 1,024 and 8,192. */
	MINISIG_FILE_MOST = 10240,
	MINISIG_PUB_MOST = 2048,
	MINISIG_HEX = 2 * MINISIG_HASH + 1, /* a hash as hexadecimal digits with its zero byte */
	MINISIG_PRINT = 20,                 /* a fingerprint, as MINISIG_ID_TEXT is a key's id: with its zero byte */
	MINISIG_ID_TEXT = 17,
};

struct minisig_key {
	unsigned char id[MINISIG_ID];
	unsigned char key[MINISIG_KEY];
};

struct minisig {
	unsigned char key_id[MINISIG_ID];
	unsigned char signature[MINISIG_SIGN]; /* of the file's hash */
	unsigned char global[MINISIG_SIGN];    /* of the signature and the trusted comment */
	char trusted[MINISIG_FILE_MOST]; /* the trusted comment; not text for people until minisig_right said so */
	size_t trusted_len;
};

/* Must be called first; false when libsodium cannot start (no source of randomness), and then nothing can be verified. */
bool minisig_begin(void);

/* A signature file's bytes. False when they are anything else, or an old kind of signature. */
bool minisig_read(const void *bytes, size_t size, struct minisig *out);
/* A public key file's bytes, as `minisign -G` writes them. */
bool minisig_key_read(const void *bytes, size_t size, struct minisig_key *out);

/* A hash in the making: of constant size, whatever is hashed. */
struct minisig_hash {
	_Alignas(64) unsigned char state[384];
};
void minisig_hash_begin(struct minisig_hash *h);
void minisig_hash_more(struct minisig_hash *h, const void *bytes, size_t size);
void minisig_hash_end(struct minisig_hash *h, unsigned char out[MINISIG_HASH]);

/* Whether `key` made this signature over a file with this hash, and signed the trusted comment. The key's id is compared
 * before any mathematics. */
bool minisig_right(const struct minisig *s, const struct minisig_key *key, const unsigned char hash[MINISIG_HASH]);

/* --- for people and for names of files -------------------------------------------------------------------------- */

/* A key's id as minisign prints it: 16 hexadecimal digits. Says nothing about the key: anybody may make one of any id. */
void minisig_id_text(const unsigned char id[MINISIG_ID], char out[MINISIG_ID_TEXT]);
/* Reads such an id, with or without zeros in front (minisign leaves them out); false when it is none. */
bool minisig_id_read(const char *text, unsigned char out[MINISIG_ID]);
/* What to compare before a key is trusted: "0123 4567 89AB CDEF". It is a hash of the key, so that no other key has it;
 * a publisher sees the same with: tail -n1 KEY.pub | base64 -d | b2sum -l 64 */
void minisig_fingerprint(const struct minisig_key *key, char out[MINISIG_PRINT]);
void minisig_hex(const unsigned char hash[MINISIG_HASH], char out[MINISIG_HEX]);
bool minisig_unhex(const char *hex, unsigned char out[MINISIG_HASH]);

#endif
