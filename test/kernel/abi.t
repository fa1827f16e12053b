#!/bin/sh
# What the calls of /dev/ktap refuse, and what they accept.
. "$(dirname "$0")/lib.sh"
in_vm ktap-abi ktap-abi
