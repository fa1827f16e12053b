#!/bin/sh
# Changed texts of events and names of fields, on machines whose format files, types and symbols
# are changed, with address and undefined-behaviour checks. FUZZ_N and FUZZ_SEED choose others
# than those that always run.
cd "$(dirname "$0")" || exit 1
make -s -C ../../userspace SAN=1 build-san/libktap.a >&2 || exit 1
flock ../user/Makefile make -s -C ../user >&2 || exit 1
mkdir -p build/events.$$
# shellcheck disable=SC2046 # a list of options
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined -I../../include -I../../userspace fuzz_events.c json.c \
	../../userspace/build-san/libktap.a $(pkg-config --libs libtraceevent) -lbpf -lelf -liberty -lpthread \
	-o build/fuzz_events || exit 1
gcc -std=gnu11 -O0 -gbtf -c -o build/types.btf ../fixture/types.c || exit 1

# What that library forgets of a format that it refuses is not ours.
echo leak:libtraceevent >build/events.$$/suppressed
export LSAN_OPTIONS=print_suppressions=0:suppressions=$PWD/build/events.$$/suppressed

echo 1..1
if build/fuzz_events "${FUZZ_N:-4000}" "${FUZZ_SEED:-1}" build/events.$$ ../fixture/tracefs build/types.btf \
	../fixture/kallsyms corpus/events.txt corpus/fields.txt "$PWD/../user/build/target" >build/events.$$.out 2>&1; then
	echo "ok 1 - $(tail -n 1 build/events.$$.out)"
	rm -rf build/events.$$
else
	echo "not ok 1 - changed events: see test/fuzz/build/events.$$"
	head -n 60 build/events.$$.out | cut -c 1-1000 | sed 's/^/# /'
fi
rm -f build/events.$$.out
