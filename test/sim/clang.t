#!/bin/sh
# The core and its userspace host by another compiler: without a warning, and the language
# tests pass.
cd "$(dirname "$0")/../.." || exit 1
command -v clang >/dev/null || { echo "1..0 # SKIP no clang here"; exit 0; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
n=0

# try NAME COMMAND...
try() {
	name=$1; shift; n=$((n + 1))
	if "$@" >"$log" 2>&1 && ! grep -q warning "$log"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		head -n 40 "$log" | sed 's/^/# /'
	fi
}

build() { make -s -C vm/sim CC=clang B=build-clang; }
link() {
	make -s -C userspace build/libktap.a && mkdir -p test/sim/build &&
	clang -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -Iinclude -Iuserspace -Ivm/core \
		test/tool/ktap-sim.c test/tool/simrun.c vm/sim/build-clang/libktapvm-sim.a \
		userspace/build/libktap.a vm/sim/build-clang/libktapvm-sim.a \
		$(pkg-config --libs libtraceevent) -lbpf -lelf -liberty -lpthread -o test/sim/build/ktap-sim.clang
}

echo 1..3
try "clang builds the core" build
try "and what runs it" link
try "which does what the language says" test/lang/check test/sim/build/ktap-sim.clang
