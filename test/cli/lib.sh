# Sourced by the tests of the command line: builds ktap and reports in TAP.
#
#   status N COMMAND..     runs it; its exit status must be N
#   prints TEXT            on standard output, all of it
#   complains PATTERN      a line on standard error that grep finds

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
tests=0 failures=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export KTAP_TRACEFS="$top/test/fixture/tracefs"
export KTAP_KALLSYMS="$top/test/fixture/kallsyms"

make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
PATH=$top/userspace:$PATH

report() {
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
		return 0
	fi
	echo "not ok $tests - $2"
	failures=$((failures + 1))
	sed 's/^/# out: /' "$tmp/out" >&2
	sed 's/^/# err: /' "$tmp/err" >&2
}

status() {
	want=$1; shift
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	[ "$got" = "$want" ]
	report $? "$* (status $got)"
}

prints() {
	printf '%s\n' "$1" | cmp -s - "$tmp/out"
	report $? "  prints as it should"
}

complains() {
	grep -q -e "$1" "$tmp/err"
	report $? "  complains: $1"
}

quiet() {
	[ ! -s "$tmp/err" ]
	report $? "  has nothing to complain about"
}

done_testing() {
	echo "1..$tests"
	[ "$failures" = 0 ]
}
