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
for percent in 101 -1 half '' 5%; do
	status 2 ktap --max-cpu "$percent" x.kp
	complains "--max-cpu: '$percent' is no percentage: write 1 to 100, or 0 for all"
done
status 0 ktap --check --ring 64k --mem 1G --string 8000 -p 1 -q -T -v "$tmp/x.kp" an argument
printf 'print("x\n' >"$tmp/bad.kp"
status 1 ktap --check "$tmp/bad.kp"
complains 'bad.kp:1'
status 1 ktap --check -e 'trace sched:sched_swich { }'
complains 'sched:sched_switch'
status 1 ktap --check -e 'trace sched:sched_switch { print(args.prev_pdi) }'
complains 'prev_pid'
status 0 ktap --check -e 'trace syscalls:sys_enter_* { print(args.fd) }'
quiet

# Which events there are.
KTAP_BTF=$tmp/none; export KTAP_BTF
status 0 ktap -l 'sched:sched_process_*'
prints 'sched:sched_process_exec	__data_loc char[] filename, pid_t pid, pid_t old_pid
sched:sched_process_fork	char parent_comm[16], pid_t parent_pid, char child_comm[16], pid_t child_pid'
status 0 ktap -le
[ "$(cut -d : -f 1 "$tmp/out" | uniq | tr '\n' ' ')" = 'block irq kmem net raw_syscalls regmap sched signal spi syscalls ' ]
report $? "  lists all tracepoints"
status 0 ktap -l 'sys_e[nx]*_read'
[ "$(cut -f 1 "$tmp/out" | tr '\n' ' ')" = 'syscalls:sys_enter_read syscalls:sys_exit_read ' ]
report $? "  a glob without a colon is for what is behind it"
status 1 ktap -l sched:sched_swich
complains "^ktap: no event matches 'sched:sched_swich'; did you mean sched:sched_switch?$"
status 1 ktap -le sched_swich
complains "^ktap: no event matches 'sched_swich'; did you mean sched:sched_switch?$"
status 1 ktap -l 'zzz*'
complains "^ktap: no event matches 'zzz\*'$"
status 2 ktap -lx
complains 'the lists are -l'
status 2 ktap -l a b
complains "'b' is one too many"
(ktap -l; echo "status $?" >&2) 2>"$tmp/err" | head -n 1 >"$tmp/out"
! grep -v '^status' "$tmp/err"
report $? "  a reader that has seen enough is no error"
cat >"$tmp/kallsyms" <<'END'
ffffffff81000000 T vfs_read
ffffffff81000100 t vfs_write
ffffffff81000200 D a_table
ffffffff81000300 T do_exit
ffffffffa0000000 t ext4_sync	[ext4]
ffffffffa0000100 t vfat_sync	[vfat]
END
KTAP_KALLSYMS=$tmp/kallsyms; export KTAP_KALLSYMS
mkdir "$tmp/tracefs"	# one that does not tell which functions can be traced
ln -s "$KTAP_TRACEFS/events" "$tmp/tracefs/events"
KTAP_TRACEFS=$tmp/tracefs
status 0 ktap -lf
prints 'probe:do_exit
probe:ext4_sync
probe:vfat_sync
probe:vfs_read
probe:vfs_write'
status 0 ktap -lf 'vfs_*'
prints 'probe:vfs_read
probe:vfs_write'
status 0 ktap -lm
prints 'probe:ext4:ext4_sync
probe:vfat:vfat_sync'
status 0 ktap -lm 'ext4:*'
prints 'probe:ext4:ext4_sync'
status 0 ktap -l '*vf*'
prints 'probe:vfat_sync
probe:vfs_read
probe:vfs_write'
status 1 ktap -lf vfs_raed
complains "^ktap: no event matches 'vfs_raed'; did you mean probe:vfs_read?$"
#: ktap -l 'hardware:*' lists the names.
#: The names are those that perf list has
status 0 ktap -l 'hardware:*'
grep -q '^hardware:cache-misses:' "$tmp/out" && grep -q '^hardware:L1-dcache-load-misses:' "$tmp/out"
report $? "  has counters and caches"
#: caches are among hardware:, as hardware:L1-dcache-load-misses:1000000, and so are the processor's own numbers, hardware:r01c2:10000.
status 0 ktap --check -e 'trace hardware:L1-dcache-load-misses:1000000, hardware:r01c2:10000, hardware:cache-misses:100000 { }'
quiet
status 0 ktap -l 'software:page*'
prints 'software:page-faults:1'
# Two hundred thousand functions, in no more than three seconds of a processor.
awk 'BEGIN { for (i = 0; i < 200000; i++) {
	name = "f_" (i * 7919 % 200000) "_of_many"; module = i < 180000 ? "" : "[m" i % 50 "]"
	printf "ffffffff8%07x t %s%s\n", 64 * i, name, module ? "\t" module : "" >ARGV[1]
	print name (module ? " " module : "") >ARGV[2]
} }' "$tmp/kallsyms" "$tmp/tracefs/available_filter_functions"
status 0 sh -c 'ulimit -t 3 && exec "$@"' sh ktap -l 'probe:*'
[ "$(wc -l <"$tmp/out")" = 200000 ] && grep -q '^probe:f_199999_of_many$' "$tmp/out"
report $? '  lists two hundred thousand functions'
status 0 sh -c 'ulimit -t 3 && exec "$@"' sh ktap -lm 'm7:*'
[ "$(grep -c '^probe:m7:f_[0-9]*_of_many$' "$tmp/out")" = 400 ]; report $? '  and those of a module'
unset KTAP_BTF KTAP_KALLSYMS
KTAP_TRACEFS=$top/test/fixture/tracefs

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
