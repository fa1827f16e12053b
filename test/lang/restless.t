#!/bin/sh
# The same where temporaries move and what is removed is freed at every chance, under the
# address checks: whoever still looks at it is found.
make -s -C test/tool ktap-sim SAN=1 >&2 && KTAP_SIM_RESTLESS=1 exec test/lang/check test/tool/build-san/ktap-sim
