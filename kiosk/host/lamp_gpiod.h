/* A GPIO chip of the machine, by libgpiod: 1.6 (Debian 12) or 2.2 (Debian 13), whichever it is built with. Its only owner;
 * the library is loaded when a lamp is configured and not before. A child holds one chip, and ends with it. */
#ifndef ALCOVE_HOST_LAMP_GPIOD_H
#define ALCOVE_HOST_LAMP_GPIOD_H

/* `alcove lamp`: runs until the host is gone; returns an exit status. */
int lamp_gpiod_main(void);

#endif
