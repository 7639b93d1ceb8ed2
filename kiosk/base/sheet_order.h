/* What the store's worker tells the process that compiles house.csv (`alcove-pack house-sheet`), as one message before
 * anything else: facts of the pack to be made. Descriptors: WIRE_FD_SOCKET takes the order and gives one WIRE_WORK (DONE, or
 * FAILED with the first row that is wrong), WIRE_FD_FILES is the sheet, the one
 * behind it (if it is open) the library that it will be shown over, standard output takes the pack's bytes. */
#ifndef ALCOVE_BASE_SHEET_ORDER_H
#define ALCOVE_BASE_SHEET_ORDER_H

#include "wire/wire.h"

#include <limits.h>

struct sheet_order {
	uint32_t version;
	char id[WIRE_ID], made[WIRE_DATE]; /* made is today, too */
	char title[WIRE_NAME], publisher[WIRE_NAME];
	char languages
	    [WIRE_NAME]; /* of the house's pack in use, as in struct wire_offer: which ones somebody has reviewed */
	char assets[PATH_MAX]; /* folder with fonts.ini and icons/; "" for where alcove-pack finds them itself */
};

#endif
