# Sourced by tests of the command line that run in an emulated machine.
#
#   in_vm [OPTION]... FILE   runs test/cli/FILE there; it has /bin/calls (calls.c)
#
# KTAP_KERNEL chooses the kernel: 5.10, 6.1 (default), 6.12 or newest.

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
${CC:-cc} -O2 -static -o "$tmp/calls" test/cli/calls.c || { echo "Bail out! calls does not build"; exit 1; }

in_vm() {
	options=
	while [ $# -gt 1 ]; do options="$options $1"; shift; done
	# shellcheck disable=SC2086 # a list of options
	test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --timeout 300 $options --add "$tmp/calls:/bin/calls" -- sh "/ktap/test/cli/$1"
	status=$?
	if [ $status = 77 ]; then
		echo "1..0 # SKIP no emulated machine here"
		exit 0
	fi
	exit $status
}
