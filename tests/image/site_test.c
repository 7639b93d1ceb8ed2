/* What a site's settings ask of the system, the desk's files on the card, and what is missing at the start: by a made-up
 * boot partition and a made-up sysfs. */
#include "site/desk.h"
#include "site/house.h"
#include "site/plan.h"
#include "site/reach.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct settings with(const char *host, const char *address) {
	struct settings s;
	settings_default(&s);
	s.broker_here = strcmp(host, "here") == 0;
	snprintf(s.broker_host, sizeof s.broker_host, "%s", s.broker_here ? "127.0.0.1" : host);
	snprintf(s.net_address, sizeof s.net_address, "%s", address);
	return s;
}

static void nothing_is_asked_for_nothing_is_given(void **state) {
	(void)state;
	static const char *const hosts[] = {"", "127.0.0.1", "localhost"};
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		struct settings s = with(hosts[i], "192.168.1.5/24");
		struct plan p;
		struct fault f;
		assert_true(plan_make(&p, &s, &f));
		assert_false(p.network || p.names || p.here);
		assert_string_equal(p.wires, "");
		assert_string_equal(p.kiosk, "");
	}
}

static void a_broker_elsewhere_is_the_only_one_that_is_spoken_to(void **state) {
	(void)state;
	struct settings s = with("192.168.1.9", "");
	struct plan p;
	struct fault f;
	assert_true(plan_make(&p, &s, &f));
	assert_true(p.network && !p.names && !p.here);
	assert_non_null(strstr(p.wires, "\nDHCP=ipv4\n"));
	assert_non_null(strstr(p.wires, "\nIPv6AcceptRA=no\n"));
	assert_non_null(strstr(p.wires, "\nMulticastDNS=no\n"));
	assert_string_equal(p.kiosk, "[Service]\nRestrictAddressFamilies=AF_INET\nIPAddressAllow=192.168.1.9\n");
}

static void a_name_is_looked_for_in_the_house(void **state) {
	(void)state;
	struct settings s = with("desk.local", "10.1.2.3/16");
	struct plan p;
	struct fault f;
	snprintf(s.net_gateway, sizeof s.net_gateway, "10.1.0.1");
	snprintf(s.net_dns, sizeof s.net_dns, "10.1.0.2");
	assert_true(plan_make(&p, &s, &f));
	assert_true(p.names);
	assert_non_null(strstr(p.wires, "\nAddress=10.1.2.3/16\nGateway=10.1.0.1\nDNS=10.1.0.2\nLink"));
	assert_null(strstr(p.wires, "DHCP=ipv4"));
	assert_non_null(strstr(p.wires, "\nMulticastDNS=resolve\n"));
	assert_non_null(strstr(p.kiosk, "IPAddressAllow=127.0.0.53 10.0.0.0/8 "));
	assert_non_null(strstr(p.resolve, "\nFallbackDNS=\n")); /* nobody else's name server */
	s = with("desk.example.org", "");
	assert_true(plan_make(&p, &s, &f));
	assert_non_null(strstr(p.resolve, "\nMulticastDNS=no\n"));
}

static void a_broker_here_is_spoken_to_on_this_machine(void **state) {
	(void)state;
	struct settings s = with("here", "192.168.1.5/24");
	struct plan p;
	struct fault f;
	assert_true(plan_make(&p, &s, &f));
	assert_true(p.network && p.here && !p.names);
	assert_non_null(strstr(p.wires, "\nAddress=192.168.1.5/24\nLink"));
	assert_non_null(strstr(p.kiosk, "IPAddressAllow=127.0.0.1\n"));
}

static void what_the_card_cannot_do_is_said_and_all_stays_shut(void **state) {
	(void)state;
	struct settings s = with("fd00::1", "");
	struct plan p;
	struct fault f;
	assert_false(plan_make(&p, &s, &f));
	assert_false(p.network);
	assert_non_null(strstr(f.says, "Please write its IPv4 address or its name."));
}

/* --- the desk's files -------------------------------------------------------------------------------------------- */

struct world {
	char folder[64];
	char boot[96], work[96], page[96];
	struct settings settings;
};

static int opened; /* how often the card was let be written to, and locked again */
static bool locked;

static bool unlock(const char *boot, bool open) {
	(void)boot;
	opened += open;
	return !locked;
}

static void path_of(const struct world *w, char out[256], const char *name) {
	snprintf(out, 256, "%s/%s", w->folder, name);
}

static int set_up(void **state) {
	struct world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	snprintf(w->folder, sizeof w->folder, "/tmp/alcove-site-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->boot, sizeof w->boot, "%s/boot", w->folder);
	snprintf(w->work, sizeof w->work, "%s/work", w->folder);
	snprintf(w->page, sizeof w->page, "%s/page.html", w->folder);
	mkdir(w->boot, 0755);
	mkdir(w->work, 0755);
	FILE *page = fopen(w->page, "we");
	assert_non_null(page);
	fputs("<p>the desk", page);
	fclose(page);
	w->settings = with("here", "192.168.7.5/24");
	opened = 0;
	locked = false;
	*state = w;
	return 0;
}

static int tear_down(void **state) {
	struct world *w = *state;
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", w->folder);
	int status = system(command);
	free(w);
	return status;
}

static void read_text(const struct world *w, const char *name, char out[4096]) {
	char path[256];
	path_of(w, path, name);
	FILE *in = fopen(path, "re");
	size_t n = in != NULL ? fread(out, 1, 4095, in) : 0;
	if (in == NULL) {
		fail_msg("there is no %s", name);
	}
	fclose(in);
	out[n] = 0;
}

static bool ready(const struct world *w, struct fault *f) {
	const struct desk_places at = {w->boot, w->work, "build/alcove", w->page};
	return desk_ready(&at, &w->settings, unlock, f);
}

static void made_once_and_kept(void **state) {
	const struct world *w = *state;
	struct fault f = {""};
	char note[4096], again[4096], path[256];
	if (!ready(w, &f)) {
		fail_msg("%s", f.says);
	}
	assert_int_equal(opened, 1);
	read_text(w, "boot/site/desk/desk.txt", note);
	assert_non_null(strstr(note, "https://192.168.7.5:8884/"));
	read_text(w, "boot/site/desk/passwords", again);
	assert_non_null(strstr(again, "desk:$"));
	read_text(w, "boot/site/desk/server.key", again);
	assert_non_null(strstr(again, "PRIVATE KEY"));
	read_text(w, "boot/site/desk/ca.crt", again);
	assert_null(strstr(again, "PRIVATE KEY"));
	/* The authority's own key is nowhere. */
	path_of(w, path, "work/made");
	assert_int_not_equal(access(path, F_OK), 0);
	path_of(w, path, "boot/site/desk/ca.key");
	assert_int_not_equal(access(path, F_OK), 0);
	assert_true(ready(w, &f));
	assert_int_equal(opened, 1);
	read_text(w, "boot/site/desk/desk.txt", again);
	assert_string_equal(again, note);
}

static void another_address_is_another_certificate(void **state) {
	struct world *w = *state;
	struct fault f = {""};
	char note[4096];
	assert_true(ready(w, &f));
	snprintf(w->settings.net_address, sizeof w->settings.net_address, "192.168.7.6/24");
	assert_true(ready(w, &f));
	assert_int_equal(opened, 2);
	read_text(w, "boot/site/desk/desk.txt", note);
	assert_non_null(strstr(note, "https://192.168.7.6:8884/"));
}

static void a_file_that_is_missing_is_made_anew(void **state) {
	const struct world *w = *state;
	struct fault f = {""};
	char path[256], key[4096];
	assert_true(ready(w, &f));
	path_of(w, path, "boot/site/desk/server.key");
	assert_int_equal(unlink(path), 0);
	path_of(w, path, "boot/site/desk.new"); /* what a power cut has left */
	mkdir(path, 0755);
	assert_true(ready(w, &f));
	read_text(w, "boot/site/desk/server.key", key);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void what_somebody_has_made_elsewhere_stays(void **state) {
	struct world *w = *state;
	struct fault f = {""};
	char path[256], key[4096], same[4096];
	assert_true(ready(w, &f));
	read_text(w, "boot/site/desk/server.key", key);
	path_of(w, path, "boot/site/desk/made-for.txt");
	assert_int_equal(unlink(path), 0);
	snprintf(w->settings.net_address, sizeof w->settings.net_address, "192.168.7.6/24");
	assert_true(ready(w, &f));
	read_text(w, "boot/site/desk/server.key", same);
	assert_string_equal(same, key);
}

static void a_card_that_is_locked_is_said(void **state) {
	const struct world *w = *state;
	struct fault f = {""};
	char path[256];
	locked = true;
	assert_false(ready(w, &f));
	assert_non_null(strstr(f.says, "The card cannot be written to."));
	path_of(w, path, "work/made");
	assert_int_not_equal(access(path, F_OK), 0);
}

/* --- the house's spreadsheet ------------------------------------------------------------------------------------- */

/* The template as `sed` edits it; "" for the template as it is. */
static void put_sheet(const struct world *w, const char *edit) {
	char command[512];
	snprintf(command, sizeof command, "mkdir -p %s/alcove && sed '%s' content/house.csv >%s/alcove/house.csv",
	         w->boot, edit, w->boot);
	assert_int_equal(system(command), 0);
}

static bool took(struct world *w, struct fault *f) {
	const struct house_places at = {w->boot, "build/san/alcove", "build/san/alcove-pack"};
	struct settings *s = &w->settings;
	settings_default(s);
	snprintf(s->store, sizeof s->store, "%s/store", w->folder);
	assert_true(settings_add_pack(s, "build/library.pack", f) && settings_add_pack(s, "build/house.pack", f));
	return house_take(&at, s, f);
}

/* What is noted as in use of the house's packs; "" for none. */
static void in_use(const struct world *w, char out[4096]) {
	char path[256];
	path_of(w, path, "store/house/live");
	out[0] = 0;
	if (access(path, F_OK) == 0) {
		read_text(w, "store/house/live", out);
	}
}

static void a_sheet_on_the_card_is_the_houses_pack(void **state) {
	struct world *w = *state;
	struct fault f = {""};
	char live[4096], command[512];
	put_sheet(w, "s/Meals/Suppers/");
	if (!took(w, &f)) {
		fail_msg("%s", f.says);
	}
	in_use(w, live);
	assert_non_null(strstr(live, "current"));
	snprintf(command, sizeof command,
	         "build/alcove-store --store %s/store --pack build/library.pack --pack build/house.pack list >%s/list",
	         w->folder, w->folder);
	assert_int_equal(system(command), 0);
	read_text(w, "list", live);
	assert_non_null(strstr(live, "made on this kiosk, from house.csv"));
	snprintf(command, sizeof command, "grep -q Suppers %s/store/house/*.pack", w->folder);
	assert_int_equal(system(command), 0);
}

static void a_sheet_with_a_mistake_is_told_by_row_and_column(void **state) {
	struct world *w = *state;
	struct fault f = {""};
	char live[4096];
	put_sheet(w, "s/^card,meal,sand/card,meal,pink/");
	assert_false(took(w, &f));
	assert_non_null(strstr(f.says, "Row 6 of house.csv on this card cannot be used, column \"colour\". "));
	in_use(w, live);
	assert_string_equal(live, "");
	put_sheet(w, ""); /* corrected */
	assert_true(took(w, &f));
}

static void what_is_no_sheet_is_said(void **state) {
	struct world *w = *state;
	struct fault f = {""};
	char command[512], live[4096];
	assert_false(took(w, &f));
	assert_string_equal(f.says, "There is no house.csv in the folder alcove on this card.");
	snprintf(command, sizeof command, "mkdir -p %s/alcove && head -c 3000000 /dev/zero >%s/alcove/house.csv",
	         w->boot, w->boot);
	assert_int_equal(system(command), 0);
	assert_false(took(w, &f));
	assert_non_null(strstr(f.says, "house.csv on this card is not used. "));
	in_use(w, live);
	assert_string_equal(live, "");
}

/* --- how far it reaches ------------------------------------------------------------------------------------------ */

static void put(const struct world *w, const char *folder, const char *name, const char *text) {
	char command[512];
	snprintf(command, sizeof command, "mkdir -p %s/sys/%s && printf '%%s\\n' '%s' >%s/sys/%s/%s", w->folder, folder,
	         text, w->folder, folder, name);
	assert_int_equal(system(command), 0);
}

static void a_cable_is_felt_or_not(void **state) {
	const struct world *w = *state;
	char sys[96];
	snprintf(sys, sizeof sys, "%s/sys", w->folder);
	put(w, "class/net/lo", "type", "772");
	put(w, "class/net/lo", "carrier", "1");
	put(w, "class/net/eth0", "type", "1");
	put(w, "class/net/eth0", "carrier", "0");
	assert_false(reach_cable(sys, 0));
	put(w, "class/net/eth0", "carrier", "1");
	assert_true(reach_cable(sys, 0));
}

/* A connection is taken, and nothing is said over it; then the broker is gone. */
static void a_broker_answers_or_not(void **state) {
	(void)state;
	struct settings s = with("127.0.0.1", "");
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof at;
	char said;
	int broker = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(broker, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(broker, 1), 0);
	assert_int_equal(getsockname(broker, (struct sockaddr *)&at, &size), 0);
	s.broker_port = ntohs(at.sin_port);
	assert_true(reach_broker(&s, 0));
	int kiosk = accept4(broker, NULL, NULL, SOCK_CLOEXEC);
	assert_true(kiosk >= 0);
	assert_int_equal(read(kiosk, &said, 1), 0);
	close(kiosk);
	close(broker);
	assert_false(reach_broker(&s, 0));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_asked_for_nothing_is_given),
	    cmocka_unit_test(a_broker_elsewhere_is_the_only_one_that_is_spoken_to),
	    cmocka_unit_test(a_name_is_looked_for_in_the_house),
	    cmocka_unit_test(a_broker_here_is_spoken_to_on_this_machine),
	    cmocka_unit_test(what_the_card_cannot_do_is_said_and_all_stays_shut),
	    cmocka_unit_test_setup_teardown(made_once_and_kept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(another_address_is_another_certificate, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_file_that_is_missing_is_made_anew, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_somebody_has_made_elsewhere_stays, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_card_that_is_locked_is_said, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_sheet_on_the_card_is_the_houses_pack, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_sheet_with_a_mistake_is_told_by_row_and_column, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_no_sheet_is_said, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_cable_is_felt_or_not, set_up, tear_down),
	    cmocka_unit_test(a_broker_answers_or_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
