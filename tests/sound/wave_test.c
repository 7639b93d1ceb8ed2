/* The tone, by its numbers: how long, how loud, and that nothing clicks. */
#include "sound/wave.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLES = WAVE_FRAMES * WAVE_CHANNELS };

static int16_t *tone(int percent) {
	int16_t *samples = malloc(sizeof *samples * SAMPLES);
	assert_non_null(samples);
	memset(samples, 0x55, sizeof *samples * SAMPLES);
	wave_fill(samples, percent);
	return samples;
}

static int highest(const int16_t *samples) {
	int most = 0;
	for (int i = 0; i < SAMPLES; i++) {
		most = abs(samples[i]) > most ? abs(samples[i]) : most;
	}
	return most;
}

static void it_lasts_a_second_and_a_quarter(void **state) {
	(void)state;
	assert_int_equal(WAVE_FRAMES, 60000);
	assert_int_equal(WAVE_MS, 1250);
}

static void each_time_it_is_the_same(void **state) {
	(void)state;
	int16_t *a = tone(50), *b = tone(50);
	assert_memory_equal(a, b, sizeof *a * SAMPLES);
	for (int i = 0; i < WAVE_FRAMES; i++) {
		assert_int_equal(a[2 * i], a[2 * i + 1]); /* in both ears */
	}
	free(a);
	free(b);
}

/* 10 dB for each half of the percent: half as loud. */
static void half_of_the_percent_is_ten_decibels_less(void **state) {
	(void)state;
	static const int percent[] = {100, 50, 25};
	int peak[3];
	for (int i = 0; i < 3; i++) {
		int16_t *t = tone(percent[i]);
		peak[i] = highest(t);
		free(t);
	}
	assert_int_equal(peak[0], WAVE_PEAK);
	for (int i = 1; i < 3; i++) {
		double db = 20 * log10((double)peak[i - 1] / peak[i]);
		assert_true(db > 9.98 && db < 10.08); /* 6 dB / 0.6, and a sample's rounding */
	}
}

static void it_is_never_louder_than_it_may_be(void **state) {
	(void)state;
	int before = 0;
	for (int percent = 1; percent <= 130; percent++) {
		int16_t *t = tone(percent);
		int now = highest(t);
		assert_true(now <= WAVE_PEAK); /* so nothing is cut off: that is a quarter of what 16 bits hold */
		assert_true(now >= before);
		before = now;
		free(t);
	}
}

static void off_is_silence(void **state) {
	(void)state;
	for (int percent = 0; percent >= -5; percent--) {
		int16_t *t = tone(percent);
		assert_int_equal(highest(t), 0);
		free(t);
	}
}

/* A click is a jump, or a corner, that the notes themselves do not have. Both ends are silent, and between two samples next
 * to each other there is never more than the steepest place of the two notes at their loudest. */
static void nothing_clicks(void **state) {
	(void)state;
	int16_t *t = tone(100);
	int lead = WAVE_LEAD_MS * WAVE_RATE / 1000, tail = WAVE_TAIL_MS * WAVE_RATE / 1000;
	for (int i = 0; i < lead; i++) {
		assert_int_equal(t[2 * i], 0);
	}
	for (int i = WAVE_FRAMES - tail; i < WAVE_FRAMES; i++) {
		assert_int_equal(t[2 * i], 0);
	}
	/* A millisecond from the ends it is still 46 dB softer than at its peak. */
	for (int i = 0; i < WAVE_RATE / 1000; i++) {
		assert_true(abs(t[2 * (lead + i)]) < WAVE_PEAK / 200);
		assert_true(abs(t[2 * (WAVE_FRAMES - tail - 1 - i)]) < WAVE_PEAK / 200);
	}
	/* 880 Hz and its octave at once: 2 pi f / rate * (1 + 2 * 0.2) of the peak. */
	double steepest = 2 * M_PI * 880 / WAVE_RATE * 1.4 * WAVE_PEAK;
	double corner = steepest * 2 * M_PI * 880 / WAVE_RATE * 2;
	for (int i = 1; i < WAVE_FRAMES; i++) {
		assert_true(abs(t[2 * i] - t[2 * i - 2]) <= steepest + 1);
	}
	for (int i = 2; i < WAVE_FRAMES; i++) {
		assert_true(abs(t[2 * i] - 2 * t[2 * i - 2] + t[2 * i - 4]) <= corner + 2);
	}
	free(t);
}

/* How much of one frequency there is between two moments (Goertzel), so that the two notes are really those. */
static double power(const int16_t *t, double hz, int from_ms, int to_ms) {
	double turn = 2 * M_PI * hz / WAVE_RATE, re = 0, im = 0;
	int from = from_ms * (WAVE_RATE / 1000), to = to_ms * (WAVE_RATE / 1000);
	for (int i = from; i < to; i++) {
		re += t[2 * i] * cos(turn * i);
		im += t[2 * i] * sin(turn * i);
	}
	return sqrt(re * re + im * im) / (to - from);
}

static void it_is_two_notes_one_after_the_other(void **state) {
	(void)state;
	int16_t *t = tone(100);
	int first = WAVE_LEAD_MS, second = WAVE_LEAD_MS + WAVE_NEXT_MS;
	assert_true(power(t, 659.255, first, second) > 10 * power(t, 880, first, second));
	assert_true(power(t, 880, second + 50, second + 450) > 5 * power(t, 659.255, second + 50, second + 450));
	free(t);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_lasts_a_second_and_a_quarter),
	    cmocka_unit_test(each_time_it_is_the_same),
	    cmocka_unit_test(half_of_the_percent_is_ten_decibels_less),
	    cmocka_unit_test(it_is_never_louder_than_it_may_be),
	    cmocka_unit_test(off_is_silence),
	    cmocka_unit_test(nothing_clicks),
	    cmocka_unit_test(it_is_two_notes_one_after_the_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
