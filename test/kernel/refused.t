#!/bin/sh
# Every allocation that a call of the device makes, refused in turn: on the debug kernel.
. "$(dirname "$0")/lib.sh"
[ "${KTAP_KERNEL:-6.1}" = debug ] || { echo "1..0 # SKIP needs fault injection: KTAP_KERNEL=debug"; exit 0; }
in_vm --module-arg max_returns=16 ktap-refuse "ktap-refuse"
