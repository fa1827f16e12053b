#!/bin/sh
# Every way to lose something, made to happen with known numbers, in an emulated machine of
# one processor: in-vm-losses has the tests. KTAP_KERNEL chooses the kernel.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s -C userspace >&2 && ${CC:-cc} -O2 -static -o "$tmp/calls" test/cli/calls.c &&
	${CC:-cc} -O2 -static -o "$tmp/work" test/kernel/work/calls.c &&
	${CC:-cc} -O2 -shared -fPIC -Iinclude -o "$tmp/tamper.so" test/cli/tamper.c || {
	echo "Bail out! ktap does not build"
	exit 1
}
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --timeout 200 --module-arg max_returns=64 \
	--add "$tmp/calls:/bin/calls" --add "$tmp/work:/bin/work" \
	--add "$tmp/tamper.so:/lib/tamper.so" -- sh /ktap/test/cli/in-vm-losses
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
