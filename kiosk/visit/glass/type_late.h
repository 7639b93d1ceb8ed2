/* libfreetype and libharfbuzz, loaded when a visit opens its fonts: only a visit draws letters, and the host and every
 * other child of it, which are the same program, need not load them and the seven libraries behind them. */
#ifndef ALCOVE_GLASS_TYPE_LATE_H
#define ALCOVE_GLASS_TYPE_LATE_H

#include <stdbool.h>

/* False when they are not there. Before SDL2_ttf is used, and while files may still be opened. */
bool type_late_load(void);

#endif
