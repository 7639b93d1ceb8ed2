/* What SDL and Xlib would ask for at start and nobody here needs, not asked: a third of the work until a window is on the
 * glass. The linker leads their calls here (--wrap in the Makefile); each answer is one that they know what to do with,
 * because there are machines on which it is the true one. */
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xresource.h>
#include <X11/Xutil.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/* NOLINTBEGIN(readability-identifier-naming) the linker makes these names */
void *__real_dlopen(const char *name, int how);
void *__wrap_dlopen(const char *name, int how);
Display *__real_XOpenDisplay(const char *name);
Display *__wrap_XOpenDisplay(const char *name);
int __real_XCloseDisplay(Display *display);
int __wrap_XCloseDisplay(Display *display);
XIM __wrap_XOpenIM(Display *display, XrmDatabase database, char *name, char *class_name);
char *__wrap_XSetLocaleModifiers(const char *modifiers);
Bool __wrap_XSupportsLocale(void);
int __wrap_Xutf8TextListToTextProperty(Display *display, char **list, int count, XICCEncodingStyle style,
                                       XTextProperty *property);
int __wrap_XmbTextListToTextProperty(Display *display, char **list, int count, XICCEncodingStyle style,
                                     XTextProperty *property);
/* NOLINTEND(readability-identifier-naming) */

/* libdbus brings libsystemd and its own libraries along, and there is nobody on a bus whom we talk to. libXcursor would
 * bring a second libX11 that knows nothing of ours; the pointer here is the server's own, or none. */
void *__wrap_dlopen(const char *name, int how) {
	static const char *const unwanted[] = {"libdbus-1.so", "libXcursor.so"};
	for (size_t i = 0; name != NULL && i < sizeof unwanted / sizeof unwanted[0]; i++) {
		if (strncmp(name, unwanted[i], strlen(unwanted[i])) == 0) {
			return NULL;
		}
	}
	return __real_dlopen(name, how);
}

/* SDL opens the same display twice, the second time for threads that wake each other. Here is one thread. */
static struct {
	Display *display;
	int users;
} shared;

Display *__wrap_XOpenDisplay(const char *name) {
	if (shared.users == 0) {
		shared.display = __real_XOpenDisplay(name);
	}
	shared.users += shared.display != NULL;
	return shared.display;
}

int __wrap_XCloseDisplay(Display *display) {
	shared.users--;
	return shared.users == 0 ? __real_XCloseDisplay(display) : 0;
}

/* Nobody writes here: no input method, so no locale, and no table of composed letters. */
XIM __wrap_XOpenIM(Display *display, XrmDatabase database, char *name, char *class_name) {
	(void)display;
	(void)database;
	(void)name;
	(void)class_name;
	return NULL;
}

char *__wrap_XSetLocaleModifiers(const char *modifiers) {
	(void)modifiers;
	return NULL;
}

/* The plain locale, which every Xlib has built in. */
Bool __wrap_XSupportsLocale(void) {
	return True;
}

/* A window's name as a property: UTF-8 as it is, and the plain old kind for the one name there is, which is ASCII. */
int __wrap_Xutf8TextListToTextProperty(Display *display, char **list, int count, XICCEncodingStyle style,
                                       XTextProperty *property) {
	if (XStringListToTextProperty(list, count, property) == 0) {
		return XNoMemory;
	}
	property->encoding = style == XUTF8StringStyle ? XInternAtom(display, "UTF8_STRING", False) : XA_STRING;
	return Success;
}

int __wrap_XmbTextListToTextProperty(Display *display, char **list, int count, XICCEncodingStyle style,
                                     XTextProperty *property) {
	return __wrap_Xutf8TextListToTextProperty(display, list, count, style, property);
}
