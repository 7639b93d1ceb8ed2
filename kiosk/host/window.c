#include "host/window.h"

#include "host/keeper.h"
#include "host/turn.h"
#include "host/wake.h"
#include "host/window_late.h"

#include <SDL.h>
#include <SDL_syswm.h>
#include <X11/Xlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wayland-client-core.h>

/* The Xlib names that get in the way of ours. */
#undef None

enum { POINTERS = 16, FALLBACK_PX_PER_CM = 59 /* a 10.1-inch panel of 1280x800 */ };
/* Buffers that a renderer may have behind the one in view (three in all, as KMSDRM at most). */
enum { HIDDEN_BUFFERS = 2 };
/* Events that may have waited for us at once: a mouse of 1000 Hz, and a quarter of a second in which we were busy. */
enum { WAITED_MOST = 256 };
/* SDL's descriptor of an input device may get its event a moment after ours. A device that has come is told to SDL by
 * udev, when all of udev's rules are through with it; until SDL has opened it, what is touched there is lost. So for a
 * while after a change SDL is asked again and again. */
enum { AGAIN_MS = 4, SETTLE_MS = 50, SETTLE_ROUNDS = 100 };

#define MOUSE ((SDL_TouchID)-1)

struct pointer {
	bool used;
	SDL_TouchID device; /* MOUSE for the mouse */
	SDL_FingerID finger;
	int x, y; /* where it was last */
};

struct window {
	SDL_Window *sdl;
	SDL_Renderer *renderer; /* on KMSDRM; else NULL, and the window's own surface is drawn into */
	SDL_Texture *texture;   /* with the renderer */
	struct wake *wake;      /* on KMSDRM */
	int connection;         /* of the X11 or Wayland display; -1 for none */
	Display *x11;           /* or NULL */
	struct turn panel;      /* how it hangs; the window's own size is the panel's */
	struct glass glass;
	bool fullscreen;
	bool stale; /* the surface is new: it holds nothing of the frame */
	int settle; /* how often window_settle presents */
	/* A whole frame was shown: window_settle forgets what was touched before, and what is lifted then. */
	bool forget;
	bool again;
	int rounds; /* how often SDL is still asked after a change of devices */
	struct pointer pointers[POINTERS];
};

/* --- opening ---------------------------------------------------------------------------------------------------- */

static void set_hints(void) {
	/* A fifth of the memory of OpenGL, and sooner on the glass. */
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengles2");
	SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "nearest");
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	/* A touch is a touch and a mouse is a mouse: nothing comes twice. */
	SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
	SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
	SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
	SDL_SetHint(SDL_HINT_WINDOWS_NO_CLOSE_ON_ALT_F4, "1");
	SDL_SetHint(SDL_HINT_APP_NAME, "Alcove");
	/* Nobody writes here: no locale, no input method, and no session bus of which anything could be asked or started
	 * (host/unasked.c says the same to what does not read this). */
	SDL_setenv("LC_ALL", "C", 1);
	SDL_setenv("XMODIFIERS", "@im=none", 1);
	SDL_setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 1);
}

static bool driver_is(const char *name) {
	const char *driver = SDL_GetCurrentVideoDriver();
	return driver != NULL && SDL_strcasecmp(driver, name) == 0;
}

static bool open_display(struct fault *f) {
	/* Without a display SDL would be content to draw where nobody sees it; tests ask for that by SDL_VIDEODRIVER, which
	 * goes before this. Wayland complains by itself where it cannot be. */
	SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11");
	if (SDL_Init(SDL_INIT_VIDEO) == 0) {
		return true;
	}
	window_late_load();
	SDL_SetHint(SDL_HINT_VIDEODRIVER, SDL_getenv("XDG_RUNTIME_DIR") != NULL ? "x11,wayland,KMSDRM" : "x11,KMSDRM");
	if (SDL_Init(SDL_INIT_VIDEO) != 0) {
		return fault_say(f, "There is no display: %s. Start Alcove on a desktop or on a screen of its own.",
		                 SDL_GetError());
	}
	if (driver_is("wayland")) {
		/* SDL2 has no software surface there, and without this shows nothing at all. */
		SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "1");
	}
	return true;
}

static bool open_renderer(struct window *w, struct fault *f) {
	w->renderer = SDL_CreateRenderer(w->sdl, -1, SDL_RENDERER_ACCELERATED | SDL_RENDERER_PRESENTVSYNC);
	if (w->renderer != NULL) {
		w->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB888, SDL_TEXTUREACCESS_STREAMING,
		                               w->panel.w, w->panel.h);
	}
	return w->texture != NULL || fault_say(f, "The display cannot be drawn on: %s.", SDL_GetError());
}

static void find_connection(struct window *w) {
	SDL_SysWMinfo info;
	SDL_VERSION(&info.version);
	w->connection = -1;
	if (!SDL_GetWindowWMInfo(w->sdl, &info)) {
		return;
	}
	if (info.subsystem == SDL_SYSWM_X11) {
		w->x11 = info.info.x11.display;
		w->connection = ConnectionNumber(w->x11);
	} else if (info.subsystem == SDL_SYSWM_WAYLAND) {
		w->connection = wl_display_get_fd(info.info.wl.display);
	}
}

static int display_px_per_cm(struct window *w) {
	float h_dpi = 0;
	int display = SDL_GetWindowDisplayIndex(w->sdl);
	if (SDL_GetDisplayDPI(display < 0 ? 0 : display, NULL, &h_dpi, NULL) != 0) {
		return FALLBACK_PX_PER_CM;
	}
	/* Displays that do not know their size say anything; the settings' bounds tell which cannot be. */
	double px_per_cm = (double)h_dpi / 2.54;
	return px_per_cm >= 20 && px_per_cm <= 200 ? (int)(px_per_cm + 0.5) : FALLBACK_PX_PER_CM;
}

static bool open_window(struct window *w, const struct settings *s, struct fault *f) {
	Uint32 flags = w->fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0;
	w->sdl =
	    SDL_CreateWindow("Alcove", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, s->window_w, s->window_h, flags);
	if (w->sdl == NULL) {
		return fault_say(f, "The window could not be opened: %s.", SDL_GetError());
	}
	w->panel.turned = s->rotation;
	SDL_GetWindowSize(w->sdl, &w->panel.w, &w->panel.h);
	turn_size(w->panel, &w->glass.w, &w->glass.h);
	w->glass.px_per_cm = s->px_per_cm > 0 ? s->px_per_cm : display_px_per_cm(w);
	if (w->glass.w < GLASS_MIN || w->glass.h < GLASS_MIN || w->glass.w > GLASS_MAX || w->glass.h > GLASS_MAX) {
		return fault_say(f, "The screen has %d x %d pixels; Alcove needs from %d to %d each way.", w->glass.w,
		                 w->glass.h, GLASS_MIN, GLASS_MAX);
	}
	if (w->fullscreen) {
		SDL_ShowCursor(SDL_DISABLE);
	}
	/* Nothing is ever typed into a text field here; input methods need not listen. */
	SDL_StopTextInput();
	find_connection(w);
	return true;
}

struct window *window_new(const struct settings *s, struct fault *f) {
	set_hints();
	if (!open_display(f)) {
		return NULL;
	}
	struct window *w = SDL_calloc(1, sizeof *w);
	if (w == NULL) {
		fault_say(f, "There is not enough memory to start.");
		SDL_Quit();
		return NULL;
	}
	bool bare = driver_is("KMSDRM");
	w->fullscreen = s->fullscreen || bare;
	w->stale = true;
	w->rounds = bare ? SETTLE_ROUNDS : 0;
	/* Before the display shows anything but words: that there is no touchscreen is said in words. */
	bool fine = !bare || (w->wake = wake_new(f)) != NULL;
	if (!fine || !open_window(w, s, f) || (bare && !open_renderer(w, f))) {
		window_free(w);
		return NULL;
	}
	return w;
}

void window_free(struct window *w) {
	if (w == NULL) {
		return;
	}
	wake_free(w->wake);
	if (w->texture != NULL) {
		SDL_DestroyTexture(w->texture);
	}
	if (w->renderer != NULL) {
		SDL_DestroyRenderer(w->renderer);
	}
	if (w->sdl != NULL) {
		SDL_DestroyWindow(w->sdl);
	}
	SDL_free(w);
	SDL_Quit();
}

bool window_known(const struct settings *s, struct glass *glass) {
	*glass = (struct glass){.px_per_cm = s->px_per_cm};
	turn_size((struct turn){s->rotation, s->window_w, s->window_h}, &glass->w, &glass->h);
	return !s->fullscreen && s->px_per_cm > 0;
}

struct glass window_glass(const struct window *w) {
	return w->glass;
}

/* --- showing ---------------------------------------------------------------------------------------------------- */

static void put_row(void *row, Uint32 format, const uint32_t *from, int count) {
	if (format == SDL_PIXELFORMAT_RGB888 || format == SDL_PIXELFORMAT_ARGB8888) {
		SDL_memcpy(row, from, (size_t)count * sizeof *from);
	} else {
		SDL_ConvertPixels(count, 1, SDL_PIXELFORMAT_RGB888, from, count * 4, format, row, count * 4);
	}
}

/* What is beside each other on a panel that hangs sideways is far apart in the frame: a few columns at a time, so that what
 * was fetched for one row is still near for the next. */
enum { COLUMNS = 64 };

static void copy_turned(struct turn panel, void *to, int pitch, const SDL_PixelFormat *format, const uint32_t *pixels,
                        int stride_px, struct rect r) {
	uint32_t row[COLUMNS];
	for (int x = 0; x < r.w; x += COLUMNS) {
		int count = r.w - x < COLUMNS ? r.w - x : COLUMNS;
		for (int y = 0; y < r.h; y++) {
			turn_row(panel, pixels, stride_px, r.x + x, r.y + y, count, row);
			put_row((char *)to + (ptrdiff_t)y * pitch + (ptrdiff_t)x * format->BytesPerPixel,
			        format->format, row, count);
		}
	}
}

/* `r`: a part of the panel. */
static void copy_part(struct turn panel, void *to, int pitch, const SDL_PixelFormat *format, const uint32_t *pixels,
                      int stride_px, struct rect r) {
	if (panel.turned != 0) {
		copy_turned(panel, to, pitch, format, pixels, stride_px, r);
		return;
	}
	for (int y = 0; y < r.h; y++) {
		put_row((char *)to + (ptrdiff_t)y * pitch, format->format,
		        pixels + (ptrdiff_t)(r.y + y) * stride_px + r.x, r.w);
	}
}

static bool present(struct window *w) {
	bool drawn = SDL_RenderCopy(w->renderer, w->texture, NULL, &(SDL_Rect){0, 0, w->panel.w, w->panel.h}) == 0;
	SDL_RenderPresent(w->renderer);
	return drawn;
}

static void show_rendered(struct window *w, const uint32_t *pixels, int stride_px, struct rect r) {
	static const SDL_PixelFormat format = {.format = SDL_PIXELFORMAT_RGB888, .BytesPerPixel = sizeof *pixels};
	void *to;
	int pitch;
	if (SDL_LockTexture(w->texture, &(SDL_Rect){r.x, r.y, r.w, r.h}, &to, &pitch) == 0) {
		copy_part(w->panel, to, pitch, &format, pixels, stride_px, r);
		SDL_UnlockTexture(w->texture);
	}
	present(w);
}

static Uint32 ground_of(const SDL_Surface *surface) {
	return SDL_MapRGB(surface->format, KEEPER_GROUND >> 16, (KEEPER_GROUND >> 8) & 0xFF, KEEPER_GROUND & 0xFF);
}

void window_prepare(struct window *w) {
	SDL_Surface *surface = w->renderer == NULL ? SDL_GetWindowSurface(w->sdl) : NULL;
	if (surface == NULL) {
		return;
	}
	/* The memory is fetched at once, and not page by page while the first frame is copied: that takes half as long. */
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)surface->pixels;
	uintptr_t end = begin + (size_t)surface->pitch * (size_t)surface->h;
	madvise((void *)(begin & ~(page - 1)), end - (begin & ~(page - 1)), MADV_POPULATE_WRITE);
	/* One column of ground, so that the display's server, too, has looked at every page by then. */
	SDL_Rect column = {0, 0, 1, surface->h};
	SDL_FillRect(surface, &column, ground_of(surface));
	SDL_UpdateWindowSurfaceRects(w->sdl, &column, 1);
}

/* A window manager may have given the window another size than its frame: the rest is ground. */
static void show_on_surface(struct window *w, const uint32_t *pixels, int stride_px, struct rect r) {
	SDL_Surface *surface = SDL_GetWindowSurface(w->sdl);
	if (surface == NULL) {
		return;
	}
	if (w->stale && (surface->w > w->panel.w || surface->h > w->panel.h)) {
		SDL_FillRect(surface, NULL, ground_of(surface));
		SDL_UpdateWindowSurface(w->sdl);
	}
	r.w = r.x + r.w > surface->w ? surface->w - r.x : r.w;
	r.h = r.y + r.h > surface->h ? surface->h - r.y : r.h;
	if (r.w <= 0 || r.h <= 0) {
		return;
	}
	char *at =
	    (char *)surface->pixels + (ptrdiff_t)r.y * surface->pitch + (ptrdiff_t)r.x * surface->format->BytesPerPixel;
	if (SDL_LockSurface(surface) == 0) {
		copy_part(w->panel, at, surface->pitch, surface->format, pixels, stride_px, r);
		SDL_UnlockSurface(surface);
	}
	SDL_UpdateWindowSurfaceRects(w->sdl, &(SDL_Rect){r.x, r.y, r.w, r.h}, 1);
}

void window_show(struct window *w, const uint32_t *pixels, int stride_px, struct rect r) {
	bool whole = r.w == w->glass.w && r.h == w->glass.h;
	w->forget = w->forget || whole;
	r = turn_rect(w->panel, r);
	if (w->renderer != NULL) {
		show_rendered(w, pixels, stride_px, r);
		w->settle = whole ? HIDDEN_BUFFERS : w->settle;
	} else {
		show_on_surface(w, pixels, stride_px, r);
		w->stale = w->stale && !whole;
	}
}

/* What came from the display's server last is still where it was received (4 KB, in libxcb): an answer that is longer than
 * that takes its place. All names of all keys are, and any server can say them. */
static void overwrite_line(Display *x11) {
	int first, last, each;
	XDisplayKeycodes(x11, &first, &last);
	XFree(XGetKeyboardMapping(x11, (KeyCode)first, last - first + 1, &each));
}

/* Where somebody touched is a trace: the digits of a number have their places. SDL and Xlib keep events that they have
 * handed over, to use their memory again for the next ones. So there come as many next ones as ever waited at once, with
 * nothing in them. */
static void forget_touches(struct window *w) {
	SDL_Event nothing;
	XEvent blank;
	SDL_zero(nothing);
	memset(&blank, 0, sizeof blank);
	nothing.type = SDL_USEREVENT;
	for (int i = 0; i < WAITED_MOST; i++) {
		SDL_PushEvent(&nothing);
	}
	SDL_FlushEvent(SDL_USEREVENT);
	for (int i = 0; i < WAITED_MOST && w->x11 != NULL; i++) {
		XPutBackEvent(w->x11, &blank);
	}
	for (int i = 0; i < WAITED_MOST && w->x11 != NULL; i++) {
		XNextEvent(w->x11, &blank); /* those that were put back, and no other: they stand in front */
	}
	if (w->x11 != NULL) {
		overwrite_line(w->x11);
	}
	w->forget = false;
	for (int i = 0; i < POINTERS; i++) {
		if (w->pointers[i].used) {
			w->forget = true; /* a finger that rests there tells its place once more when it is lifted */
		} else {
			w->pointers[i] = (struct pointer){.used = false};
		}
	}
}

void window_settle(struct window *w) {
	if (w->forget) {
		forget_touches(w);
	}
	for (; w->settle > 0; w->settle--) {
		present(w);
	}
}

bool window_again(struct window *w) {
	if (w->renderer != NULL) {
		return present(w);
	}
	/* While the window has no surface there is nothing that could be shown, and nothing is wrong. */
	return w->stale || SDL_GetWindowSurface(w->sdl) == NULL || SDL_UpdateWindowSurface(w->sdl) == 0;
}

/* --- listening -------------------------------------------------------------------------------------------------- */

int window_fds(const struct window *w, struct pollfd *fds, int room) {
	int count = 0;
	if (w->connection >= 0 && room > 0) {
		fds[count++] = (struct pollfd){.fd = w->connection, .events = POLLIN};
	}
	return count + (w->wake != NULL ? wake_fds(w->wake, fds + count, room - count) : 0);
}

void window_ready(struct window *w, const struct pollfd *fds, int count) {
	enum wake_got got = w->wake != NULL ? wake_ready(w->wake, fds, count) : WAKE_NOTHING;
	w->again = got != WAKE_NOTHING;
	w->rounds = got == WAKE_CHANGED ? SETTLE_ROUNDS : w->rounds > 0 ? w->rounds - 1 : 0;
}

int window_again_ms(const struct window *w) {
	/* What came while something else was asked of the server is with us already, and its descriptor is silent. */
	if (w->x11 != NULL && XQLength(w->x11) > 0) {
		return 0;
	}
	return w->again ? AGAIN_MS : w->rounds > 0 ? SETTLE_MS : -1;
}

static int find_pointer(struct window *w, SDL_TouchID device, SDL_FingerID finger, bool make) {
	int spare = -1;
	for (int i = 0; i < POINTERS; i++) {
		struct pointer *p = &w->pointers[i];
		if (p->used && p->device == device && p->finger == finger) {
			return i;
		}
		spare = !p->used && spare < 0 ? i : spare;
	}
	if (make && spare >= 0) {
		w->pointers[spare] = (struct pointer){.used = true, .device = device, .finger = finger};
		return spare;
	}
	return -1;
}

static bool finger_is_down(SDL_TouchID device, SDL_FingerID finger) {
	for (int i = 0; i < SDL_GetNumTouchFingers(device); i++) {
		const SDL_Finger *f = SDL_GetTouchFinger(device, i);
		if (f != NULL && f->id == finger) {
			return true;
		}
	}
	return false;
}

/* A panel that was unplugged, or a driver that lost an up, must not leave a finger on the glass for ever. */
static void lose_pointers(struct window *w, const struct window_sink *sink, bool mouse) {
	for (int i = 0; i < POINTERS; i++) {
		struct pointer *p = &w->pointers[i];
		if (p->used && (p->device == MOUSE ? mouse : !finger_is_down(p->device, p->finger))) {
			p->used = false;
			sink->touch(sink->self, WIRE_LOST, i, p->x, p->y);
		}
	}
}

static void pointer_event(struct window *w, const struct window_sink *sink, enum wire_phase phase, SDL_TouchID device,
                          SDL_FingerID finger, int x, int y) {
	int i = find_pointer(w, device, finger, phase == WIRE_DOWN);
	if (i >= 0) {
		turn_point(w->panel, &x, &y);
		w->pointers[i].x = x;
		w->pointers[i].y = y;
		w->pointers[i].used = phase == WIRE_DOWN || phase == WIRE_MOVE;
		sink->touch(sink->self, phase, i, x, y);
	}
}

static void finger_event(struct window *w, const struct window_sink *sink, const SDL_TouchFingerEvent *e) {
	enum wire_phase phase = e->type == SDL_FINGERDOWN ? WIRE_DOWN : e->type == SDL_FINGERUP ? WIRE_UP : WIRE_MOVE;
	if (phase == WIRE_DOWN) {
		/* The mouse too: one that was pulled out while its button was down never tells that it is up. */
		lose_pointers(w, sink, true);
	}
	pointer_event(w, sink, phase, e->touchId, e->fingerId, (int)(e->x * (float)w->panel.w),
	              (int)(e->y * (float)w->panel.h));
}

static bool finger_is_on(const struct window *w) {
	for (int i = 0; i < POINTERS; i++) {
		if (w->pointers[i].used && w->pointers[i].device != MOUSE) {
			return true;
		}
	}
	return false;
}

static void mouse_event(struct window *w, const struct window_sink *sink, const SDL_Event *e) {
	if (e->type == SDL_MOUSEMOTION) {
		if (e->motion.which != SDL_TOUCH_MOUSEID && (e->motion.state & SDL_BUTTON_LMASK) != 0) {
			pointer_event(w, sink, WIRE_MOVE, MOUSE, 0, e->motion.x, e->motion.y);
		}
		return;
	}
	/* Some display servers make a mouse out of a touch by themselves. */
	bool made_up = e->button.which == SDL_TOUCH_MOUSEID || (e->type == SDL_MOUSEBUTTONDOWN && finger_is_on(w));
	if (e->button.button == SDL_BUTTON_LEFT && !made_up) {
		pointer_event(w, sink, e->type == SDL_MOUSEBUTTONDOWN ? WIRE_DOWN : WIRE_UP, MOUSE, 0, e->button.x,
		              e->button.y);
	}
}

/* The few keys there are; everything else does not exist. */
static void key_event(const struct window_sink *sink, const SDL_KeyboardEvent *e) {
	static const struct {
		SDL_Keycode sym;
		enum wire_keycode key;
	} keys[] = {
	    {SDLK_TAB, WIRE_NEXT},        {SDLK_RIGHT, WIRE_NEXT},   {SDLK_RETURN, WIRE_CHOOSE},
	    {SDLK_KP_ENTER, WIRE_CHOOSE}, {SDLK_SPACE, WIRE_CHOOSE}, {SDLK_BACKSPACE, WIRE_BACK},
	    {SDLK_LEFT, WIRE_BACK},       {SDLK_ESCAPE, WIRE_HIDE},
	};
	if (e->repeat != 0) {
		return; /* a held key does not repeat (VVSG 2.0 7.2-M) */
	}
	/* Alt+Tab and the like belong to the desktop. Hide works with whatever else is held down. */
	bool shortcut = (e->keysym.mod & (KMOD_ALT | KMOD_CTRL | KMOD_GUI)) != 0;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (keys[i].sym == e->keysym.sym && (!shortcut || keys[i].key == WIRE_HIDE)) {
			sink->key(sink->self, keys[i].key);
			return;
		}
	}
}

static void window_event(struct window *w, const struct window_sink *sink, const SDL_WindowEvent *e) {
	switch (e->event) {
	case SDL_WINDOWEVENT_EXPOSED:
		/* The surface still holds the frame, unless it is a new one. */
		if (w->renderer != NULL) {
			present(w);
		} else if (!w->stale && SDL_GetWindowSurface(w->sdl) != NULL) {
			SDL_UpdateWindowSurface(w->sdl);
		}
		break;
	case SDL_WINDOWEVENT_SIZE_CHANGED:
		w->stale = true;
		sink->redraw(sink->self);
		break;
	case SDL_WINDOWEVENT_FOCUS_LOST:
	case SDL_WINDOWEVENT_HIDDEN:
		lose_pointers(w, sink, true);
		break;
	case SDL_WINDOWEVENT_CLOSE:
		if (!w->fullscreen) {
			sink->close(sink->self);
		}
		break;
	default:
		break;
	}
}

void window_pump(struct window *w, const struct window_sink *sink) {
	SDL_Event e;
	while (SDL_PollEvent(&e) != 0) {
		switch (e.type) {
		case SDL_FINGERDOWN:
		case SDL_FINGERUP:
		case SDL_FINGERMOTION:
			finger_event(w, sink, &e.tfinger);
			break;
		case SDL_MOUSEBUTTONDOWN:
		case SDL_MOUSEBUTTONUP:
		case SDL_MOUSEMOTION:
			mouse_event(w, sink, &e);
			break;
		case SDL_KEYDOWN:
			key_event(sink, &e.key);
			break;
		case SDL_WINDOWEVENT:
			window_event(w, sink, &e.window);
			break;
		default: /* SDL_QUIT too: a close is told above, and nothing else may end a kiosk from inside */
			break;
		}
	}
	/* What was touched and where does not stay behind. */
	SDL_memset(&e, 0, sizeof e);
}
