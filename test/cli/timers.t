#!/bin/sh
# Timers and counters, in an emulated machine: in-vm-timers has the tests.
. "$(dirname "$0")/vm.sh"
${CC:-cc} -O1 -static -o "$tmp/events" test/cli/events.c || { echo "Bail out! events does not build"; exit 1; }
in_vm --smp 2 --add "$tmp/events:/bin/events" in-vm-timers
