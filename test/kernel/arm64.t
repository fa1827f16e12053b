#!/bin/sh
# Debian's arm64, emulated: see foreign.sh.
arch=arm64 lines='6.1 6.12' triplet=aarch64-linux-gnu no_data=1 getppid=__arm64_sys_getppid
. "$(dirname "$0")/foreign.sh"

program test/cli/calls.c
run_there
look_here
done_testing
