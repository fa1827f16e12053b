#!/bin/sh
# The same under the address and undefined-behaviour checks.
make -s -C test/sim build/test_race.address >&2 && RACE_SECONDS="${RACE_SECONDS:-5}" exec test/sim/build/test_race.address
