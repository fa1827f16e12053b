#!/bin/sh
# The language tests on the userspace host, every other function translated (see vm/sim/bpf.c).
make -s -C userspace all >&2 && make -s -C test/tool ktap-sim >&2 &&
	KTAP_SIM_JIT=2 exec test/lang/check test/tool/build/ktap-sim
