#!/bin/sh
# Compiled scripts with bytes changed: they are refused, or run without harm and to an end.
# One seed always runs and a new one each time; FUZZ_N and FUZZ_SEED choose.
cd "$(dirname "$0")" || exit 1
make -s -C ../tool build-san/fuzz_image SAN=1 >&2 || exit 1
mkdir -p build
last=build/image.$$.kpc n=0

# check SEED COUNT
check() {
	n=$((n + 1))
	if ../tool/build-san/fuzz_image "$2" "$1" $last ../lang/*.kp ../gen/*.kp ../sim/faults/*.kp \
		>build/image.$$.out 2>&1; then
		echo "ok $n - $(tail -n 1 build/image.$$.out), seed $1"
		rm -f $last
	else
		echo "not ok $n - images with bytes changed, seed $1: see test/fuzz/$last"
		head -n 60 build/image.$$.out | sed 's/^/# /'
	fi
	rm -f build/image.$$.out
}

if [ -n "$FUZZ_SEED" ]; then
	echo 1..1
	check "$FUZZ_SEED" "${FUZZ_N:-15000}"
else
	echo 1..2
	check 1 10000
	check "$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')" 5000
fi
