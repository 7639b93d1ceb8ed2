/* Tells when a USB stick comes, goes or changes, while staff mode is open. A child (`alcove usb-watch`) sits on the place
 * where the system shows sticks: by inotify on it and on its folder `alcove`, and by the kernel's list of mounts. It is a
 * child because a stick that does not answer would hold up whoever asks for it, and the host must never stand still.
 * It sleeps until something happens, and reads nothing but names. */
#ifndef ALCOVE_HOST_USB_WATCH_H
#define ALCOVE_HOST_USB_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

enum { USB_PATH = 1024, USB_SETTLE_MS = 200 /* a stick that is put in is many changes at once */ };

struct usb_watch {
	pid_t pid; /* 0 when there is none */
	int socket;
	pid_t ended; /* one that was killed and is not gone yet: it waits inside the kernel for its stick */
};
#define NO_USB_WATCH ((struct usb_watch){.socket = -1})

/* `w` is NO_USB_WATCH, or one that has ended. `place` is where sticks are shown; nothing has to be there yet.
 * False when no process could be started. */
bool usb_watch_start(struct usb_watch *w, const char *program, const char *place);
enum usb_heard { USB_NOTHING, USB_OUT, USB_IN };
/* When its socket is readable. The first word comes at once; then one whenever something may have changed, also when it
 * says the same again. A child that is gone is the end of it: nothing more is heard. */
enum usb_heard usb_watch_hear(struct usb_watch *w);
void usb_watch_end(struct usb_watch *w);

/* The child. Returns the exit status. */
int usb_watch_main(void);

#endif
