# Sourced by tests that are scripts, before they change folder. Reports in TAP.
#
#   report RESULT NAME        a test; RESULT 0 is success
#   is GOT WANTED NAME        two texts are one
#   skip REASON               a test that cannot be made here
#   relay PREFIX FILE         the tests that FILE has, a machine's, each behind PREFIX; the rest of it to stderr
#   done_testing              the plan; 1 if a test failed
# shellcheck shell=sh
n=0 failed=0

report() {
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || { failed=1; echo "not ok $n - $2"; }
}

is() {
	[ "$1" = "$2" ] && report 0 "$3" || report 1 "$3"
	[ "$1" = "$2" ] || printf 'got:\n%s\nwanted:\n%s\n' "$1" "$2" | sed 's/^/# /'
}

skip() {
	n=$((n + 1))
	echo "ok $n # SKIP $1"
}

relay() {
	grep -v '^ok\|^not ok\|^1\.\.' "$2" >&2
	while read -r word rest; do
		case $word in
		ok) report 0 "$1: ${rest#* - }" ;;
		not) report 1 "$1: ${rest#ok * - }" ;;
		esac
	done <"$2"
}

done_testing() {
	echo "1..$n"
	[ $failed = 0 ]
}
