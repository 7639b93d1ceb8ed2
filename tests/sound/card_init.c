/* The first program of an emulated machine that has sound cards and nothing else (card.py): loads their drivers, has
 * `alcove tone` look and play, prints what it answered, and switches off. */
#include "sound/ask.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* USB devices are found in their own time. */
enum { PATIENCE_S = 60 };

static void ask(enum sound_wish wish, int volume, const char *device) {
	struct sound_ask question = {.wish = (uint8_t)wish, .volume = (uint8_t)volume};
	struct sound_answer answer = {.said = 0};
	char *argv[] = {"alcove", "tone", NULL}, *envp[] = {NULL};
	int pair[2];
	snprintf(question.device, sizeof question.device, "%s", device);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) {
		return;
	}
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pair[1], SOUND_FD);
		syscall(SYS_close_range, SOUND_FD + 1, ~0u, 0);
		execve("/alcove", argv, envp);
		_exit(1);
	}
	close(pair[1]);
	send(pair[0], &question, sizeof question, MSG_NOSIGNAL);
	recv(pair[0], &answer, sizeof answer, 0);
	close(pair[0]);
	waitpid(pid, NULL, 0);
	printf("SAID %s %s %d: %u\n", wish == SOUND_LOOK ? "look" : "play", device[0] != 0 ? device : "-", volume,
	       answer.said);
}

static void load_drivers(void) {
	char line[256];
	FILE *list = fopen("/drivers", "r");
	while (list != NULL && fgets(line, sizeof line, list) != NULL) {
		line[strcspn(line, "\n")] = 0;
		int fd = open(line, O_RDONLY);
		if (syscall(SYS_finit_module, fd, "", 0) != 0) {
			printf("%s cannot be loaded\n", line);
		}
		close(fd);
	}
}

/* The loudness that the first card's output has: 0x80 is off. */
static void tell_control(const char *when) {
	char line[256];
	FILE *codec = fopen("/proc/asound/card0/codec#0", "r");
	while (codec != NULL && fgets(line, sizeof line, codec) != NULL) {
		if (strstr(line, "Amp-Out vals:") != NULL) {
			printf("CONTROL %s:%s", when, strchr(line, '['));
			break;
		}
	}
	if (codec != NULL) {
		fclose(codec);
	}
}

static void try_all(void) {
	ask(SOUND_LOOK, 0, "");
	load_drivers();
	for (int i = 0;
	     i < PATIENCE_S && (access("/dev/snd/pcmC0D0p", F_OK) != 0 || access("/dev/snd/pcmC1D0p", F_OK) != 0);
	     i++) {
		sleep(1);
	}
	tell_control("before");
	ask(SOUND_LOOK, 0, "");
	ask(SOUND_LOOK, 0, "nonesuch");
	ask(SOUND_PLAY, 100, "Intel");
	tell_control("after");
	ask(SOUND_PLAY, 50, "Intel");
	ask(SOUND_PLAY, 100, "");
	/* Another program has it. */
	int held = open("/dev/snd/pcmC0D0p", O_RDWR | O_NONBLOCK);
	ask(SOUND_LOOK, 1, "Intel");
	ask(SOUND_PLAY, 1, "Intel");
	close(held);
}

int main(void) {
	setvbuf(stdout, NULL, _IONBF, 0);
	bool mounted = mount("dev", "/dev", "devtmpfs", 0, NULL) == 0 && mount("proc", "/proc", "proc", 0, NULL) == 0 &&
	               mount("sys", "/sys", "sysfs", 0, NULL) == 0;
	if (mounted) {
		try_all();
	}
	puts("THE END");
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
