# Unit tests of the reading half of userspace/, with address and undefined-behaviour
# checks, into build/userspace/.
#
#   make -f test/unit/userspace.mk       (from the repository's top)

CC   ?= cc
TOP  := $(patsubst %/test/unit/userspace.mk,%,$(abspath $(lastword $(MAKEFILE_LIST))))
OUT  := $(TOP)/test/unit/build/userspace
SRC  := $(TOP)/userspace
TESTS := glob spec render decode format print json merge elf usdt params deref function ehframe soundfmt signedfmt device

FLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Werror -D_GNU_SOURCE -fno-omit-frame-pointer \
	 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	 -I$(SRC) -I$(TOP)/include -I$(TOP)/test/tool -I$(TOP)/test/unit -I$(TOP)/vm/core -I$(OUT) \
	 $(shell pkg-config --cflags libtraceevent)
LIBS  := $(shell pkg-config --libs libtraceevent) -lbpf -lelf -liberty -lpthread

UTIL  := $(addprefix $(SRC)/util/,arena.c buf.c file.c filesystem.c json.c near.c text.c)
PARTS := $(UTIL) $(addprefix $(TOP)/vm/core/,number.c wild.c unwind.c) $(wildcard $(SRC)/event/*.c) \
	 $(addprefix $(SRC)/output/,decode.c digits.c line.c value.c value_json.c format.c agg.c chart.c report.c image.c \
		print.c print_text.c print_json.c ledger.c ledger_json.c merge.c stack.c) $(SRC)/run/device.c
OBJ   := $(patsubst $(TOP)/%.c,$(OUT)/%.o,$(PARTS) $(TOP)/test/unit/records.c $(TOP)/test/tool/tap.c)

all: $(TESTS:%=$(OUT)/test_%) $(OUT)/types.btf

# The description of the fixture's types.
$(OUT)/types.btf: $(TOP)/test/fixture/types.c $(TOP)/test/fixture/types.h
	@mkdir -p $(@D)
	gcc -std=gnu11 -O0 -gbtf -c -o $@ $<

$(OUT)/test_%: $(OUT)/test/unit/test_%.o $(OBJ)
	$(CC) $(FLAGS) -o $@ $^ $(LIBS)

$(OUT)/%.o: $(TOP)/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

$(OUT)/event/syscalls.inc:
	@mkdir -p $(@D)
	echo '#include <asm/unistd.h>' | $(CC) -E -dM - | \
	  sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/_(\1, __NR_\1)/p' | sort >$@

$(OUT)/userspace/event/syscall.o: $(OUT)/event/syscalls.inc

.PHONY: all
.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
