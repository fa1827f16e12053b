#!/bin/sh
# The module's answer to where functions of a name are, beside the kernel's list.
. "$(dirname "$0")/lib.sh"
in_vm ktap-named ktap-named
