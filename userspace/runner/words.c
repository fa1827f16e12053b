// SPDX-License-Identifier: GPL-2.0
/* words.c - the options of ktap-run, and what --help says. */
#include "cli/options.h"

const char options_help[] =
"usage: ktap-run [option]... IMAGE\n"
"       ktap-run [option]... IMAGE -- COMMAND [argument]...\n"
"       ktap-run --describe >FILE\n"
"\n"
"Traces the kernel by a program image, which 'ktap --emit IMAGE SCRIPT' writes on any\n"
"machine. It has no compiler and needs no library.\n"
"\n"
"  -p PID[,PID]...   only events of these processes\n"
"  -f, --follow      and of the processes that they create from now on\n"
"  -C CPU[,CPU-CPU]  only events on these CPUs\n"
"      --cgroup PATH  only events of this cgroup (version 2) and those below it\n"
"  -c COMMAND        run COMMAND, trace it and what it creates until it ends\n"
"  -a, --all         with a command: events of all processes while it runs\n"
"  -o FILE           output to FILE; errors and losses stay on the terminal\n"
"  -T                the time before each line (seconds since boot)\n"
"      --json        output for programs: a JSON object a line, losses included\n"
"  -q                no banner\n"
"  -v                each event's way into the module, and statistics\n"
"      --strict      end at a runtime error; status 4 if anything was lost\n"
"      --ring SIZE   output buffer of each CPU (128k)\n"
"      --mem SIZE    memory of tables and strings (256M)\n"
"      --string SIZE  longest string that a script may build (4k, at most 8000)\n"
"      --max-cpu PERCENT  what handlers may take of each CPU (5); 0: all\n"
"      --no-jit      interpret the program, where it would be machine code\n"
"      --wait        an event that is not there waits for a module that brings it\n"
"      --raw         records as they are instead of text, for 'ktap --render FILE'\n"
"                    elsewhere; then -o may be tcp:ADDRESS:PORT or unix:PATH\n"
"      --describe    write a description of this device to standard output, for\n"
"                    'ktap --target FILE' elsewhere\n"
"      --version     versions of tool and module\n"
"  -h, --help        this text\n"
"\n"
"Exit status: 0 fine, 1 runtime error, 2 usage, 3 cannot load or attach, 4 loss under\n"
"--strict; or what the script gave to exit(); or the command's own.\n";

const char options_nothing[] =
	"there is no program image: ktap-run FILE (see ktap-run --help)";

const char options_short[] = "+:o:p:fC:c:aTqvh";

const struct option options_long[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "cgroup", required_argument, NULL, OPT_CGROUP },
	{ "follow", no_argument, NULL, 'f' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "raw", no_argument, NULL, OPT_RAW },
	{ "strict", no_argument, NULL, OPT_STRICT },
	{ "no-jit", no_argument, NULL, OPT_NO_JIT },
	{ "ring", required_argument, NULL, OPT_RING },
	{ "mem", required_argument, NULL, OPT_MEM },
	{ "string", required_argument, NULL, OPT_STRING },
	{ "max-cpu", required_argument, NULL, OPT_MAX_CPU },
	{ "wait", no_argument, NULL, OPT_WAIT },
	{ "describe", no_argument, NULL, OPT_DESCRIBE },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};
