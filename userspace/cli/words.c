// SPDX-License-Identifier: GPL-2.0
/* words.c - the options of ktap, and what --help says. */
#include "cli/options.h"
#include "cli/words.h"

const char options_help[] =
"usage: ktap [option]... SCRIPT [argument]...\n"
"       ktap [option]... -e 'TEXT' [argument]...\n"
"\n"
"Traces the kernel by a script, or by a program image made from one.\n"
"\n"
"  -e TEXT           the script itself\n"
WORDS_SCOPE
"  -c COMMAND        run COMMAND, trace it and what it creates until it ends;\n"
"                    or: SCRIPT [argument]... -- COMMAND [argument]...\n"
WORDS_OUTPUT
WORDS_LIMITS("1M")
"      --check       compile only, and say what is wrong\n"
"      --emit FILE   write the program image to FILE; 'ktap FILE' runs it anywhere\n"
"      --target FILE  check, list, or with --emit compile, for the device that FILE\n"
"                    describes, which 'ktap-run --describe' wrote there\n"
"      --render FILE  print what 'ktap-run --raw' wrote on a device; '-': standard input\n"
"  -b                show the program's instructions\n"
"  -l [GLOB]         the events that there are, and their arguments: all of them,\n"
"                    -le tracepoints, -lf functions, -lm functions of modules\n"
WORDS_END
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
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "emit", required_argument, NULL, OPT_EMIT },
	{ "render", required_argument, NULL, OPT_RENDER },
	{ "target", required_argument, NULL, OPT_TARGET },
	LONG_OF_SESSION,
};
