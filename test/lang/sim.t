#!/bin/sh
# The language tests on the userspace host, interpreted.
make -s -C userspace all >&2 && make -s -C test/tool ktap-sim >&2 && exec test/lang/check test/tool/build/ktap-sim
