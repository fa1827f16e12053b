#!/bin/sh
# Random calls of the string functions, in Lua 5.4 and on the userspace host with
# address and undefined-behaviour checks: both must print the same. And format()
# must make what printf() prints. FUZZ_CASES and FUZZ_SEED choose others than the
# ones that always run.
cd "$(dirname "$0")" || exit 1
command -v lua5.4 >/dev/null || { echo "1..0 # SKIP no lua5.4"; exit 0; }
make -s -C ../tool ktap-sim SAN=1 >&2 || exit 1
seed=${FUZZ_SEED:-1} dir=build/strings
mkdir -p $dir
lua5.4 strings.lua "$seed" "${FUZZ_CASES:-8000}" $dir || exit 1

echo 1..2
lua5.4 $dir/cases.lua >$dir/expected 2>&1
../tool/build-san/ktap-sim $dir/cases.kp >$dir/got 2>&1
if cmp -s $dir/expected $dir/got; then
	echo "ok 1 - the functions do what Lua's do, seed $seed"
else
	echo "not ok 1 - the functions do what Lua's do, seed $seed"
	diff -a $dir/expected $dir/got | head -20 | sed 's/^/# /'
fi
../tool/build-san/ktap-sim $dir/format.kp >$dir/formats 2>&1
if [ -s $dir/formats ] && awk 'NR % 2 { was = $0; next } $0 != was { print was; print; bad = 1 } END { exit bad }' \
	$dir/formats >$dir/unequal; then
	echo "ok 2 - format makes what printf prints, seed $seed"
else
	echo "not ok 2 - format makes what printf prints, seed $seed"
	head -20 $dir/unequal $dir/formats | sed 's/^/# /'
fi
