#include "packc/hsds.h"

#include "packc/dial.h"
#include "packc/grade.h"
#include "packc/prose.h"
#include "packc/sheet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>
#include <unistd.h>

enum service { S_ID, S_ORGANIZATION, S_NAME, S_DESCRIPTION, S_STATUS, S_ASSURED, S_COLUMNS };
static const char *const service_columns[] = {"id", "organization_id", "name", "description", "status", "assured_date"};

enum phone { P_SERVICE, P_ORGANIZATION, P_NUMBER, P_EXTENSION, P_TYPE, P_DESCRIPTION, P_ID, P_COLUMNS };
static const char *const phone_columns[] = {"service_id", "organization_id", "number", "extension",
                                            "type",       "description",     "id"};

enum language { L_SERVICE, L_PHONE, L_NAME, L_CODE, L_ID, L_COLUMNS };
static const char *const language_columns[] = {"service_id", "phone_id", "name", "code", "id"};

enum schedule { H_SERVICE, H_BYDAY, H_OPENS, H_CLOSES, H_DESCRIPTION, H_ID, H_COLUMNS };
static const char *const schedule_columns[] = {"service_id", "byday", "opens_at", "closes_at", "description", "id"};

enum organization { O_ID, O_NAME, O_COLUMNS };
static const char *const organization_columns[] = {"id", "name"};

/* A service on its way. */
struct taken {
	const struct sheet_row *row;
	const char *slug;
	int phones;
};

struct import {
	struct arena *a;
	struct report *r;
	const char *from;
	struct sheet services, phones, languages, schedules, organizations;
	struct taken *taken;
	int taken_count;
	const char **extra; /* for each taken service: what its numbers say besides */
	struct prose service_csv, phone_csv;
	int numbers;
};

/* --- reading ---------------------------------------------------------------------------------------------------- */

/* The package says phones.csv; some write phone.csv. */
static const char *file_named(struct import *m, const char *name) {
	const char *many = arena_print(m->a, "%s/%s.csv", m->from, name);
	const char *one = arena_print(m->a, "%s/%.*s.csv", m->from, (int)strlen(name) - 1, name);
	return source_exists(many) || !source_exists(one) ? many : one;
}

static bool read_one(struct import *m, const char *name, const char *const *columns, int count, bool must,
                     struct sheet *out) {
	const char *file = file_named(m, name);
	if (!source_exists(file)) {
		*out = (struct sheet){0};
		if (must) {
			return report_error(m->r, (struct where){file, 0}, "This file is missing. Put it there.");
		}
		report_warning(m->r, (struct where){file, 0},
		               "There is no such file. What it would say of the services is not known.");
		return true;
	}
	return sheet_read_loose(m->a, m->r, file, columns, count, out);
}

static bool read_all(struct import *m) {
	bool good = read_one(m, "services", service_columns, S_COLUMNS, true, &m->services);
	good = read_one(m, "phones", phone_columns, P_COLUMNS, true, &m->phones) && good;
	good = read_one(m, "languages", language_columns, L_COLUMNS, false, &m->languages) && good;
	good = read_one(m, "schedules", schedule_columns, H_COLUMNS, false, &m->schedules) && good;
	return read_one(m, "organizations", organization_columns, O_COLUMNS, false, &m->organizations) && good;
}

/* --- writing a cell --------------------------------------------------------------------------------------------- */

static void cell(struct prose *out, const char *text, bool last) {
	if (strpbrk(text, ",\"\n") == NULL) {
		prose_add(out, "%s", text);
	} else {
		prose_add(out, "\"");
		for (const char *p = text; *p != 0; p++) {
			prose_add(out, *p == '"' ? "\"\"" : "%c", *p);
		}
		prose_add(out, "\"");
	}
	prose_add(out, last ? "\n" : ",");
}

/* Lines and lists in a cell as one line: "[""en"", ""es""]" is "en, es". `mark` stands where a line ended. */
static const char *one_line(struct arena *a, const char *text, const char *mark) {
	struct prose out = {.arena = a};
	bool list = text[0] == '[' && text[strlen(text) - 1] == ']';
	for (const char *p = text; *p != 0; p++) {
		bool quote = list && (*p == '[' || *p == ']' || *p == '"');
		if (*p == '\n') {
			prose_add(&out, "%s", out.len > 0 && p[1] != '\n' ? mark : "");
		} else if (!quote) {
			prose_add(&out, "%c", *p);
		}
	}
	return prose_bytes(&out);
}

/* --- what is known of a service --------------------------------------------------------------------------------- */

static const char *organization_name(const struct import *m, const char *id) {
	for (int i = 0; i < m->organizations.count; i++) {
		if (id[0] != 0 && strcmp(m->organizations.rows[i].cells[O_ID], id) == 0) {
			return m->organizations.rows[i].cells[O_NAME];
		}
	}
	return "";
}

/* Small letters and digits of a name, parted by hyphens; another number behind it when it was there before. */
static const char *slug_of(struct import *m, const char *name) {
	char slug[SOURCE_MAX_ID - 3];
	size_t len = 0;
	for (const char *p = name; *p != 0 && len + 1 < sizeof slug; p++) {
		char c = *p;
		if (c >= 'A' && c <= 'Z') {
			c = (char)(c + 'a' - 'A');
		}
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			slug[len++] = c;
		} else if (len > 0 && slug[len - 1] != '-' && c != '\'') {
			slug[len++] = '-';
		}
	}
	while (len > 0 && slug[len - 1] == '-') {
		len--;
	}
	slug[len] = 0;
	const char *id = arena_print(m->a, "%s", len > 0 ? slug : "service");
	const char *first = id;
	for (int n = 2, i = 0; i < m->taken_count; i++) {
		if (strcmp(m->taken[i].slug, id) == 0) {
			id = arena_print(m->a, "%s-%d", first, n++);
			i = -1;
		}
	}
	return id;
}

/* "MO,TU,WE" as people say it; anything else as it stands. */
static const char *days(struct arena *a, const char *byday) {
	static const struct {
		const char *code, *name;
	} names[] = {{"MO", "Mon"}, {"TU", "Tue"}, {"WE", "Wed"}, {"TH", "Thu"},
	             {"FR", "Fri"}, {"SA", "Sat"}, {"SU", "Sun"}};
	struct prose out = {.arena = a};
	for (const char *p = one_line(a, byday, ", "); *p != 0;) {
		size_t len = strcspn(p, ", ");
		const char *name = NULL;
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			name = len == 2 && strncasecmp(p, names[i].code, 2) == 0 ? names[i].name : name;
		}
		if (len > 0) {
			prose_add(&out, "%s%.*s", out.len > 0 ? ", " : "", name != NULL ? 3 : (int)len,
			          name != NULL ? name : p);
		}
		p += len + strspn(p + len, ", ");
	}
	return prose_bytes(&out);
}

static void add_hours(struct import *m, const char *service, struct prose *out) {
	for (int i = 0; i < m->schedules.count; i++) {
		const char *const *c = m->schedules.rows[i].cells;
		if (strcmp(c[H_SERVICE], service) != 0) {
			continue;
		}
		const char *words = one_line(m->a, c[H_DESCRIPTION], ", ");
		const char *when = days(m->a, c[H_BYDAY]);
		if (words[0] == 0 && c[H_OPENS][0] == 0 && when[0] == 0) {
			report_warning(m->r, m->schedules.rows[i].where, "These hours say nothing. Ask the service.");
			continue;
		}
		prose_add(out, "%s", out->len > 0 ? ". " : "");
		if (words[0] != 0) {
			prose_add(out, "%s", words);
		} else {
			prose_add(out, "%s%s%s%s%s", when, when[0] != 0 && c[H_OPENS][0] != 0 ? " " : "", c[H_OPENS],
			          c[H_CLOSES][0] != 0 ? "\u2013" : "", c[H_CLOSES]);
		}
	}
}

/* "Vietnamese" of "vi", a list of codes one by one; a code that is not known stands as it is. */
static const char *language_name(struct arena *a, const char *codes) {
	struct prose out = {.arena = a};
	for (const char *p = one_line(a, codes, ", "); *p != 0;) {
		size_t len = strcspn(p, ", ");
		const char *code = arena_print(a, "%.*s", (int)len, p);
		UErrorCode e = U_ZERO_ERROR;
		UChar name[64];
		char utf8[192] = "";
		uloc_getDisplayLanguage(code, "en", name, 64, &e);
		u_strToUTF8(utf8, sizeof utf8, NULL, name, -1, &e);
		if (len > 0) {
			prose_add(&out, "%s%s", out.len > 0 ? ", " : "", U_SUCCESS(e) && utf8[0] != 0 ? utf8 : code);
		}
		p += len + strspn(p + len, ", ");
	}
	return prose_bytes(&out);
}

static void add_languages(struct import *m, const char *service, struct prose *out) {
	bool any = false;
	for (int i = 0; i < m->languages.count; i++) {
		const char *const *c = m->languages.rows[i].cells;
		const char *name = c[L_NAME][0] != 0 ? one_line(m->a, c[L_NAME], ", ") : language_name(m->a, c[L_CODE]);
		if (strcmp(c[L_SERVICE], service) == 0 && name[0] != 0) {
			prose_add(out, "%s%s", any ? ", " : "", name);
			any = true;
		}
	}
}

static const char *languages_of(struct import *m, const char *service) {
	struct prose out = {.arena = m->a};
	add_languages(m, service, &out);
	return prose_bytes(&out);
}

static const char *schedule_of(struct import *m, const char *service) {
	struct prose out = {.arena = m->a};
	add_hours(m, service, &out);
	return prose_bytes(&out);
}

/* "2026-01-31" of "2026-01-31T12:00:00Z"; "" and a warning for anything else. */
static const char *assured_of(struct import *m, const struct sheet_row *row) {
	const char *given = row->cells[S_ASSURED];
	const char *day = arena_print(m->a, "%.10s", given);
	if (source_date_ok(day) && (given[10] == 0 || strchr("T ", given[10]) != NULL)) {
		return day;
	}
	report_warning(m->r, row->where, "'%s' %s. Call it, then put the date into assured_date.", row->cells[S_NAME],
	               given[0] == 0 ? "has no assured_date" : "has an assured_date that is not a date");
	return "";
}

/* --- services --------------------------------------------------------------------------------------------------- */

static bool active(const char *status) {
	return status[0] == 0 || strcasecmp(status, "active") == 0;
}

static void choose_services(struct import *m) {
	m->taken = arena_array(m->a, (size_t)m->services.count + 1, sizeof *m->taken);
	m->extra = arena_array(m->a, (size_t)m->services.count + 1, sizeof *m->extra);
	for (int i = 0; i < m->services.count; i++) {
		const struct sheet_row *row = &m->services.rows[i];
		const char *name = row->cells[S_NAME];
		if (name[0] == 0) {
			report_warning(m->r, row->where, "This service has no name. It was left out.");
		} else if (!active(row->cells[S_STATUS])) {
			report_warning(m->r, row->where, "'%s' is %s. It was left out.", name, row->cells[S_STATUS]);
		} else {
			const char *slug = slug_of(m, name);
			m->extra[m->taken_count] = "";
			m->taken[m->taken_count++] = (struct taken){row, slug, 0};
		}
	}
}

static void write_service(struct import *m, int i) {
	const struct taken *t = &m->taken[i];
	const char *const *c = t->row->cells;
	const char *organization = organization_name(m, c[S_ORGANIZATION]);
	const char *what = one_line(m->a, c[S_DESCRIPTION], " | ");
	struct grade_count count = {0};
	grade_add(&count, GRADE_ENGLISH, what);
	if (count.words > 60) {
		report_warning(m->r, t->row->where,
		               "The description of '%s' has %d words. Say in 60 or fewer what happens when one calls.",
		               c[S_NAME], count.words);
	}
	what = arena_print(m->a, "%s%s%s", what, what[0] != 0 && m->extra[i][0] != 0 ? " | " : "", m->extra[i]);
	struct prose *out = &m->service_csv;
	cell(out, t->slug, false);
	cell(out, one_line(m->a, c[S_NAME], " "), false);
	cell(out, "", false); /* a line for the list: somebody has to write it */
	cell(out, what, false);
	cell(out, languages_of(m, c[S_ID]), false);
	cell(out, schedule_of(m, c[S_ID]), false);
	cell(out, "phone", false);
	cell(out, "", false);
	cell(out, "imported", false);
	cell(out, assured_of(m, t->row), false);
	cell(out, "", false); /* the package does not say what was done on that day: the build asks for it */
	cell(out,
	     arena_print(m->a, "HSDS package: %s, service %s", organization[0] != 0 ? organization : "no organization",
	                 c[S_ID]),
	     true);
}

/* --- phones ----------------------------------------------------------------------------------------------------- */

/* Ours for a type of the package; NULL for one that nobody can talk to. */
static const char *type_of(struct import *m, const struct sheet_row *row) {
	static const struct {
		const char *theirs, *ours;
	} types[] = {{"voice", "voice"},   {"", "voice"},        {"cell", "voice"},
	             {"mobile", "voice"},  {"hotline", "voice"}, {"toll-free", "voice"},
	             {"text", "text"},     {"sms", "text"},      {"textphone", "textphone"},
	             {"tty", "textphone"}, {"tdd", "textphone"}, {"fax", NULL},
	             {"pager", NULL},      {"video", NULL}};
	const char *type = row->cells[P_TYPE];
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (strcasecmp(type, types[i].theirs) == 0) {
			return types[i].ours;
		}
	}
	report_warning(m->r, row->where,
	               "'%s' is a type of number that is not known; it is taken as voice. Look at it.", type);
	return "voice";
}

static void take_dial(struct import *m, const struct sheet_row *row, struct taken *t, const struct dial *d,
                      const char *type) {
	const char *extension = d->extension[0] != 0 ? d->extension : row->cells[P_EXTENSION];
	prose_add(&m->phone_csv, "%s,%s,%s\n", t->slug, type, d->number);
	t->phones++;
	m->numbers++;
	if (d->letters) {
		report_warning(m->r, row->where, "Letters became digits: '%s' is %s. Compare them.",
		               row->cells[P_NUMBER], d->number);
	}
	if (d->no_area) {
		report_warning(m->r, row->where, "%s has no area code. Add it.", d->number);
	}
	const char **extra = &m->extra[t - m->taken];
	if (extension[0] != 0) {
		report_warning(
		    m->r, row->where,
		    "%s has the extension %s: numbers here have none, so it stands in the text. Read it there.",
		    d->number, extension);
		*extra = arena_print(m->a, "%s%sAt %s, ask for extension %s.", *extra, **extra != 0 ? " | " : "",
		                     d->number, one_line(m->a, extension, " "));
	}
	if (row->cells[P_DESCRIPTION][0] != 0) {
		*extra = arena_print(m->a, "%s%s%s: %s", *extra, **extra != 0 ? " | " : "", d->number,
		                     one_line(m->a, row->cells[P_DESCRIPTION], " "));
	}
}

static void take_for(struct import *m, const struct sheet_row *row, struct taken *t) {
	const char *type = type_of(m, row);
	if (type == NULL) {
		report_warning(m->r, row->where, "%s is a %s number. It was left out.", row->cells[P_NUMBER],
		               row->cells[P_TYPE]);
		return;
	}
	struct dial_found found = dial_read(m->a, row->cells[P_NUMBER]);
	if (found.left[0] != 0 || found.count == 0) {
		report_warning(m->r, row->where, "Of \"%s\", \"%s\" could not be read as a number%s. Look at it.",
		               row->cells[P_NUMBER], found.left, found.count == 0 ? " and nothing was taken" : "");
	}
	if (found.count > 1) {
		report_warning(m->r, row->where, "\"%s\" holds %d numbers; each got a row of its own. Compare them.",
		               row->cells[P_NUMBER], found.count);
	}
	for (int i = 0; i < found.count; i++) {
		take_dial(m, row, t, &found.numbers[i], type);
	}
}

/* A number belongs to a service, or else to all services of an organization. */
static void take_phone(struct import *m, const struct sheet_row *row) {
	const char *service = row->cells[P_SERVICE];
	const char *organization = row->cells[P_ORGANIZATION];
	int hits = 0;
	for (int i = 0; i < m->taken_count; i++) {
		const char *const *c = m->taken[i].row->cells;
		bool own = service[0] != 0 && strcmp(c[S_ID], service) == 0;
		bool shared = service[0] == 0 && organization[0] != 0 && strcmp(c[S_ORGANIZATION], organization) == 0;
		if (own || shared) {
			take_for(m, row, &m->taken[i]);
			hits++;
		}
		if (shared) {
			report_warning(m->r, row->where,
			               "%s is the organization's; it was given to '%s'. Is it right for that service?",
			               row->cells[P_NUMBER], c[S_NAME]);
		}
	}
	if (hits == 0) {
		report_warning(m->r, row->where, "%s belongs to no service that was taken. It was left out.",
		               row->cells[P_NUMBER][0] != 0 ? row->cells[P_NUMBER] : "An empty number");
	}
}

/* --- languages and hours of nothing ----------------------------------------------------------------------------- */

static bool service_taken(const struct import *m, const char *id) {
	for (int i = 0; i < m->taken_count; i++) {
		if (strcmp(m->taken[i].row->cells[S_ID], id) == 0) {
			return true;
		}
	}
	return false;
}

static void tell_unused(struct import *m) {
	for (int i = 0; i < m->languages.count; i++) {
		const struct sheet_row *row = &m->languages.rows[i];
		if (!service_taken(m, row->cells[L_SERVICE])) {
			report_warning(m->r, row->where, "This language (%s) belongs to %s. It was left out.",
			               row->cells[L_NAME][0] != 0 ? row->cells[L_NAME] : row->cells[L_CODE],
			               row->cells[L_PHONE][0] != 0 ? "a phone alone" : "no service that was taken");
		}
	}
	for (int i = 0; i < m->schedules.count; i++) {
		const struct sheet_row *row = &m->schedules.rows[i];
		if (!service_taken(m, row->cells[H_SERVICE])) {
			report_warning(m->r, row->where,
			               "These hours belong to no service that was taken. They were left out.");
		}
	}
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static void convert(struct import *m) {
	prose_add(&m->service_csv,
	          "id,name,description,what,languages,schedule,icon,tint,grouping,assured_date,assured_by,source\n");
	prose_add(&m->phone_csv, "service_id,type,number\n");
	choose_services(m);
	for (int i = 0; i < m->phones.count; i++) {
		take_phone(m, &m->phones.rows[i]);
	}
	for (int i = 0; i < m->taken_count; i++) {
		if (m->taken[i].phones == 0) {
			report_warning(
			    m->r, m->taken[i].row->where,
			    "'%s' has no number that could be taken. Its row has to go, or a number to come: the "
			    "check will say so.",
			    m->taken[i].row->cells[S_NAME]);
		}
		write_service(m, i);
	}
	tell_unused(m);
}

/* "x": what is there already is never written over. */
static bool write_new(struct arena *a, const char *to, const char *name, const char *bytes, struct fault *f) {
	const char *file = source_path(a, to, name);
	FILE *out = fopen(file, "wbx");
	if (out == NULL && errno == EEXIST) {
		return fault_say(f, "%s is there already. Choose another folder with -o.", file);
	}
	bool written = out != NULL && fputs(bytes, out) >= 0;
	written = (out == NULL || fclose(out) == 0) && written;
	return written ||
	       fault_say(f, "%s cannot be written (%s). Choose another folder with -o.", file, strerror(errno));
}

bool hsds_import(struct arena *a, struct report *r, const char *from, const char *to, struct hsds_result *out,
                 struct fault *f) {
	struct import m = {.a = a, .r = r, .from = from, .service_csv.arena = a, .phone_csv.arena = a};
	if (!source_is_folder(from)) {
		return fault_say(f, "There is no folder %s. Give the one that holds services.csv and phones.csv.",
		                 from);
	}
	if (!read_all(&m)) {
		return fault_say(f, "Nothing was written: the files of %s could not be read.", from);
	}
	convert(&m);
	*out = (struct hsds_result){m.taken_count, m.numbers};
	if (mkdir(to, 0777) != 0 && errno != EEXIST) {
		return fault_say(f, "The folder %s cannot be made (%s). Choose another one with -o.", to,
		                 strerror(errno));
	}
	return write_new(a, to, "service.csv", prose_bytes(&m.service_csv), f) &&
	       write_new(a, to, "phone.csv", prose_bytes(&m.phone_csv), f);
}
