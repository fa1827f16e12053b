# Sourced by tests whose machines say TAP several times: here all of it is one count (see test/tap.sh).
#
#   relay PREFIX FILE      the tests that FILE has, each behind PREFIX; the rest of it to stderr

. test/tap.sh

relay() {
	grep -v '^ok\|^not ok\|^1\.\.' "$2" >&2
	while read -r word rest; do
		case $word in
		ok) report 0 "$1: ${rest#* - }" ;;
		not) report 1 "$1: ${rest#ok * - }" ;;
		esac
	done <"$2"
}

