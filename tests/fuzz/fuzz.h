/* The targets of fuzzing: each takes any bytes and must come back. libFuzzer drives them (make fuzz), and replay_test.c gives
 * them the seeds in the tree. */
#ifndef ALCOVE_TESTS_FUZZ_H
#define ALCOVE_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Edits to a good pack (or, behind a byte 0xff, a whole file): installed, and every page of it walked. True when it came
 * to that. */
bool fuzz_pack(const uint8_t *bytes, size_t size);
/* A signature's file, and a public key's. */
void fuzz_signature(const uint8_t *bytes, size_t size);
/* house.csv. */
void fuzz_sheet(const uint8_t *bytes, size_t size);

/* With FUZZ_ENTRY each file is a program of libFuzzer's. */
#ifdef FUZZ_ENTRY
#define FUZZ_PROGRAM(target)                                                                                           \
	int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);                                                 \
	int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {                                                \
		target(bytes, size);                                                                                   \
		return 0;                                                                                              \
	}
#else
#define FUZZ_PROGRAM(target) _Static_assert(1, "a part of replay_test")
#endif

#endif
