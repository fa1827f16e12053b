#!/bin/sh
# Tracepoints of a module that is loaded while a session traces: in-vm-later has the
# tests. KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
line=${KTAP_KERNEL:-6.1}
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
module=$(test/vm/fixture test/kernel/module "$line")
case $? in
0) ;;
77) echo "1..0 # SKIP no emulated machine here"; exit 0 ;;
*) echo "Bail out! the module does not build"; exit 1 ;;
esac
test/vm/run --kernel "$line" --smp 2 --timeout 300 --add "$module:/fixture.ko" -- sh /ktap/test/kernel/in-vm-later
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
