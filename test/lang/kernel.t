#!/bin/sh
# The same language tests in the kernel, by machine code.
exec sh test/lang/kernel.sh
