#!/bin/sh
# Random sequences of all calls of /dev/ktap, by threads of several processes that share
# sessions and die at any moment, in the emulated machine with four processors: the kernel's
# log stays clean, no memory stays behind, and the module goes. A new seed each time;
# FUZZ_SEED and FUZZ_N choose (500 are a second's).
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
b=test/fuzz/build/calls
mkdir -p $b
make -s -C userspace build/kpc >&2 || exit 1
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -static -O1 -g -pthread -Wall -Wextra -Werror -Iinclude \
	test/fuzz/calls/*.c test/tool/leftover.c test/tool/tap.c -o $b/calls || exit 1
for script in test/fuzz/calls/*.kp; do
	userspace/build/kpc --emit "$b/$(basename "$script" .kp).kpc" "$script" || exit 1
done

if [ -n "$FUZZ_SEED" ]; then
	seconds=$((${FUZZ_N:-20000} / 500)) seed=$FUZZ_SEED
else
	seconds=20 seed=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')
fi
echo "# seed $seed, $seconds seconds"
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 4 --timeout $((180 + 4 * seconds)) --add $b:/calls -- \
	"/calls/calls $seconds $seed /calls/*.kpc"
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
exit $status
