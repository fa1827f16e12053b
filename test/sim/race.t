#!/bin/sh
# Threads that share everything, under the race detector.
make -s -C test/sim build/test_race.thread >&2 && exec test/sim/build/test_race.thread
