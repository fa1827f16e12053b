#!/bin/sh
# ktap-run for other machines: it builds, static, by whichever cross compilers are here (Debian's
# gcc-TRIPLET and libc6-dev-ARCH-cross). It runs in the machines of kernel/arm*.t.
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1

# TRIPLET and what readelf calls its machine.
machines='aarch64-linux-gnu	AArch64
arm-linux-gnueabihf	ARM
riscv64-linux-gnu	RISC-V'

. test/tap.sh

# has_libc TRIPLET : compiler and C library
has_libc() { printf 'int main(void) { return 0; }\n' | "$1-gcc" -static -x c -o /dev/null - 2>/dev/null; }

while read -r triplet machine; do
	if ! has_libc "$triplet"; then
		skip "no $triplet-gcc with a static C library"
		continue
	fi
	make -s -C userspace CROSS_COMPILE="$triplet-" device >&2; report $? "$triplet: ktap-run builds"
	readelf -h "userspace/build-$triplet/ktap-run" | grep -q "Machine: *$machine$"; report $? '  for that machine'
	! readelf -l "userspace/build-$triplet/ktap-run" | grep -q INTERP; report $? '  static'
done <<EOF
$machines
EOF
done_testing
