#!/bin/sh
# Streams of a device with bytes changed, rendered, with address and undefined-behaviour
# checks. FUZZ_N and FUZZ_SEED choose others than those that always run.
cd "$(dirname "$0")" || exit 1
make -s -C ../../userspace SAN=1 build-san/libktap.a >&2 || exit 1
mkdir -p build
# shellcheck disable=SC2046 # a list of options
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined -I../../include -I../../userspace -I../unit -I../tool fuzz_stream.c \
	../unit/records.c ../tool/tap.c ../../userspace/build-san/libktap.a \
	$(pkg-config --libs libtraceevent) -lbpf -lelf -liberty -lpthread -o build/fuzz_stream || exit 1
KTAP_TRACEFS=$PWD/../fixture/tracefs
KTAP_KALLSYMS=$PWD/../fixture/kallsyms
export KTAP_TRACEFS KTAP_KALLSYMS
last=build/stream.$$.raw

echo 1..1
if build/fuzz_stream "${FUZZ_N:-300}" "${FUZZ_SEED:-1}" $last >build/stream.$$.out 2>&1; then
	echo "ok 1 - $(tail -n 1 build/stream.$$.out)"
	rm -f $last
else
	echo "not ok 1 - changed streams: see test/fuzz/$last"
	head -n 60 build/stream.$$.out | cut -c 1-1000 | sed 's/^/# /'
fi
rm -f build/stream.$$.out
