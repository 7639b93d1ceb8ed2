/* `alcove-pack import-hsds`: reads a package of the Human Services Data Specification (Open Referral) as CSV files and
 * writes service.csv and phone.csv in our form. Nothing is left out silently, and no date is made up: whatever is
 * doubtful is reported with file and line. */
#ifndef ALCOVE_PACKC_HSDS_H
#define ALCOVE_PACKC_HSDS_H

#include "base/fault.h"
#include "packc/report.h"

struct hsds_result {
	int services, numbers;
};

/* Reads the folder `from`, writes into the folder `to`, which is made if it is not there; files that are there already
 * are never written over. */
bool hsds_import(struct arena *a, struct report *r, const char *from, const char *to, struct hsds_result *out,
                 struct fault *f);

#endif
