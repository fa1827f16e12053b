#!/bin/sh
# Values fetched from registers, arguments and memory.
make -s -C test/sim build/test_fetch.address >&2 && exec test/sim/build/test_fetch.address
