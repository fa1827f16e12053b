#!/bin/sh
# The programs that every user begins with, in an emulated machine.
. "$(dirname "$0")/vm.sh"
in_vm --smp 2 in-vm-programs
