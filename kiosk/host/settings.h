/* What a shelter decides about its kiosk: read from an INI file, every value checked here and nowhere else, so that the
 * rest of the host can trust them. Every refusal names file and line and says what would be right. Opens nothing but
 * the INI file. */
#ifndef ALCOVE_HOST_SETTINGS_H
#define ALCOVE_HOST_SETTINGS_H

#include "base/fault.h"
#include "host/hold.h"
#include "host/place.h"
#include "sound/ask.h"
#include "wire/wire.h"

#include <stdbool.h>

enum { SETTINGS_PATH = 1024, SETTINGS_NAME = 256, SETTINGS_LINES = 1024, SETTINGS_CHIP = 256 };
enum { SETTINGS_ADDRESS = 20 /* "255.255.255.255/32" */ };

struct settings {
	char place[PLACE_NAME]; /* what staff call this kiosk */
	int idle_seconds;       /* 120..300 */
	int answer_seconds;     /* 20..45 */
	bool fullscreen;
	int window_w, window_h;          /* pixels; without fullscreen */
	int px_per_cm;                   /* 20..200, or 0: ask the display */
	int rotation;                    /* how far the panel is turned, as in host/turn.h: 0, 90, 180, 270 */
	char broker_host[SETTINGS_NAME]; /* "" for no line to staff */
	bool broker_here;                /* the settings say "here", and this machine is to be the broker (the image) */
	int broker_port;                 /* 1..65535 */
	int mqtt;                        /* 3 (3.1.1) or 5 */
	/* Each "" when it is not used. Away from loopback there is TLS (`ca` or `psk_file`), a user and a password. */
	char broker_user[SETTINGS_NAME], broker_password_file[SETTINGS_PATH];
	char broker_ca[SETTINGS_PATH], broker_certificate[SETTINGS_PATH], broker_key[SETTINGS_PATH];
	char broker_psk_identity[SETTINGS_NAME], broker_psk_file[SETTINGS_PATH];
	/* How the image sets up its network, when there is a line to staff. "" for what the network itself says (DHCP). */
	char net_address[SETTINGS_ADDRESS]; /* IPv4 with the length of its net, such as 192.168.1.50/24 */
	char net_gateway[SETTINGS_ADDRESS], net_dns[SETTINGS_ADDRESS]; /* IPv4; only beside an address */
	char state_folder[SETTINGS_PATH];          /* where open requests outlive the host; in memory. "" for nowhere */
	bool home_assistant;                       /* tell Home Assistant that this kiosk exists */
	char lamp_chip[SETTINGS_CHIP];             /* such as /dev/gpiochip0; "" for no lamp */
	int lamp_line, lamp_alive_line;            /* 0..1023, or -1 for none */
	int hurry;                                 /* 1; in developer builds the hour of a request is so much shorter */
	char packs[WIRE_MAX_PACKS][SETTINGS_PATH]; /* lowest priority first */
	int pack_count;
	char fonts[SETTINGS_PATH]; /* the font table */
	/* Staff mode; each "" for none. Without a store there is no staff mode. */
	char store[SETTINGS_PATH]; /* the folder that keeps new packs, the PIN and what staff have set */
	char usb[SETTINGS_PATH];   /* where the system shows a stick */
	char keys[SETTINGS_PATH];  /* the folder of publishers' public keys that came with the system */
	char slots[SETTINGS_NAME]; /* the socket of the service for systems (host/slots.h); "": none. In no file */
	enum hold_corner corner;   /* where a long press opens it */
	int volume;                /* percent */
	/* The sound card, as in struct sound_ask; "none" for no sound. */
	char sound[SOUND_DEVICE];
};

/* What holds when nobody says otherwise. No pack and no line to staff. */
void settings_default(struct settings *s);
/* Reads the file over what is there. */
bool settings_read(struct settings *s, const char *path, struct fault *f);
bool settings_add_pack(struct settings *s, const char *path, struct fault *f);
/* "WxH" in pixels: a window of that size. */
bool settings_window(struct settings *s, const char *size, struct fault *f);

/* The sound card to use, as in struct sound_ask; NULL for no sound. */
const char *settings_sound(const struct settings *s);

/* Folders of staff mode; "" for none. */
bool settings_store(struct settings *s, const char *folder, struct fault *f);
bool settings_usb(struct settings *s, const char *folder, struct fault *f);
bool settings_keys(struct settings *s, const char *folder, struct fault *f);

/* The broker is on this machine: what is said to it crosses no network. */
bool settings_loopback(const char *host);

#endif
