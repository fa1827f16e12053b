#!/bin/sh
# Tracepoints: the paths to them, a module that goes, and all of them at once.
. "$(dirname "$0")/lib.sh"
in_vm --modprobe nbd ktap-trace "ktap-trace tracepoints user_registers going everything unload"
