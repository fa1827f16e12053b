#!/bin/sh
# Events of kernel functions: in-vm-functions has the tests.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
mkdir -p test/kernel/build
cc -static -O1 -Wall -Wextra -Werror -o test/kernel/build/work test/kernel/work/calls.c ||
	{ echo "Bail out! the workload does not build"; exit 1; }
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 400 --module-arg max_returns=64 \
	--add test/kernel/build/work:/usr/bin/work -- sh /ktap/test/kernel/in-vm-functions
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
