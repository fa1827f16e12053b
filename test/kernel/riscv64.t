#!/bin/sh
# Debian's riscv64, emulated: see foreign.sh. Module and tools are built for it, and count system calls there.
arch=riscv64 lines=6.12 triplet=riscv64-linux-gnu getppid=__riscv_sys_getppid
. "$(dirname "$0")/foreign.sh"

program test/cli/calls.c
count='var n = 0 trace syscalls:sys_enter_getppid { n += 1 } trace_end { print(n) }'
said=$(test/vm/run --arch "$arch" --kernel "$line" --icount --timeout 600 $add -- ktap -e "$count" -- calls 1000 1 2>&1)
[ $? != 77 ] || skip 'no emulated machine here'
is "$said" 1000 'the module counts system calls'
module=vm/build/$(cat "$(test/vm/kernel --arch $arch "$line")/release")/ktapvm.ko
readelf -h "$module" | grep -q 'Machine: *RISC-V$'; report $? 'the module is one for that machine'
readelf -h "userspace/build-$triplet/ktap-run" | grep -q 'Machine: *RISC-V$'; report $? 'ktap-run too'
done_testing
