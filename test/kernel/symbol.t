#!/bin/sh
# What the module says that the kernel's addresses are called, beside the kernel's list.
. "$(dirname "$0")/lib.sh"
in_vm ktap-symbol ktap-symbol
