#include "packc/look.h"

#include "visit/glass/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool look_open(const char *file, struct look *out, struct fault *f) {
	*out = (struct look){.fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
	if (out->fd < 0) {
		return fault_say(f, "%s cannot be opened (%s). Check the name.", file, strerror(errno));
	}
	struct fault why = {{0}};
	if (pack_try(out->fd, &why)) {
		out->pack = pack_open(out->fd, &why);
	}
	if (out->pack == NULL) {
		look_close(out);
		return fault_say(f, "%.200s: %.300s", file, why.says);
	}
	return true;
}

void look_close(struct look *l) {
	pack_close(l->pack);
	if (l->fd >= 0) {
		close(l->fd);
	}
	*l = (struct look){.fd = -1};
}
