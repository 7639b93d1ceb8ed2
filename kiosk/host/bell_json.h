/* JSON of the line to staff, written and read: requests, what is kept of them, and what Home Assistant is told. The
 * only owner of cJSON. Reads nothing that is not exactly as it should be. */
#ifndef ALCOVE_HOST_BELL_JSON_H
#define ALCOVE_HOST_BELL_JSON_H

#include "host/request.h"

#include <stddef.h>

enum { REQUEST_JSON = 3072 }; /* bytes of a request at most; kiosk/desk/README.md */

/* Exactly the fields that the contract names. NULL when there is no memory. */
char *bell_json_request(const char *place, const struct request *r);
/* True when it is a request of this place; fields that nobody knows are passed over. */
bool bell_json_read_request(const char *bytes, size_t len, const char *place, const char *id, struct wire_talk *talk,
                            int *again);

/* All requests of `q` that have to outlive the host. NULL when there is no memory, or (`none` true) none. */
char *bell_json_kept(const struct requests *q, int64_t now, bool *none);
/* Puts them back. False, and nothing is put back, when the text is damaged. */
bool bell_json_read_kept(const char *bytes, size_t len, struct requests *q, int64_t now);

/* The discovery message of Home Assistant for "somebody asks for staff". */
char *bell_json_discovery(const char *place);

/* Overwrites and frees what the functions above returned. NULL is fine. */
void bell_json_free(char *json);

#endif
