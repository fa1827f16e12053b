#!/bin/sh
# How programs end, and what is told then, in an emulated machine: in-vm-end has the tests.
# It has more than four times the memory that a session takes at most.
. "$(dirname "$0")/vm.sh"
${CC:-cc} -O2 -static -o "$tmp/loopback" test/cli/loopback.c || { echo "Bail out! loopback does not build"; exit 1; }
in_vm --smp 2 --mem 1536M --add "$tmp/loopback:/bin/loopback" in-vm-end
