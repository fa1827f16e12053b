#!/bin/sh
# Thousands of functions, those of modules, and all that there are: in-vm-many has the
# tests. The machine's clock counts instructions, so that its times do not depend on
# this host. KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
mkdir -p test/kernel/build
cc -static -O1 -Wall -Wextra -Werror -o test/kernel/build/work.many test/kernel/work/calls.c ||
	{ echo "Bail out! the workload does not build"; exit 1; }
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --icount --mem 1G --timeout 900 --modprobe loop \
	--add test/kernel/build/work.many:/usr/bin/work -- sh /ktap/test/kernel/in-vm-many
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
