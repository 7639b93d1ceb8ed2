/* Memory that is given back is overwritten first. What is asked of staff passes through libraries (MQTT, JSON, TLS) that
 * give memory back as it is; so the program's free and realloc stand in the C library's place, for all libraries alike.
 * It never says where memory comes from, and does nothing until it is told to begin: a visit's memory goes with it. */
#ifndef ALCOVE_HOST_WIPING_H
#define ALCOVE_HOST_WIPING_H

/* From now on, until the program ends. Before any thread is there. */
void wiping_begin(void);

#endif
