# Sourced by tests of the command line that run in the emulated machine, in a
# folder of their own. Reports in TAP; a failure shows what ktap wrote.
#
#   report RESULT NAME          a test; RESULT 0 is success
#   status N NAME COMMAND..     runs COMMAND to its end; its exit status must be N
#   begin OPTION..              starts ktap -v and waits until it traces
#   finish                      ends it as Ctrl-C does; its exit status is in $code
#   says FILE PATTERN           FILE (out, err) has a line that grep finds
#   lacks FILE PATTERN          it has none
#   is FILE TEXT                it is that text and nothing else
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
			[ ! -f $f ] || tail -n 12 $f | cut -c 1-300 | sed "s/^/# $f: /"
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

begin() {
	rm -f out err
	ktap -v "$@" >out 2>err &
	pid=$!
	for i in $(seq 100); do
		! grep -q '^ktap: tracing' err || return 0
		kill -0 $pid 2>/dev/null || return 1
		sleep 0.1
	done
}

finish() {
	kill -INT $pid
	wait $pid
	code=$?
}

says() { grep -q -e "$2" "$1"; report $? "  $1 has: $2"; }
lacks() { ! grep -q -e "$2" "$1"; report $? "  $1 has not: $2"; }
is() { printf '%s\n' "$2" | cmp -s - "$1"; report $? "  $1 is: $2"; }
lost() { sed -n "s/^ktap: \([0-9]*\) events* $1.*/\1/p" err | grep . || echo 0; }

done_testing() {
	echo "1..$n"
	exit $failed
}
