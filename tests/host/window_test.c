/* Where a display has several buffers, the frame of a visit would live on in those behind the one that is seen. Here the
 * window draws with a renderer of three buffers, and after the end of a visit each must hold the clean frame. The four
 * functions of SDL that show something are this test's own; everything else is the window's code as it is. */
#define SDL_LockTexture test_lock
#define SDL_UnlockTexture test_unlock
#define SDL_RenderCopy test_copy
#define SDL_RenderPresent test_present
#include "../../kiosk/host/window.c" // NOLINT(bugprone-suspicious-include): its struct is what is looked at

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { W = 8, H = 4, BUFFERS = 3, VISIT = 0x112233, CLEAN = 0x445566 };

static struct {
	uint32_t texture[W * H], buffers[BUFFERS][W * H];
	int back, presents;
} display;

int test_lock(SDL_Texture *texture, const SDL_Rect *r, void **pixels, int *pitch) {
	(void)texture;
	*pixels = display.texture + r->y * W + r->x;
	*pitch = W * (int)sizeof(uint32_t);
	return 0;
}

void test_unlock(SDL_Texture *texture) {
	(void)texture;
}

int test_copy(SDL_Renderer *renderer, SDL_Texture *texture, const SDL_Rect *from, const SDL_Rect *to) {
	(void)renderer, (void)texture, (void)from, (void)to;
	memcpy(display.buffers[display.back], display.texture, sizeof display.texture);
	return 0;
}

void test_present(SDL_Renderer *renderer) {
	(void)renderer;
	display.back = (display.back + 1) % BUFFERS;
	display.presents++;
}

static struct window window = {
    .renderer = (SDL_Renderer *)&display, .texture = (SDL_Texture *)&display, .glass = {W, H, 59}};

static void show(uint32_t colour, struct rect r) {
	uint32_t frame[W * H];
	for (int i = 0; i < W * H; i++) {
		frame[i] = colour;
	}
	window_show(&window, frame, W, r);
}

static int buffers_of(uint32_t colour) {
	int count = 0;
	for (int b = 0; b < BUFFERS; b++) {
		int same = 0;
		for (int i = 0; i < W * H; i++) {
			same += display.buffers[b][i] == colour;
		}
		count += same == W * H;
	}
	return count;
}

/* What the host's loop does in one turn. */
static void visit_then_end(void) {
	for (int i = 0; i < BUFFERS; i++) {
		show(VISIT, (struct rect){0, 0, W, H});
		show(VISIT, (struct rect){1, 1, 2, 2});
		window_settle(&window);
	}
	assert_int_equal(buffers_of(VISIT), BUFFERS);
	show(CLEAN, (struct rect){0, 0, W, H});
}

static void every_buffer_is_clean_after_an_end(void **state) {
	(void)state;
	visit_then_end();
	assert_int_equal(buffers_of(CLEAN), 1); /* the one that is seen: at once */
	window_settle(&window);
	assert_int_equal(buffers_of(CLEAN), BUFFERS);
	assert_int_equal(buffers_of(VISIT), 0);
}

/* Nothing is shown for ever: an idle kiosk does not wake. */
static void then_it_is_quiet(void **state) {
	(void)state;
	int presents = display.presents;
	window_settle(&window);
	assert_int_equal(display.presents, presents);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_buffer_is_clean_after_an_end),
	                                   cmocka_unit_test(then_it_is_quiet)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
