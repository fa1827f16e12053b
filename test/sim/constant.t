#!/bin/sh
# Ten million keys and strings are stored and deleted in constant memory: the process may
# have 64 MiB, program and all. CONSTANT: another number of them.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace all >&2 && make -s -C test/tool ktap-sim >&2 || exit 1
n=${CONSTANT:-10000000}

# run NUMBER SCRIPT: what it says on both streams
run() { (ulimit -v 65536 && exec test/tool/build/ktap-sim "$2" "$1") 2>&1; }

echo 1..2
said=$(run "$n" test/sim/constant.kp)
if [ "$said" = "0	0" ]; then
	echo "ok 1 - $n strings and keys stored and deleted in 64 MiB"
else
	echo "not ok 1 - $n strings and keys stored and deleted in 64 MiB"
	echo "$said" | sed 's/^/# /'
fi
keep=$(mktemp)
trap 'rm -f "$keep"' EXIT
sed '/delete(t, k)/d' test/sim/constant.kp >"$keep"
case $(run 1000000 "$keep") in
*dropped*)	echo "ok 2 - which a million that stay do not fit in" ;;
*)		echo "not ok 2 - a million that stay fit in: the limit limits nothing" ;;
esac
