#!/bin/bash
# The rules of the house that a machine can hold: which room may include what, how long a main may be, the form of the
# code, and clang-tidy. Rooms and owners are those of the design: one owner for each outside library.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
verdict() { # "WHAT" OFFENDERS
	if [ -z "$2" ]; then
		echo "ok - house: $1"
	else
		echo "not ok - house: $1: $(tr '\n' ' ' <<<"$2")"
		bad=1
	fi
}

# owner "HEADERS" "FILES THAT MAY": an outside header is included nowhere else.
owner() {
	verdict "only $2 include $1" "$(grep -rlE "^#include <($1)" kiosk --include='*.[ch]' | grep -vE "^kiosk/($2)" | sort)"
}
owner 'sqlite3\.h' 'visit/glass/(pack|shelf)|packc/'
owner 'SDL\.h|SDL2/SDL\.h|SDL_(events|syswm|render|video)' 'host/window|visit/glass/(type|picture|canvas)'
owner 'SDL_ttf\.h|SDL2/SDL_ttf\.h' 'visit/glass/type'
owner 'SDL_image\.h|SDL2/SDL_image\.h' 'visit/glass/picture'
owner 'mosquitto|mqtt_protocol' 'host/bell_(line|late)'
owner 'cjson/' 'host/bell_json'
owner 'sodium' '(store/minisig|host/pin_hash)\.c'
owner 'seccomp' 'visit/glass/sandbox'
owner 'X11/' 'host/(window|atoms|unasked)'
owner 'wayland' 'host/window'
owner 'unicode/' 'packc/'
owner 'md4c' 'packc/'
owner 'gettext-po|csv\.h' 'packc/'
owner 'ft2build|freetype|hb' 'packc/|visit/glass/type_late'
owner 'ini\.h' 'base/fonts|host/settings|packc/'
owner 'png\.h' 'replay/picture'
owner 'pthread' 'host/bell\.c'
owner 'gpiod' 'host/lamp_gpiod'
owner 'alsa' 'sound/alsa'

# Any outside header that the list above does not know is a library that nobody owns.
known='sqlite3|SDL|gpiod|alsa|mosquitto|mqtt_protocol|cjson|sodium|seccomp|X11|wayland|unicode|md4c|gettext-po|csv|ft2build|freetype|hb|ini|png|pthread'
libc='arpa/|assert|ctype|libgen|dirent|dlfcn|errno|fcntl|fnmatch|getopt|grp|inttypes|limits|locale|malloc|math|poll|pwd|sched|setjmp|signal|spawn|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|strings|time|unistd|wchar|sys/|linux/|sanitizer/'
verdict "every outside library has an owner" \
	"$(grep -rhoE '^#include <[^>]+>' kiosk --include='*.[ch]' | sort -u | grep -vE "<($known|$libc)")"

# The pure half of a visit: values in, values out.
verdict "the pure half includes no files, clock, processes or libraries" \
	"$(grep -rnE '^#include <' kiosk/visit/pure --include='*.[ch]' | grep -vE '<(ctype|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|strings|limits|inttypes|assert)\.h>')"
verdict "the pure half opens, prints and asks nothing" \
	"$(grep -rnE '\b(fopen|open|printf|puts|fprintf|time|clock|clock_gettime|getenv|system|rand|exit|abort)\(' kiosk/visit/pure --include='*.c')"
verdict "a visit has no clock" \
	"$(grep -rnE '^#include "base/clock' kiosk/visit --include='*.[ch]')"
verdict "there is one clock for waits and deadlines" \
	"$(grep -rnE 'clock_gettime\(CLOCK_(MONOTONIC|BOOTTIME)' kiosk image --include='*.[ch]' | grep -v '^kiosk/base/clock\.c:')"
verdict "base and wire know no room above them" \
	"$(grep -rnE '^#include "(visit|host|packc|replay)/' kiosk/base kiosk/wire --include='*.[ch]')"
verdict "the host never looks into a visit" \
	"$(grep -rnE '^#include "(visit|packc|replay)/' kiosk/host --include='*.[ch]')"
verdict "the visit never reaches into the host" \
	"$(grep -rnE '^#include "(host|packc|replay|sound)/' kiosk/visit --include='*.[ch]')"
verdict "the pure half never reaches into the glass half" \
	"$(grep -rnE '^#include "visit/glass/' kiosk/visit/pure --include='*.[ch]')"
verdict "nothing leaves the program below main" \
	"$(grep -rnE '\b(exit|_Exit|quick_exit)\(' kiosk --include='*.c' | grep -vE '(^|/)main\.c:')"

# Sizes.
verdict "every main is shorter than 80 lines" "$(for f in $(find kiosk -name '*.c'); do
	awk -v f="$f" '/^int main\(/ { at = NR } at && /^}/ { if (NR - at >= 80) print f; exit }' "$f"
done)"
verdict "every header says first what it is for" "$(for f in $(find kiosk -name '*.h'); do
	head -1 "$f" | grep -q '^/\*' || echo "$f"
done)"
verdict "no variable that can change is global" "$(grep -rnE '^(static )?(struct [a-z_]+|int|bool|char|size_t|u?int[0-9]+_t|long|unsigned|double) \**[a-z_]+(\[[^]]*\])*( = [^;]*)?;' kiosk --include='*.c' | grep -vE '\bconst\b')"

# Form and habits of the code. A tool that is not there, or falls over, has not found nothing.
found() { # GOAL OF MAKE: lines that name what is wrong
	local said
	said=$(make --no-print-directory -j2 --output-sync=target "$1" 2>&1) && return
	grep -E '(warning|error):' <<<"$said" | sort -u | head -20 | grep . || echo "make $1 failed: $(tail -1 <<<"$said")"
}
if [ "${1:-}" != --quick ]; then
	verdict "clang-format finds nothing" "$(found format-check)"
	verdict "clang-tidy finds nothing (its analyzer: make lint)" "$(found tidy-quick)"
fi
# The plan of the house.
tests/house_files.sh || bad=1
exit $bad
