#!/bin/sh
# The command line against the module, in an emulated machine: in-vm has the tests.
. "$(dirname "$0")/vm.sh"
in_vm --smp 2 in-vm
