#!/bin/sh
# Handlers, tables and fetches by translated code: the tests of the interpreter, whose
# results must be the same.
make -s -C test/sim build/test_handlers.address build/test_tables.address build/test_fetch.address >&2 || exit 1
n=0
for t in handlers tables fetch; do
	for mode in 1 2; do
		n=$((n + 1))
		if out=$(KTAP_SIM_JIT=$mode test/sim/build/test_$t.address 2>&1); then
			echo "ok $n - test_$t, mode $mode: $(echo "$out" | grep -c '^ok') cases"
		else
			echo "$out" | grep -v '^ok' | sed 's/^/# /'
			echo "not ok $n - test_$t, mode $mode"
		fi
	done
done
echo "1..$n"
