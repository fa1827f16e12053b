#!/bin/sh
# Tables in handlers and over many turns, under the same checks.
make -s -C test/sim build/test_tables.address >&2 && exec test/sim/build/test_tables.address
