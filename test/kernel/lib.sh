# Sourced by the tests of the module in an emulated machine.
#
#   in_vm [OPTION]... PROGRAM LINE   runs LINE in the machine, which has PROGRAM
#                                    from build/; its TAP becomes the test's
#
# KTAP_KERNEL chooses the kernel (see test/vm/run).

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1

in_vm() {
	options=
	while [ $# -gt 2 ]; do options="$options $1"; shift; done
	make -s -C test/kernel "build/$1" >&2 || { echo "Bail out! $1 does not build"; exit 1; }
	# shellcheck disable=SC2086 # a list of options
	test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 300 $options \
		--add "test/kernel/build/$1:/usr/bin/$1" -- "$2"
	status=$?
	if [ $status = 77 ]; then
		echo "1..0 # SKIP no emulated machine here"
		exit 0
	fi
	exit $status
}
