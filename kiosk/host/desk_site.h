/* A site's folder, as `alcove desk-init` makes it and adds to it: what desk_init and desk_add share, and nobody else
 * calls. It overwrites nothing. Names of files are those in the site's folder. */
#ifndef ALCOVE_HOST_DESK_SITE_H
#define ALCOVE_HOST_DESK_SITE_H

#include "host/desk_init.h"

#include <stdio.h>
#include <sys/types.h>

enum { SITE_PATH = 1024, SITE_USER = PLACE_TOPIC + 16 };
enum { SITE_PORT_TLS = 8883 }; /* MQTT over TLS (IANA) */

/* Where we are and where all of it goes. */
struct site {
	const struct desk_plan *plan;
	char folder[DESK_FOLDER]; /* absolute */
	bool page;
	gid_t broker; /* the group that the broker runs in, or our own */
};

/* The folder that the plan names, which is there, and the broker's group. */
bool site_open(struct site *site, const struct desk_plan *plan, struct fault *f);

void site_path(const struct site *site, char out[SITE_PATH], const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool site_make_folder(const struct site *site, const char *name, bool for_broker, struct fault *f);
/* A new file, for us alone. */
FILE *site_make_file(const struct site *site, const char *name, struct fault *f);
/* It is whole, and closed. */
bool site_end_file(FILE *file, struct fault *f);
bool site_for_broker(const struct site *site, const char *name, struct fault *f);
/* `from` is a path of its own. */
bool site_copy(const struct site *site, const char *from, const char *to, struct fault *f);
/* Appends what stands in the file at that path. */
bool site_append(FILE *out, const char *from, struct fault *f);
/* Runs a program to its end, with the folder as its own; what it prints goes nowhere. */
bool site_run(const struct site *site, char *const argv[], struct fault *f);

/* "kiosk-PLACE", PLACE as in topics. */
void site_user(const char *kiosk, char out[SITE_USER]);
/* A line in the broker's list, and the password alone in a file for whoever needs it. */
bool site_add_user(const struct site *site, FILE *passwords, const char *user, const char *file, struct fault *f);
/* The same for a kiosk, which gets a folder below `where`. */
bool site_add_kiosk_user(const struct site *site, FILE *passwords, const char *where, const char *kiosk,
                         struct fault *f);
/* Hashes the passwords in a list in which all are plain. None stands on a command line, where every user of the machine
 * could read it. */
bool site_hash(const struct site *site, const char *list, struct fault *f);
/* What the kiosk may read and write. */
void site_write_access(FILE *out, const char *kiosk);
/* The rest of its folder: the authority's certificate, and the lines for its settings. */
bool site_make_kiosk(const struct site *site, const char *where, const char *kiosk, const char *host, int port,
                     struct fault *f);

#endif
