#!/bin/sh
# Conditions and fronts: what is decided before a handler is set up.
make -s -C test/sim build/test_front.address >&2 && exec test/sim/build/test_front.address
