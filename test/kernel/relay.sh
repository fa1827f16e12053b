# Sourced by tests whose machines say TAP several times: here all of it is one count.
#
#   report RESULT NAME     a test; RESULT 0 is success
#   relay PREFIX FILE      the tests that FILE has, each behind PREFIX; the rest of it to stderr
#   done_testing

n=0

report() {
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
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

done_testing() { echo "1..$n"; }
