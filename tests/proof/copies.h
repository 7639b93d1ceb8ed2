/* What a program that plays visits says to the visit of which it wants a copy (copied.c), along with two descriptors: the
 * copy's end of its socket, and its frame, not sized yet. The answer is the copy's number as a process. */
#ifndef ALCOVE_TESTS_PROOF_COPIES_H
#define ALCOVE_TESTS_PROOF_COPIES_H

struct copy_ask {
	char program[256]; /* what to run instead, where a visit is wanted that starts otherwise */
};

#endif
