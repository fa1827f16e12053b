#!/bin/sh
# -p, -f, -c, -C, --cgroup, in an emulated machine: in-vm-scope has the tests.
. "$(dirname "$0")/vm.sh"
${CC:-cc} -O2 -static -pthread -o "$tmp/scope" test/cli/scope.c || { echo "Bail out! scope does not build"; exit 1; }
in_vm --smp 2 --add "$tmp/scope:/bin/scope" in-vm-scope
