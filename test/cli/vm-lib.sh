# Sourced by tests that run in the emulated machine, in a folder of their own. Reports in
# TAP; a failure shows what ktap wrote. Nothing here has a time after which it goes on:
# the machine's own ends what hangs.
#
#   report RESULT NAME          a test; RESULT 0 is success
#   status N NAME COMMAND..     runs COMMAND to its end; its exit status must be N
#   start OPTION..              starts ktap with new `out` and `err`; its process is $pid
#   told PATTERN [TIMES]        waits until `err` has so many such lines (1); 1 if ktap ends before
#   comes PATTERN [TIMES]       the same as a test; with TIMES, more of them fail it
#   shown PATTERN               waits until `out` has such a line; 1 if ktap ends before
#   begin OPTION..              starts ktap -v and waits until it traces; 1 if it ends before
#   finish                      ends it as Ctrl-C does; its exit status is in $code
#   ends_well NAME              the same as a test: status 0, nothing lost
#   unused                      waits until no session holds the module
#   says FILE PATTERN           FILE (out, err) has a line that grep finds
#   lacks FILE PATTERN          it has none
#   is FILE TEXT                it is that text and nothing else
#   same GOT WANTED NAME        two texts are one
#   lost WHAT                   how many events ktap told of, 0 if none
#   done_testing

n=0 failed=0
mkdir -p /tmp/t && cd /tmp/t || exit 1

report() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
		for f in out err; do
			[ ! -f $f ] || tail -n 20 $f | cut -c 1-300 | sed "s/^/# $f: /"
		done
	fi
}

status() {
	want=$1 name=$2; shift 2
	"$@" >out 2>err
	got=$?
	[ $got = "$want" ]
	report $? "$name (status $got)"
}

# What an earlier one wrote is gone before anybody looks.
start() {
	rm -f out err
	: >out
	: >err
	ktap "$@" >out 2>err &
	pid=$!
}

told() {
	while [ "$(grep -c -e "$1" err)" -lt "${2:-1}" ]; do
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	[ "$(grep -c -e "$1" err)" -ge "${2:-1}" ]
}

comes() {
	told "$@" && [ $# = 1 -o "$(grep -c -e "$1" err)" = "$2" ]
	report $? "  ktap tells${2:+ $2 times}: $1"
}

shown() {
	until grep -q -e "$1" out; do
		kill -0 $pid 2>/dev/null || return 1
		sleep 0.1
	done
}

begin() {
	start -v "$@"
	told '^ktap: tracing'
}

finish() {
	kill -INT $pid 2>/dev/null
	wait $pid
	code=$?
}

ends_well() {
	finish
	[ $code = 0 ] && ! grep -qE 'INTERNAL|lost|dropped|error|skipped' err
	report $? "$1 (status $code)"
}

unused() { until grep -q '^ktapvm [0-9]* 0 ' /proc/modules; do sleep 0.1; done; }

says() { grep -q -e "$2" "$1"; report $? "  $1 has: $2"; }
lacks() { ! grep -q -e "$2" "$1"; report $? "  $1 has not: $2"; }
is() { printf '%s\n' "$2" | cmp -s - "$1"; report $? "  $1 is: $2"; }
lost() { sed -n "s/^ktap: \([0-9]*\) events* $1.*/\1/p" err | grep . || echo 0; }

same() {
	[ "$1" = "$2" ] || { echo "# got:    $1"; echo "# wanted: $2"; }
	[ "$1" = "$2" ]
	report $? "$3"
}

done_testing() {
	echo "1..$n"
	exit $failed
}
