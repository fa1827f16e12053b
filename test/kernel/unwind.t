#!/bin/sh
# Stacks of processes whose code keeps no frame pointers: in-vm-unwind has the tests.
# KTAP_KERNEL: 5.10, 6.1 (default), 6.12 or newest.
cd "$(dirname "$0")/../.." || exit 1
make -s -C userspace >&2 || { echo "Bail out! ktap does not build"; exit 1; }
flock test/user/Makefile make -s -C test/user chains >&2 || { echo "Bail out! the fixtures do not build"; exit 1; }
out=test/user/build

# How far inside of `third` its fifth instruction is: behind two pushes.
place() {
	set -- $(objdump -d --no-show-raw-insn --disassemble=third $out/bare/bare | sed -n 's/^ *\([0-9a-f]*\):.*/\1/p')
	printf '0x%x' $((0x$5 - 0x$1))
}
test/vm/run --kernel "${KTAP_KERNEL:-6.1}" --smp 2 --timeout 300 \
	$(for name in bare later untold damaged origin inherited; do echo "--add $out/bare/$name:/usr/bin/$name"; done) \
	$(for name in libown libbetween; do echo "--add $out/bare/$name.so:/usr/lib/own/$name.so"; done) \
	--add $out/bare/libbare.so:/usr/lib/x86_64-linux-gnu/libbare.so --add $out/chain/chain:/usr/bin/chain --add $out/bare/silent:/usr/bin/silent \
	-- "PLACE=$(place) sh /ktap/test/kernel/in-vm-unwind"
status=$?
[ $status = 77 ] && echo "1..0 # SKIP no emulated machine here" && exit 0
exit $status
