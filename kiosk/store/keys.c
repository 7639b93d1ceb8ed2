#include "store/keys.h"

#include "store/durable.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of the longest list of revoked keys that is read: a line of 17 bytes for each, and room for remarks. */
enum { REVOKED_FILE_MOST = 65536 };

/* --- keys that were taken back ---------------------------------------------------------------------------------- */

/* One line: blank, a remark, or an id with perhaps a remark behind it. */
static bool take_revoked(struct keys *k, char *line) {
	line[strcspn(line, "#\r")] = 0;
	line += strspn(line, " \t");
	line[strcspn(line, " \t")] = 0;
	if (line[0] == 0) {
		return true;
	}
	return k->revoked_count < KEYS_REVOKED && minisig_id_read(line, k->revoked[k->revoked_count]) &&
	       ++k->revoked_count > 0;
}

static bool read_revoked(struct keys *k, int dir, struct fault *f) {
	static const char mend[] = "Until it is mended, no pack from outside is trusted.";
	char text[REVOKED_FILE_MOST];
	ssize_t size = durable_read(dir, "revoked", text, sizeof text);
	if (size < 0) {
		return errno == ENOENT ||
		       fault_say(f, "The list of revoked keys cannot be read: %s. %s", strerror(errno), mend);
	}
	if (strlen(text) != (size_t)size) {
		return fault_say(f, "The list of revoked keys is not a text. %s", mend);
	}
	int number = 1;
	for (char *line = text; line != NULL; number++) {
		char *end = strchr(line, '\n');
		if (end != NULL) {
			*end = 0;
		}
		if (!take_revoked(k, line)) {
			return fault_say(
			    f,
			    "Line %d of the list of revoked keys is not a key's id, which has up to 16 digits "
			    "from 0 to F, or is one too many. %s",
			    number, mend);
		}
		line = end != NULL ? end + 1 : NULL;
	}
	return true;
}

/* --- keys ------------------------------------------------------------------------------------------------------- */

static bool known(const struct keys *k, const unsigned char id[MINISIG_ID]) {
	for (int i = 0; i < k->count; i++) {
		if (memcmp(k->list[i].key.id, id, MINISIG_ID) == 0) {
			return true;
		}
	}
	return false;
}

/* The length of NAME in NAME.pub, when it is a name to be shown to people; else 0. */
static size_t named_pub(const char *file) {
	size_t len = strlen(file);
	if (len <= 4 || len - 4 >= KEYS_NAME || strcmp(file + len - 4, ".pub") != 0 || file[0] == '.') {
		return 0;
	}
	for (size_t i = 0; i < len; i++) {
		if (!isgraph((unsigned char)file[i])) {
			return 0;
		}
	}
	return len - 4;
}

static void take_key(struct keys *k, int dir, const char *file, bool system) {
	char bytes[MINISIG_PUB_MOST + 1];
	struct keys_one *one = &k->list[k->count];
	size_t name = named_pub(file);
	ssize_t size = name > 0 ? durable_read(dir, file, bytes, sizeof bytes) : -1;
	if (size < 0 || !minisig_key_read(bytes, (size_t)size, &one->key) || known(k, one->key.id)) {
		return;
	}
	snprintf(one->name, sizeof one->name, "%.*s", (int)name, file);
	one->system = system;
	k->count++;
}

bool keys_read(struct keys *k, int dir, bool system, struct fault *f) {
	if (!read_revoked(k, dir, f)) {
		return false;
	}
	int again = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again < 0 ? NULL : fdopendir(again);
	if (list == NULL) {
		fault_say(f, "The folder of publishers' keys cannot be read: %s. Please look at its rights.",
		          strerror(errno));
		if (again >= 0) {
			close(again);
		}
		return false;
	}
	const struct dirent *entry;
	while (k->count < KEYS_MOST && (entry = readdir(list)) != NULL) {
		take_key(k, dir, entry->d_name, system);
	}
	closedir(list);
	return true;
}

enum wire_reason keys_find(const struct keys *k, const unsigned char id[MINISIG_ID], const struct minisig_key **out) {
	*out = NULL;
	for (int i = 0; i < k->revoked_count; i++) {
		if (memcmp(k->revoked[i], id, MINISIG_ID) == 0) {
			return WIRE_REVOKED_KEY;
		}
	}
	for (int i = 0; i < k->count; i++) {
		if (memcmp(k->list[i].key.id, id, MINISIG_ID) == 0) {
			*out = &k->list[i].key;
			return WIRE_FINE;
		}
	}
	return WIRE_UNKNOWN_KEY;
}
