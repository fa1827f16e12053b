#!/bin/sh
# Who may trace, and what others get to see, in an emulated machine: in-vm-access has the
# tests. KTAP_KERNEL chooses the kernel.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s -C userspace >&2 && ${CC:-cc} -O2 -static -o "$tmp/as" test/cli/as.c || {
	echo "Bail out! ktap does not build"
	exit 1
}
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --timeout 300 --add "$tmp/as:/bin/as" \
	--add userspace/60-ktap.rules:/etc/60-ktap.rules -- sh /ktap/test/cli/in-vm-access
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
