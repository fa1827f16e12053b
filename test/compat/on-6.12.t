#!/bin/sh
# doc/compat.md is true of this kernel, where it can be had.
KTAP_KERNEL=6.12 exec test/compat/compat.t
