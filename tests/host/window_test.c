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
    .renderer = (SDL_Renderer *)&display, .texture = (SDL_Texture *)&display, .panel = {0, W, H}, .glass = {W, H, 59}};

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

/* --- a panel that does not hang upright ------------------------------------------------------------------------- */

static const int turns[] = {0, 90, 180, 270};

static void hang(int turned) {
	window.panel.turned = turned;
	turn_size(window.panel, &window.glass.w, &window.glass.h);
	memset(display.texture, 0, sizeof display.texture);
}

/* A frame in which every pixel is another one. */
static void fill(uint32_t frame[W * H], uint32_t first) {
	for (uint32_t i = 0; i < W * H; i++) {
		frame[i] = first + i;
	}
}

static uint32_t on_panel(int x, int y) {
	return display.texture[y * W + x];
}

/* Said here once more, by hand: where the glass's upper left corner is, and the one at its right. */
static void corners_are_where_people_see_them(void **state) {
	(void)state;
	static const struct {
		int left_x, left_y, right_x, right_y;
	} where[] = {{0, 0, W - 1, 0}, {0, H - 1, 0, 0}, {W - 1, H - 1, 0, H - 1}, {W - 1, 0, W - 1, H - 1}};
	uint32_t frame[W * H];
	fill(frame, 100);
	for (int i = 0; i < 4; i++) {
		hang(turns[i]);
		window_show(&window, frame, window.glass.w, (struct rect){0, 0, window.glass.w, window.glass.h});
		assert_int_equal(on_panel(where[i].left_x, where[i].left_y), frame[0]);
		assert_int_equal(on_panel(where[i].right_x, where[i].right_y), frame[window.glass.w - 1]);
	}
	hang(0);
}

struct touched {
	int x, y;
};

static void on_touch(void *self, enum wire_phase phase, int finger, int x, int y) {
	(void)phase, (void)finger;
	*(struct touched *)self = (struct touched){x, y};
}

/* Whoever touches a pixel of the panel touches what is shown there: by mouse and by finger, on every pixel. */
static void a_touch_is_where_it_is_seen(void **state) {
	(void)state;
	uint32_t frame[W * H];
	struct touched at = {-1, -1};
	const struct window_sink sink = {.self = &at, .touch = on_touch};
	fill(frame, 100);
	for (int i = 0; i < 4; i++) {
		hang(turns[i]);
		window_show(&window, frame, window.glass.w, (struct rect){0, 0, window.glass.w, window.glass.h});
		for (int p = 0; p < W * H; p++) {
			SDL_Event mouse = {
			    .button = {.type = SDL_MOUSEBUTTONDOWN, .button = SDL_BUTTON_LEFT, .x = p % W, .y = p / W}};
			mouse_event(&window, &sink, &mouse);
			assert_int_equal(frame[at.y * window.glass.w + at.x], on_panel(p % W, p / W));
			mouse.type = SDL_MOUSEBUTTONUP;
			mouse_event(&window, &sink, &mouse);
			SDL_TouchFingerEvent finger = {.type = SDL_FINGERDOWN,
			                               .touchId = 7,
			                               .x = ((float)(p % W) + 0.5F) / W,
			                               .y = ((float)(p / W) + 0.5F) / H};
			finger_event(&window, &sink, &finger);
			assert_int_equal(frame[at.y * window.glass.w + at.x], on_panel(p % W, p / W));
			finger.type = SDL_FINGERUP;
			finger_event(&window, &sink, &finger);
		}
	}
	hang(0);
}

/* Every part of the glass, in every size: what is shown of it lands there, and nothing else changes. */
static void a_part_changes_that_part_alone(void **state) {
	(void)state;
	uint32_t before[W * H], after[W * H];
	fill(before, 100);
	fill(after, 1000);
	for (int i = 0; i < 4; i++) {
		hang(turns[i]);
		int w = window.glass.w, h = window.glass.h;
		for (int part = 0; part < w * h * w * h; part++) {
			struct rect r = {part % w, part / w % h, part / w / h % w + 1, part / w / h / w + 1};
			if (r.x + r.w > w || r.y + r.h > h) {
				continue;
			}
			window_show(&window, before, w, (struct rect){0, 0, w, h});
			window_show(&window, after, w, r);
			int changed = 0;
			for (int p = 0; p < W * H; p++) {
				int x = p % W, y = p / W;
				turn_point(window.panel, &x, &y);
				bool in = x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
				assert_int_equal(display.texture[p], in ? after[y * w + x] : before[y * w + x]);
				changed += in;
			}
			assert_int_equal(changed, r.w * r.h);
		}
	}
	hang(0);
}

/* The glass that the settings alone say is that of the window when it is open. */
static void the_glass_is_known_before(void **state) {
	(void)state;
	struct settings s = {.window_w = 1280, .window_h = 800, .px_per_cm = 59};
	struct glass glass;
	for (int i = 0; i < 4; i++) {
		s.rotation = turns[i];
		assert_true(window_known(&s, &glass));
		assert_int_equal(glass.w, turns[i] % 180 == 0 ? 1280 : 800);
		assert_int_equal(glass.h, turns[i] % 180 == 0 ? 800 : 1280);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_buffer_is_clean_after_an_end), cmocka_unit_test(then_it_is_quiet),
	    cmocka_unit_test(corners_are_where_people_see_them),  cmocka_unit_test(a_touch_is_where_it_is_seen),
	    cmocka_unit_test(a_part_changes_that_part_alone),     cmocka_unit_test(the_glass_is_known_before)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
