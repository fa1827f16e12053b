#!/bin/sh
# Arguments and members of every make, of a module made for this: in-vm-fixture has
# the tests. KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
line=${KTAP_KERNEL:-6.1}
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
module=$(test/vm/fixture test/kernel/module "$line")
case $? in
0) ;;
77) echo "1..0 # SKIP no emulated machine here"; exit 0 ;;
*) echo "Bail out! the module does not build"; exit 1 ;;
esac
types=test/kernel/build/types.btf
gcc -std=gnu11 -O0 -gbtf -c -o $types test/fixture/types.c || { echo "Bail out! no description of types"; exit 1; }
test/vm/run --kernel "$line" --timeout 300 --add "$module:/fixture.ko" --add "$types:/types.btf" \
	-- sh /ktap/test/kernel/in-vm-fixture
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
