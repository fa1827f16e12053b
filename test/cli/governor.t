#!/bin/sh
# What handlers may take of a processor, in an emulated machine whose clock counts instructions:
# in-vm-governor has the tests. KTAP_KERNEL chooses the kernel.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s -C userspace >&2 && ${CC:-cc} -O2 -static -o "$tmp/calls" test/cli/calls.c || {
	echo "Bail out! ktap does not build"
	exit 1
}
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --icount --timeout 300 --add "$tmp/calls:/bin/calls" \
	-- sh /ktap/test/cli/in-vm-governor
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
