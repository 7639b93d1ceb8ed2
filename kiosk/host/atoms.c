/* The names that SDL asks the X server for when it opens a window, all in one question. SDL asks for each by itself and
 * waits for each answer: forty round trips, a third of the time until the window is there. The linker leads SDL's calls
 * of XInternAtom here (--wrap in the Makefile); a name that is not in the list goes on to Xlib. */
#include <X11/Xlib.h>
#include <stdbool.h>
#include <string.h>

Atom __real_XInternAtom(Display *display, const char *name, Bool only_if_exists);
Atom __wrap_XInternAtom(Display *display, const char *name, Bool only_if_exists);

static const char *const names[] = {
    "WM_PROTOCOLS",
    "WM_DELETE_WINDOW",
    "WM_TAKE_FOCUS",
    "WM_NAME",
    "_NET_WM_STATE",
    "_NET_WM_STATE_HIDDEN",
    "_NET_WM_STATE_FOCUSED",
    "_NET_WM_STATE_MAXIMIZED_VERT",
    "_NET_WM_STATE_MAXIMIZED_HORZ",
    "_NET_WM_STATE_FULLSCREEN",
    "_NET_WM_STATE_ABOVE",
    "_NET_WM_STATE_SKIP_TASKBAR",
    "_NET_WM_STATE_SKIP_PAGER",
    "_NET_WM_STATE_MODAL",
    "_NET_WM_ALLOWED_ACTIONS",
    "_NET_WM_ACTION_FULLSCREEN",
    "_NET_WM_NAME",
    "_NET_WM_ICON_NAME",
    "_NET_WM_ICON",
    "_NET_WM_PING",
    "_NET_WM_PID",
    "_NET_WM_WINDOW_OPACITY",
    "_NET_WM_USER_TIME",
    "_NET_WM_BYPASS_COMPOSITOR",
    "_NET_WM_WINDOW_TYPE",
    "_NET_WM_WINDOW_TYPE_NORMAL",
    "_NET_WM_WINDOW_TYPE_DIALOG",
    "_NET_WM_WINDOW_TYPE_UTILITY",
    "_NET_ACTIVE_WINDOW",
    "_NET_FRAME_EXTENTS",
    "_NET_SUPPORTING_WM_CHECK",
    "_NET_WORKAREA",
    "_MOTIF_WM_HINTS",
    "_ICC_PROFILE",
    "_SDL_WAKEUP",
    "UTF8_STRING",
    "PRIMARY",
    "CLIPBOARD",
    "TARGETS",
    "SDL_SELECTION",
    "XKLAVIER_STATE",
    "XdndAware",
    "XdndEnter",
    "XdndPosition",
    "XdndStatus",
    "XdndTypeList",
    "XdndActionCopy",
    "XdndDrop",
    "XdndFinished",
    "XdndSelection",
};

enum { NAMES = sizeof names / sizeof names[0] };

/* Xlib wants a caller that may change its names; it does not. */
static void ask(Display *display, Atom *atoms) {
	char *list[NAMES];
	for (int i = 0; i < NAMES; i++) {
		memcpy(&list[i], &names[i], sizeof list[i]);
	}
	XInternAtoms(display, list, NAMES, False, atoms);
}

/* The answers belong to one server and never change while it runs; SDL opens the same one twice. */
static struct {
	Atom atoms[NAMES];
	bool asked;
} known;

Atom __wrap_XInternAtom(Display *display, const char *name, Bool only_if_exists) {
	if (!known.asked) {
		ask(display, known.atoms);
		known.asked = true;
	}
	for (int i = 0; i < NAMES; i++) {
		if (strcmp(name, names[i]) == 0) {
			return known.atoms[i];
		}
	}
	return __real_XInternAtom(display, name, only_if_exists);
}
