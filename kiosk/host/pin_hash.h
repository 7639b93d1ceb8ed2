/* `alcove pin`: the child that makes a hash of one PIN, or compares one with its hash, says so and is gone. The only
 * owner of libsodium in the host's room. It opens nothing and keeps nothing. */
#ifndef ALCOVE_HOST_PIN_HASH_H
#define ALCOVE_HOST_PIN_HASH_H

/* Argon2id's cost. For a Pi Zero 2 W with 512 MB: 32 MB, gone with the process, three times over. */
enum { PIN_PASSES = 3, PIN_BYTES = 32 << 20 };

/* Speaks as host/pin.h says over descriptor WIRE_FD_SOCKET. Returns the exit status. */
int pin_main(void);

#endif
