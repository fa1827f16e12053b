#!/bin/sh
# Functions and markers of programs, in an emulated machine: in-vm has the tests.
# KTAP_KERNEL chooses the kernel: 5.10, 6.1 (default), 6.12 or newest.
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
flock test/user/Makefile make -s -C test/user >&2 || { echo "Bail out! the programs do not build"; exit 1; }

build=test/user/build
programs=
for p in target target-nopie target-static target-stripped target-linked target-linked.debug; do
	programs="$programs --add $build/$p:/bin/$p"
done
# shellcheck disable=SC2086 # a list of options
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 400 $programs \
	--add $build/libplug.so:/lib/test/libplug.so --add $build/debug/.build-id:/usr/lib/debug/.build-id \
	-- sh /ktap/test/user/in-vm
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
