#!/bin/sh
# ktap --target: scripts are checked against a description, here one of the fixture's
# machine; --render: what is no stream.
. "$(dirname "$0")/lib.sh"

mkdir "$tmp/d" "$tmp/d/tracing" "$tmp/t"
export TMPDIR="$tmp/t"
cp -r test/fixture/tracefs/events "$tmp/d/tracing"
cp test/fixture/kallsyms "$tmp/d"
# describe LINE..: the archive, of a device that says so
describe() {
	printf '%s\n' 'release: 5.15.0-tiny' 'machine: armv7l' "$@" >"$tmp/d/device"
	tar -C "$tmp/d" --format=ustar -cf "$tmp/device" device kallsyms $(cd "$tmp/d" && find tracing -type f)
}
unset KTAP_TRACEFS KTAP_KALLSYMS
describe 'module: 1.0' 'interface: 1' 'images: 1' 'features: 1'

status 0 ktap --target "$tmp/device" -e 'trace sched:sched_switch { print(args.prev_comm) }'
status 1 ktap --target "$tmp/device" -e 'trace sched:sched_switch { print(args.prev_com) }'
complains "did you mean 'prev_comm'"
status 1 ktap --target "$tmp/device" --emit "$tmp/a.kpc" -e 'trace sched:sched_swtch { }'
complains 'did you mean sched:sched_switch'
status 0 ktap --target "$tmp/device" --emit "$tmp/a.kpc" -e 'trace sched:sched_switch { }'
status 0 ktap --target "$tmp/device" -e 'trace probe:/no/such/program:main { }'
status 0 ktap --target "$tmp/device" -l 'kmem:*'
status 0 sh -c "ktap --target '$tmp/device' -l | grep -c '^sched:sched_process_exec'"
prints 1

# Registers are the device's: armv7l here.
f=$(sed -n 's/^[0-9a-f]* [tT] \([a-z_]*\)$/\1/p' "$tmp/d/kallsyms" | head -n 1)
status 0 ktap --target "$tmp/device" -e "trace probe:$f a=%r0 b=%fp c=+4(%sp):u32 { print(args.a) }"
status 1 ktap --target "$tmp/device" -e "trace probe:$f a=%di { print(args.a) }"
complains "the device (armv7l) has no register 'di'"
status 1 ktap --target "$tmp/device" -e "trace probe:$f a=%r16 { print(args.a) }"
complains "has no register 'r16'"
# machine NAME REGISTER.. : it has these
machine() {
	describe 'module: 1.0' 'interface: 1' 'images: 1' 'features: 1'
	sed -i "s/^machine: .*/machine: $1/" "$tmp/d/device"
	tar -C "$tmp/d" --format=ustar -cf "$tmp/device" device kallsyms
	name=$1; shift
	for r; do
		status 0 ktap --target "$tmp/device" -e "trace probe:$f a=%$r { print(args.a) }"
	done
}
machine aarch64 x0 x30 w7 sp pc
status 1 ktap --target "$tmp/device" -e "trace probe:$f a=%x31 { print(args.a) }"
complains "the device (aarch64) has no register 'x31'"
machine riscv64 a0 s11 ra pc
machine x86_64 di rax r15
machine sparc64
status 1 ktap --target "$tmp/device" -e "trace probe:$f a=%o0 { print(args.a) }"
complains "the device (sparc64) has no register 'o0', or none that is known"
describe 'module: 1.0' 'interface: 1' 'images: 1' 'features: 1'

# What the module of the device lacks.
cp "$tmp/a.kpc" "$tmp/newer.kpc"
printf '\001\002' | dd of="$tmp/newer.kpc" bs=1 seek=16 conv=notrunc 2>/dev/null
status 1 ktap --target "$tmp/device" --emit "$tmp/b.kpc" "$tmp/newer.kpc"
complains 'needs feature 9, which the device'
printf '\001\000' | dd of="$tmp/newer.kpc" bs=1 seek=16 conv=notrunc 2>/dev/null
status 0 ktap --target "$tmp/device" --emit "$tmp/b.kpc" "$tmp/newer.kpc"
describe 'module: 0.9' 'interface: 1' 'images: 1' 'features: 0'
status 1 ktap --target "$tmp/device" --emit "$tmp/b.kpc" "$tmp/newer.kpc"
complains "needs 'events', which the device's module does not have"
describe 'module: 3.0' 'interface: 1' 'images: 3' 'features: 7'
status 1 ktap --target "$tmp/device" -e 'print(1)'
complains "the device's module (3.0) loads images of version 3, this ktap writes version 1"
describe 'no module: it is not loaded'
status 0 ktap --target "$tmp/device" -e 'print(1)'

# What is no description.
status 2 ktap --target "$tmp/none" -e 'print(1)'
complains 'No such file'
status 2 ktap --target test/cli/lib.sh -e 'print(1)'
complains 'is no description of a device'
head -c 5000 "$tmp/device" >"$tmp/cut"
status 2 ktap --target "$tmp/cut" -e 'print(1)'
complains 'cut off'
mkdir "$tmp/d/tracing/.x" && echo >"$tmp/d/tracing/.x/a"
tar -C "$tmp/d" --format=ustar -cf "$tmp/device" device tracing/.x/a
status 2 ktap --target "$tmp/device" -e 'print(1)'
complains "a description has no file 'tracing/.x/a'"
status 0 ls "$TMPDIR"
[ ! -s "$tmp/out" ]; report $? '  and nothing is left of them all'

# What is no stream.
status 1 ktap --render test/cli/lib.sh
complains 'ktap-run --raw did not write it'
status 1 ktap --render /dev/null
complains 'it is too short'
status 2 ktap --render "$tmp/none"
complains 'No such file'
status 2 ktap --render a b
complains "'b' is one too many"
done_testing
