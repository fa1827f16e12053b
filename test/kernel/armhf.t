#!/bin/sh
# Debian's armhf, 32-bit arm, emulated: see foreign.sh. The kernel puts breakpoints into code of 32-bit
# instructions only; callnr has the others, as all of Debian's programs do.
arch=armhf lines=6.1 triplet=arm-linux-gnueabihf no_data=1 getppid=sys_getppid
. "$(dirname "$0")/foreign.sh"

program test/cli/calls.c -marm
program test/kernel/callnr.c -mthumb
"$triplet-nm" "$tmp/callnr" | sed -n 's/^0*\([0-9a-f]*\) T main$/0x\1/p' >"$tmp/x/thumb"
run_there
look_here
done_testing
