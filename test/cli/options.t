#!/bin/sh
# The command line: options, usage errors, images. Needs no module.
. "$(dirname "$0")/lib.sh"

status 0 ktap --help
grep -q "trace sched:sched_switch" "$tmp/out"
report $? "  the help has examples"
status 0 ktap -h

status 2 ktap
complains 'there is no script'
status 2 ktap -x
complains 'there is no option -x'
status 2 ktap --nonsense
complains 'there is no option --nonsense'
status 2 ktap -p
complains '-p needs a value'
status 2 ktap --mem
complains '--mem needs a value'
status 2 ktap -p abc x.kp
complains "^ktap: -p: 'abc' is no number from 1 to 2147483647, nor a range of them$"
status 2 ktap -p -1 x.kp
for size in 0 -1 1x 1MM '' 99999999999999999999 18446744073709551615k; do
	status 2 ktap --ring "$size" x.kp
	complains 'is no size'
done

status 1 ktap --check "$tmp/missing.kp"
complains 'missing.kp: No such file'
status 1 ktap --check "$tmp"
complains 'directory'

# Compiling, and finding fault.
status 0 ktap --check -e 'print("x")'
quiet
printf 'print("x")\n' >"$tmp/x.kp"
status 0 ktap --check "$tmp/x.kp"
status 2 ktap --string 8001 x.kp
complains 'at most 8000 bytes'
status 0 ktap --check --ring 64k --mem 1G --string 8000 -p 1 -q -T -v "$tmp/x.kp" an argument
printf 'print("x\n' >"$tmp/bad.kp"
status 1 ktap --check "$tmp/bad.kp"
complains 'bad.kp:1'
status 1 ktap --check -e 'trace sched:sched_swich { }'
complains 'sched:sched_switch'
status 1 ktap --check -e 'trace sched:sched_switch { print(args.prev_pdi) }'
complains 'prev_pid'
status 1 ktap --check -e 'trace probe:vfs_read { }'
complains 'this version of ktap has no probes'
status 0 ktap --check -e 'trace syscalls:sys_enter_* { print(args.fd) }'
quiet

# Images.
status 0 ktap --emit "$tmp/x.kpc" "$tmp/x.kp"
status 0 ktap --check "$tmp/x.kpc"
status 0 ktap -b "$tmp/x.kpc"
cp "$tmp/out" "$tmp/listing"
status 0 ktap -b "$tmp/x.kp"
cmp -s "$tmp/out" "$tmp/listing"
report $? "  an image has the instructions of its script"
head -c 50 "$tmp/x.kpc" >"$tmp/cut.kpc"
status 3 ktap "$tmp/cut.kpc"
status 1 ktap --emit "$tmp/no/such/folder" "$tmp/x.kp"
complains 'No such file'
status 0 ktap --emit "$tmp/far.kpc" -e 'trace far:away { }'

# Every script that comes with ktap compiles.
for script in $(find scripts -name '*.kp' ! -path 'scripts/lib/*' | sort); do
	status 0 ktap --emit "$tmp/script.kpc" "$script"
done

status 0 ktap --version
grep -q '^ktap [0-9]' "$tmp/out"
report $? "  the tool's version"
if [ ! -e /dev/ktap ]; then
	grep -q 'module: /dev/ktap is not there' "$tmp/out"
	report $? "  and that there is no module"
	status 3 ktap "$tmp/x.kp"
	complains 'insmod ktapvm.ko'
fi
done_testing
