#!/bin/sh
# What happens to the machine and to the tracer while it traces: a reader that stops, a full
# disk, processors that go, clocks that jump, the module being removed. In an emulated
# machine of two processors: in-vm-faults has the tests.
. "$(dirname "$0")/vm.sh"
in_vm --smp 2 in-vm-faults
