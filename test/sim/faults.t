#!/bin/bash
# Everything that a script asks for is refused in turn; test_faults.c tells what must hold
# then. Together the scripts reach each place of the core that asks. FAULTS=all tries every
# request, and not only the first two of each kind.
cd "$(dirname "$0")/../.." || exit 1
make -s -C test/sim build/test_faults >&2 || { echo "Bail out! test_faults does not build"; exit 1; }
program=test/sim/build/test_faults
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Some scripts ask at the same places hundreds of thousands of times.
scripts=$(ls test/sim/faults/*.kp test/lang/*.kp |
	grep -v -e lang/bigtable -e lang/temporaries -e lang/lists -e lang/patterns)
# shellcheck disable=SC2086 # a list of files
$program ${FAULTS:+-a} -p $scripts >"$out/tap"
status=$?
grep -v -e '^# place' -e '^1\.\.' "$out/tap"

# The functions that ask, by the source, and those that were seen to.
asks='kp_host_alloc|kp_heap_alloc|kp_obj_new|kp_tab_new|kp_agg_new|kp_agg_plain|kp_temp_reserve|kp_temp_string|kp_build_begin|kp_young_reserve|kp_host_reserve'
awk -v asks="[^a-z_]($asks)[(]" '
	/^[a-z].*[A-Za-z0-9_]+[(]/ && !/;$/ { name = $0; sub(/[(].*/, "", name); sub(/.*[ *]/, "", name) }
	/^\t/ && $0 ~ asks { print name }' vm/core/*.c | sort -u >"$out/asking"
sed -n 's/^# place //p' "$out/tap" | sort -u | xargs addr2line -fi -e $program | sed -n 'p;n' | sort -u >"$out/seen"

n=$(grep -c -e '^ok' -e '^not ok' "$out/tap")
n=$((n + 1))
if [ -s "$out/asking" ] && ! grep -vxFf "$out/seen" "$out/asking" >"$out/missing"; then
	echo "ok $n - each of the $(wc -l <"$out/asking") functions that ask was refused what it asked for"
else
	echo "not ok $n - some functions were never refused what they ask for"
	sed 's/^/# /' "$out/missing"
	status=1
fi
echo "1..$n"
exit $status
