#!/bin/sh
# Random whole programs, in Lua 5.4 and on the userspace host: both must print the same.
# One seed always runs and a new one each time; some programs run under sanitizers while
# memory is taken back as soon as it may be. FUZZ_SEED and FUZZ_N choose one seed and how
# many programs. What disagrees is shown as the smallest program that still does.
cd "$(dirname "$0")" || exit 1
command -v lua5.4 >/dev/null || { echo "1..0 # SKIP no lua5.4"; exit 0; }
make -s -C ../tool ktap-sim >&2 && make -s -C ../tool ktap-sim SAN=1 >&2 || exit 1
tool=$(cd ../tool && pwd) n=0

# check NAME SIM SEED FIRST COUNT
check() {
	n=$((n + 1)) dir=build/program.$$.$n
	mkdir -p $dir
	if lua5.4 program/run.lua "$2" $dir "$3" "$4" "$5" >$dir/log 2>$dir/summary; then
		echo "ok $n - $1, $(cat $dir/summary)"
		rm -r $dir
	else
		echo "not ok $n - $1, seed $3"
		cat $dir/log $dir/summary | sed 's/^/# /'
	fi
}

many=${FUZZ_N:-1500}
few=$((many / 5))
seed=${FUZZ_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
[ -n "$FUZZ_SEED" ] && plan=2 || plan=3
echo 1..$plan
[ $plan = 2 ] || check "programs agree" "$tool/build/ktap-sim" 1 1 "$many"
check "programs agree" "$tool/build/ktap-sim" "$seed" 1 "$many"
check "programs agree while memory moves" "env KTAP_SIM_RESTLESS=1 $tool/build-san/ktap-sim" "$seed" $((many + 1)) $few
