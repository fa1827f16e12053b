#!/bin/sh
# ktap --json: exact objects for known scripts, on the userspace host and in an emulated
# machine, where in-vm-json leaves its output. KTAP_KERNEL chooses the kernel.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0 failed=0

report() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$tmp/diff"
		failed=1
	fi
}

# canon FILE: into $tmp/got, or a complaint
canon() {
	test/cli/canonical <"$1" >"$tmp/got" 2>"$tmp/diff"
}

# Addresses and numbers of processes are the machine's own.
mask() {
	sed -E 's/"0x[0-9a-f]+"/"ADDRESS"/g; s/\+0x0\/0x[0-9a-f]+/+0x0\/SIZE/g; s/(_Exit\+)0x[0-9a-f]+/\1OFFSET/g; s/("module":"calls","offset":)[0-9]+/\1OFFSET/g
		s/((old_)?pid("?[:=]))[0-9]+/\1PID/g'
}

# objects NAME FILE: all but the account are those on standard input
objects() {
	cat >"$tmp/want"
	canon "$2" && grep -v '"type":"stats"' "$tmp/got" | mask | diff "$tmp/want" - >"$tmp/diff"
	report $? "$1"
}

# account NAME FILE: the account is the line on standard input
account() {
	cat >"$tmp/want"
	canon "$2" && grep '"type":"stats"' "$tmp/got" | diff "$tmp/want" - >"$tmp/diff"
	report $? "$1"
}

# sim ROUNDS TEXT: on the userspace host, into $tmp/out
sim() {
	KTAP_SIM_JSON=1 KTAP_SIM_ROUNDS=$1 test/tool/build/ktap-sim -e "$2" >"$tmp/out" 2>"$tmp/err"
}

flock test/tool/Makefile make -s -C test/tool ktap-sim >&2 && make -s -C userspace >&2 &&
	${CC:-cc} -O2 -static -o "$tmp/calls" test/cli/calls.c || { echo "Bail out! ktap does not build"; exit 1; }

sim 0 'print("hello", 1, nil, true, -5)
printf("%d%s\n", 5, "x")
print()'
objects "printed text, and what print() was given" "$tmp/out" <<'END'
{"data":"hello\t1\tnil\ttrue\t-5\n","type":"text","values":["hello",1,null,true,-5]}
{"data":"5x\n","type":"text"}
{"data":"\n","type":"text","values":[]}
END
account "an account of nothing" "$tmp/out" <<'END'
{"errors":{"count":0,"elsewhere":0,"places":[]},"faults":0,"imbalances":[],"probes":[],"records":{"delivered":3,"dropped":0,"emitted":3,"read":3},"strings_cut":0,"total":{"dropped":0,"errors":0,"faults":0,"fired":0,"missed":0,"over_budget":0,"run":0,"skipped":{"filter":0,"record":0,"reentry":0,"stopped":0,"throttled":0},"strings_cut":0,"updates_dropped":0},"type":"stats","updates_dropped":{"count":0,"places":[]}}
END

sim 0 'print("caf\xc3\xa9 \"\\\x00\x01\r\n")
printf("\xff\xfe")
var t = {}
t["\x80"] = "\xc0\xaf"
print(t)'
objects "any bytes" "$tmp/out" <<'END'
{"data":"café \"\\\u0000\u0001\r\n\n","type":"text","values":["café \"\\\u0000\u0001\r\n"]}
{"bytes":"fffe","data":"��","type":"text"}
{"bytes":"7b803a20c0af7d0a","data":"{�: ��}\n","type":"text","values":[{"entries":[[{"bytes":"80","text":"�","type":"string"},{"bytes":"c0af","text":"��","type":"string"}]],"type":"table"}]}
END

sim 0 'function f() { }
var t = {}
t["a"] = 1 t[2] = "two" t["2"] = 2 t["x", 3] = {5, {6}} t[true] = len
print(t, f)
print(9223372036854775807, -9223372036854775807 - 1)
print(ksym(0xffffffff81000010))'
objects "tables with typed and composite keys, functions, numbers, addresses" "$tmp/out" <<'END'
{"data":"{true: function: len, 2: two, 2: 2, a: 1, [x, 3]: {1: 5, 2: {1: 6}}}\tfunction: f\n","type":"text","values":[{"entries":[[true,{"name":"len","type":"function"}],[2,"two"],["2",2],["a",1],[["x",3],{"entries":[[1,5],[2,{"entries":[[1,6]],"type":"table"}]],"type":"table"}]],"type":"table"},{"name":"f","type":"function"}]}
{"data":"9223372036854775807\t-9223372036854775808\n","type":"text","values":[9223372036854775807,-9223372036854775808]}
{"data":"0xffffffff81000010\n","type":"text","values":[{"address":"ADDRESS","type":"address"}]}
END

sim 0 'var t = {}
for (i = 1, 20000) { t[i] = "some text" }
print(t)'
grep -q '"cut":true}\]}$' "$tmp/out" && canon "$tmp/out" && ! grep -q '"entries":\[\],' "$tmp/out"
report $? "a table that is too long says that it was cut"

sim 0 'var s = {}
s["k"] = 3 s["j"] = 3 s[9] = 7 s["a", 1] = -2
print_hist(s) print_hist(s, 1)
var many = {}
for (i = 1, 30) { many[i] = i }
print_hist(many)'
objects "charts, ranked: all rows, or as many as asked for" "$tmp/out" <<END
{"further":0,"lost":0,"rows":[{"key":9,"value":7},{"key":"j","value":3},{"key":"k","value":3},{"key":["a",1],"value":-2}],"type":"chart"}
{"further":3,"lost":0,"rows":[{"key":9,"value":7}],"type":"chart"}
{"further":0,"lost":0,"rows":[$(for i in $(seq 30 -1 1); do printf '{"key":%s,"value":%s}' "$i" "$i"; [ "$i" = 1 ] || printf ,; done)],"type":"chart"}
END

sim 0 'var a
var l = lhist(0, 30, 10) var d = distinct() var h = {} var none = llhist()
for (i = -1, 31) { a <<< i l <<< i d <<< i }
h["read"] <<< 5
print(none, h)
print_hist(a) print_hist(l, 5, "us") print_hist(h)
print(d)'
objects "aggregates and their distributions" "$tmp/out" <<'END'
{"data":"count 0\t{read: count 1, min 5, avg 5, max 5, stddev 0, sum 5}\n","type":"text","values":[{"avg":null,"count":0,"max":null,"min":null,"stddev":null,"sum":0,"type":"aggregate"},{"entries":[["read",{"avg":5,"count":1,"max":5,"min":5,"stddev":0,"sum":5,"type":"aggregate"}]],"type":"table"}]}
{"further":0,"lost":0,"rows":[{"value":{"avg":15,"buckets":[{"count":1,"from":-1,"to":-1},{"count":1,"from":0,"to":0},{"count":1,"from":1,"to":1},{"count":2,"from":2,"to":3},{"count":4,"from":4,"to":7},{"count":8,"from":8,"to":15},{"count":16,"from":16,"to":31}],"count":33,"max":31,"min":-1,"stddev":9,"sum":495,"type":"aggregate"}}],"type":"chart"}
{"further":0,"lost":0,"rows":[{"value":{"avg":15,"buckets":[{"count":1,"from":null,"to":-1},{"count":10,"from":0,"to":9},{"count":10,"from":10,"to":19},{"count":10,"from":20,"to":29},{"count":2,"from":30,"to":null}],"count":33,"max":31,"min":-1,"stddev":9,"sum":495,"type":"aggregate"}}],"type":"chart","unit":"us"}
{"further":0,"lost":0,"rows":[{"key":"read","value":{"avg":5,"buckets":[{"count":1,"from":4,"to":7}],"count":1,"max":5,"min":5,"stddev":0,"sum":5,"type":"aggregate"}}],"type":"chart"}
{"data":"distinct 33\n","type":"text","values":[{"count":33,"type":"distinct"}]}
END

sim 0 'function f(n) { return n + 1 }
pcall(f, "x")
print("before")
f("x")'
objects "an error, in its place, with the calls that led to it" "$tmp/out" <<'END'
{"data":"before\n","type":"text","values":["before"]}
{"column":26,"file":"-e","line":1,"message":"arithmetic on string","stack":[{"column":26,"file":"-e","function":"f","line":1},{"column":1,"file":"-e","function":"main","line":4}],"type":"error"}
END
cat >"$tmp/want" <<'END'
-e:1:26: arithmetic on string
    in f (-e:1:26)
    in main (-e:4:1)
END
diff "$tmp/want" "$tmp/err" >"$tmp/diff"; report $? "standard error is as it is with text"

sim 3 'trace x:y { kread(8, "u8") print("n", arg1) error("no") }
trace z:* { print(argstr) }'
objects "events" "$tmp/out" <<'END'
{"data":"n\t1\n","probe":"sys_enter_test","type":"text","values":["n",1]}
{"column":45,"file":"-e","line":1,"message":"no","probe":"sys_enter_test","stack":[{"column":45,"file":"-e","function":"(line 1)","line":1}],"type":"error"}
{"data":"sys_enter_test\n","probe":"sys_enter_test","type":"text","values":[{"event":"sys_enter_test","text":"sys_enter_test","type":"event"}]}
{"data":"n\t2\n","probe":"sys_enter_test","type":"text","values":["n",2]}
{"data":"sys_enter_test\n","probe":"sys_enter_test","type":"text","values":[{"event":"sys_enter_test","text":"sys_enter_test","type":"event"}]}
{"data":"n\t3\n","probe":"sys_enter_test","type":"text","values":["n",3]}
{"data":"sys_enter_test\n","probe":"sys_enter_test","type":"text","values":[{"event":"sys_enter_test","text":"sys_enter_test","type":"event"}]}
END
account "their account" "$tmp/out" <<'END'
{"errors":{"count":3,"elsewhere":0,"places":[{"column":45,"count":3,"file":"-e","line":1,"message":"no"}]},"faults":3,"imbalances":[],"probes":[{"dropped":0,"errors":3,"faults":3,"fired":3,"missed":0,"over_budget":0,"probe":"sys_enter_test","run":3,"skipped":{"filter":0,"record":0,"reentry":0,"stopped":0,"throttled":0},"strings_cut":0,"updates_dropped":0},{"dropped":0,"errors":0,"faults":0,"fired":3,"missed":0,"over_budget":0,"probe":"sys_enter_test","run":3,"skipped":{"filter":0,"record":0,"reentry":0,"stopped":0,"throttled":0},"strings_cut":0,"updates_dropped":0}],"records":{"delivered":7,"dropped":0,"emitted":7,"read":7},"strings_cut":0,"total":{"dropped":0,"errors":3,"faults":3,"fired":6,"missed":0,"over_budget":0,"run":6,"skipped":{"filter":0,"record":0,"reentry":0,"stopped":0,"throttled":0},"strings_cut":0,"updates_dropped":0},"type":"stats","updates_dropped":{"count":0,"places":[]}}
END

# The last of them ends the session for all the time that they took.
sim 1000 'trace x:y { while (true) { } }'
canon "$tmp/out" && perl -MJSON::PP -ne '$s = decode_json($_);
	END { $t = $s->{total}; print "$t->{over_budget} of $t->{errors}\n"; $p = $s->{errors}{places};
	exit 1 unless $t->{errors} > 1 && $t->{over_budget} == $t->{errors} && grep { $_->{message} =~ /tracing ends/ } @$p }' \
	"$tmp/got" >"$tmp/diff"
report $? "handlers over their budget: $(cat "$tmp/diff")"

# Every example of the manual.
sed -n 's/^    {/{/p' doc/json.md >"$tmp/doc"
canon "$tmp/doc" && [ "$(wc -l <"$tmp/got")" = 10 ]
report $? "the examples in doc/json.md are what they should be"

# Books that do not balance are noticed, and what does not.
for what in fired delivered read faults; do
	KTAP_SIM_TAMPER=$what KTAP_SIM_JSON=1 KTAP_SIM_ROUNDS=2 \
		test/tool/build/ktap-sim -e 'trace x:y { print(1) }' >"$tmp/out" 2>"$tmp/diff"
	[ $? = 3 ] && grep -q 'INTERNAL ERROR' "$tmp/diff" && ! grep -q '"imbalances":\[\]' "$tmp/out"
	report $? "a ledger that lies: $what"
done

# In the machine.
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 300 --add "$tmp/calls:/bin/calls" \
	--out "$tmp/vm" -- sh /ktap/test/cli/in-vm-json >"$tmp/diff" 2>&1
status=$?
[ $status = 77 ] && echo "1..$n # no emulated machine here: the rest was not run" && exit $failed
report $status "the machine ran"

objects "in the kernel: values, events with their fields, names of addresses" "$tmp/vm/known" <<'END'
{"data":"vfs_read+0x4\n","type":"text","values":[{"address":"ADDRESS","offset":4,"symbol":"vfs_read","type":"address"}]}
{"data":"filename=/bin/calls pid=PID old_pid=PID\n","probe":"sched:sched_process_exec","type":"text","values":[{"event":"sched:sched_process_exec","fields":{"filename":"/bin/calls","old_pid":PID,"pid":PID},"text":"filename=/bin/calls pid=PID old_pid=PID","type":"event"}]}
{"data":"sys_getppid()\ttrue\n","probe":"syscalls:sys_enter_getppid","type":"text","values":[{"event":"syscalls:sys_enter_getppid","fields":{"nr":110},"text":"sys_getppid()","type":"event"},true]}
{"data":"calls 1\n","probe":"syscalls:sys_exit_getppid","type":"text"}
{"data":"sys_getppid()\ttrue\n","probe":"syscalls:sys_enter_getppid","type":"text","values":[{"event":"syscalls:sys_enter_getppid","fields":{"nr":110},"text":"sys_getppid()","type":"event"},true]}
{"data":"calls 1\n","probe":"syscalls:sys_exit_getppid","type":"text"}
{"data":"(do_exit+0x0/SIZE) code=0\n","probe":"probe:do_exit","type":"text","values":[{"event":"probe:do_exit","fields":{"code":0},"text":"(do_exit+0x0/SIZE) code=0","type":"event"}]}
{"data":"    do_exit\n","probe":"probe:do_exit","type":"text","values":[{"frames":[{"address":"ADDRESS","offset":0,"symbol":"do_exit"}],"type":"stack"}]}
{"data":"    _Exit+OFFSET [calls]\n","probe":"probe:do_exit","type":"text","values":[{"frames":[{"address":"ADDRESS","module":"calls","offset":OFFSET,"symbol":"_Exit"}],"pid":PID,"type":"stack"}]}
{"data":"over\n","probe":"exit","type":"text","values":["over"]}
END
account "an account of known events" "$tmp/vm/account" <<'END'
{"errors":{"count":0,"elsewhere":0,"places":[]},"faults":2000,"imbalances":[],"probes":[{"dropped":0,"errors":0,"faults":2000,"fired":2000,"missed":0,"over_budget":0,"probe":"syscalls:sys_enter_getppid","run":2000,"skipped":{"filter":0,"record":0,"reentry":0,"stopped":0,"throttled":0},"strings_cut":0,"updates_dropped":0},{"dropped":0,"errors":0,"faults":0,"fired":2000,"missed":0,"over_budget":0,"probe":"syscalls:sys_exit_getppid","run":2000,"skipped":{"filter":0,"record":0,"reentry":0,"stopped":0,"throttled":0},"strings_cut":0,"updates_dropped":0}],"records":{"delivered":0,"dropped":0,"emitted":0,"read":0},"strings_cut":0,"total":{"dropped":0,"errors":0,"faults":2000,"fired":4000,"missed":0,"over_budget":0,"run":4000,"skipped":{"filter":0,"record":0,"reentry":0,"stopped":0,"throttled":0},"strings_cut":0,"updates_dropped":0},"type":"stats","updates_dropped":{"count":0,"places":[]}}
END

# Every record that was dropped is told where it is missing, but for those behind the last.
canon "$tmp/vm/dropped"
perl -MJSON::PP -ne '$o = decode_json($_); $text++ if $o->{type} eq "text"; $lost += $o->{records} if $o->{type} eq "lost";
	$r = $o->{records} if $o->{type} eq "stats"; $p = $o->{total} if $o->{type} eq "stats";
	END { print "emitted $r->{emitted}: $text texts, $r->{dropped} dropped, $lost told\n";
	exit 1 unless $text + $r->{dropped} == 80000 && $r->{emitted} == 80000 && $r->{dropped} == $p->{dropped}
		&& $lost > 0 && $lost <= $r->{dropped} }' "$tmp/vm/dropped" >"$tmp/diff"
report $? "dropped records: $(cat "$tmp/diff")"

echo "1..$n"
exit $failed
