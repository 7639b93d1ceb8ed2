/* A child that looks at packs and is not what it should be. What it does is the first byte of the pack: see look_test.c. */
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/change.h"
#include "wire/wire.h"

static void say(const struct wire_message *m) {
	wire_send(WIRE_FD_SOCKET, m);
}

static void say_offer(const char *title, uint8_t system, uint8_t first) {
	struct wire_message m = {.kind = WIRE_OFFER};
	memset(&m.offer, 0, sizeof m.offer);
	m.offer = (struct wire_offer){.where = WIRE_ON_STICK,
	                              .thing = WIRE_THING_PACK,
	                              .system = system,
	                              .first = first,
	                              .version = 3,
	                              .id = "x"};
	strncpy(m.offer.title, title, sizeof m.offer.title);
	say(&m);
}

static void say_work(uint8_t work, uint8_t state, uint8_t reason) {
	struct wire_message m = {.kind = WIRE_WORK};
	memset(&m.work, 0, sizeof m.work);
	m.work = (struct wire_work){.work = work, .state = state, .reason = reason};
	say(&m);
}

int main(void) {
	char what = 0;
	char long_title[WIRE_NAME];
	memset(long_title, 'x', sizeof long_title);
	struct wire_message change = {.kind = WIRE_CHANGE, .change = {.kind = CHANGE_NOTHING, .last = 1}};
	if (pread(WIRE_FD_FILES, &what, 1, 0) != 1) {
		return 9;
	}
	switch (what) {
	case 'f': /* fine */
		say_offer("A title", 0, 0);
		say(&change);
		say_work(WIRE_WORK_READ, WIRE_WORK_DONE, 0);
		break;
	case 'h': /* hangs */
		say_offer("A title", 0, 0);
		pause();
		break;
	case 'd': /* done without a word of what it is */
		say_work(WIRE_WORK_READ, WIRE_WORK_DONE, 0);
		break;
	case 'g': /* gone */
		say_offer("A title", 0, 0);
		break;
	case 's': /* says that it came with the system */
		say_offer("A title", 1, 0);
		say_work(WIRE_WORK_READ, WIRE_WORK_DONE, 0);
		break;
	case 'l': /* begins a list */
		say_offer("A title", 0, 1);
		say_work(WIRE_WORK_READ, WIRE_WORK_DONE, 0);
		break;
	case 't': /* a title without an end */
		say_offer(long_title, 0, 0);
		say_work(WIRE_WORK_READ, WIRE_WORK_DONE, 0);
		break;
	case 'n': /* a title that is not UTF-8 */
		say_offer("\xff\xfe", 0, 0);
		say_work(WIRE_WORK_READ, WIRE_WORK_DONE, 0);
		break;
	case 'c': /* changes of it does not say what */
		say(&change);
		say_offer("A title", 0, 0);
		say_work(WIRE_WORK_READ, WIRE_WORK_DONE, 0);
		break;
	case 'i': /* says that something else is done */
		say_offer("A title", 0, 0);
		say_work(WIRE_WORK_INSTALL, WIRE_WORK_DONE, 0);
		break;
	case 'w': /* failed, for no reason */
		say_offer("A title", 0, 0);
		say_work(WIRE_WORK_READ, WIRE_WORK_FAILED, 0);
		break;
	case 'b': /* bytes that are no message */
		send(WIRE_FD_SOCKET, "hello", 5, 0);
		pause();
		break;
	case 'm': /* talks without end */
		say_offer("A title", 0, 0);
		for (;;) {
			change.change.last = 0;
			say(&change);
		}
	default:
		break;
	}
	return 0;
}
