#!/bin/sh
# Raw tracepoints and what their arguments point to: in-vm-raw has the tests.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 300 -- sh /ktap/test/kernel/in-vm-raw
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
