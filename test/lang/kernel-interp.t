#!/bin/sh
# The same, interpreted.
exec sh test/lang/kernel.sh --no-jit
