#include "store/minisig.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct minisig_hash), "the state fits");
_Static_assert(_Alignof(struct minisig_hash) >= 64, "as libsodium wants it");
_Static_assert(MINISIG_KEY == crypto_sign_PUBLICKEYBYTES && MINISIG_SIGN == crypto_sign_BYTES, "Ed25519");
_Static_assert(MINISIG_HASH == crypto_generichash_BYTES_MAX, "BLAKE2b-512");

/* What the two kinds of file hold behind their base64, byte for byte. */
enum {
	ALGORITHM = 2,
	SIGN_BLOB = ALGORITHM + MINISIG_ID + MINISIG_SIGN,
	KEY_BLOB = ALGORITHM + MINISIG_ID + MINISIG_KEY
};

static const char untrusted[] = "untrusted comment: ";
static const char trusted[] = "trusted comment: ";

bool minisig_begin(void) {
	return sodium_init() >= 0;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

struct line {
	const char *at;
	size_t len;
};

/* Takes the next line off `rest`, without what ends it (a new line, or the pair that Windows writes). False at the end. */
static bool next_line(struct line *rest, struct line *out) {
	if (rest->len == 0) {
		return false;
	}
	const char *end = memchr(rest->at, '\n', rest->len);
	size_t len = end != NULL ? (size_t)(end - rest->at) : rest->len;
	size_t taken = end != NULL ? len + 1 : len;
	*out = (struct line){rest->at, len > 0 && rest->at[len - 1] == '\r' ? len - 1 : len};
	*rest = (struct line){rest->at + taken, rest->len - taken};
	return true;
}

static bool begins(const struct line *l, const char *with) {
	size_t len = strlen(with);
	return l->len >= len && memcmp(l->at, with, len) == 0;
}

/* A whole line of base64, in the one way in which these bytes can be written. The letters are looked at first: libsodium
 * takes some bytes above 0x7F for letters. */
static bool decode(const struct line *l, void *out, size_t size) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
	size_t got = 0;
	for (size_t i = 0; i < l->len; i++) {
		if (memchr(letters, l->at[i], sizeof letters - 1) == NULL) {
			return false;
		}
	}
	return sodium_base642bin(out, size, l->at, l->len, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       got == size;
}

bool minisig_read(const void *bytes, size_t size, struct minisig *out) {
	struct line rest = {bytes, size}, l;
	unsigned char blob[SIGN_BLOB];
	memset(out, 0, sizeof *out);
	if (size > MINISIG_FILE_MOST || !next_line(&rest, &l) || !begins(&l, untrusted) || !next_line(&rest, &l) ||
	    !decode(&l, blob, sizeof blob) || memcmp(blob, "ED", ALGORITHM) != 0 || !next_line(&rest, &l) ||
	    !begins(&l, trusted)) {
		return false;
	}
	memcpy(out->key_id, blob + ALGORITHM, MINISIG_ID);
	memcpy(out->signature, blob + ALGORITHM + MINISIG_ID, MINISIG_SIGN);
	out->trusted_len = l.len - strlen(trusted);
	memcpy(out->trusted, l.at + strlen(trusted), out->trusted_len);
	return next_line(&rest, &l) && decode(&l, out->global, sizeof out->global) && rest.len == 0;
}

bool minisig_key_read(const void *bytes, size_t size, struct minisig_key *out) {
	struct line rest = {bytes, size}, l;
	unsigned char blob[KEY_BLOB];
	if (size > MINISIG_PUB_MOST || !next_line(&rest, &l) || !begins(&l, untrusted) || !next_line(&rest, &l) ||
	    !decode(&l, blob, sizeof blob) || rest.len != 0 || memcmp(blob, "Ed", ALGORITHM) != 0) {
		return false;
	}
	memcpy(out->id, blob + ALGORITHM, MINISIG_ID);
	memcpy(out->key, blob + ALGORITHM + MINISIG_ID, MINISIG_KEY);
	return true;
}

/* --- hashing and verifying -------------------------------------------------------------------------------------- */

void minisig_hash_begin(struct minisig_hash *h) {
	crypto_generichash_init((crypto_generichash_state *)(void *)h->state, NULL, 0, MINISIG_HASH);
}

void minisig_hash_more(struct minisig_hash *h, const void *bytes, size_t size) {
	crypto_generichash_update((crypto_generichash_state *)(void *)h->state, bytes, size);
}

void minisig_hash_end(struct minisig_hash *h, unsigned char out[MINISIG_HASH]) {
	crypto_generichash_final((crypto_generichash_state *)(void *)h->state, out, MINISIG_HASH);
}

bool minisig_right(const struct minisig *s, const struct minisig_key *key, const unsigned char hash[MINISIG_HASH]) {
	unsigned char with_comment[MINISIG_SIGN + MINISIG_FILE_MOST];
	if (memcmp(s->key_id, key->id, MINISIG_ID) != 0 || s->trusted_len > sizeof s->trusted) {
		return false;
	}
	memcpy(with_comment, s->signature, MINISIG_SIGN);
	memcpy(with_comment + MINISIG_SIGN, s->trusted, s->trusted_len);
	return crypto_sign_verify_detached(s->signature, hash, MINISIG_HASH, key->key) == 0 &&
	       crypto_sign_verify_detached(s->global, with_comment, MINISIG_SIGN + s->trusted_len, key->key) == 0;
}

/* --- for people and for names of files -------------------------------------------------------------------------- */

/* minisign prints an id as a number whose lowest byte comes first. */
void minisig_id_text(const unsigned char id[MINISIG_ID], char out[MINISIG_ID_TEXT]) {
	for (size_t i = 0; i < MINISIG_ID; i++) {
		snprintf(out + 2 * i, 3, "%02X", id[MINISIG_ID - 1 - i]);
	}
}

bool minisig_id_read(const char *text, unsigned char out[MINISIG_ID]) {
	char whole[MINISIG_ID_TEXT];
	unsigned char turned[MINISIG_ID];
	size_t len = strlen(text), got = 0, digits = sizeof whole - 1;
	if (len == 0 || len > digits) {
		return false;
	}
	memset(whole, '0', digits);
	memcpy(whole + digits - len, text, len);
	if (sodium_hex2bin(turned, sizeof turned, whole, digits, NULL, &got, NULL) != 0 || got != sizeof turned) {
		return false;
	}
	for (int i = 0; i < MINISIG_ID; i++) {
		out[i] = turned[MINISIG_ID - 1 - i];
	}
	return true;
}

void minisig_fingerprint(const struct minisig_key *key, char out[MINISIG_PRINT]) {
	enum { BYTES = 8 };
	unsigned char blob[KEY_BLOB] = {'E', 'd'}, print[BYTES];
	crypto_generichash_blake2b_state h;
	memcpy(blob + ALGORITHM, key->id, MINISIG_ID);
	memcpy(blob + ALGORITHM + MINISIG_ID, key->key, MINISIG_KEY);
	/* The plain function refuses hashes as short as this; the algorithm itself does not. */
	crypto_generichash_blake2b_init(&h, NULL, 0, BYTES);
	crypto_generichash_blake2b_update(&h, blob, sizeof blob);
	crypto_generichash_blake2b_final(&h, print, BYTES);
	snprintf(out, MINISIG_PRINT, "%02X%02X %02X%02X %02X%02X %02X%02X", print[0], print[1], print[2], print[3],
	         print[4], print[5], print[6], print[7]);
}

void minisig_hex(const unsigned char hash[MINISIG_HASH], char out[MINISIG_HEX]) {
	sodium_bin2hex(out, MINISIG_HEX, hash, MINISIG_HASH);
}

bool minisig_unhex(const char *hex, unsigned char out[MINISIG_HASH]) {
	size_t got = 0;
	return strlen(hex) == MINISIG_HEX - 1 &&
	       sodium_hex2bin(out, MINISIG_HASH, hex, MINISIG_HEX - 1, NULL, &got, NULL) == 0 && got == MINISIG_HASH;
}
