#include "host/desk_site.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ports: MQTT over TLS (IANA); beside it the page; and plain MQTT for a kiosk on the broker's own machine. */
enum { PORT_PAGE = 8884, PORT_LOOPBACK = 1883, PORT_PAGE_PLAIN = 8083 };
/* Ten years for the authority. For the broker no more than browsers accept (825 days for an authority of one's own). */
#define DAYS_CA "3650"
#define DAYS_SERVER "820"

const char desk_init_help[] =
    "Usage: alcove desk-init FOLDER --kiosk NAME... [--host NAME]... [--page FILE] [--home-assistant]\n"
    "       alcove desk-init FOLDER --add NAME...\n"
    "\n"
    "Makes what a site needs so that kiosks can ask for staff: run it on the machine where the broker will run.\n"
    "\n"
    "  FOLDER            is made, and must not be there yet\n"
    "  --kiosk NAME      a kiosk, by the name that stands in its settings; again for each\n"
    "  --host NAME       the machine's name or address, as kiosks and desks reach it; again for more (default: its "
    "own)\n"
    "  --page FILE       the desk's page (default: desk.html beside this program)\n"
    "  --home-assistant  also a user for Home Assistant\n"
    "  --add NAME        one more kiosk for a site that FOLDER holds; again for more. All else stays as it is\n";

/* --- the command line ------------------------------------------------------------------------------------------- */

static const struct option known[] = {
    {"add", required_argument, NULL, '+'},
    {"kiosk", required_argument, NULL, 'k'},
    {"host", required_argument, NULL, 'h'},
    {"page", required_argument, NULL, 'p'},
    {"home-assistant", no_argument, NULL, 'a'},
    {"help", no_argument, NULL, '?'},
    {NULL, 0, NULL, 0},
};

static bool add_kiosk(struct desk_plan *plan, const char *name, struct fault *f) {
	if (!place_is_name(name)) {
		return fault_say(f, "\"%.80s\" is no name for a kiosk: plain text of 1 to %d bytes.", name,
		                 PLACE_NAME - 1);
	}
	for (int i = 0; i < plan->kiosk_count; i++) {
		if (strcmp(plan->kiosks[i], name) == 0) {
			return fault_say(f, "There are two kiosks \"%s\". Please give each its own name.", name);
		}
	}
	if (plan->kiosk_count == DESK_KIOSKS) {
		return fault_say(f, "There are more than %d kiosks.", DESK_KIOSKS);
	}
	plan->kiosks[plan->kiosk_count++] = name;
	return true;
}

/* It stands in a certificate and in files of ours: letters, digits, and what names and addresses have. */
static bool add_host(struct desk_plan *plan, const char *name, struct fault *f) {
	size_t len = strlen(name);
	bool fine = len > 0 && len < DESK_HOST && plan->host_count < DESK_HOSTS &&
	            strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:-") == len;
	if (!fine) {
		return fault_say(f, "\"%.80s\" is no name or address of a machine, or there are more than %d.", name,
		                 DESK_HOSTS);
	}
	memcpy(plan->hosts[plan->host_count++], name, len + 1);
	return true;
}

static bool add_own_host(struct desk_plan *plan, struct fault *f) {
	char own[DESK_HOST - 8] = "", local[DESK_HOST];
	if (gethostname(own, sizeof own - 1) != 0 || own[0] == 0) {
		return fault_say(f, "This machine does not know its own name. Please give it with --host.");
	}
	snprintf(local, sizeof local, "%s.local", own);
	return add_host(plan, strchr(own, '.') == NULL ? local : own, f) && add_host(plan, own, f);
}

static bool take(struct desk_plan *plan, int option, char **argv, struct fault *f) {
	switch (option) {
	case 'k':
		plan->making = true;
		return add_kiosk(plan, optarg, f);
	case '+':
		plan->adding = true;
		return add_kiosk(plan, optarg, f);
	case 'h':
		return add_host(plan, optarg, f);
	case 'p':
		plan->page = optarg;
		return true;
	case 'a':
		plan->home_assistant = true;
		return true;
	case ':':
		return fault_say(f, "%s needs a value. alcove desk-init --help shows how.", argv[optind - 1]);
	default:
		plan->help = strcmp(argv[optind - 1], "--help") == 0;
		return plan->help || fault_say(f, "There is no option %s. alcove desk-init --help shows all of them.",
		                               argv[optind - 1]);
	}
}

bool desk_init_read(int argc, char **argv, struct desk_plan *plan, struct fault *f) {
	int option;
	memset(plan, 0, sizeof *plan);
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		if (!take(plan, option, argv, f)) {
			return false;
		}
	}
	if (plan->help) {
		return true;
	}
	if (optind + 1 != argc) {
		return fault_say(f, "Please name one folder. alcove desk-init --help shows how.");
	}
	plan->folder = argv[optind];
	if (plan->adding) {
		return (!plan->making && plan->host_count == 0 && plan->page == NULL && !plan->home_assistant) ||
		       fault_say(f, "--add goes with nothing but the folder of a site that is there. --kiosk, --host, "
		                    "--page and "
		                    "--home-assistant are for a new one.");
	}
	if (plan->kiosk_count == 0) {
		return fault_say(f, "Please name the kiosks, each with --kiosk NAME.");
	}
	return plan->host_count > 0 || add_own_host(plan, f);
}

/* --- the authority and the broker's certificate ----------------------------------------------------------------- */

static bool is_address(const char *host) {
	struct in6_addr ignored;
	return inet_pton(AF_INET, host, &ignored) == 1 || inet_pton(AF_INET6, host, &ignored) == 1;
}

static bool write_openssl_cnf(const struct site *site, struct fault *f) {
	FILE *o = site_make_file(site, "openssl.cnf", f);
	if (o == NULL) {
		return false;
	}
	fputs("[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = Alcove\n"
	      "[authority]\nbasicConstraints = critical, CA:TRUE, pathlen:0\nkeyUsage = critical, keyCertSign\n"
	      "subjectKeyIdentifier = hash\n"
	      "[server]\nbasicConstraints = critical, CA:FALSE\nkeyUsage = critical, digitalSignature\n"
	      "extendedKeyUsage = serverAuth\nsubjectAltName = DNS:localhost, IP:127.0.0.1",
	      o);
	for (int i = 0; i < site->plan->host_count; i++) {
		const char *host = site->plan->hosts[i];
		fprintf(o, ", %s:%s", is_address(host) ? "IP" : "DNS", host);
	}
	fputs("\n", o);
	return site_end_file(o, f);
}

static bool make_certificates(const struct site *site, struct fault *f) {
	char subject[DESK_HOST + 8];
	snprintf(subject, sizeof subject, "/CN=%s", site->plan->hosts[0]);
	char *const authority[] = {"openssl",
	                           "req",
	                           "-x509",
	                           "-config",
	                           "openssl.cnf",
	                           "-extensions",
	                           "authority",
	                           "-newkey",
	                           "ec",
	                           "-pkeyopt",
	                           "ec_paramgen_curve:prime256v1",
	                           "-nodes",
	                           "-days",
	                           DAYS_CA,
	                           "-subj",
	                           "/CN=Alcove, this site's authority",
	                           "-keyout",
	                           "ca.key",
	                           "-out",
	                           "ca.crt",
	                           NULL};
	char *const request[] = {"openssl",
	                         "req",
	                         "-new",
	                         "-config",
	                         "openssl.cnf",
	                         "-newkey",
	                         "ec",
	                         "-pkeyopt",
	                         "ec_paramgen_curve:prime256v1",
	                         "-nodes",
	                         "-subj",
	                         subject,
	                         "-keyout",
	                         "broker/server.key",
	                         "-out",
	                         "server.csr",
	                         NULL};
	char *const sign[] = {"openssl",     "x509",
	                      "-req",        "-in",
	                      "server.csr",  "-CA",
	                      "ca.crt",      "-CAkey",
	                      "ca.key",      "-CAcreateserial",
	                      "-extfile",    "openssl.cnf",
	                      "-extensions", "server",
	                      "-days",       DAYS_SERVER,
	                      "-out",        "broker/server.crt",
	                      NULL};
	static const char *const passing[] = {"openssl.cnf", "server.csr", "ca.srl"};
	bool fine = write_openssl_cnf(site, f) && site_run(site, authority, f) && site_run(site, request, f) &&
	            site_run(site, sign, f);
	for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
		char path[SITE_PATH];
		site_path(site, path, "%s", passing[i]);
		unlink(path);
	}
	return fine && site_for_broker(site, "broker/server.key", f) && site_for_broker(site, "broker/server.crt", f);
}

/* --- users and what they may do --------------------------------------------------------------------------------- */

static bool add_kiosk_users(const struct site *site, FILE *passwords, struct fault *f) {
	for (int i = 0; i < site->plan->kiosk_count; i++) {
		if (!site_add_kiosk_user(site, passwords, "kiosks", site->plan->kiosks[i], f)) {
			return false;
		}
	}
	return true;
}

static bool make_users(const struct site *site, struct fault *f) {
	FILE *passwords = site_make_file(site, "broker/passwords", f);
	if (passwords == NULL) {
		return false;
	}
	bool fine = site_add_user(site, passwords, "desk", "desk.password", f) &&
	            (!site->plan->home_assistant ||
	             site_add_user(site, passwords, "home-assistant", "home-assistant.password", f)) &&
	            add_kiosk_users(site, passwords, f);
	fine = site_end_file(passwords, f) && fine;
	return fine && site_hash(site, "broker/passwords", f) && site_for_broker(site, "broker/passwords", f);
}

static bool write_access(const struct site *site, struct fault *f) {
	FILE *o = site_make_file(site, "broker/access", f);
	if (o == NULL) {
		return false;
	}
	fputs("# Who may read and write what. Everything else is refused.\n"
	      "user desk\ntopic read alcove/v1/#\ntopic write alcove/v1/+/request/#\n",
	      o);
	if (site->plan->home_assistant) {
		fputs("\nuser home-assistant\ntopic read alcove/v1/+/open\ntopic read alcove/v1/+/state\n"
		      "topic read homeassistant/#\n",
		      o);
	}
	for (int i = 0; i < site->plan->kiosk_count; i++) {
		site_write_access(o, site->plan->kiosks[i]);
	}
	return site_end_file(o, f) && site_for_broker(site, "broker/access", f);
}

/* --- the broker and its page ------------------------------------------------------------------------------------ */

static bool write_broker(const struct site *site, struct fault *f) {
	FILE *o = site_make_file(site, "broker/mosquitto.conf", f);
	const char *folder = site->folder;
	if (o == NULL) {
		return false;
	}
	fprintf(o,
	        "# Mosquitto for a site with Alcove kiosks. Start: mosquitto -c %s/broker/mosquitto.conf\n"
	        "allow_anonymous false\npassword_file %s/broker/passwords\nacl_file %s/broker/access\n"
	        "# Nothing is written to a disk, and no line says who came when.\n"
	        "persistence false\nconnection_messages false\nlog_dest stderr\nlog_type error\n"
	        "# What a desk gets at once when it opens at a large site.\n"
	        "max_queued_messages 10000\nmax_packet_size 4096\n",
	        folder, folder, folder);
	fprintf(o, "\n# Kiosks.\nlistener %d\ncertfile %s/broker/server.crt\nkeyfile %s/broker/server.key\n",
	        SITE_PORT_TLS, folder, folder);
	if (site->page) {
		fprintf(o,
		        "\n# The desk: the page and its line, for stunnel alone.\nlistener %d 127.0.0.1\nprotocol "
		        "websockets\n"
		        "http_dir %s/broker/page\n",
		        PORT_PAGE_PLAIN, folder);
	}
	fprintf(o, "\n# A kiosk on this machine itself.\nlistener %d 127.0.0.1\n", PORT_LOOPBACK);
	return site_end_file(o, f) && site_for_broker(site, "broker/mosquitto.conf", f);
}

/* Debian's Mosquitto promises browsers HTTP/2 over TLS and then cannot serve it (its issue 2251), so that its page never
 * opens over https. stunnel promises nothing, and they speak HTTP/1.1. */
static bool write_stunnel(const struct site *site, struct fault *f) {
	const char *folder = site->folder;
	FILE *o = site->page ? site_make_file(site, "broker/stunnel.conf", f) : NULL;
	if (o == NULL) {
		return !site->page;
	}
	fprintf(o,
	        "; The desk's page over https. Start: stunnel %s/broker/stunnel.conf\n"
	        "; No line says who came when.\nforeground = yes\nsyslog = no\ndebug = err\n"
	        "[desk]\naccept = %d\nconnect = 127.0.0.1:%d\ncert = %s/broker/server.crt\nkey = %s/broker/server.key\n"
	        "sslVersionMin = TLSv1.2\n",
	        folder, PORT_PAGE, PORT_PAGE_PLAIN, folder, folder);
	return site_end_file(o, f) && site_for_broker(site, "broker/stunnel.conf", f);
}

static bool write_service(const struct site *site, const char *name, const char *what, const char *command,
                          const char *conf, struct fault *f) {
	FILE *o = site_make_file(site, name, f);
	if (o == NULL) {
		return false;
	}
	fprintf(o,
	        "[Unit]\nDescription=%s\nAfter=network.target\n\n"
	        "[Service]\nExecStart=%s%s/%s\nRestart=always\nRestartSec=1\n"
	        "# Memory that is given back is overwritten, and none of it reaches a disk.\n"
	        "Environment=GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0\n"
	        "LimitCORE=0\nMemorySwapMax=0\nStandardOutput=null\n\n[Install]\nWantedBy=multi-user.target\n",
	        what, command, site->folder, conf);
	return site_end_file(o, f);
}

static bool write_services(const struct site *site, struct fault *f) {
	return write_service(site, "broker/alcove-broker.service", "The broker for Alcove kiosks",
	                     "/usr/sbin/mosquitto -c ", "broker/mosquitto.conf", f) &&
	       (!site->page || write_service(site, "broker/alcove-desk.service", "The desk's page for Alcove kiosks",
	                                     "/usr/bin/stunnel ", "broker/stunnel.conf", f));
}

/* The one that is named, or the one beside the program, if there is one. */
static const char *find_page(const struct desk_plan *plan, char beside[SITE_PATH]) {
	if (plan->page != NULL) {
		return plan->page;
	}
	ssize_t n = readlink("/proc/self/exe", beside, SITE_PATH - 16);
	while (n > 0 && beside[n - 1] != '/') {
		n--;
	}
	n = n > 0 ? n : 0;
	snprintf(beside + n, (size_t)(SITE_PATH - n), "desk.html");
	return access(beside, R_OK) == 0 ? beside : NULL;
}

static bool make_page(struct site *site, struct fault *f) {
	char beside[SITE_PATH];
	const char *page = find_page(site->plan, beside);
	site->page = page != NULL;
	return page == NULL ||
	       (site_make_folder(site, "broker/page", true, f) && site_copy(site, page, "broker/page/index.html", f) &&
	        site_for_broker(site, "broker/page/index.html", f));
}

/* --- what goes to the kiosks ------------------------------------------------------------------------------------- */

static bool make_kiosks(const struct site *site, struct fault *f) {
	for (int i = 0; i < site->plan->kiosk_count; i++) {
		if (!site_make_kiosk(site, "kiosks", site->plan->kiosks[i], site->plan->hosts[0], SITE_PORT_TLS, f)) {
			return false;
		}
	}
	return true;
}

static void tell(const struct site *site, char says[DESK_SAYS]) {
	const char *folder = site->folder;
	int at = snprintf(says, DESK_SAYS,
	                  "%s is ready.\n\n"
	                  "The broker, on this machine, needs the packages mosquitto and stunnel4. Start it for good:\n"
	                  "  cp %s/broker/*.service /etc/systemd/system/\n"
	                  "  systemctl enable --now alcove-broker%s\n"
	                  "Each kiosk (%d): copy the three files of its folder below %s/kiosks to\n"
	                  "  /etc/alcove on that kiosk, and put the lines of staff.ini into its settings.\n",
	                  folder, folder, site->page ? " alcove-desk" : "", site->plan->kiosk_count, folder);
	if (site->page) {
		at += snprintf(says + at, (size_t)(DESK_SAYS - at),
		               "The desk: open https://%s:%d/ there. The user is desk, the password stands in\n"
		               "  %s/desk.password. Install %s/ca.crt in that browser first,\n"
		               "  as an authority for websites; else it warns.\n",
		               site->plan->hosts[0], PORT_PAGE, folder, folder);
	} else {
		at += snprintf(
		    says + at, (size_t)(DESK_SAYS - at),
		    "There is no desk's page beside this program. Build it (make desk), remove the folder, and run\n"
		    "  this again with --page FILE.\n");
	}
	snprintf(says + at, (size_t)(DESK_SAYS - at),
	         "Keep %s/ca.key away from the network, or delete it: with it anybody can pretend to be\n"
	         "  the broker. The broker's certificate is good for " DAYS_SERVER
	         " days: make a new folder before then.\n",
	         folder);
}

static bool make_site_folder(struct site *site, struct fault *f) {
	const char *folder = site->plan->folder;
	if (strlen(folder) >= DESK_FOLDER / 2 || strpbrk(folder, " \t\r\n\"'#%") != NULL) {
		return fault_say(f, "Please name a folder with a shorter path, without spaces, quotes, # and %%.");
	}
	if (mkdir(folder, 0711) != 0) {
		return errno == EEXIST
		           ? fault_say(
		                 f, "%s is already there, and nothing in it is overwritten. Please name a new folder.",
		                 folder)
		           : fault_say(f, "%s could not be made: %s.", folder, strerror(errno));
	}
	/* The broker passes through it to its own folder, and can list nothing. */
	chmod(folder, 0711);
	return site_open(site, site->plan, f);
}

bool desk_init(const struct desk_plan *plan, char says[DESK_SAYS], struct fault *f) {
	if (plan->adding) {
		return desk_add(plan, says, f);
	}
	struct site site = {.plan = plan};
	mode_t before = umask(077); /* also for what the children write */
	bool fine = make_site_folder(&site, f) && site_make_folder(&site, "broker", true, f) &&
	            site_make_folder(&site, "kiosks", false, f) && make_page(&site, f) && make_certificates(&site, f) &&
	            make_users(&site, f) && write_access(&site, f) && write_broker(&site, f) &&
	            write_stunnel(&site, f) && write_services(&site, f) && make_kiosks(&site, f);
	umask(before);
	if (fine) {
		tell(&site, says);
	}
	return fine;
}
