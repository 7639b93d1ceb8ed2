/* Signatures: what Debian's minisign makes is taken, what it refuses is refused, and nothing is taken that it would not
 * take. */
#include "site.h"

#include "store/minisig.h"

static struct minisig_key read_key(const struct site *s, const char *file) {
	struct minisig_key key;
	size_t size = 0;
	char *bytes = site_read(s, file, &size);
	assert_true(minisig_key_read(bytes, size, &key));
	free(bytes);
	return key;
}

static void hash_of(const void *bytes, size_t size, unsigned char hash[MINISIG_HASH]) {
	struct minisig_hash h;
	minisig_hash_begin(&h);
	minisig_hash_more(&h, bytes, size / 3);
	minisig_hash_more(&h, (const char *)bytes + size / 3, size - size / 3);
	minisig_hash_end(&h, hash);
}

/* Whether we take this signature of these bytes. */
static bool taken(const char *signature, size_t size, const struct minisig_key *key, const char *bytes, size_t len) {
	struct minisig sig;
	unsigned char hash[MINISIG_HASH];
	hash_of(bytes, len, hash);
	return minisig_read(signature, size, &sig) && minisig_right(&sig, key, hash);
}

static void what_minisign_signs_is_taken(void **state) {
	(void)state;
	struct site s = site_new();
	struct minisig_key key = read_key(&s, "keys/ours.pub");
	static const size_t sizes[] = {0, 1, 127, 128, 129, 100000};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		size_t size = 0, len = 0;
		site_pack(&s, "one", "a", 1, false, sizes[i]);
		site_run("minisign -S -s %s/secret/ours -m %s/stick/one.pack -t 'version %zu of it' >/dev/null", s.path,
		         s.path, i);
		char *bytes = site_read(&s, "stick/one.pack", &len), *signature = site_signature(&s, "one", &size);
		assert_true(taken(signature, size, &key, bytes, len));
		struct minisig sig;
		assert_true(minisig_read(signature, size, &sig));
		char says[40];
		snprintf(says, sizeof says, "version %zu of it", i);
		assert_int_equal(sig.trusted_len, strlen(says));
		assert_memory_equal(sig.trusted, says, sig.trusted_len);
		bytes[len / 2] ^= 1;
		assert_false(taken(signature, size, &key, bytes, len));
		free(bytes);
		free(signature);
	}
	site_drop(&s);
}

static void the_old_kind_is_refused(void **state) {
	(void)state;
	struct site s = site_new();
	struct minisig sig;
	size_t size = 0;
	site_pack(&s, "one", "a", 1, false, 100);
	site_run("minisign -S -l -s %s/secret/ours -m %s/stick/one.pack >/dev/null", s.path, s.path);
	char *signature = site_signature(&s, "one", &size);
	/* minisign itself still takes it. */
	site_run("minisign -V -q -p %s/keys/ours.pub -m %s/stick/one.pack", s.path, s.path);
	assert_false(minisig_read(signature, size, &sig));
	/* And nobody makes one of it by renaming the kind: what was signed is not a hash. */
	struct minisig_key key = read_key(&s, "keys/ours.pub");
	char *kind = strchr(signature, '\n') + 1;
	assert_memory_equal(kind, "RW", 2);
	kind[1] = 'U'; /* "Ed" becomes "ED" */
	size_t len = 0;
	char *bytes = site_read(&s, "stick/one.pack", &len);
	assert_true(minisig_read(signature, size, &sig));
	assert_false(taken(signature, size, &key, bytes, len));
	free(bytes);
	free(signature);
	site_drop(&s);
}

/* Every byte of a signature's file changed, one after the other: where we and minisign differ, we are the stricter. */
static void nothing_is_taken_that_minisign_refuses(void **state) {
	(void)state;
	struct site s = site_new();
	struct minisig_key key = read_key(&s, "keys/ours.pub");
	size_t size = 0, len = 0;
	int still = 0;
	site_pack(&s, "one", "a", 1, false, 1000);
	site_sign(&s, "one", "ours");
	char *bytes = site_read(&s, "stick/one.pack", &len), *signature = site_signature(&s, "one", &size);
	for (size_t at = 0; at < size; at++) {
		char was = signature[at];
		for (int flip = 1; flip < 256; flip += flip < 8 ? flip : 61) {
			signature[at] = (char)(was ^ flip);
			if (taken(signature, size, &key, bytes, len)) {
				site_write(&s, "stick/one.pack.minisig", signature, size);
				site_run("minisign -V -q -p %s/keys/ours.pub -m %s/stick/one.pack", s.path, s.path);
				still++;
			}
		}
		signature[at] = was;
	}
	/* Only what stands behind "untrusted comment: " may change. */
	assert_in_range(still, 1, 9 * (int)strlen("signature from minisign secret key"));
	for (size_t cut = 0; cut < size - 1; cut++) {
		assert_false(taken(signature, cut, &key, bytes, len));
	}
	free(bytes);
	free(signature);
	site_drop(&s);
}

static void the_trusted_comment_is_signed(void **state) {
	(void)state;
	struct site s = site_new();
	struct minisig_key key = read_key(&s, "keys/ours.pub");
	size_t size = 0, len = 0;
	site_pack(&s, "one", "a", 1, false, 1000);
	site_run("minisign -S -s %s/secret/ours -m %s/stick/one.pack -t 'version 7' >/dev/null", s.path, s.path);
	char *bytes = site_read(&s, "stick/one.pack", &len), *signature = site_signature(&s, "one", &size);
	assert_true(taken(signature, size, &key, bytes, len));
	*strstr(signature, "version 7") = 'V';
	assert_false(taken(signature, size, &key, bytes, len));
	free(bytes);
	free(signature);
	site_drop(&s);
}

static void another_key_with_the_same_id_is_another_key(void **state) {
	(void)state;
	struct site s = site_new();
	site_key(&s, "keys", "theirs");
	struct minisig_key ours = read_key(&s, "keys/ours.pub"), forged = read_key(&s, "keys/theirs.pub");
	memcpy(forged.id, ours.id, MINISIG_ID);
	size_t size = 0, len = 0;
	site_pack(&s, "one", "a", 1, false, 1000);
	site_sign(&s, "one", "ours");
	char *bytes = site_read(&s, "stick/one.pack", &len), *signature = site_signature(&s, "one", &size);
	assert_false(taken(signature, size, &forged, bytes, len));
	char one[MINISIG_PRINT], other[MINISIG_PRINT];
	minisig_fingerprint(&ours, one);
	minisig_fingerprint(&forged, other);
	assert_string_not_equal(one, other);
	free(bytes);
	free(signature);
	site_drop(&s);
}

static void files_that_are_no_signature(void **state) {
	(void)state;
	struct minisig sig;
	struct minisig_key key;
	static char many[MINISIG_FILE_MOST + 1];
	static const char *const wrong[] = {
	    "",
	    "\n",
	    "\n\n\n\n",
	    "untrusted comment: x",
	    "untrusted comment: x\n",
	    "untrusted comment: x\nRU==\ntrusted comment: y\nabcd\n",
	    "untrusted comment: x\nRWQGwc7d0EhEfuIdJJ5PdAKUWeoLgUaU23Q9r/cJ6Daise7LBImAfxNy\n",
	    "RUQGwc7d0EhEfrgClYgVB7Jh4YNezWIscSle6p6QWby+cYGs/WpRYVOqoKusXABHFITskB9gq6zB7xVLfeWacWs4vVVC0boMUQ8=\n",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_false(minisig_read(wrong[i], strlen(wrong[i]), &sig));
	}
	memset(many, 'A', sizeof many);
	memcpy(many, "untrusted comment: ", 19);
	assert_false(minisig_read(many, sizeof many, &sig));
	assert_false(minisig_read(many, sizeof many - 1, &sig));
	assert_false(minisig_key_read(many, sizeof many, &key));
	assert_false(minisig_key_read("", 0, &key));
	static const char pub[] = "untrusted comment: minisign public key 7E4448D0DDCEC106\n"
	                          "RWQGwc7d0EhEfuIdJJ5PdAKUWeoLgUaU23Q9r/cJ6Daise7LBImAfxNy\n";
	assert_true(minisig_key_read(pub, sizeof pub - 1, &key));
	assert_true(minisig_key_read(pub, sizeof pub - 2, &key)); /* without the last new line */
	assert_false(minisig_key_read(pub, sizeof pub - 3, &key));
	assert_false(minisig_key_read(pub, sizeof pub, &key)); /* with the zero byte */
}

static void ids_and_fingerprints_are_those_that_publishers_see(void **state) {
	(void)state;
	struct minisig_key key;
	char text[MINISIG_ID_TEXT], print[MINISIG_PRINT];
	unsigned char id[MINISIG_ID], hash[MINISIG_HASH], back[MINISIG_HASH];
	static const char pub[] = "untrusted comment: minisign public key 7E4448D0DDCEC106\n"
	                          "RWQGwc7d0EhEfuIdJJ5PdAKUWeoLgUaU23Q9r/cJ6Daise7LBImAfxNy\n";
	assert_true(minisig_key_read(pub, sizeof pub - 1, &key));
	minisig_id_text(key.id, text);
	assert_string_equal(text, "7E4448D0DDCEC106");
	assert_true(minisig_id_read(text, id));
	assert_memory_equal(id, key.id, MINISIG_ID);
	/* minisign leaves out zeros in front. */
	assert_true(minisig_id_read("4448D0DDCEC106", id));
	minisig_id_text(id, text);
	assert_string_equal(text, "004448D0DDCEC106");
	assert_false(minisig_id_read("", id));
	assert_false(minisig_id_read("7E4448D0DDCEC1066", id));
	assert_false(minisig_id_read("7E4448D0DDCEC10G", id));
	/* tail -n1 KEY.pub | base64 -d | b2sum -l 64 */
	minisig_fingerprint(&key, print);
	assert_string_equal(print, "0064 FEB9 F553 CE70");
	char hex[MINISIG_HEX];
	hash_of("hello\n", 6, hash);
	minisig_hex(hash, hex);
	assert_int_equal(strlen(hex), 2 * MINISIG_HASH);
	assert_true(minisig_unhex(hex, back));
	assert_memory_equal(hash, back, MINISIG_HASH);
	site_run("test \"$(echo hello | b2sum)\" = '%s  -'", hex);
	hex[3] = 'g';
	assert_false(minisig_unhex(hex, back));
}

static int begin(void **state) {
	(void)state;
	return minisig_begin() ? 0 : 1;
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_minisign_signs_is_taken),
	    cmocka_unit_test(the_old_kind_is_refused),
	    cmocka_unit_test(nothing_is_taken_that_minisign_refuses),
	    cmocka_unit_test(the_trusted_comment_is_signed),
	    cmocka_unit_test(another_key_with_the_same_id_is_another_key),
	    cmocka_unit_test(files_that_are_no_signature),
	    cmocka_unit_test(ids_and_fingerprints_are_those_that_publishers_see),
	};
	return cmocka_run_group_tests(tests, begin, NULL);
}
