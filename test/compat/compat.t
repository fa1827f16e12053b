#!/bin/sh
# doc/compat.md is true of the kernel at hand: boots it and uses each feature once.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
line=${KTAP_KERNEL:-6.1}
if ! test/vm/kernel "$line" >/dev/null; then
	echo "1..0 # SKIP the kernel $line cannot be fetched here"
	exit 0
fi
exec test/compat/run --check "$line"
