/* The libraries of Wayland and of bare displays (KMSDRM), loaded only where there is no X server to open a window on.
 * SDL names 160 functions of theirs, and an ordinary link would make the host, every visit and every check load and sort
 * out a dozen libraries first. It knows their names and nothing else of them. */
#ifndef ALCOVE_HOST_WINDOW_LATE_H
#define ALCOVE_HOST_WINDOW_LATE_H

/* Before this a call of any of these functions does nothing and gives NULL, which SDL takes for a display that is not
 * there; afterwards too where a library is missing. */
void window_late_load(void);

#endif
