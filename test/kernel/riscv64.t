#!/bin/sh
# Debian's riscv64, emulated: see foreign.sh. Programs have frame pointers there only if they are built so.
arch=riscv64 lines=6.12 triplet=riscv64-linux-gnu getppid=__riscv_sys_getppid
. "$(dirname "$0")/foreign.sh"

program test/cli/calls.c -fno-omit-frame-pointer
run_there
look_here
done_testing
