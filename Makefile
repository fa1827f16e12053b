# ktap: a dynamic tracer for Linux. `make help` lists the targets.

KDIR    ?= /lib/modules/$(shell uname -r)/build
PREFIX  ?= /usr
JOBS    ?= $(shell nproc)
TESTS   ?= test/*.t test/*/*.t
export CC KDIR PREFIX DESTDIR

# What is set here on the command line reaches other makefiles as environment,
# where TESTS= and the like give way to a makefile's own meaning of the name.
MAKEOVERRIDES =

# Headers may be absent: the tools are of use without them, to compile and to test.
HEADERS := $(wildcard $(KDIR)/include/generated/utsrelease.h)
NO_HEADERS := No kernel headers in $(KDIR), so ktapvm.ko is not built: \
	install linux-headers-$(shell uname -r), or name a headers folder with KDIR=.

.PHONY: all module tools load unload install uninstall clean check check-built check-debug compat fuzz soak bench baseline demo demo-device deps help

all: tools
ifneq ($(HEADERS),)
	@$(MAKE) --no-print-directory module
else
	@echo "$(NO_HEADERS)"
endif

help:
	@echo 'make [KDIR=headers]   ktapvm.ko for the running kernel (or KDIR) and userspace/ktap'
	@echo 'make module | tools   one of the two'
	@echo 'make ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- KDIR=headers   the same for another machine (doc/embedded.md)'
	@echo 'make load | unload    put ktapvm.ko into the running kernel; take it out (root)'
	@echo 'make install          both, below PREFIX=$(PREFIX) and into /lib/modules (root); uninstall'
	@echo 'make deps             install what building and testing need (Debian, root)'
	@echo 'make check            all tests, on this host and in an emulated machine; TESTS=files JOBS=n'
	@echo 'make check-debug      what runs in a machine, on a kernel with KASAN, lockdep and the like (built once: long)'
	@echo 'make soak             an hour of tracing under load, or MINUTES=n: nothing grows, nothing is lost unseen'
	@echo 'make compat           doc/compat.md anew, by using each feature on each kernel'
	@echo 'make fuzz             the fuzzers for longer: N=cases of each, SEED=, TIME=seconds to go on for'
	@echo 'make bench            what events cost, ktap and other tracers in one emulated machine; ONLY=cases PEERS=tracers'
	@echo 'make baseline         take what ktap costs now as what later changes are measured against'
	@echo 'make demo             trace a workload in an emulated machine and show what is seen'
	@echo 'make demo-device      the same on an emulated arm64 device, without compiler or libraries'
	@echo 'make clean            remove what was built'

module:
ifneq ($(HEADERS),)
	@$(MAKE) -C vm module
else
	@echo "$(NO_HEADERS)" >&2; exit 1
endif

# For another machine ktap itself wants libraries of that machine; ktap-run does without.
tools:
	@$(MAKE) -C userspace $(if $(CROSS_COMPILE),$(if $(SYSROOT),all) device)

load: module
	insmod vm/build/$(shell uname -r)/ktapvm.ko

unload:
	rmmod ktapvm

install: all
	install -D -m 755 userspace/ktap $(DESTDIR)$(PREFIX)/bin/ktap
	mkdir -p $(DESTDIR)$(PREFIX)/share/ktap
	cp -r scripts/. $(DESTDIR)$(PREFIX)/share/ktap/
	install -m 644 userspace/60-ktap.rules $(DESTDIR)$(PREFIX)/share/ktap/60-ktap.rules
	$(if $(wildcard doc/ktap.1),install -D -m 644 doc/ktap.1 $(DESTDIR)$(PREFIX)/share/man/man1/ktap.1)
	$(if $(HEADERS),@$(MAKE) --no-print-directory -C vm install)

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/ktap $(DESTDIR)$(PREFIX)/share/ktap $(DESTDIR)$(PREFIX)/share/man/man1/ktap.1
	$(if $(HEADERS),@$(MAKE) --no-print-directory -C vm uninstall)

deps:
	@test/install-deps

# The compiler itself may have come with deps: everything else starts after it.
check: deps
	@$(MAKE) --no-print-directory check-built

check-built: tools
	@for dir in $(patsubst %/Makefile,%,$(wildcard test/*/Makefile)); do $(MAKE) -s -C $$dir || exit 1; done
	@$(MAKE) -s -C test/tool SAN=1 all
	@prove -f -o -j $(JOBS) $(TESTS)

# What runs in a machine, on a kernel with its own checkers; that is built once.
DEBUG_TESTS := test/kernel/*.t test/cli/*.t test/user/*.t test/lang/kernel*.t test/fuzz/calls.t test/scripts/*.t

check-debug: deps
	@test/vm/debug-kernel >/dev/null
	@$(MAKE) --no-print-directory check-built KTAP_KERNEL=debug TESTS="$(if $(filter file,$(origin TESTS)),$(DEBUG_TESTS),$(TESTS))"

compat: deps
	@$(MAKE) --no-print-directory tools
	@test/compat/run

soak: deps
	@$(MAKE) --no-print-directory tools
	@test/soak $(MINUTES)

fuzz: deps
	@$(MAKE) --no-print-directory tools
	@JOBS=$(JOBS) SEED=$(SEED) N=$(N) TIME=$(TIME) test/fuzz/run

bench: deps
	@ONLY="$(ONLY)" PEERS="$(PEERS)" test/bench/run $(PARTS)

baseline: deps
	@test/bench/take $(KERNELS)

demo-device:
	@test/vm/device-demo

demo: deps
	@$(MAKE) --no-print-directory tools
	@test/vm/demo

clean:
	@for dir in vm vm/sim userspace $(patsubst %/Makefile,%,$(wildcard test/*/Makefile)); do \
		$(MAKE) -s -C $$dir clean || exit 1; done
