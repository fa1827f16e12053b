#!/bin/sh
# Tables under the address and undefined-behaviour checks.
make -s -C test/sim build/test_tab.address >&2 && exec test/sim/build/test_tab.address
