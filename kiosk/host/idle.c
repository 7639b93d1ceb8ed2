#include "host/idle.h"

void idle_reset(struct idle *idle, int idle_ms, int answer_ms) {
	*idle = (struct idle){.idle_ms = idle_ms, .answer_ms = answer_ms};
}

void idle_input(struct idle *idle, int64_t now_ms) {
	idle->state = IDLE_WAITING;
	idle->input_at = now_ms;
}

void idle_reading(struct idle *idle, uint32_t reading_ms) {
	if (idle->state != IDLE_ASKING) {
		idle->reading_ms = reading_ms > IDLE_LONGEST_MS ? IDLE_LONGEST_MS : (int)reading_ms;
	}
}

static int64_t ask_at(const struct idle *idle) {
	int wait = idle->idle_ms + idle->reading_ms;
	return idle->input_at + (wait > IDLE_LONGEST_MS ? IDLE_LONGEST_MS : wait);
}

int64_t idle_deadline(const struct idle *idle) {
	switch (idle->state) {
	case IDLE_WAITING:
		return ask_at(idle);
	case IDLE_ASKING: {
		int64_t clear_at = idle->asked_at + idle->answer_ms;
		int64_t warn_at = idle->warned_at + IDLE_TICK_MS;
		return warn_at < clear_at ? warn_at : clear_at;
	}
	case IDLE_OFF:
		break;
	}
	return -1;
}

static enum idle_wants warn(struct idle *idle, int64_t now_ms, uint32_t *left_ms) {
	/* Told at whole seconds since the question, however late this tick is. */
	idle->warned_at = now_ms - (now_ms - idle->asked_at) % IDLE_TICK_MS;
	*left_ms = (uint32_t)(idle->asked_at + idle->answer_ms - now_ms);
	return IDLE_WARN;
}

enum idle_wants idle_tick(struct idle *idle, int64_t now_ms, uint32_t *left_ms) {
	int64_t deadline = idle_deadline(idle);
	if (deadline < 0 || now_ms < deadline) {
		return IDLE_NOTHING;
	}
	if (idle->state == IDLE_ASKING) {
		return now_ms >= idle->asked_at + idle->answer_ms ? IDLE_CLEAR : warn(idle, now_ms, left_ms);
	}
	/* So late that the time to answer is over as well: the machine slept. Nobody was looking at this screen, and
	 * whoever woke it must not see it. */
	if (now_ms - deadline > idle->answer_ms) {
		return IDLE_CLEAR;
	}
	idle->state = IDLE_ASKING;
	idle->asked_at = now_ms;
	return warn(idle, now_ms, left_ms);
}
