/* Signature files and public keys: bytes from a stick that the worker, which has power, reads itself. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "store/minisig.h"

void fuzz_signature(const uint8_t *bytes, size_t size) {
	struct minisig_key key = {.id = {1}, .key = {2}}, read;
	unsigned char hash[MINISIG_HASH] = {3};
	char print[MINISIG_PRINT], id[MINISIG_ID_TEXT];
	struct minisig *sig = malloc(sizeof *sig);
	char *text = malloc(size + 1);
	if (sig == NULL || text == NULL || !minisig_begin()) {
		abort();
	}
	/* At the end of its own memory, so that one byte too far is seen. */
	char *tight = malloc(size > 0 ? size : 1);
	memcpy(tight, bytes, size);
	if (minisig_read(tight, size, sig)) {
		memcpy(key.id, sig->key_id, sizeof key.id);
		if (sig->trusted_len >= sizeof sig->trusted || minisig_right(sig, &key, hash)) {
			abort(); /* nobody has signed that with this key */
		}
		minisig_id_text(sig->key_id, id);
	}
	if (minisig_key_read(tight, size, &read)) {
		minisig_fingerprint(&read, print);
		if (strlen(print) != MINISIG_PRINT - 1) {
			abort();
		}
	}
	memcpy(text, bytes, size);
	text[size] = 0;
	minisig_id_read(text, key.id);
	minisig_unhex(text, hash);
	free(tight);
	free(text);
	free(sig);
}

FUZZ_PROGRAM(fuzz_signature);
