#!/bin/sh
# Random calls of the string functions, in Lua 5.4 and on the userspace host with
# address and undefined-behaviour checks: both must print the same. And format()
# must make what printf() prints. FUZZ_N and FUZZ_SEED choose others than those that
# always run.
cd "$(dirname "$0")" || exit 1
command -v lua5.4 >/dev/null || { echo "1..0 # SKIP no lua5.4"; exit 0; }
make -s -C ../tool ktap-sim SAN=1 >&2 || exit 1
seed=${FUZZ_SEED:-1} left=${FUZZ_N:-8000} dir=build/strings
most=20000	# of one script
sim=../tool/build-san/ktap-sim
mkdir -p $dir

functions() {
	lua5.4 $dir/cases.lua >$dir/expected 2>&1
	$sim $dir/cases.kp >$dir/got 2>&1
	cmp -s $dir/expected $dir/got && return
	diff -a $dir/expected $dir/got | head -20 >$dir/unlike
	return 1
}

# Lines come in pairs.
formats() {
	$sim $dir/format.kp >$dir/formats 2>&1
	[ -s $dir/formats ] && awk 'NR % 2 { was = $0; next } $0 != was { print was; print; bad = 1 } END { exit bad }' \
		$dir/formats >$dir/unequal
}

alike=true equal=true
while $alike && $equal && [ "$left" -gt 0 ]; do
	lua5.4 strings.lua "$seed" $((left < most ? left : most)) $dir || exit 1
	functions || alike=false
	formats || equal=false
	left=$((left - most)) last=$seed seed=$((seed + 1))
done

echo 1..2
if $alike; then
	echo "ok 1 - the functions do what Lua's do, seed $last"
else
	echo "not ok 1 - the functions do what Lua's do, seed $last"
	sed 's/^/# /' $dir/unlike
fi
if $equal; then
	echo "ok 2 - format makes what printf prints, seed $last"
else
	echo "not ok 2 - format makes what printf prints, seed $last"
	head -20 $dir/unequal $dir/formats | sed 's/^/# /'
fi
