#include "replay/picture.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- as a number ------------------------------------------------------------------------------------------------ */

/* draft-eastlake-fnv: offset basis and prime for 64 bits. */
static const uint64_t fnv_basis = 0xCBF29CE484222325u, fnv_prime = 0x100000001B3u;

static uint64_t fnv_four(uint64_t hash, uint32_t n) {
	for (int i = 0; i < 4; i++) {
		hash = (hash ^ ((n >> (8 * i)) & 0xFF)) * fnv_prime;
	}
	return hash;
}

uint64_t picture_hash(struct picture p) {
	uint64_t hash = fnv_four(fnv_four(fnv_basis, (uint32_t)p.w), (uint32_t)p.h);
	size_t count = (size_t)p.w * (size_t)p.h;
	for (size_t i = 0; i < count; i++) {
		hash = fnv_four(hash, p.pixels[i] & 0xFFFFFF);
	}
	return hash;
}

/* --- as a file -------------------------------------------------------------------------------------------------- */

static bool make_folders(const char *path, struct fault *f) {
	char folder[4096];
	if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder) {
		return fault_say(f, "The name of the picture is too long.");
	}
	for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
			return fault_say(f, "The folder %.300s could not be made: %s.", folder, strerror(errno));
		}
		*slash = '/';
	}
	return true;
}

static uint8_t *to_bytes(struct picture p) {
	size_t count = (size_t)p.w * (size_t)p.h;
	uint8_t *bytes = malloc(count * 3);
	for (size_t i = 0; bytes != NULL && i < count; i++) {
		bytes[3 * i] = (uint8_t)(p.pixels[i] >> 16);
		bytes[3 * i + 1] = (uint8_t)(p.pixels[i] >> 8);
		bytes[3 * i + 2] = (uint8_t)p.pixels[i];
	}
	return bytes;
}

static bool save_bytes(const uint8_t *rgb, int w, int h, const char *path, struct fault *f) {
	png_image image = {.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGB};
	image.width = (png_uint_32)w;
	image.height = (png_uint_32)h;
	/* libpng removes what it has written when it fails: half a picture is never left. */
	return (make_folders(path, f) && png_image_write_to_file(&image, path, 0, rgb, 0, NULL) != 0) ||
	       fault_say(f, "The picture %.300s could not be written: %s.", path,
	                 image.message[0] != 0 ? image.message : strerror(errno));
}

bool picture_save(struct picture p, const char *path, struct fault *f) {
	uint8_t *rgb = to_bytes(p);
	bool fine =
	    rgb != NULL ? save_bytes(rgb, p.w, p.h, path, f) : fault_say(f, "There is no memory for a picture.");
	free(rgb);
	return fine;
}

/* --- compared --------------------------------------------------------------------------------------------------- */

/* Turns `ours` into a picture of the differences and returns how many pixels differ. */
static long mark(uint8_t *ours, const uint8_t *theirs, size_t count) {
	long differ = 0;
	for (size_t i = 0; i < count; i++) {
		uint8_t *o = ours + 3 * i;
		if (memcmp(o, theirs + 3 * i, 3) != 0) {
			differ++;
			o[0] = 0xE0, o[1] = 0x00, o[2] = 0xE0;
		} else {
			for (int c = 0; c < 3; c++) {
				o[c] = (uint8_t)(0xC0 + o[c] / 4);
			}
		}
	}
	return differ;
}

static bool say_differs(uint8_t *ours, struct picture p, long differ, const char *path, struct fault *f) {
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	size_t stem = strlen(name) > 4 ? strlen(name) - 4 : strlen(name);
	char beside[4096];
	snprintf(beside, sizeof beside, "build/differs/%.*s.differs.png", (int)stem, name);
	if (!save_bytes(ours, p.w, p.h, beside, f)) {
		return false;
	}
	return fault_say(f, "%.200s differs in %ld of %ld pixels; look at %.200s.", path, differ, (long)p.w * p.h,
	                 beside);
}

bool picture_same(struct picture p, const char *path, struct fault *f) {
	png_image image = {.version = PNG_IMAGE_VERSION};
	if (png_image_begin_read_from_file(&image, path) == 0) {
		return fault_say(f, "The picture %.300s could not be read: %s.", path, image.message);
	}
	if ((int)image.width != p.w || (int)image.height != p.h) {
		fault_say(f, "%.300s is %ux%u, but the glass is %dx%d.", path, image.width, image.height, p.w, p.h);
		png_image_free(&image);
		return false;
	}
	image.format = PNG_FORMAT_RGB;
	uint8_t *theirs = malloc(PNG_IMAGE_SIZE(image)), *ours = to_bytes(p);
	bool same = false;
	if (theirs == NULL || ours == NULL) {
		fault_say(f, "There is no memory for a picture.");
		png_image_free(&image);
	} else if (png_image_finish_read(&image, NULL, theirs, 0, NULL) == 0) {
		fault_say(f, "The picture %.300s could not be read: %s.", path, image.message);
	} else {
		same = memcmp(ours, theirs, PNG_IMAGE_SIZE(image)) == 0;
		if (!same) {
			long differ = mark(ours, theirs, (size_t)p.w * (size_t)p.h);
			say_differs(ours, p, differ, path, f);
		}
	}
	free(theirs);
	free(ours);
	return same;
}
