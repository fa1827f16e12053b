// SPDX-License-Identifier: GPL-2.0
/* words.c - the options of ktap, and what --help says. */
#include "cli/options.h"

const char options_help[] =
"usage: ktap [option]... SCRIPT [argument]...\n"
"       ktap [option]... -e 'TEXT' [argument]...\n"
"\n"
"Traces the kernel by a script, or by a program image made from one.\n"
"\n"
"  -e TEXT           the script itself\n"
"  -p PID[,PID]...   only events of these processes\n"
"  -f, --follow      and of the processes that they create from now on\n"
"  -C CPU[,CPU-CPU]  only events on these CPUs\n"
"      --cgroup PATH  only events of this cgroup (version 2) and those below it\n"
"  -c COMMAND        run COMMAND, trace it and what it creates until it ends;\n"
"                    or: SCRIPT [argument]... -- COMMAND [argument]...\n"
"  -a, --all         with a command: events of all processes while it runs\n"
"  -o FILE           output to FILE; errors and losses stay on the terminal\n"
"  -T                the time before each line (seconds since boot)\n"
"      --json        output for programs: a JSON object a line, losses included\n"
"  -q                no banner\n"
"  -v                each event's way into the module, and statistics\n"
"      --strict      end at a runtime error; status 4 if anything was lost\n"
"      --ring SIZE   output buffer of each CPU (1M)\n"
"      --mem SIZE    memory of tables and strings (256M)\n"
"      --string SIZE  longest string that a script may build (4k, at most 8000)\n"
"      --max-cpu PERCENT  what handlers may take of each CPU (5); where they take\n"
"                    more, events are skipped and counted; 0: they may take all\n"
"      --no-jit      interpret the program, where it would be machine code\n"
"      --wait        an event that is not there waits for a module that brings it\n"
"      --check       compile only, and say what is wrong\n"
"      --emit FILE   write the program image to FILE; 'ktap FILE' runs it anywhere\n"
"      --target FILE  check, list, or with --emit compile, for the device that FILE\n"
"                    describes, which 'ktap-run --describe' wrote there\n"
"      --render FILE  print what 'ktap-run --raw' wrote on a device; '-': standard input\n"
"  -b                show the program's instructions\n"
"  -l [GLOB]         the events that there are, and their arguments: all of them,\n"
"                    -le tracepoints, -lf functions, -lm functions of modules\n"
"      --version     versions of tool and module\n"
"  -h, --help        this text\n"
"\n"
"Examples:\n"
"  Every system call of the shell with process id 1234, as text:\n"
"    ktap -p 1234 -e 'trace syscalls:* { print(cpu, tid, execname, argstr) }'\n"
"\n"
"  Count system calls by name until Ctrl-C, then draw a chart:\n"
"    ktap -e 'var s = {}\n"
"             trace syscalls:sys_enter_* { s[probename] += 1 }\n"
"             trace_end { print_hist(s) }'\n"
"\n"
"  Files that are opened, with a condition:\n"
"    ktap -e 'trace syscalls:sys_exit_openat /retval < 0/ { print(execname, pid, retval) }'\n"
"\n"
"  Who runs after whom:\n"
"    ktap -e 'trace sched:sched_switch { print(args.prev_comm, \"->\", args.next_comm) }'\n"
"\n"
"Exit status: 0 fine, 1 script or runtime error, 2 usage, 3 cannot load or attach,\n"
"4 loss under --strict; or what the script gave to exit(); or the command's own.\n";

const char options_nothing[] =
	"there is no script: ktap FILE, or ktap -e 'TEXT' (see ktap --help)";

const char options_short[] = "+:e:o:p:fC:c:al::Tqvbh";

const struct option options_long[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "cgroup", required_argument, NULL, OPT_CGROUP },
	{ "follow", no_argument, NULL, 'f' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "strict", no_argument, NULL, OPT_STRICT },
	{ "no-jit", no_argument, NULL, OPT_NO_JIT },
	{ "ring", required_argument, NULL, OPT_RING },
	{ "mem", required_argument, NULL, OPT_MEM },
	{ "string", required_argument, NULL, OPT_STRING },
	{ "max-cpu", required_argument, NULL, OPT_MAX_CPU },
	{ "wait", no_argument, NULL, OPT_WAIT },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "emit", required_argument, NULL, OPT_EMIT },
	{ "render", required_argument, NULL, OPT_RENDER },
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};
