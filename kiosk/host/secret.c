#include "host/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_line(int fd, const char *path, char out[SECRET_BYTES], struct fault *f) {
	struct stat st;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		return fault_say(f, "%s is not a file. Please name the file that holds the secret.", path);
	}
	if ((st.st_uid != geteuid() && st.st_uid != 0) || (st.st_mode & 037) != 0) {
		return fault_say(f, "%s can be read or changed by others. Please do: chmod 600 %s.", path, path);
	}
	ssize_t n = read(fd, out, SECRET_BYTES - 1);
	out[n > 0 ? n : 0] = 0;
	size_t len = strcspn(out, "\r\n");
	if (len == 0 || (out[len] == 0 && n == SECRET_BYTES - 1)) {
		explicit_bzero(out, SECRET_BYTES);
		return fault_say(f, "%s should hold one line of 1 to %d bytes.", path, SECRET_BYTES - 2);
	}
	explicit_bzero(out + len, SECRET_BYTES - len);
	return true;
}

bool secret_read(const char *path, char out[SECRET_BYTES], struct fault *f) {
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		return fault_say(f, "%s could not be read: %s.", path, strerror(errno));
	}
	bool fine = read_line(fd, path, out, f);
	close(fd);
	return fine;
}
