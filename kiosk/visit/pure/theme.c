/* The colours, in one table. The light theme is the look's; the dark one is for high contrast (18:1 for text). */
#include "visit/pure/draw.h"

static const uint32_t colours[THEME_COUNT][C_COUNT] =
    {
        [THEME_LIGHT] =
            {
                [C_GROUND] = 0xF7F4EE,      [C_INK] = 0x1E2A2F,
                [C_SOFT] = 0x29343A, /* the look has #55636A, 5.6:1; text must reach 10:1 on every tint */
                [C_LINE] = 0xD9D2C5,        [C_CARD] = 0xFFFFFF,
                [C_STRONG] = 0x06393A,      [C_ON_STRONG] = 0xFFFFFF,
                [C_BAR] = 0xFBFAF7,         [C_HIDE] = 0x1E2A2F,
                [C_ON_HIDE] = 0xFFFFFF,     [C_FOCUS] = 0x1B4DB1,
                [C_TEAL] = 0xE1EEEB,        [C_SKY] = 0xE4ECF4,
                [C_SAND] = 0xF1E7D8,        [C_ROSE] = 0xF3E4DF,
                [C_PRESSED] = 0xEAF0EF,     [C_FAINT] = 0xD9D2C5,
                [C_TEST_WHITE] = 0xFFFFFF,  [C_TEST_BLACK] = 0x000000,
                [C_TEST_BLUE] = 0x0000FF,   [C_TEST_GREEN] = 0x00FF00,
                [C_TEST_YELLOW] = 0xFFFF00,
            },
        [THEME_DARK] =
            {
                [C_GROUND] = 0x0B0E10,      [C_INK] = 0xFFFFFF,       [C_SOFT] = 0xFFFFFF,
                [C_LINE] = 0x8A959B,        [C_CARD] = 0x0B0E10,      [C_STRONG] = 0xFFFFFF,
                [C_ON_STRONG] = 0x0B0E10,   [C_BAR] = 0x0B0E10,       [C_HIDE] = 0xFFFFFF,
                [C_ON_HIDE] = 0x0B0E10,     [C_FOCUS] = 0xFFD166,     [C_TEAL] = 0x0B0E10,
                [C_SKY] = 0x0B0E10,         [C_SAND] = 0x0B0E10,      [C_ROSE] = 0x0B0E10,
                [C_PRESSED] = 0x123036,     [C_FAINT] = 0x5A646A,     [C_TEST_WHITE] = 0xFFFFFF,
                [C_TEST_BLACK] = 0x000000,  [C_TEST_BLUE] = 0x0000FF, [C_TEST_GREEN] = 0x00FF00,
                [C_TEST_YELLOW] = 0xFFFF00,
            },
};

uint32_t theme_colour(enum theme t, enum colour c) {
	return colours[t][c];
}
