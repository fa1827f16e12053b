#!/bin/sh
# Kernels of our own that have little to trace with (test/vm/own-kernel), in 64 MB: the module builds
# for each, does what is left, and says what is missing by the name that configures it. Those that
# are built are tried; `make check-small` builds them all.
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
. test/tap.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

skip() { echo "1..0 # SKIP $1"; exit 0; }

[ -z "${KTAP_KERNEL-}" ] || skip 'its kernels are its own'
kernels=
for name in $(test/vm/own-kernel --small); do
	! test/vm/own-kernel --is-built "$name" || kernels="$kernels $name"
done
[ -n "$kernels" ] || skip 'no small kernel is built: make check-small'
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || skip 'small kernels are for amd64'
make -s -C userspace all device >&2 || { echo "Bail out! the tools do not build"; exit 1; }
gcc -O2 -static -o "$tmp/calls" test/cli/calls.c || { echo "Bail out! calls does not build"; exit 1; }

mkdir "$tmp/x"
userspace/ktap --emit "$tmp/x/tick.kpc" -e 'tick-1ms { print(1) exit(0) }' &&
	userspace/ktap --emit "$tmp/x/wait.kpc" -e 'tick-100ms { print("waits") }' ||
	{ echo "Bail out! no images"; exit 1; }

# Debian's memory and symbols are what this one is about.
names=$(cd test/lang && ls ./*.kp | sed 's|^\./||; s|\.kp$||' | grep -vx kernel | tr '\n' ' ')

for kernel in $kernels; do
	test/vm/run --kernel "$kernel" --mem 64M --append log_buf_len=256K --icount --timeout 600 --out "$tmp/left" --add "$tmp/x:/x" \
		--add "$tmp/calls:/bin/calls" --add userspace/ktap-run:/bin/ktap-run \
		-- "sh /ktap/test/kernel/in-vm-small $kernel; cd /ktap; LANG_TESTS='$names' test/lang/check ktap -q" >"$tmp/said" 2>&1
	status=$?
	[ $status != 77 ] || skip 'no emulated machine here'
	relay "$kernel" "$tmp/said"
	[ $status = 0 ]; report $? "$kernel: the machine came to its end ($status)"
	userspace/ktap --target "$tmp/left/device-$kernel" -e 'print(1)' >&2; report $? "$kernel: its description is one"
done
done_testing
