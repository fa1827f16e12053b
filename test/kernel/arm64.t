#!/bin/sh
# Another architecture: module and tools are cross-built for arm64 and run in an emulated
# machine with Debian's stock kernel. in-vm-arm64 has the tests there, and the language's are run;
# what the device wrote is looked at here.
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
. test/tap.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
line=${KTAP_KERNEL:-6.1}

skip() { echo "1..0 # SKIP $1"; exit 0; }

case $line in 6.1 | 6.12) ;; *) skip "no arm64 kernel $line is tried" ;; esac
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || skip 'what is emulated is emulated on amd64'
test/install-deps vm arm64 || skip 'no qemu-system-aarch64 or cross compiler'
sysroot=$(test/vm/sysroot arm64) || skip 'no packages of arm64'
test/vm/kernel --arch arm64 "$line" >/dev/null || skip "no packages of the arm64 kernel $line"
cross="CROSS_COMPILE=aarch64-linux-gnu- SYSROOT=$sysroot"
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
# shellcheck disable=SC2086 # a list of words
make -s -C userspace $cross all device >&2 || { echo "Bail out! the tools do not build for arm64"; exit 1; }
aarch64-linux-gnu-gcc -O2 -static -o "$tmp/calls" test/cli/calls.c || { echo "Bail out! calls does not build"; exit 1; }

# Images have no machine: these are made here and run there.
mkdir "$tmp/x"
for i in 'count:var n = 0 trace syscalls:sys_enter_getppid { n += 1 } trace_end { print("calls", n) }' \
	'text:trace syscalls:sys_enter_getppid { print(argstr) }' \
	'arg:trace probe:do_sys_openat2 name=+0($arg2):ustring { print(args.name) }'; do
	userspace/ktap --emit "$tmp/x/${i%%:*}.kpc" -e "${i#*:}" || { echo "Bail out! no image of ${i%%:*}"; exit 1; }
done

# Debian's kernel of arm64 tells no symbols of data (CONFIG_KALLSYMS_ALL), and kernel.kp begins with one.
names=$(cd test/lang && ls ./*.kp | sed 's|^\./||; s|\.kp$||' | grep -vx kernel | tr '\n' ' ')
test/vm/run --arch arm64 --kernel "$line" --icount --timeout 600 --out "$tmp/left" --add "$tmp/x:/x" --add "$tmp/calls:/bin/calls" \
	-- "sh /ktap/test/kernel/in-vm-arm64; cd /ktap; LANG_TESTS='$names' test/lang/check ktap -q" >"$tmp/said" 2>&1
status=$?
[ $status != 77 ] || skip 'no emulated machine here'

relay arm64 "$tmp/said"
[ $status = 0 ]; report $? "the machine came to its end ($status)"

on() { userspace/ktap --target "$tmp/left/device" "$@" 2>&1; }
on -e 'trace probe:__arm64_sys_getppid { }'; report $? 'a script that fits the device'
on -e 'trace probe:__x64_sys_getppid { }' >"$tmp/out"; [ $? != 0 ]; report $? 'a function that only this machine has'
[ "$(userspace/ktap --render "$tmp/left/text.raw" 2>&1 | grep -c '^sys_getppid()$')" = 1000 ]; report $? 'its stream is rendered here'
done_testing
