#!/bin/sh
# Timers of a kernel that has none finer than its tick: in-vm-coarse has the tests.
. "$(dirname "$0")/vm.sh"
in_vm --icount --append highres=off in-vm-coarse
