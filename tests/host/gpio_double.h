/* What a test sees of the chip that gpio_double.c makes up: a file that both map, named in the environment. */
#ifndef ALCOVE_TESTS_GPIO_DOUBLE_H
#define ALCOVE_TESTS_GPIO_DOUBLE_H

#define GPIO_DOUBLE_CHIP "/dev/gpiochip9"
#define GPIO_DOUBLE_STATE "ALCOVE_GPIO_DOUBLE" /* the variable that holds the file's path */

enum { GPIO_DOUBLE_LINES = 4 };

struct gpio_double_line {
	int held, output, value;
	char consumer[32]; /* who holds it */
};

struct gpio_double {
	volatile struct gpio_double_line lines[GPIO_DOUBLE_LINES];
};

#endif
