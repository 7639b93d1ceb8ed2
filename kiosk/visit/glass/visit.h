/* A visit: one process for one person. Answers the host's messages by drawing, until the host is gone. Everything it
 * will ever need is opened while it answers the first message; then it locks itself in. */
#ifndef ALCOVE_GLASS_VISIT_H
#define ALCOVE_GLASS_VISIT_H

/* How a visit ends, as its exit status. */
enum visit_end {
	VISIT_OVER = 0,   /* the host closed the wire */
	VISIT_BROKEN = 2, /* what it was handed cannot work: descriptors, fonts, messages, the kernel's locks */
	VISIT_PACKS = 3,  /* a pack was refused, or no language is whole; visit_check says which and why */
};

/* Runs a visit over the descriptors of wire/wire.h. Returns its exit status. */
int visit_main(void);

/* Looks at the pack behind `fd` and at every page of it. Returns 0, or 1 with one sentence on standard output. */
int visit_check(int fd);

#endif
