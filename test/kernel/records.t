#!/bin/bash
# Records of tracepoints, and the fields that are derived without one, byte by byte beside
# those that the kernel's own trace buffer has of the same events. How many of the kernel's
# tracepoints (of what is in its image) are known, and how many fields: fewer are a loss.
cd "$(dirname "$0")/../.." || exit 1
kernel=${KTAP_KERNEL:-6.1}
case $kernel in
5.10) echo '1..0 # SKIP its headers have nothing to build records of: they all go by perf'; exit 0 ;;
debug) echo '1..0 # SKIP its locks are events too, more than its own trace buffer holds'; exit 0 ;;
6.1) events=517 fields=3269 whole=340 ;;
*) events=400 fields=2000 whole=200 ;;
esac
out=$(mktemp)
vm/events/test/run "$kernel" >"$out" 2>&1
status=$?
trap 'rm -f "$out"' EXIT
if [ $status = 77 ]; then
	echo '1..0 # SKIP no emulated machine here'
	exit 0
fi
grep -E '^ +(ok|\?) |^FAIL|^derived|^coverage' "$out" | sed 's/^/# /'

# at_least NUMBER WHAT: as many stand before these words in the last line.
n=0
at_least() {
	n=$((n + 1))
	is=$(sed -n "s/^[cd][a-z]*: \(.*[^0-9]\)*\([0-9][0-9]*\) $2.*/\2/p" "$out")
	if [ "${is:-0}" -ge "$1" ]; then echo "ok $n - $is $2"; else
		echo "not ok $n - ${is:-no} $2"
		tail -n 5 "$out" | sed 's/^/# /'
		failed=1
	fi
}
at_least "$events" 'of [0-9]* events in tracefs'
at_least "$fields" 'derived fields'
at_least "$whole" 'events, some of'
at_least 50 'events fired'
at_least 100 'fields derived'
at_least 5000 'records compared'
if [ $status = 0 ] && grep -q ', 0 differ$' "$out"; then echo 'ok 7 - none differs'; else
	echo 'not ok 7 - none differs'
	failed=1
fi
echo 1..7
exit "${failed:-0}"
