/* What stands on the screen when the kiosk itself cannot be shown: the service of a kiosk writes its errors to the bare
 * console, and there is nobody at a terminal. It draws nothing and knows no display; where a person has started us, or the
 * errors go to a log, the sentence goes there as it is. */
#ifndef ALCOVE_HOST_PLACARD_H
#define ALCOVE_HOST_PLACARD_H

/* Says on the standard error why the kiosk does not start. On the console of a service the sentence then stands alone, and
 * this returns only after the time that it takes to read it: systemd starts us again at once, which wipes it. */
void placard(const char *says);

#endif
