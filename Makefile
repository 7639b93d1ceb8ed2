# Alcove. `make help` lists the targets; `make run` and `make test` install what is missing by themselves.

# Every Debian package that anything here needs, in one place; README.md says why each is there.
PACKAGES_BUILD = gcc libc6-dev pkgconf libsdl2-dev libsdl2-ttf-dev libsdl2-image-dev libsqlite3-dev libicu-dev \
	libmd4c-dev libgettextpo-dev libcsv-dev libfreetype-dev libharfbuzz-dev libmosquitto-dev \
	libcjson-dev libinih-dev libgpiod-dev libasound2-dev libseccomp-dev libsodium-dev libpng-dev libx11-dev fonts-noto-core fonts-droid-fallback
PACKAGES_RUN = mosquitto openssl
# Node may come from elsewhere than Debian, and then brings its own npm: installed only where there is none.
PACKAGES_DESK := $(if $(shell command -v node && command -v npm),,nodejs npm)
PACKAGES_TEST = python3 libcmocka-dev mosquitto-clients iproute2 stunnel4 xvfb xauth xdotool x11-apps clang-format clang-tidy \
	sqlite3 strace minisign libfuse3-dev fuse3 libasan8 libubsan1 chromium
PACKAGES_FUZZ = clang libclang-rt-14-dev
PACKAGES_BENCH = valgrind libxext-dev libxdamage-dev
PACKAGES_PROOF = libxext-dev libxdamage-dev libxtst-dev
# All else that an image needs is put beside this machine's own, out of Debian 13: image/lists.
PACKAGES_IMAGE = mmdebstrap debian-archive-keyring git
PACKAGES_IMAGE_TEST = python3 minisign
PACKAGES_DEB = dpkg-dev lintian git

MAKEFLAGS += --no-builtin-rules
SHELL = /bin/bash
CC = gcc
B = build

.PHONY: help run test slow proof bench all packs tour golden setup setup-test setup-proof setup-bench format lint clean test-quick

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up -----------------------------------------------------------------------------------------------------
# $(call install,PACKAGES): installs those that are missing, as root or with sudo.
define install
	@missing=; for p in $(1); do \
		dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
		echo "Installing:$$missing"; \
		if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null; then sudo=sudo; else \
			echo "Please install these packages as root, then run make again:$$missing" >&2; exit 1; fi; \
		$$sudo apt-get update -q && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	fi
endef

setup: ## install what building and running needs
	$(call install,$(PACKAGES_BUILD) $(PACKAGES_RUN) $(PACKAGES_DESK))
setup-test: setup ## install what the tests need
	$(call install,$(PACKAGES_TEST))
setup-proof: setup ## install what the proof needs
	$(call install,$(PACKAGES_TEST) $(PACKAGES_PROOF))
setup-fuzz: setup
	$(call install,$(PACKAGES_TEST) $(PACKAGES_FUZZ))
setup-bench: setup ## install what the bench needs
	$(call install,$(PACKAGES_TEST) $(PACKAGES_BENCH))

# --- building ---------------------------------------------------------------------------------------------------
# Set-up must come first, and what it installs (pkg-config) is used below: so every goal that builds calls make again
# for the inner goals once the packages are there.
run: setup ## install what is missing, compile the packs, open the kiosk with a broker of its own
	@$(MAKE) --no-print-directory -j2 all packs desk
	@kiosk/host/run.sh
test: setup-test ## install what is missing and run every test
	@$(MAKE) --no-print-directory -j2 all packs san desk desk-tests
	@$(MAKE) --no-print-directory tests
slow: setup-test ## the checks that take many minutes: every fault of the line, random edits, a very large library
	@$(MAKE) --no-print-directory -j2 all packs san
	tests/line/run.sh --all
	MUTATIONS=10000 build/san/tests/packc/mutate_test
	LARGE=10000 python3 tests/packc/large.py
proof: setup-proof ## show that nothing of a visit stays: one line for each promise; PARTS="..." for some of it
	@$(MAKE) --no-print-directory -j2 all packs proof-programs
	@tests/proof/run.sh $(PARTS)
.PHONY: proof-trials
proof-trials: setup-proof ## take each protection out in turn and see the proof fail; half an hour
	@python3 tests/proof/trials.py
bench: setup-bench ## measure times, memory and wake-ups, and print the figures
	@$(MAKE) --no-print-directory -j2 all packs bench-programs
	@python3 tests/bench/bench.py

# Another compiler, with which an image is built, may warn of more: that is for us to look at, and not for who builds.
WERROR = -Werror
WARN = -Wall -Wextra -Wconversion -Wshadow -Wswitch-enum -Wstrict-prototypes -Wmissing-prototypes -Wvla $(WERROR)
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE -Ikiosk $(WARN) -g -MMD -MP
# -O3: loops over pixels are made wide, a quarter fewer instructions for a first frame.
CFLAGS_rel = -O3 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LDFLAGS_rel = -pie -Wl,-z,relro,-z,now,-z,noexecstack
CFLAGS_san = -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DALCOVE_DEVELOPER
LDFLAGS_san = -fsanitize=address,undefined
# The arch decides whether -fcf-protection exists.
ifneq ($(firstword $(subst -, ,$(shell $(CC) -dumpmachine))),x86_64)
CFLAGS_rel := $(filter-out -fcf-protection,$(CFLAGS_rel))
endif

# One short line a step; `make V=1` shows whole commands.
Q = $(if $(V),,@echo "  $(@:$(B)/%=%)";)

PKG_visit = freetype2 harfbuzz sqlite3 libseccomp
PKG_host = libcjson x11 wayland-client alsa
PKG_replay = libpng
PKG_packc = sqlite3 icu-uc icu-i18n freetype2 harfbuzz libseccomp
pkg = $(shell pkg-config --$(1) $(2))

sources = $(foreach d,$(1),$(wildcard kiosk/$(d)/*.c))
PURE = $(call sources,base wire visit/pure visit/pure/screens)
GLASS = $(call sources,visit/glass)
# The one reader of packs, hardened against any file: a visit, `alcove-pack` and whoever looks into a pack use it.
READER = $(foreach f,pack pack_vfs shelf compare sandbox,kiosk/visit/glass/$(f).c)
HOST = $(call sources,host)
# The child that plays a tone.
SOUND = $(call sources,sound)
# What the replay shares with the host: everything but the window.
HOST_CORE = $(filter-out $(patsubst %,kiosk/host/%.c,window window_late host atoms unasked wiping),$(HOST))
# The packs that staff bring, and where they are kept.
STORE = $(filter-out kiosk/store/main.c,$(call sources,store))
# Of these, what alcove-store has: nothing of sticks and staff mode.
STORE_CORE = $(foreach f,durable keys live look minisig says stage store,kiosk/store/$(f).c)
# What image/slots has of these rooms: what reads sticks and signatures, and the messages.
SLOTS_NEED = $(foreach f,minisig keys stick durable,kiosk/store/$(f).c) kiosk/wire/wire.c kiosk/base/clock.c
# What the store needs besides: how a child is started, and what a child looks at packs with.
LOOKER = $(filter-out %/fonts.c,$(call sources,base wire)) kiosk/host/spawn.c \
	$(foreach f,examine compare pack pack_vfs picture canvas no_sound sandbox,kiosk/visit/glass/$(f).c)
# What of it has packs put in the store by the worker, which is another process.
WORKER = $(foreach f,store/worker store/look store/says host/spawn wire/wire base/clock base/text base/arena,kiosk/$(f).c)
# What of the kiosk's own code reads its settings.
SETTINGS = $(foreach f,base/fault base/geom host/place host/settings,kiosk/$(f).c)
PACKC = $(filter-out kiosk/packc/main.c,$(call sources,packc))
REPLAY = $(call sources,replay)

objects = $(patsubst kiosk/%.c,$(B)/obj/$(1)/%.o,$(2))

# Libraries come from their archives where there are any, so that a process loads and sorts out only what Alcove uses: of
# SDL2_image the reader of SVG and not those of a dozen other formats, of SDL2 no sound (kiosk/visit/glass/no_sound.c).
# Four more are loaded when they are needed: libmosquitto (kiosk/host/bell_late.c), the displays other than X11
# (kiosk/host/window_late.c), what draws letters (kiosk/visit/glass/type_late.c), and libasound (kiosk/sound/alsa.c); they
# are named here too, for what a newer version may call besides. Together four fifths of the time that a process needs to
# start.
archive = $(foreach l,$(1),$(if $(filter /%,$(shell $(CC) -print-file-name=lib$(l).a)),-l:lib$(l).a,-l$(l)))
LIBS_x11 = $(call archive,Xcursor Xrandr Xss Xi Xfixes Xrender Xext X11 xcb Xau Xdmcp)
LIBS_sdl = -l:libSDL2_image.a -l:libSDL2_ttf.a -l:libSDL2.a $(LIBS_x11) \
	$(filter-out -lSDL2 -lasound -lpulse -lpulse-simple -lsamplerate -lX%,$(shell pkg-config --static --libs-only-l sdl2))
LIBS_visit = -Wl,--as-needed $(LIBS_sdl) $(call archive,sqlite3 seccomp) $(call pkg,libs,$(PKG_visit))

# libsodium from its archive too: the visits are the same program, and need none of it.
LIBS_store = -l:libsodium.a
# What SDL2 and Xlib need not ask for: kiosk/host/atoms.c, kiosk/host/unasked.c.
UNASKED = XInternAtom XOpenDisplay XCloseDisplay XOpenIM XSetLocaleModifiers XSupportsLocale \
	Xutf8TextListToTextProperty XmbTextListToTextProperty dlopen
LIBS_host = $(UNASKED:%=-Wl,--wrap=%) $(call pkg,libs,$(PKG_host)) $(LIBS_store) $(call archive,inih) -lpthread
LIBS_packc = $(call pkg,libs,$(PKG_packc)) -lmd4c -lgettextpo -lcsv -linih
LIBS_replay = $(call pkg,libs,$(PKG_replay) libcjson) $(LIBS_store) -linih -lpthread

# The headers of outside libraries are given as system headers: -Wconversion is for our own code.
ifneq ($(shell command -v pkg-config),)
CFLAGS_OUT := $(patsubst -I%,-isystem %,$(call pkg,cflags,sdl2 SDL2_ttf libmosquitto $(PKG_visit) $(PKG_host) $(PKG_replay) $(PKG_packc)))
# Debian 12 has libgpiod 1 and Debian 13 libgpiod 2: kiosk/host/lamp_gpiod.c.
CFLAGS_OUT += -DLAMP_GPIOD=$(firstword $(subst ., ,$(call pkg,modversion,libgpiod)))
endif

$(B)/obj/rel/%.o: kiosk/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(CFLAGS_rel) $(CFLAGS_OUT) -c $< -o $@
$(B)/obj/san/%.o: kiosk/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(CFLAGS_san) $(CFLAGS_OUT) -c $< -o $@

$(B)/alcove: $(call objects,rel,kiosk/main.c $(PURE) $(GLASS) $(HOST) $(SOUND) $(STORE))
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_visit) $(LIBS_host)
$(B)/alcove-pack: $(call objects,rel,kiosk/packc/main.c $(PACKC) $(PURE) $(READER))
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_packc)
$(B)/alcove-replay: $(call objects,rel,$(REPLAY) $(HOST_CORE) $(STORE) $(PURE))
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_replay)
$(B)/alcove-store: $(call objects,rel,kiosk/store/main.c $(STORE_CORE) $(LOOKER))
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_visit) $(LIBS_store)
$(B)/san/alcove-store: $(call objects,san,kiosk/store/main.c $(STORE_CORE) $(LOOKER))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(LIBS_visit) $(LIBS_store)
$(B)/san/alcove: $(call objects,san,kiosk/main.c $(PURE) $(GLASS) $(HOST) $(SOUND) $(STORE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(LIBS_visit) $(LIBS_host)
$(B)/san/alcove-pack: $(call objects,san,kiosk/packc/main.c $(PACKC) $(PURE) $(READER))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(LIBS_packc)
$(B)/san/alcove-replay: $(call objects,san,$(REPLAY) $(HOST_CORE) $(STORE) $(PURE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(LIBS_replay)

all: $(B)/alcove $(B)/alcove-pack $(B)/alcove-replay $(B)/alcove-store

packs: $(B)/library.pack $(B)/house.pack ## compile the content into packs
CONTENT = $(shell find content assets -type f 2>/dev/null)
$(B)/library.pack: $(B)/alcove-pack $(CONTENT)
	$(Q)$(B)/alcove-pack build content/library -o $@
$(B)/house.pack: $(B)/alcove-pack $(CONTENT)
	$(Q)$(B)/alcove-pack build content/house -o $@

# The page for the desk. npm is asked for packages only when the list of them has changed.
.PHONY: desk desk-tests
desk: $(B)/desk.html ## build the page that staff keep open
	@:
desk-tests: tests/desk/node_modules/.package-lock.json
	@:
$(B)/desk.html: $(wildcard kiosk/desk/src/*) kiosk/desk/build.mjs kiosk/desk/node_modules/.package-lock.json
	$(Q)node kiosk/desk/build.mjs $@
%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	@echo "  $*: npm ci"; cd $* && npm ci --no-audit --no-fund --loglevel=error >/dev/null && touch node_modules/.package-lock.json

# --- tests ------------------------------------------------------------------------------------------------------
# One program a file: tests/ROOM/NAME_test.c becomes build/san/tests/ROOM/NAME_test, linked with the room it tests.
TEST_SOURCES = $(wildcard tests/*/*_test.c)
TEST_PROGRAMS = $(patsubst tests/%.c,$(B)/san/tests/%,$(TEST_SOURCES))
CMOCKA = -lcmocka -linih

$(B)/obj/san/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Itests $(CFLAGS_san) $(CFLAGS_OUT) -c $< -o $@
.SECONDARY: $(B)/obj/san/tests/fault/trace.o $(B)/obj/san/tests/fault/disk.o $(patsubst tests/%.c,$(B)/obj/san/tests/%.o,$(TEST_SOURCES))
# The pure rooms link with no SDL and no SQLite at all: that they build is itself a test.
$(B)/san/tests/base/%: $(B)/obj/san/tests/base/%.o $(call objects,san,$(PURE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) -lm
$(B)/san/tests/visit/%: $(B)/obj/san/tests/visit/%.o $(call objects,san,$(PURE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) -lm
$(B)/san/tests/glass/%: $(B)/obj/san/tests/glass/%.o $(call objects,san,$(PURE) $(GLASS))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_visit)
$(B)/san/tests/replay/%: $(B)/obj/san/tests/replay/%.o $(call objects,san,$(PURE) $(HOST_CORE) $(STORE) $(filter-out %/main.c,$(REPLAY)))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_replay)
$(B)/san/tests/host/%: $(B)/obj/san/tests/host/%.o $(call objects,san,$(PURE) $(HOST_CORE) $(STORE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_replay)
$(B)/san/tests/sound/%: $(B)/obj/san/tests/sound/%.o $(call objects,san,kiosk/sound/wave.c)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) -lm
# What is shipped plays, behind its lock, and so does what developers build.
$(B)/san/tests/host/tone_test: $(B)/obj/san/tests/host/tone_test.o \
		$(call objects,san,kiosk/host/tone.c kiosk/host/spawn.c kiosk/base/clock.c kiosk/base/fault.c kiosk/sound/wave.c) | $(B)/alcove $(B)/san/alcove
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) -lm
# The window itself, with a display of its own.
WINDOW = $(PURE) $(foreach f,turn window_late wake,kiosk/host/$(f).c) kiosk/visit/glass/no_sound.c
$(B)/san/tests/host/window_test: $(B)/obj/san/tests/host/window_test.o $(call objects,san,$(WINDOW))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_visit) $(filter-out -Wl%,$(LIBS_host))
$(B)/obj/san/image/%.o: image/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Iimage $(CFLAGS_san) -c $< -o $@
$(B)/obj/san/tests/image/%.o: CFLAGS_OUT += -Iimage
$(B)/san/tests/image/%_test: $(B)/obj/san/tests/image/%_test.o $(B)/obj/san/image/guard/policy.o \
		$(B)/obj/san/image/early/disk.o $(B)/obj/san/base/fault.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA)
$(B)/san/tests/image/slots_test: $(B)/obj/san/tests/image/slots_test.o \
		$(patsubst %,$(B)/obj/san/image/slots/%.o,boot install service system) $(call objects,san,$(SLOTS_NEED) kiosk/base/fault.c)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_store)
$(B)/san/tests/image/site_test: $(B)/obj/san/tests/image/site_test.o \
		$(patsubst %,$(B)/obj/san/image/site/%.o,plan desk reach house) $(call objects,san,$(SETTINGS) $(WORKER)) \
		| $(B)/alcove $(B)/alcove-pack $(B)/san/alcove $(B)/san/alcove-pack packs
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA)
# What a program has of libc when the kernel has no GPIO chip (tests/host/gpio_double.h).
$(B)/san/tests/host/lamp_test: | $(B)/san/tests/host/gpio_double.so
$(B)/san/tests/host/gpio_double.so: tests/host/gpio_double.c tests/host/gpio_double.h
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -Itests $(WARN) -O1 -fPIC -shared $< -o $@ -ldl
$(B)/san/tests/store/%: $(B)/obj/san/tests/store/%.o $(call objects,san,$(STORE) $(LOOKER))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_visit) $(LIBS_store)
# A child that is not what it should be, and a stick that misbehaves.
$(B)/san/tests/store/look_test: | $(B)/san/tests/store/odd_child
$(B)/san/tests/store/odd_child: $(B)/obj/san/tests/store/odd_child.o $(call objects,san,$(call sources,base wire))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ -linih -lm
$(B)/san/tests/store/worker_test: | $(B)/san/tests/store/odd_stick
$(B)/san/tests/store/odd_stick: tests/store/odd_stick.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O1 $(patsubst -I%,-isystem %,$(call pkg,cflags,fuse3)) $< -o $@ $(call pkg,libs,fuse3)
# These run the shipped programs, call by call, and start the store in their own.
$(B)/san/tests/fault/%: $(B)/obj/san/tests/fault/%.o $(B)/obj/san/tests/fault/trace.o $(B)/obj/san/tests/fault/disk.o \
		$(call objects,san,$(STORE_CORE) $(LOOKER)) | $(B)/alcove-store $(B)/alcove-pack
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $(filter %.o,$^) -o $@ $(CMOCKA) $(LIBS_visit) $(LIBS_store)
$(B)/obj/san/tests/fault/slots_test.o: CFLAGS_OUT += -Iimage
$(B)/san/tests/fault/slots_test: $(B)/obj/san/tests/fault/slots_test.o $(B)/obj/san/tests/fault/trace.o \
		$(B)/obj/san/image/slots/boot.o | $(B)/alcove-slots
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA)
# Draws screens, so it has what saves and compares pictures.
$(B)/san/tests/glass/staff_test: $(B)/obj/san/tests/glass/staff_test.o $(call objects,san,$(PURE) $(GLASS) kiosk/replay/picture.c)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_visit) $(call pkg,libs,$(PKG_replay))
# Fuzzing: the targets link all that a pack passes through.
FUZZ_ROOMS = $(sort $(PURE) $(LOOKER) $(READER) $(STORE) $(PACKC))
FUZZ_TARGETS = pack signature sheet
$(B)/san/tests/fuzz/replay_test: $(patsubst %,$(B)/obj/san/tests/fuzz/%.o,replay_test $(FUZZ_TARGETS)) $(call objects,san,$(FUZZ_ROOMS))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_packc) $(LIBS_visit) $(LIBS_store)
# The checker's measure is compared with the kiosk's own, so this one has both.
$(B)/san/tests/packc/shaper_test: $(B)/obj/san/tests/packc/shaper_test.o $(call objects,san,$(PURE) $(PACKC) $(GLASS))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_packc) $(LIBS_visit)
$(B)/san/tests/packc/%: $(B)/obj/san/tests/packc/%.o $(call objects,san,$(PURE) $(PACKC) $(READER))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) $^ -o $@ $(CMOCKA) $(LIBS_packc)

.PHONY: tests san
# Here and not above: make reads what a rule needs at once, and the tests' programs have their names only now.
san: $(B)/san/alcove $(B)/san/alcove-pack $(B)/san/alcove-replay $(B)/san/alcove-store $(TEST_PROGRAMS)
tests:
	@tests/run.sh
# A replay draws them; the tour's script names every picture.
TOUR = tests/visits/tour.script
tour: setup ## draw every screen to build/tour/*.png
	@$(MAKE) --no-print-directory -j2 all packs
	@rm -rf $(B)/tour; set -o pipefail; \
	$(B)/alcove-replay --pack $(B)/library.pack --pack $(B)/house.pack $(TOUR) | \
		awk -v all=$$(grep -c '^frame' $(TOUR)) '{ printf "%3d of %d  %s\n", NR, all, $$0; fflush() }'
golden: setup ## draw the golden pictures anew; look at each before you commit it
	@$(MAKE) --no-print-directory -j2 all packs $(B)/san/tests/glass/staff_test
	@tests/golden.sh --remake
	@STAFF_GOLDEN=remake $(B)/san/tests/glass/staff_test

# --- proof ------------------------------------------------------------------------------------------------------
# What is shipped is what is proven: programs as they are released, not the sanitizers' builds.
PROOF_PROGRAMS = $(foreach p,visits copied hostile powers buffers taken starving eye,$(B)/proof/$(p))
$(B)/obj/rel/proof/%.o: tests/proof/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(CFLAGS_rel) $(CFLAGS_OUT) -c $< -o $@
$(B)/proof/visits: $(B)/obj/rel/proof/visits.o $(B)/obj/rel/proof/copies.o $(call objects,rel,$(PURE) $(HOST_CORE) $(STORE) $(filter-out %/main.c,$(REPLAY)))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) -Wl,--wrap=child_start,--wrap=child_begin $^ -o $@ $(LIBS_replay)
$(B)/proof/hostile: $(B)/obj/rel/proof/hostile.o $(B)/obj/rel/proof/deeds.o $(call objects,rel,$(PURE) $(GLASS) $(HOST_CORE) $(STORE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_visit) $(LIBS_replay)
$(B)/proof/powers: $(B)/obj/rel/proof/powers.o $(call objects,rel,kiosk/visit/glass/sandbox.c kiosk/base/fault.c)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(call archive,seccomp)
# The window as it is shipped, with a display of the test's own.
$(B)/obj/rel/proof/buffers.o: tests/host/window_test.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Itests $(CFLAGS_rel) $(CFLAGS_OUT) -c $< -o $@
$(B)/proof/buffers: $(B)/obj/rel/proof/buffers.o $(call objects,rel,$(WINDOW))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(CMOCKA) $(LIBS_visit) $(filter-out -Wl%,$(LIBS_host))
# The shipped kiosk but for one thing: whose visits were taken over, or whose memory ends.
PROOF_ALCOVE = $(call objects,rel,kiosk/main.c $(PURE) $(GLASS) $(HOST) $(SOUND) $(STORE))
$(B)/proof/taken: $(B)/obj/rel/proof/taken.o $(B)/obj/rel/proof/deeds.o $(PROOF_ALCOVE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) -Wl,--wrap=visit_main $^ -o $@ $(LIBS_visit) $(LIBS_host)
$(B)/proof/starving: $(B)/obj/rel/proof/starving.o $(filter-out %/wiping.o,$(PROOF_ALCOVE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_visit) $(LIBS_host)
$(B)/proof/copied: $(B)/obj/rel/proof/copied.o $(PROOF_ALCOVE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) -Wl,--wrap=sandbox_enter,--wrap=type_rest,--wrap=canvas_on,--wrap=wire_send,--wrap=wire_receive $^ -o $@ $(LIBS_visit) $(LIBS_host)
.PHONY: proof-programs
proof-programs: $(PROOF_PROGRAMS)
$(B)/proof/eye: $(B)/obj/rel/proof/eye.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(call pkg,libs,x11 xext xdamage xtst)

# --- bench ------------------------------------------------------------------------------------------------------
# Built like what is shipped: figures of another build would be figures of another program.
BENCH_PROGRAMS = $(B)/bench/visits $(B)/bench/library $(B)/bench/glass $(B)/bench/store
LIBS_bench_glass = $(call pkg,libs,x11 xext xdamage)
.PHONY: bench-programs
bench-programs: $(BENCH_PROGRAMS)
$(B)/obj/rel/bench/%.o: tests/bench/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(CFLAGS_rel) $(CFLAGS_OUT) -c $< -o $@
$(B)/bench/visits: $(B)/obj/rel/bench/visits.o $(call objects,rel,$(PURE) $(HOST_CORE) $(STORE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_replay)
$(B)/bench/library: $(B)/obj/rel/bench/library.o $(call objects,rel,$(PURE) $(GLASS) $(HOST_CORE) $(STORE))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_visit) $(LIBS_replay)
$(B)/bench/store: $(B)/obj/rel/bench/store.o $(call objects,rel,$(STORE_CORE) $(LOOKER))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_visit) $(LIBS_store)
$(B)/bench/glass: $(B)/obj/rel/bench/glass.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_bench_glass)

# --- the image --------------------------------------------------------------------------------------------------
# The image is made of Debian 13 by image/build.sh, which calls make again, there, for the programs.
ARCH ?= amd64 arm64
.PHONY: image image-test image-twice deb deb-test packages-build
image: setup ## build build/alcove-ARCH.img, the card of a kiosk (ARCH=amd64, ARCH=arm64; both without; SYSTEM_KEYS=FOLDER: whose updates it takes); as root
	$(call install,$(PACKAGES_IMAGE))
	@$(MAKE) --no-print-directory desk
	@set -e; for arch in $(ARCH); do image/build.sh $$arch; done
# The package is for this machine's own release.
deb: setup ## build a Debian package for people who have their own system, and have lintian look at it
	$(call install,$(PACKAGES_DEB))
	@$(MAKE) --no-print-directory -j2 all packs desk
	@image/deb.sh
deb-test: deb ## install that package in a Debian 12 of its own, run it and purge it; as root
	$(call install,mmdebstrap)
	@tests/image/deb.sh
# Emulated: the machines that check Alcove cannot be relied on to run another kernel otherwise.
image-test: setup ## boot build/alcove-ARCH.img in emulated machines and use it like a person; as root
	$(call install,$(PACKAGES_IMAGE) $(PACKAGES_IMAGE_TEST))
	@set -e; for arch in $(ARCH); do [ -f $(B)/alcove-$$arch.img ] || $(MAKE) --no-print-directory image ARCH=$$arch; done
	@$(MAKE) --no-print-directory $(B)/alcove
	@tests/image/run.sh $(ARCH)
	@if [ -d $(B)/image/amd64/system ]; then python3 tests/sound/card.py; else \
		echo "ok - sound: through the drivers of Linux # SKIP there is no system for amd64 here, whose drivers it plays through: make image ARCH=amd64"; fi
image-twice: setup ## build the images of this commit once more, elsewhere and otherwise, and compare every byte; as root
	$(call install,$(PACKAGES_IMAGE))
	@set -e; for arch in $(ARCH); do tests/image/twice.sh $$arch; done
packages-build:
	@echo $(PACKAGES_BUILD)
$(B)/obj/rel/image/%.o: image/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Iimage $(CFLAGS_rel) -c $< -o $@
# Both run where no library can be relied on: the first before the system is there, the second for every device.
image_objects = $(patsubst image/%.c,$(B)/obj/rel/image/%.o,$(wildcard image/$(1)/*.c)) $(B)/obj/rel/base/fault.o
$(B)/alcove-early: $(call image_objects,early) $(B)/obj/rel/image/slots/boot.o
	$(Q)$(CC) -static-pie $(filter-out -pie,$(LDFLAGS_rel)) $^ -o $@
$(B)/alcove-guard: $(call image_objects,guard)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@
$(B)/alcove-slots: $(call image_objects,slots) $(call objects,rel,$(SLOTS_NEED))
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ $(LIBS_store)
$(B)/alcove-site: $(patsubst image/%.c,$(B)/obj/rel/image/%.o,$(wildcard image/site/*.c)) \
		$(call objects,rel,$(SETTINGS) $(WORKER) kiosk/host/placard.c)
	$(Q)$(CC) $(LDFLAGS_rel) $^ -o $@ -linih

# --- fuzzing ----------------------------------------------------------------------------------------------------
# make fuzz FUZZ_S=3600: each target for so many seconds of the processor, two at a time. What is found is left in build/fuzz.
FUZZ_S = 60
.PHONY: fuzz setup-fuzz fuzz-programs
fuzz: setup-fuzz ## give the readers of packs, signatures and house.csv damaged bytes; FUZZ_S=3600 for an hour each
	@$(MAKE) --no-print-directory -j2 fuzz-programs
	@tests/fuzz/run.sh $(FUZZ_S) $(FUZZ_TARGETS)
# clang warns of libseccomp's own macros.
CFLAGS_fuzz = -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-DALCOVE_DEVELOPER -DFUZZ_ENTRY -Wno-missing-field-initializers
.PRECIOUS: $(B)/obj/fuzz/%.o $(B)/obj/fuzz/tests/%.o
fuzz-programs: $(patsubst %,$(B)/fuzz/%,$(FUZZ_TARGETS))
$(B)/obj/fuzz/%.o: kiosk/%.c
	@mkdir -p $(@D)
	$(Q)clang $(CFLAGS_ALL) $(CFLAGS_fuzz) $(CFLAGS_OUT) -c $< -o $@
$(B)/obj/fuzz/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(Q)clang $(CFLAGS_ALL) -Itests $(CFLAGS_fuzz) $(CFLAGS_OUT) -c $< -o $@
$(B)/fuzz/%: $(B)/obj/fuzz/tests/fuzz/%.o $(call objects,fuzz,$(FUZZ_ROOMS))
	@mkdir -p $(@D)
	$(Q)clang -fsanitize=fuzzer,address,undefined $^ -o $@ $(CMOCKA) $(LIBS_packc) $(LIBS_visit) $(LIBS_store)

# --- habits -----------------------------------------------------------------------------------------------------
C_FILES = $(shell find kiosk image tests -name '*.[ch]' 2>/dev/null | sort)
TIDY_FILES = $(filter kiosk/%.c,$(C_FILES))
.PHONY: format-check tidy tidy-quick
format: ## put all C files into the house's form
	clang-format -i $(C_FILES)
format-check:
	@clang-format --dry-run --Werror $(C_FILES)
# One file at a time and remembered, because clang-tidy is slow: a file is looked at again when it, a header or the
# list of checks has changed. Nearly all of its time goes into the analyzer, which follows each way through a function:
# `make test` leaves that to `make lint`.
tidy: $(patsubst kiosk/%.c,$(B)/tidy/%.ok,$(TIDY_FILES))
tidy-quick: $(patsubst kiosk/%.c,$(B)/tidy/%.quick,$(TIDY_FILES))
TIDY = mkdir -p $(@D) && clang-tidy --quiet $(1) $< -- -std=c11 -D_GNU_SOURCE -Ikiosk $(CFLAGS_OUT) 2>/dev/null && touch $@
$(B)/tidy/%.ok: kiosk/%.c $(filter %.h,$(C_FILES)) .clang-tidy
	@$(call TIDY,)
$(B)/tidy/%.quick: kiosk/%.c $(filter %.h,$(C_FILES)) .clang-tidy
	@$(call TIDY,--checks='-clang-analyzer-*')
lint: ## check the form of all C files and run clang-tidy over them, with its analyzer: some minutes
	@$(MAKE) --no-print-directory format-check
	@$(MAKE) --no-print-directory -j2 --output-sync=target tidy

clean: ## remove everything that was built
	rm -rf $(B)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
