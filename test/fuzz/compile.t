#!/bin/sh
# Changed scripts through the compiler, with address and undefined-behaviour checks.
# FUZZ_N and FUZZ_SEED choose others than those that always run.
cd "$(dirname "$0")" || exit 1
make -s -C ../../userspace SAN=1 build-san/libktap.a >&2 || exit 1
make -s -C ../../vm/sim SAN=address,undefined >&2 || exit 1
sim=../../vm/sim/build-address/libktapvm-sim.a
mkdir -p build
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined -I../../include -I../../userspace -I../../vm/core \
	fuzz_compile.c $sim ../../userspace/build-san/libktap.a $sim -o build/fuzz_compile || exit 1

echo 1..1
if build/fuzz_compile "${FUZZ_N:-3000}" "${FUZZ_SEED:-1}" ../lang/*.kp ../gen/*.kp \
	../syntax/*.kp ../reject/*.kp >build/failed.kp; then
	echo "ok 1 - the verifier accepts what the compiler accepts"
else
	echo "not ok 1 - the verifier accepts what the compiler accepts"
	sed 's/^/# /' build/failed.kp
fi
