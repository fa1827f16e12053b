# Sourced by the test of another architecture: module and tools are cross-built for it and run in an
# emulated machine with Debian's stock kernel. in-vm-foreign has the tests there, and the
# language's are run; what the device wrote is looked at here.
#
#   arch      as Debian calls it
#   lines     kernel lines that are tried
#   triplet   of the compiler
#   getppid   the kernel's function for that call
#   no_data   not empty if the kernel tells no symbols of data

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
. test/tap.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
line=${KTAP_KERNEL:-6.1}

skip() { echo "1..0 # SKIP $1"; exit 0; }

case " $lines " in *" $line "*) ;; *) skip "no $arch kernel $line is tried" ;; esac
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || skip 'what is emulated is emulated on amd64'
test/install-deps vm "$arch" || skip "no emulator or cross compiler of $arch"
sysroot=$(test/vm/sysroot "$arch") || skip "no packages of $arch"
test/vm/kernel --arch "$arch" "$line" >/dev/null || skip "no packages of the $arch kernel $line"
cross="CROSS_COMPILE=$triplet- SYSROOT=$sysroot"
[ ! -e "$sysroot/usr/lib/$triplet/libc.so.6" ] || cross="$cross SHARED=1"
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
# shellcheck disable=SC2086 # a list of words
make -s -C userspace $cross all device >&2 || { echo "Bail out! the tools do not build for $arch"; exit 1; }

add="--add $tmp/x:/x"

# program SOURCE OPTION.. : builds a program for the machine
program() {
	name=$(basename "$1" .c)
	"$triplet-gcc" -O2 -static -o "$tmp/$name" "$@" || { echo "Bail out! $name does not build"; exit 1; }
	add="$add --add $tmp/$name:/bin/$name"
}

# Images have no machine: these are made here and run there.
mkdir "$tmp/x"
for i in 'count:var n = 0 trace syscalls:sys_enter_getppid { n += 1 } trace_end { print("calls", n) }' \
	'text:trace syscalls:sys_enter_getppid { print(argstr) }' \
	'arg:trace probe:do_sys_openat2 name=+0($arg2):ustring { print(args.name) }'; do
	userspace/ktap --emit "$tmp/x/${i%%:*}.kpc" -e "${i#*:}" || { echo "Bail out! no image of ${i%%:*}"; exit 1; }
done

run_there() {
	# A kernel that tells no symbols of data (CONFIG_KALLSYMS_ALL) has none of those that kernel.kp begins with.
	names=$(cd test/lang && ls ./*.kp | sed 's|^\./||; s|\.kp$||' | grep -vx "${no_data:+kernel}" | tr '\n' ' ')
	# shellcheck disable=SC2086 # a list of words
	test/vm/run --arch "$arch" --kernel "$line" --icount --timeout 600 --out "$tmp/left" $add \
		-- "sh /ktap/test/kernel/in-vm-foreign; cd /ktap; LANG_TESTS='$names' test/lang/check ktap -q" >"$tmp/said" 2>&1
	status=$?
	[ $status != 77 ] || skip 'no emulated machine here'
	relay "$arch" "$tmp/said"
	[ $status = 0 ]; report $? "the machine came to its end ($status)"
}

on() { userspace/ktap --target "$tmp/left/device" "$@" 2>&1; }

look_here() {
	on -e "trace probe:$getppid { }"; report $? 'a script that fits the device'
	on -e 'trace probe:__x64_sys_getppid { }' >"$tmp/out"; [ $? != 0 ]; report $? 'a function that only this machine has'
	[ "$(userspace/ktap --render "$tmp/left/text.raw" 2>&1 | grep -c '^sys_getppid()$')" = 1000 ]; report $? 'its stream is rendered here'
}
