#!/bin/sh
# The relay ring's writer.
make -s -C test/sim build/test_ring.address >&2 && exec test/sim/build/test_ring.address
