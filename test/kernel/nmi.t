#!/bin/sh
# Handlers in NMIs that the emulator is asked for: in-vm-nmi has the tests.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest. NMIS: of each processor.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
${CC:-cc} -O2 -static -o "$tmp/calls" test/cli/calls.c || { echo "Bail out! calls does not build"; exit 1; }
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 600 --append apic_extnmi=all \
	--add "$tmp/calls:/bin/calls" -- sh /ktap/test/kernel/in-vm-nmi "${NMIS:-100}"
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
