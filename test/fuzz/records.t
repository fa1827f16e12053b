#!/bin/sh
# Records of scripts with bytes changed, decoded, merged and printed, as text and as JSON, with
# address and undefined-behaviour checks. FUZZ_N and FUZZ_SEED choose others than those that
# always run. What once went wrong is in corpus/records.
cd "$(dirname "$0")" || exit 1
make -s -C ../tool build-san/fuzz_records SAN=1 >&2 || exit 1
mkdir -p build
last=build/records.$$.rec

echo 1..1
if ../tool/build-san/fuzz_records "${FUZZ_N:-2000}" "${FUZZ_SEED:-1}" $last corpus/records/*.rec ../lang/*.kp ../gen/*.kp \
	>build/records.$$.out 2>&1; then
	echo "ok 1 - $(tail -n 1 build/records.$$.out)"
	rm -f $last
else
	echo "not ok 1 - changed records: see test/fuzz/$last"
	head -n 60 build/records.$$.out | cut -c 1-1000 | sed 's/^/# /'
fi
rm -f build/records.$$.out
