/* libmosquitto, loaded when the host first needs it. It brings OpenSSL along, and an ordinary link would make every visit
 * load both before its first frame and carry them in its memory, though a visit has no network. So the functions that the
 * bell calls are defined here, under their own names, and go on to the library's.
 *
 * A call that is not in this list does not link: nobody can forget one. */
#include <dlfcn.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stddef.h>

#define CALLS(X)                                                                                                       \
	X(int, mosquitto_connect, (struct mosquitto * m, const char *host, int port, int keepalive),                   \
	  (m, host, port, keepalive))                                                                                  \
	X(int, mosquitto_connect_async, (struct mosquitto * m, const char *host, int port, int keepalive),             \
	  (m, host, port, keepalive))                                                                                  \
	X(int, mosquitto_disconnect, (struct mosquitto * m), (m))                                                      \
	X(int, mosquitto_int_option, (struct mosquitto * m, enum mosq_opt_t option, int value), (m, option, value))    \
	X(int, mosquitto_loop, (struct mosquitto * m, int timeout, int packets), (m, timeout, packets))                \
	X(int, mosquitto_loop_misc, (struct mosquitto * m), (m))                                                       \
	X(struct mosquitto *, mosquitto_new, (const char *id, bool clean, void *self), (id, clean, self))              \
	X(int, mosquitto_property_add_int32, (mosquitto_property * *list, int id, uint32_t value), (list, id, value))  \
	X(int, mosquitto_publish_v5,                                                                                   \
	  (struct mosquitto * m, int *mid, const char *topic, int len, const void *payload, int qos, bool retain,      \
	   const mosquitto_property *properties),                                                                      \
	  (m, mid, topic, len, payload, qos, retain, properties))                                                      \
	X(int, mosquitto_socket, (struct mosquitto * m), (m))                                                          \
	X(const char *, mosquitto_strerror, (int error), (error))                                                      \
	X(int, mosquitto_subscribe, (struct mosquitto * m, int *mid, const char *topic, int qos),                      \
	  (m, mid, topic, qos))                                                                                        \
	X(int, mosquitto_tls_psk_set,                                                                                  \
	  (struct mosquitto * m, const char *psk, const char *identity, const char *ciphers),                          \
	  (m, psk, identity, ciphers))                                                                                 \
	X(int, mosquitto_tls_set,                                                                                      \
	  (struct mosquitto * m, const char *cafile, const char *capath, const char *certfile, const char *keyfile,    \
	   int (*password)(char *buffer, int size, int rwflag, void *self)),                                           \
	  (m, cafile, capath, certfile, keyfile, password))                                                            \
	X(int, mosquitto_username_pw_set, (struct mosquitto * m, const char *user, const char *password),              \
	  (m, user, password))                                                                                         \
	X(bool, mosquitto_want_write, (struct mosquitto * m), (m))                                                     \
	X(int, mosquitto_will_set,                                                                                     \
	  (struct mosquitto * m, const char *topic, int len, const void *payload, int qos, bool retain),               \
	  (m, topic, len, payload, qos, retain))

/* The same for those that return nothing. */
#define VOID_CALLS(X)                                                                                                  \
	X(mosquitto_connect_callback_set, (struct mosquitto * m, void (*heard)(struct mosquitto *, void *, int)),      \
	  (m, heard))                                                                                                  \
	X(mosquitto_destroy, (struct mosquitto * m), (m))                                                              \
	X(mosquitto_message_callback_set,                                                                              \
	  (struct mosquitto * m, void (*heard)(struct mosquitto *, void *, const struct mosquitto_message *)),         \
	  (m, heard))                                                                                                  \
	X(mosquitto_property_free_all, (mosquitto_property * *list), (list))                                           \
	X(mosquitto_publish_v5_callback_set,                                                                           \
	  (struct mosquitto * m, void (*heard)(struct mosquitto *, void *, int, int, const mosquitto_property *)),     \
	  (m, heard))                                                                                                  \
	X(mosquitto_subscribe_callback_set,                                                                            \
	  (struct mosquitto * m, void (*heard)(struct mosquitto *, void *, int, int, const int *)), (m, heard))

/* Types, names and lists of parameters cannot stand in parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */

/* The library's own, once it is loaded: set by mosquitto_lib_init, before any thread of the bell runs. */
static struct {
	void *library;
	int (*init)(void);
	int (*cleanup)(void);
#define FIELD(type, name, params, args) type(*name) params;
	CALLS(FIELD)
#undef FIELD
#define FIELD(name, params, args) void(*name) params;
	VOID_CALLS(FIELD)
#undef FIELD
} late;

/* dlsym gives an object's pointer for a function; POSIX says that it may be stored so. */
static bool find(const char *name, void *function) {
	void *symbol = dlsym(late.library, name);
	*(void **)function = symbol;
	return symbol != NULL;
}

int mosquitto_lib_init(void) {
	if (late.library == NULL) {
		late.library = dlopen("libmosquitto.so.1", RTLD_NOW | RTLD_LOCAL);
	}
	if (late.library == NULL) {
		return MOSQ_ERR_UNKNOWN;
	}
	bool all = find("mosquitto_lib_init", &late.init) && find("mosquitto_lib_cleanup", &late.cleanup);
#define FIND(type, name, params, args) all = all && find(#name, &late.name);
	CALLS(FIND)
#undef FIND
#define FIND(name, params, args) all = all && find(#name, &late.name);
	VOID_CALLS(FIND)
#undef FIND
	return all ? late.init() : MOSQ_ERR_UNKNOWN;
}

int mosquitto_lib_cleanup(void) {
	return late.cleanup();
}

#define CALL(type, name, params, args)                                                                                 \
	type name params {                                                                                             \
		return late.name args;                                                                                 \
	}
CALLS(CALL)
#undef CALL
#define CALL(name, params, args)                                                                                       \
	void name params {                                                                                             \
		late.name args;                                                                                        \
	}
VOID_CALLS(CALL)

/* NOLINTEND(bugprone-macro-parentheses) */
