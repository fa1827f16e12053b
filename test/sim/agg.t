#!/bin/sh
# Aggregates under the address and undefined-behaviour checks.
make -s -C test/sim build/test_agg.address >&2 && exec test/sim/build/test_agg.address
