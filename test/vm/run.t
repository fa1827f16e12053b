#!/bin/bash
# The emulated machine itself: what goes in, what comes back, and that a fault in the kernel never passes.
set -u
cd "$(dirname "$0")/../.." || exit 1

count=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

vm() { test/vm/run --no-module "$@" >"$dir/out" 2>"$dir/err"; status=$?; }

# ok NAME TEST...: one line of TAP; what the last machine said, if it fails.
ok() {
	local name=$1; shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		{ echo "status $status, stdout:"; head -c 500 "$dir/out"; echo "stderr:"; head -n 20 "$dir/err"; } | tr -d '\0' | sed 's/^/# /'
	fi
}

is() { [ "$1" = "$2" ]; }
says() { grep -q -- "$2" "$1"; }

vm 'echo to out; echo to err >&2; exit 3'
if [ $status = 77 ]; then
	echo "1..0 # SKIP $(head -n 1 "$dir/err")"
	exit 0
fi
ok 'the exit status is the command'"'"'s' is $status 3
ok 'stdout holds what the command wrote there, and nothing else' is "$(cat "$dir/out")" 'to out'
ok 'stderr holds what the command wrote there, and nothing else' is "$(cat "$dir/err")" 'to err'

vm --add /usr/bin/env -- /usr/bin/env printf '%s|' 'two words' '$HOME' "it's"
ok 'several words are one program and its arguments' is "$(cat "$dir/out")" "two words|\$HOME|it's|"

head -c 10000000 /dev/urandom >"$dir/bytes"
vm --add "$dir/bytes:/bytes" 'cat /bytes; cat /bytes >/dev/stderr'
ok 'ten million bytes come back exactly' cmp -s "$dir/bytes" "$dir/out"
ok 'as do those to stderr at the same time' cmp -s "$dir/bytes" "$dir/err"

vm --smp 2 --add "$(command -v perl):/bin/dynamic" --out "$dir/back" 'nproc
	dynamic -e "print 6 * 7"; mkdir /out/sub; echo kept >/out/sub/file; [ -r scripts/. ] && [ -x test/vm/run ] || exit 5'
ok 'two processors, and /ktap is where the command starts' is "$status" 0
ok 'a dynamically linked program runs' is "$(cat "$dir/out")" $'2\n42'
ok 'files left in /out come back' is "$(cat "$dir/back/sub/file" 2>&1)" kept

vm 'sleep 1000 & echo started'
ok 'a process left behind does not keep the machine' is "$status $(cat "$dir/out")" '0 started'

vm 'echo "WARNING: CPU: 0 PID: 1 at test" >/dev/kmsg; echo done'
ok 'a warning in the kernel log fails the run' is $status 99
ok 'and is shown' says "$dir/err" 'PID: 1 at test'

vm 'echo before; sleep 1; echo c >/proc/sysrq-trigger; sleep 100'
ok 'a panic fails the run' is $status 97
ok 'and shows the end of the log' says "$dir/err" 'Kernel panic'
ok 'and what was written a moment before it is not lost' is "$(cat "$dir/out")" before

vm --timeout 6 'sleep 1000'
ok 'a machine that does not end is stopped' is $status 97
ok 'and says where the kernel was' says "$dir/err" 'RIP:'

# Another wants the machine's one processor as soon as it is up: what it took alone is time enough.
work='echo up; dd if=/dev/zero of=/dev/null bs=1 count=2000000 2>/dev/null'
one=$(taskset -cp $$ | sed 's/.*[ ,-]//')
SECONDS=0
vm "$work"
alone=$((SECONDS + 1))
: >"$dir/out"
taskset -c "$one" test/vm/run --no-module --timeout "$alone" "$work" >"$dir/out" 2>"$dir/err" &
machine=$!
until grep -q up "$dir/out" || ! kill -0 $machine 2>/dev/null; do sleep 0.1; done
taskset -c "$one" sh -c 'while :; do :; done' &
other=$!
wait $machine; status=$?
kill $other
ok 'what others take of the processor is not its time' is $status 0

vm --icount 'dd if=/dev/zero of=/dev/null bs=1 count=20000; exit 4' 2>/dev/null
ok 'a clock of instructions' is $status 4

test/vm/run --module /dev/null 'echo never' >"$dir/out" 2>"$dir/err"; status=$?
ok 'a module that does not load fails the run before the command' is "$status $(cat "$dir/out")" '98 '

echo "1..$count"
