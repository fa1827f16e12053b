#!/bin/sh
# Each script on work of known size, in one emulated machine: in-vm has the tests. Its clock
# counts instructions, so that what takes how long does not depend on this host.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
${CC:-cc} -O2 -Wall -Wextra -Werror -static -o "$tmp/work" test/scripts/work.c &&
	${CC:-cc} -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls -o "$tmp/shared" test/scripts/work.c ||
	{ echo "Bail out! work does not build"; exit 1; }
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --icount --timeout 400 --modprobe loop --add "$tmp/work:/bin/work" --add "$tmp/shared:/bin/shared" -- \
	sh /ktap/test/scripts/in-vm
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
