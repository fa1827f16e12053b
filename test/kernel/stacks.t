#!/bin/sh
# Stacks of the kernel and of processes, frame by frame: in-vm-stacks has the tests.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
make -s -C test/user chains >&2 || { echo "Bail out! the fixtures do not build"; exit 1; }
out=test/user/build/chain
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 300 --add $out/debug:/usr/lib/debug \
	$(for name in chain static stripped cxx rusty narrow; do echo "--add $out/$name:/usr/bin/$name"; done) \
	-- "C_ADDRESS=0x$(nm $out/static | sed -n 's/ T c$//p') sh /ktap/test/kernel/in-vm-stacks"
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
