#!/bin/sh
# The time of handlers and records is CLOCK_MONOTONIC, whatever happens to it: in-vm-clock has
# the tests.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
mkdir -p test/kernel/build
${CC:-cc} -O2 -static -Wall -Wextra -Werror -o test/kernel/build/clock test/kernel/work/clock.c ||
	{ echo "Bail out! the program that asks does not build"; exit 1; }
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 300 \
	--add test/kernel/build/clock:/usr/bin/clock -- sh /ktap/test/kernel/in-vm-clock
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
