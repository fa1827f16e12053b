#!/bin/sh
# The relay handlers's writer.
make -s -C test/sim build/test_handlers.address >&2 && exec test/sim/build/test_handlers.address
