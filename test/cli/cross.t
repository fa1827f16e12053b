#!/bin/sh
# Static programs. The whole tool for this machine; ktap-run for other machines: it builds, static, by whichever cross compilers are here (Debian's
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

# The tool itself, for this machine's like that have no libraries.
tool=userspace/build-static/ktap
make -s -C userspace all >&2 && make -s -C userspace STATIC=1 >&2; report $? 'ktap builds, static'
! readelf -l $tool | grep -q INTERP; report $? '  it is'
size=$(stat -c %s $tool)
[ "$size" -le 2500000 ]; report $? "  of $size bytes"
is "$($tool -b -e 'print(1)' 2>&1)" "$(userspace/ktap -b -e 'print(1)' 2>&1)" '  and compiles what the other one does'
done_testing
