#!/bin/sh
# Every allocation that a call of the device makes, refused in turn: on the debug kernel.
cd "$(dirname "$0")/../.." || exit 1
[ "${KTAP_KERNEL:-6.1}" = debug ] || { echo "1..0 # SKIP needs fault injection: KTAP_KERNEL=debug"; exit 0; }
make -s -C test/kernel build/ktap-refuse >&2 || { echo "Bail out! ktap-refuse does not build"; exit 1; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
test/vm/run --kernel debug --smp 2 --timeout 300 --module-arg max_returns=16 --out "$out" \
	--add test/kernel/build/ktap-refuse:/usr/bin/ktap-refuse -- \
	'ktap-refuse; status=$?; dmesg -rc -s 16777216 >/out/log; exit $status'
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
[ -s "$out/log" ] || exit 1
# Of an area that got no pages the kernel tells with a stack, which is no fault.
awk '/vmalloc error|page allocation failure/ { told = 1 } !told { print } /<\/TASK>/ { told = 0 }' "$out/log" >"$out/rest"
test/vm/check-log "$out/rest" >&2 || status=99
exit $status
