#include "host/bell_json.h"

#include "host/place.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static const char *const how_words[] = {[WIRE_HOW_COME] = "come", [WIRE_HOW_DESK] = "desk", [WIRE_HOW_OTHER] = "other"};
static const char *const when_words[] = {
    [WIRE_WHEN_NOW] = "now", [WIRE_WHEN_SOON] = "soon", [WIRE_WHEN_LATER] = "later"};
static const char *const stage_words[] = {
    [REQUEST_FREE] = "",
    [REQUEST_SENDING] = "sending",
    [REQUEST_SENT] = "sent",
    [REQUEST_SEEN] = "seen",
    [REQUEST_HEARSAY] = "",
    [REQUEST_CLOSED] = "closed",
    [REQUEST_CANCELLED] = "cancelled",
    [REQUEST_EXPIRED] = "expired",
};
enum { HOWS = WIRE_HOW_OTHER + 1, WHENS = WIRE_WHEN_LATER + 1, STAGES = REQUEST_EXPIRED + 1 };

void bell_json_free(char *json) {
	if (json != NULL) {
		explicit_bzero(json, strlen(json));
		cJSON_free(json);
	}
}

static char *print_and_delete(cJSON *o, bool fine) {
	char *json = fine ? cJSON_PrintUnformatted(o) : NULL;
	cJSON_Delete(o);
	return json;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static bool add_text(cJSON *o, const char *name, const char *value) {
	return cJSON_AddStringToObject(o, name, value) != NULL;
}

static bool add_talk(cJSON *o, const struct wire_talk *talk) {
	return talk->how >= WIRE_HOW_COME && talk->how < HOWS && talk->when >= WIRE_WHEN_NOW && talk->when < WHENS &&
	       add_text(o, "how", how_words[talk->how]) && add_text(o, "when", when_words[talk->when]) &&
	       add_text(o, "language", talk->language) &&
	       (talk->how != WIRE_HOW_OTHER || add_text(o, "phrase", talk->phrase)) &&
	       (talk->phrase_staff[0] == 0 || add_text(o, "phrase_staff", talk->phrase_staff));
}

static bool add_again(cJSON *o, int again) {
	return again == 0 || cJSON_AddNumberToObject(o, "again", again) != NULL;
}

char *bell_json_request(const char *place, const struct request *r) {
	cJSON *o = cJSON_CreateObject();
	return print_and_delete(o, o != NULL && add_text(o, "id", r->id) && add_text(o, "place", place) &&
	                               add_talk(o, &r->talk) && add_again(o, r->again));
}

static bool add_kept(cJSON *list, const struct request *r, int64_t now) {
	cJSON *o = cJSON_CreateObject();
	if (o == NULL || !cJSON_AddItemToArray(list, o)) {
		cJSON_Delete(o);
		return false;
	}
	/* Of what is over nothing is kept but that it must be taken away. */
	return add_text(o, "id", r->id) && add_text(o, "stage", stage_words[r->stage]) &&
	       (!request_is_open(r) ||
	        (add_talk(o, &r->talk) && add_again(o, r->again) &&
	         cJSON_AddNumberToObject(o, "left", (double)(r->expires > now ? r->expires - now : 0)) != NULL));
}

char *bell_json_kept(const struct requests *q, int64_t now, bool *none) {
	cJSON *list = cJSON_CreateArray();
	bool fine = list != NULL;
	*none = true;
	for (int i = 0; i < REQUESTS_ROOM && fine; i++) {
		const struct request *r = &q->rows[i];
		if (request_is_open(r) || request_is_over(r)) {
			*none = false;
			fine = add_kept(list, r, now);
		}
	}
	return print_and_delete(list, fine);
}

static bool add_device(cJSON *o, const char *place, const char *object) {
	cJSON *device = cJSON_AddObjectToObject(o, "device");
	cJSON *origin = cJSON_AddObjectToObject(o, "origin");
	cJSON *ids = device != NULL ? cJSON_AddArrayToObject(device, "identifiers") : NULL;
	char name[PLACE_NAME + 16];
	snprintf(name, sizeof name, "Alcove, %s", place);
	return ids != NULL && cJSON_AddItemToArray(ids, cJSON_CreateString(object)) && add_text(device, "name", name) &&
	       add_text(device, "manufacturer", "Alcove") && add_text(device, "model", "Kiosk") && origin != NULL &&
	       add_text(origin, "name", "Alcove");
}

char *bell_json_discovery(const char *place) {
	char object[PLACE_OBJECT], topic[PLACE_TOPIC], open[PLACE_TOPIC + 24], state[PLACE_TOPIC + 24];
	place_object(place, object);
	place_topic(place, topic);
	snprintf(open, sizeof open, "alcove/v1/%s/open", topic);
	snprintf(state, sizeof state, "alcove/v1/%s/state", topic);
	cJSON *o = cJSON_CreateObject();
	bool fine = o != NULL && add_text(o, "name", "Asks for staff") && add_text(o, "unique_id", object) &&
	            add_text(o, "state_topic", open) &&
	            add_text(o, "value_template", "{{ 'OFF' if value == '0' else 'ON' }}") &&
	            add_text(o, "payload_on", "ON") && add_text(o, "payload_off", "OFF") &&
	            add_text(o, "availability_topic", state) && add_text(o, "payload_available", "online") &&
	            add_text(o, "payload_not_available", "offline") && add_text(o, "icon", "mdi:hand-wave") &&
	            cJSON_AddNumberToObject(o, "qos", 1) != NULL && add_device(o, place, object);
	return print_and_delete(o, fine);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static const char *text_of(const cJSON *o, const char *name) {
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, name);
	return cJSON_IsString(item) ? item->valuestring : NULL;
}

/* The index of a word among `count`; 0, which no word has, when it is none of them. */
static uint8_t word_of(const cJSON *o, const char *name, const char *const *words, int count) {
	const char *text = text_of(o, name);
	for (int i = 1; i < count && text != NULL; i++) {
		if (words[i][0] != 0 && strcmp(words[i], text) == 0) {
			return (uint8_t)i;
		}
	}
	return 0;
}

/* A whole number from 0; -1 for anything else. */
static int64_t whole_of(const cJSON *o, const char *name, int64_t most, int64_t without) {
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, name);
	if (item == NULL) {
		return without;
	}
	double n = cJSON_IsNumber(item) ? item->valuedouble : -1;
	return n >= 0 && n <= (double)most && n == (double)(int64_t)n ? (int64_t)n : -1;
}

static bool copy_text(const char *text, char *out, size_t room) {
	size_t len = text != NULL ? strlen(text) : 0;
	if (len == 0 || len >= room || !place_is_plain(text)) {
		return false;
	}
	memcpy(out, text, len + 1);
	return true;
}

static bool read_talk(const cJSON *o, struct wire_talk *talk) {
	memset(talk, 0, sizeof *talk);
	talk->how = word_of(o, "how", how_words, HOWS);
	talk->when = word_of(o, "when", when_words, WHENS);
	bool phrase = talk->how == WIRE_HOW_OTHER ? copy_text(text_of(o, "phrase"), talk->phrase, sizeof talk->phrase)
	                                          : cJSON_GetObjectItemCaseSensitive(o, "phrase") == NULL;
	if (cJSON_GetObjectItemCaseSensitive(o, "phrase_staff") != NULL) {
		phrase = phrase && talk->how == WIRE_HOW_OTHER &&
		         copy_text(text_of(o, "phrase_staff"), talk->phrase_staff, sizeof talk->phrase_staff);
	}
	return talk->how != 0 && talk->when != 0 && phrase &&
	       copy_text(text_of(o, "language"), talk->language, sizeof talk->language);
}

static bool is_id(const char *id) {
	return id != NULL && strlen(id) == REQUEST_ID - 1 && strspn(id, "0123456789abcdef") == REQUEST_ID - 1;
}

enum { AGAIN_MOST = 1000000 };

bool bell_json_read_request(const char *bytes, size_t len, const char *place, const char *id, struct wire_talk *talk,
                            int *again) {
	cJSON *o = len <= REQUEST_JSON ? cJSON_ParseWithLength(bytes, len) : NULL;
	const char *own = text_of(o, "id"), *where = text_of(o, "place");
	int64_t n = whole_of(o, "again", AGAIN_MOST, 0);
	bool fine = cJSON_IsObject(o) && own != NULL && strcmp(own, id) == 0 && where != NULL &&
	            strcmp(where, place) == 0 && n >= 0 && read_talk(o, talk);
	*again = (int)n;
	cJSON_Delete(o);
	return fine;
}

/* `r` is only read; `left` is in ms. */
static bool read_kept(const cJSON *o, struct request *r, int64_t *left) {
	const char *id = text_of(o, "id");
	memset(r, 0, sizeof *r);
	r->stage = (enum request_stage)word_of(o, "stage", stage_words, STAGES);
	if (!cJSON_IsObject(o) || r->stage == REQUEST_FREE || !is_id(id)) {
		return false;
	}
	memcpy(r->id, id, REQUEST_ID);
	*left = 0;
	if (!request_is_open(r)) {
		return true;
	}
	int64_t again = whole_of(o, "again", AGAIN_MOST, 0);
	*left = whole_of(o, "left", request_times.expires, -1);
	r->again = (int)again;
	return again >= 0 && *left >= 0 && read_talk(o, &r->talk);
}

static bool all_kept_make_sense(const cJSON *list, struct request *r) {
	const cJSON *o;
	int64_t left = 0;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > REQUESTS_ROOM) {
		return false;
	}
	cJSON_ArrayForEach(o, list) {
		if (!read_kept(o, r, &left)) {
			return false;
		}
	}
	return true;
}

bool bell_json_read_kept(const char *bytes, size_t len, struct requests *q, int64_t now) {
	cJSON *list = cJSON_ParseWithLength(bytes, len);
	const cJSON *o;
	struct request r;
	int64_t left = 0;
	bool fine = all_kept_make_sense(list, &r);
	if (fine) {
		cJSON_ArrayForEach(o, list) {
			read_kept(o, &r, &left);
			requests_resume(q, &r, left, now);
		}
	}
	explicit_bzero(&r, sizeof r);
	cJSON_Delete(list);
	return fine;
}
