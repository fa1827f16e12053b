#!/bin/bash
# What events cost, in instructions, must not grow by more than 3 % against the baseline
# that was taken last (test/bench/take); and the comparison itself sees what has grown.
# KTAP_KERNEL: 6.1 (default) or another that has a baseline. COST: the cases, by pattern.
cd "$(dirname "$0")/../.." || exit 1
line=${KTAP_KERNEL:-6.1}
baseline=test/bench/baseline/$line
cases=${COST:-count filter by-pid by-comm kprobe uprobe}
[ -f "$baseline" ] || { echo "1..0 # SKIP no baseline of $line"; exit 0; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

made=$(sed -n 's/.* on //p' "$baseline")
release=$(cat "$(test/vm/kernel "$line")/release") || { echo "1..0 # SKIP no emulated machine here"; exit 0; }
if [ "$made" != "$release" ]; then
	echo "1..0 # SKIP the baseline is of $made, the kernel here $release: test/bench/take"
	exit 0
fi
RESULTS=$tmp PEERS='ktap ktap-interpreted' ONLY=$cases test/bench/run instructions >"$tmp/table" 2>"$tmp/errors"
case $? in
0) ;;
77) echo "1..0 # SKIP no emulated machine here"; exit 0 ;;
*) cat "$tmp/errors" >&2; echo "Bail out! nothing was measured"; exit 1 ;;
esac
test/bench/compare "$baseline" "$tmp/instructions" | tee "$tmp/verdicts"
n=$(grep -c . "$tmp/verdicts")
[ "$n" -gt 0 ] || { echo "Bail out! nothing to compare"; exit 1; }

check() { n=$((n + 1)); if eval "$2"; then echo "ok $n - $1"; else echo "not ok $n - $1"; fi; }

# changed BY: the results, were each so many percent dearer
changed() {
	awk -v by="$1" 'BEGIN { FS = OFS = "\t" } /^#/ || $3 == "skipped" { print; next }
		{ $4 *= 1 + by / 100; print }' "$tmp/instructions" >"$tmp/changed"
	test/bench/compare "$tmp/instructions" "$tmp/changed" >"$tmp/said"
}
check 'four percent more is seen' '! changed 4 && ! grep -q "^ok" "$tmp/said"'
check 'two percent more passes' 'changed 2 && ! grep -q "^not" "$tmp/said"'
echo "1..$n"
