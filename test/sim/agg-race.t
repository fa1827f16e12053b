#!/bin/sh
# The same under the race detector.
make -s -C test/sim build/test_agg.thread >&2 && exec test/sim/build/test_agg.thread
