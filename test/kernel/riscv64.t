#!/bin/sh
# Debian's riscv64, emulated: see foreign.sh. Programs have frame pointers there only if they are built so.
arch=riscv64 lines=6.12 triplet=riscv64-linux-gnu getppid=__riscv_sys_getppid
. "$(dirname "$0")/foreign.sh"

program test/cli/calls.c -fno-omit-frame-pointer
# Of <sys/sdt.h>, which is for all machines, this one's is here.
mkdir -p "$tmp/include/sys"
for header in sdt.h sdt-config.h; do
	cp "$(echo "#include <sys/$header>" | cc -E - | sed -n "s|^# 1 \"\(.*/sys/$header\)\".*|\1|p" | head -n 1)" "$tmp/include/sys"
done
program test/kernel/marker.c -I"$tmp/include"
run_there
look_here
done_testing
