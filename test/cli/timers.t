#!/bin/sh
# Timers and counters, in an emulated machine: in-vm-timers has the tests.
. "$(dirname "$0")/vm.sh"
in_vm --smp 2 in-vm-timers
