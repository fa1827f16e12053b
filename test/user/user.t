#!/bin/sh
# Functions and markers of programs, in an emulated machine: in-vm has the tests.
# KTAP_KERNEL chooses the kernel: 5.10, 6.1 (default), 6.12 or newest.
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
flock test/user/Makefile make -s -C test/user >&2 || { echo "Bail out! the programs do not build"; exit 1; }

build=test/user/build
programs=
for p in target target-nopie target-static target-stripped target-linked target-linked.debug target-go throws; do
	programs="$programs --add $build/$p:/bin/$p"
done

# Where functions of target-nopie are, and how far into add its second instruction begins.
address() { nm $build/target-nopie | sed -n "s/^0*\(.*\) [Tt] $1\$/0x\1/p"; }
second=$(objdump -d --no-show-raw-insn --disassemble=add $build/target-nopie | sed -n 's/^ *\([0-9a-f]*\):.*/0x\1/p' | sed -n 2p)
places="ADD=$(address add) TYPES=$(address types) MAIN=$(address main) INSIDE=$((second - $(address add)))"
# shellcheck disable=SC2086 # a list of options
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 400 $programs \
	--add $build/libplug.so:/lib/test/libplug.so --add $build/debug/.build-id:/usr/lib/debug/.build-id \
	-- "$places sh /ktap/test/user/in-vm"
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
