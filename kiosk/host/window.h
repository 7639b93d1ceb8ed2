/* The window, and the only owner of SDL video: puts frames on the glass, and turns touches, mouse and the few known keys
 * into calls. It never draws anything of its own but the ground around a frame, and keeps no frame. */
#ifndef ALCOVE_HOST_WINDOW_H
#define ALCOVE_HOST_WINDOW_H

#include "base/fault.h"
#include "base/geom.h"
#include "host/settings.h"
#include "wire/wire.h"

#include <poll.h>

struct window;

struct window_sink {
	void *self;
	void (*touch)(void *self, enum wire_phase phase, int finger, int x, int y); /* finger 0..15 */
	void (*key)(void *self, enum wire_keycode key);
	void (*redraw)(void *self); /* the whole frame is needed again */
	void (*close)(void *self);  /* a desktop window was closed; never in full screen */
};

enum { WINDOW_FDS = 33 };

struct window *window_new(const struct settings *s, struct fault *f);
void window_free(struct window *w);
/* The glass of the window that is going to open, where the settings alone say it: no display needs to be asked. */
bool window_known(const struct settings *s, struct glass *glass);
/* The size and fineness that frames must have: as people see them, however the panel hangs (settings' rotation). */
struct glass window_glass(const struct window *w);

/* Makes ready for the first frame, while somebody else draws it: the ground, and the memory behind the window. */
void window_prepare(struct window *w);
/* Puts a part of a frame on the glass now; parameters as in struct keeper_sink. */
void window_show(struct window *w, const uint32_t *pixels, int stride_px, struct rect changed);
/* After a whole frame was shown: shows it again in the buffers behind, where the frame before it still lives, and forgets
 * what was touched before it. */
void window_settle(struct window *w);
/* Shows what is on the glass once more. False when the display does not take it. */
bool window_again(struct window *w);

/* What to poll for, and whether it is not enough (then ask window_pump again after so many ms; -1 for never). */
int window_fds(const struct window *w, struct pollfd *fds, int room);
void window_ready(struct window *w, const struct pollfd *fds, int count);
int window_again_ms(const struct window *w);
/* Hands on everything that has happened. Call before every poll: a library may already hold what poll would wait for. */
void window_pump(struct window *w, const struct window_sink *sink);

#endif
