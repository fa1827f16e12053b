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

.PHONY: all module tools load unload install uninstall clean check built check-built check-debug check-small check-kernels check-packages compat fuzz soak bench baseline demo demo-device deb deps help

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
	@echo 'make check-small      what is left on small kernels without kprobes, ftrace, BPF and so on (built once: long)'
	@echo "make check-kernels    what runs in a machine, on Debian's other kernels; KERNELS='5.10 6.12 newest' TESTS=files"
	@echo 'make check-packages   the packages on Debian 12 and 13: installed, upgraded, used, removed; RELEASES=13'
	@echo 'make soak             an hour of tracing under load, or MINUTES=n: nothing grows, nothing is lost unseen'
	@echo 'make compat           doc/compat.md anew, by using each feature on each kernel'
	@echo 'make fuzz             the fuzzers for longer: N=cases of each, SEED=, TIME=seconds to go on for'
	@echo 'make bench            what events cost, ktap and other tracers in one emulated machine; ONLY=cases PEERS=tracers'
	@echo 'make baseline         take what ktap costs now as what later changes are measured against'
	@echo 'make demo             trace a workload in an emulated machine and show what is seen'
	@echo 'make demo-device      the same on an emulated arm64 device, without compiler or libraries'
	@echo 'make deb              Debian packages into build/deb: ktap, and ktap-dkms with the module'
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

# What is installed, but for scripts and module: mode, file, its place below PREFIX.
INSTALLED := \
	755,userspace/ktap,bin/ktap \
	755,userspace/ktap-run,bin/ktap-run \
	644,doc/ktap.1,share/man/man1/ktap.1 \
	644,doc/ktap-run.1,share/man/man1/ktap-run.1 \
	644,userspace/60-ktap.rules,lib/udev/rules.d/60-ktap.rules \
	644,packaging/ktap.sysusers,lib/sysusers.d/ktap.conf \
	644,packaging/ktap.bash,share/bash-completion/completions/ktap \
	644,packaging/ktap.bash,share/bash-completion/completions/ktap-run \
	644,packaging/ktap.zsh,share/zsh/vendor-completions/_ktap \
	644,doc/editor/ktap.vim,share/vim/vimfiles/syntax/ktap.vim \
	644,packaging/ktap.ftdetect.vim,share/vim/vimfiles/ftdetect/ktap.vim \
	644,doc/editor/ktap.tmLanguage.json,share/ktap/editor/ktap.tmLanguage.json

comma := ,
install_mode = $(word 1,$(subst $(comma), ,$(1)))
install_from = $(word 2,$(subst $(comma), ,$(1)))
install_to = $(DESTDIR)$(PREFIX)/$(word 3,$(subst $(comma), ,$(1)))

install: all
	@$(MAKE) --no-print-directory -C userspace device
	$(foreach i,$(INSTALLED),install -D -m $(call install_mode,$(i)) $(call install_from,$(i)) $(call install_to,$(i)) &&) true
	cd scripts && find . -type f ! -perm -100 -exec install -D -m 644 {} $(DESTDIR)$(PREFIX)/share/ktap/{} \;
	cd scripts && find . -type f -perm -100 -exec install -D -m 755 {} $(DESTDIR)$(PREFIX)/share/ktap/{} \;
	$(if $(HEADERS),@$(MAKE) --no-print-directory -C vm install)

uninstall:
	rm -rf $(foreach i,$(INSTALLED),$(call install_to,$(i))) $(DESTDIR)$(PREFIX)/share/ktap
	$(if $(HEADERS),@$(MAKE) --no-print-directory -C vm uninstall)

deb: deps
	@packaging/deb

deps:
	@test/install-deps

# The compiler itself may have come with deps: everything else starts after it.
check: deps
	@$(MAKE) --no-print-directory check-built

built: tools
	@for dir in $(patsubst %/Makefile,%,$(wildcard test/*/Makefile)); do $(MAKE) -s -C $$dir || exit 1; done
	@$(MAKE) -s -C test/tool SAN=1 all

check-built: built
	@prove -f -o -j $(JOBS) $(TESTS)

# What runs in a machine, if the command line names no tests. Three of the command line run on this host.
IN_MACHINE := $(filter-out $(patsubst %,test/cli/%.t,options target cross),$(wildcard \
	$(addprefix test/,kernel/*.t cli/*.t user/*.t lang/kernel*.t fuzz/calls.t scripts/*.t)))
in_machine = $(if $(filter file,$(origin TESTS)),$(IN_MACHINE),$(TESTS))

# On a kernel with its own checkers, which is built once.
check-debug: deps
	@test/vm/own-kernel debug >/dev/null
	@$(MAKE) --no-print-directory check-built KTAP_KERNEL=debug TESTS="$(in_machine)"

# On small kernels that lack what it can do without, each built once.
check-small: deps
	@for name in $$(test/vm/own-kernel --small); do test/vm/own-kernel $$name >/dev/null || exit 1; done
	@$(MAKE) --no-print-directory check-built TESTS=test/kernel/small.t

check-kernels: deps
	@$(MAKE) --no-print-directory built
	@JOBS=$(JOBS) test/kernels "$(or $(KERNELS),5.10 6.12 newest)" $(in_machine)

check-packages: deps
	@$(MAKE) --no-print-directory tools
	@test/packages/check $(RELEASES)

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
