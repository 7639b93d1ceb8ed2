#include "host/pin_hash.h"

#include "host/pin.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

_Static_assert(PIN_HASH == crypto_pwhash_STRBYTES, "pin.h promises room for what libsodium makes");

int pin_main(void) {
	struct pin_ask ask;
	struct pin_said said;
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifndef ALCOVE_DEVELOPER
	prctl(PR_SET_DUMPABLE, 0); /* the leak checker of developer builds has to look into its own process */
#endif
	prctl(PR_SET_NAME, "alcove-pin");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	memset(&said, 0, sizeof said);
	if (sodium_init() < 0 || recv(WIRE_FD_SOCKET, &ask, sizeof ask, 0) != (ssize_t)sizeof ask) {
		return 1;
	}
	ask.digits[sizeof ask.digits - 1] = 0;
	ask.hash[sizeof ask.hash - 1] = 0;
	size_t n = strlen(ask.digits);
	if (ask.hash[0] != 0) {
		errno = 0;
		said.fine = crypto_pwhash_str_verify(ask.hash, ask.digits, n) == 0;
		if (!said.fine && errno == ENOMEM) {
			return 1; /* that is nobody's miss */
		}
	} else if (crypto_pwhash_str_alg(said.hash, ask.digits, n, PIN_PASSES, PIN_BYTES,
	                                 crypto_pwhash_ALG_ARGON2ID13) == 0) {
		said.fine = 1;
	} else {
		return 1; /* not enough memory */
	}
	sodium_memzero(&ask, sizeof ask);
	return send(WIRE_FD_SOCKET, &said, sizeof said, MSG_NOSIGNAL) == (ssize_t)sizeof said ? 0 : 1;
}
