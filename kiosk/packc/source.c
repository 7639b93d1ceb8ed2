#include "packc/source.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unicode/utf8.h>

bool source_exists(const char *file) {
	struct stat st;
	return stat(file, &st) == 0 && S_ISREG(st.st_mode);
}

bool source_is_folder(const char *path) {
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *source_path(struct arena *a, const char *folder, const char *name) {
	size_t len = strlen(folder);
	while (len > 1 && folder[len - 1] == '/') {
		len--;
	}
	return arena_print(a, "%.*s/%s", (int)len, folder, name);
}

int source_line(const char *bytes, const char *at) {
	int line = 1;
	for (const char *p = bytes; p < at; p++) {
		line += *p == '\n';
	}
	return line;
}

/* All of a file, or NULL. */
static char *read_all(struct arena *a, const char *file, size_t *len) {
	FILE *f = fopen(file, "rb");
	if (f == NULL) {
		return NULL;
	}
	struct stat st;
	bool bad = fstat(fileno(f), &st) != 0;
	/* One byte more than allowed is enough to see that it is too large. */
	size_t size = bad || st.st_size > SOURCE_MAX_FILE ? SOURCE_MAX_FILE + 1 : (size_t)st.st_size;
	char *bytes = arena_get(a, size + 1);
	*len = fread(bytes, 1, size, f);
	bad = bad || ferror(f) != 0;
	fclose(f);
	return bad ? NULL : bytes;
}

/* Windows line ends and the byte order mark go; both are invisible to the writer. */
static size_t tidy(char *bytes, size_t len) {
	size_t to = 0;
	size_t from = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	for (; from < len; from++) {
		if (bytes[from] == '\r' && from + 1 < len && bytes[from + 1] == '\n') {
			continue;
		}
		bytes[to++] = bytes[from];
	}
	bytes[to] = 0;
	return to;
}

static bool clean(struct report *r, const char *file, const char *bytes, size_t len) {
	const uint8_t *p = (const uint8_t *)bytes;
	struct where where = {file, 1};
	for (size_t i = 0; i < len;) {
		int32_t c;
		U8_NEXT(p, i, len, c);
		if (c < 0) {
			return report_error(r, where,
			                    "This line is not UTF-8 text. Save the file with the encoding UTF-8.");
		}
		if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0)) {
			return report_error(r, where,
			                    "There is an invisible control character (U+%04X) in this line. Delete it.",
			                    (unsigned)c);
		}
		where.line += c == '\n';
	}
	return true;
}

bool source_read(struct arena *a, struct report *r, const char *file, struct source *out) {
	*out = (struct source){.file = file};
	size_t len = 0;
	char *bytes = source_exists(file) ? read_all(a, file, &len) : NULL;
	if (bytes == NULL) {
		return report_error(r, (struct where){file, 0}, "The file cannot be read. Check that it is there.");
	}
	if (len > SOURCE_MAX_FILE) {
		return report_error(r, (struct where){file, 0}, "The file is larger than %d bytes. Make it smaller.",
		                    SOURCE_MAX_FILE);
	}
	len = tidy(bytes, len);
	if (!clean(r, file, bytes, len)) {
		return false;
	}
	out->bytes = bytes;
	out->len = len;
	return true;
}

static int by_bytes(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct source_list source_folder(struct arena *a, const char *path, const char *suffix) {
	struct source_list list = {0};
	DIR *d = opendir(path);
	if (d == NULL) {
		return list;
	}
	int room = 0;
	size_t tail = strlen(suffix);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		size_t len = strlen(e->d_name);
		if (e->d_name[0] == '.' || len <= tail || strcmp(e->d_name + len - tail, suffix) != 0 ||
		    source_is_folder(source_path(a, path, e->d_name)) != (tail == 0)) {
			continue;
		}
		if (list.count == room) {
			room = room == 0 ? 64 : room * 2;
			const char **names = arena_array(a, (size_t)room, sizeof *names);
			if (list.count > 0) {
				memcpy(names, list.names, (size_t)list.count * sizeof *names);
			}
			list.names = names;
		}
		list.names[list.count++] = arena_copy(a, e->d_name, len - tail);
	}
	closedir(d);
	if (list.count > 0) {
		qsort(list.names, (size_t)list.count, sizeof *list.names, by_bytes);
	}
	return list;
}

bool source_id_ok(const char *id) {
	size_t len = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-._");
	return len > 0 && len <= SOURCE_MAX_ID && id[len] == 0;
}

static int digits(const char *p, int count) {
	int number = 0;
	for (int i = 0; i < count; i++) {
		number = number * 10 + (p[i] - '0');
	}
	return number;
}

struct source_day source_day(const char *iso) {
	return (struct source_day){digits(iso, 4), digits(iso + 5, 2), digits(iso + 8, 2)};
}

bool source_date_ok(const char *iso) {
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (strlen(iso) != 10 || iso[4] != '-' || iso[7] != '-' || strspn(iso, "0123456789") != 4 ||
	    strspn(iso + 5, "0123456789") != 2 || strspn(iso + 8, "0123456789") != 2) {
		return false;
	}
	struct source_day d = source_day(iso);
	if (d.year < 1990 || d.month < 1 || d.month > 12 || d.day < 1) {
		return false;
	}
	bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;
	return d.day <= (d.month == 2 && !leap ? 28 : days[d.month - 1]);
}

char *source_trim(struct arena *a, const char *bytes, size_t len) {
	while (len > 0 && strchr(" \t\n", bytes[0]) != NULL) {
		bytes++;
		len--;
	}
	while (len > 0 && strchr(" \t\n", bytes[len - 1]) != NULL) {
		len--;
	}
	return arena_copy(a, bytes, len);
}
