/* How long a pack takes from a stick into the store, without the look into it: copied, hashed, made durable, its signature
 * verified, switched to. Prints microseconds and the most memory it used (KB).
 *   build/bench/store STORE KEYS PACK VERSION */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "store/durable.h"
#include "store/store.h"

static long long now_us(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum wire_reason take(struct store *s, int from, const char *signature, size_t size, uint32_t version) {
	struct stage *g = NULL;
	struct store_facts facts = {.id = "org.alcove.library", .version = version};
	uint64_t done = 0, total = 1;
	enum wire_reason why = stage_begin(s, from, signature, size, &g);
	while (why == WIRE_FINE && done < total) {
		why = stage_step(g, &done, &total);
	}
	why = why != WIRE_FINE ? why : stage_verify(g);
	why = why != WIRE_FINE ? why : stage_admit(g, &facts);
	why = why != WIRE_FINE ? why : stage_commit(g);
	stage_end(g);
	return why;
}

int main(int argc, char **argv) {
	char name[4096], signature[MINISIG_FILE_MOST + 1];
	struct fault f;
	if (argc != 5) {
		return 2;
	}
	snprintf(name, sizeof name, "%s.minisig", argv[3]);
	ssize_t size = durable_read(AT_FDCWD, name, signature, sizeof signature);
	int from = open(argv[3], O_RDONLY | O_CLOEXEC);
	struct store *s = store_open(argv[1], argv[2], STORE_KEEP, &f);
	if (size < 0 || from < 0 || s == NULL) {
		fprintf(stderr, "%s\n", s == NULL ? f.says : "The pack or its signature cannot be opened.");
		return 1;
	}
	long long began = now_us();
	enum wire_reason why = take(s, from, signature, (size_t)size, (uint32_t)strtoul(argv[4], NULL, 10));
	long long took = now_us() - began;
	store_close(s);
	close(from);
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	if (why != WIRE_FINE) {
		fprintf(stderr, "%s\n", store_says(why));
		return 1;
	}
	printf("%lld %ld\n", took, used.ru_maxrss);
	return 0;
}
