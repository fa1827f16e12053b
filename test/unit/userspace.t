#!/bin/sh
# Builds and runs the unit tests of the reading half of userspace/: one test each.
cd "$(dirname "$0")/../.." || exit 1
tests="glob spec render decode format print json merge elf usdt params deref function ehframe soundfmt signedfmt device"
set -- $tests
echo "1..$(($# + 1))"

if flock test/user/Makefile make -s -C test/user >&2 && make -s -f test/unit/userspace.mk >&2; then echo "ok 1 - build"; else
	echo "not ok 1 - build"
	exit 1
fi
n=1
KTAP_TRACEFS=$PWD/test/fixture/tracefs
KTAP_KALLSYMS=$PWD/test/fixture/kallsyms
export KTAP_KALLSYMS
KTAP_BTF=$PWD/test/unit/build/userspace/types.btf
export KTAP_TRACEFS KTAP_BTF
for t in $tests; do
	n=$((n + 1))
	# The checks' own output goes to the log of a test that fails.
	if out=$("test/unit/build/userspace/test_$t" test/fixture/syscalls-6.1.txt 2>&1); then
		echo "ok $n - $t: $(echo "$out" | grep -c '^ok') cases"
	else
		echo "$out" | grep -v '^ok' | sed 's/^/# /' >&2
		echo "not ok $n - $t"
	fi
done
