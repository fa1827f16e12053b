#!/bin/sh
# A thousand images with random bytes changed.
. "$(dirname "$0")/lib.sh"
in_vm ktap-trace "ktap-trace mutations unload"
