#!/bin/sh
# How long ktap keeps a processor from being taken, as the kernel's own tracer of sections with
# interrupts or preemption off has it: in-vm-latency has the tests. That tracer is the debug
# kernel's (doc/testing.md); the clock counts instructions, so numbers repeat.
cd "$(dirname "$0")/../.." || exit 1
if [ "${KTAP_KERNEL:-6.1}" != debug ]; then
	echo '1..0 # SKIP the kernels of Debian have no preemptirqsoff tracer; KTAP_KERNEL=debug has'
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
${CC:-cc} -O2 -static -o "$tmp/calls" test/cli/calls.c || { echo "Bail out! calls does not build"; exit 1; }
test/vm/run --kernel debug --icount --timeout 600 --add "$tmp/calls:/bin/calls" -- sh /ktap/test/kernel/in-vm-latency
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
