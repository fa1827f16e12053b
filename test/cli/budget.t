#!/bin/sh
# How long a handler runs at most, whatever it does, in an emulated machine whose clock counts
# instructions, one a nanosecond: in-vm-budget has the tests. KTAP_KERNEL chooses the kernel.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s -C userspace >&2 && ${CC:-cc} -O2 -static -o "$tmp/longest" test/cli/longest.c || {
	echo "Bail out! ktap does not build"
	exit 1
}
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --icount --timeout 400 --add "$tmp/longest:/bin/longest" \
	-- sh /ktap/test/cli/in-vm-budget
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
