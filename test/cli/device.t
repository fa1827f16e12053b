#!/bin/sh
# A device: a machine that holds ktap-run, the module and images, but neither ktap nor a
# library. in-vm-device has the tests there; what it leaves is looked at here, where
# the compiler is.
. "$(dirname "$0")/vm.sh"
make -s -C userspace device >&2 || { echo "Bail out! ktap-run does not build"; exit 1; }
${CC:-cc} -O2 -static -o "$tmp/peak" test/cli/peak.c || { echo "Bail out! peak does not build"; exit 1; }

. test/tap.sh

# --- what there is, and how large

size=$(stat -c %s userspace/ktap-run)
[ "$size" -lt 1048576 ]; report $? "ktap-run has less than 1 MiB ($size bytes)"
file=$(LC_ALL=C file -b userspace/ktap-run 2>/dev/null || readelf -l userspace/ktap-run)
case $file in *interp*) false ;; *) true ;; esac; report $? "it is static"
if command -v musl-gcc >/dev/null; then
	make -s -C userspace device RUN_CC=musl-gcc RUN_BUILD=build-musl >&2
	size=$(stat -c %s userspace/build-musl/ktap-run)
	[ "$size" -lt 307200 ]; report $? "with musl less than 300 KiB ($size bytes)"
fi

# --- its images

mkdir "$tmp/x"
emit() { userspace/ktap --emit "$tmp/x/$1.kpc" -e "$2" || echo "Bail out! $1 does not compile"; }
emit count 'var n = 0 trace syscalls:sys_enter_getppid { n += 1 } trace_end { print("calls", n) }'
emit text 'trace syscalls:sys_enter_getppid { print(argstr) }'
emit sched 'trace sched:sched_process_exec { printf("%s|%s\n", args.filename, argstr) }'
emit names 'trace probe:vfs_open { print(stack(2)) exit(0) }'
emit hist 'var s = {} trace syscalls:sys_enter_* { s[probename] += 1 } trace_end { print_hist(s) }'
emit program 'trace probe:/bin/calls:main { }'
emit error 'trace syscalls:sys_enter_getppid { error("oh") }'
cp "$tmp/x/count.kpc" "$tmp/x/newer.kpc"
printf '\002' | dd of="$tmp/x/newer.kpc" bs=1 seek=16 conv=notrunc 2>/dev/null
echo 'print(1)' >"$tmp/x/script.kp"
cp userspace/ktap-run "$tmp/peak" "$tmp/calls" "$tmp/x"
cp test/cli/in-vm-device "$tmp/x/test"

test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --timeout 300 ${KTAP_MODULE:+--module "$KTAP_MODULE"} --out "$tmp/left" \
	--add "$tmp/x:/x" -- sh /x/test >"$tmp/said" 2>&1
status=$?
if [ $status = 77 ]; then
	echo "1..0 # SKIP no emulated machine here"
	exit 0
fi
relay 'in the machine' "$tmp/said"
is $status 0 'the machine came to its end'

# --- what it streamed

render() { userspace/ktap --render "$@"; }
is "$(render "$tmp/left/count.raw" 2>&1)" 'calls	1000' 'a stream is rendered'
is "$(render "$tmp/left/text.raw" 2>&1 | grep -c '^sys_getppid()$')" 1000 'the text of system calls'
is "$(render "$tmp/left/sched.raw" 2>&1 | sed 's/pid=[0-9]*/pid=N/g')" '/x/calls|filename=/x/calls pid=N old_pid=N' \
	'the text of tracepoints, as the kernel has it'
render "$tmp/left/names.raw" 2>&1 | grep -q '^    vfs_open$'; report $? "the device's symbols"
userspace/ktap --json --render "$tmp/left/count.raw" | grep -q '"calls",1000\]'; report $? 'as JSON'
size=$(stat -c %s "$tmp/left/text.raw")
head -c $((size - 100)) "$tmp/left/text.raw" >"$tmp/cut"
render "$tmp/cut" >"$tmp/out" 2>"$tmp/err"; is $? 1 'a stream that is cut off is a failure'
grep -q 'cut off' "$tmp/err"; report $? 'which is told'
render "$tmp/left/error.raw" >"$tmp/out" 2>"$tmp/err"; is $? 1 'an error of the script is one here'
grep -q 'oh' "$tmp/err"; report $? 'and is told with its message'

# --- what it described

on() { userspace/ktap --target "$tmp/left/device" "$@" 2>&1; }
on -e 'trace sched:sched_switch { print(args.prev_comm) }'; report $? 'a script that fits the device'
on -e 'trace sched:sched_switch { print(args.prev_com) }' | grep -q "did you mean 'prev_comm'"; report $? 'a field that its events lack'
on -e 'trace probe:vfs_opn { }' | grep -q "did you mean 'vfs_open'"; report $? 'a function that it lacks'
on -l 'sched:sched_switch' | grep -q '^sched:sched_switch	char prev_comm\[16\]'; report $? 'its events are listed'
on --emit "$tmp/a.kpc" -e 'trace raw:sched_switch { print(args.prev->comm) }'; report $? 'its types are known'
done_testing
