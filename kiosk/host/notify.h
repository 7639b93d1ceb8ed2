/* Tells whoever watches over this program (systemd, by a few words to a socket: sd_notify(3)) that the first frame is on
 * the glass, and after that, as often as was asked, that frames still reach it. Does nothing when nobody has asked. It
 * knows no clock and no display: it is called when a frame was presented, and only then. */
#ifndef ALCOVE_HOST_NOTIFY_H
#define ALCOVE_HOST_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

struct notify {
	int socket;       /* -1: nobody has asked */
	bool ready;       /* has been told that we are up */
	int64_t every_ms; /* how often to present a frame and tell; 0 for never */
	int64_t at;       /* when that is due, in ms; -1 for never */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and takes them out of the environment. An address that cannot be
 * used is like none: systemd then finds out for itself. */
void notify_open(struct notify *n);
void notify_close(struct notify *n);
/* A frame was presented and the display took it. */
void notify_presented(struct notify *n, int64_t now_ms);
/* Nothing has been presented for so long that a frame must be presented anew, for it to be told. */
bool notify_due(const struct notify *n, int64_t now_ms);

#endif
