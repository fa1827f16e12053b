/* SPDX-License-Identifier: GPL-2.0 */
/*
 * words.h - what the options of ktap and of ktap-run have in common: those of a session,
 * for --help and for getopt_long().
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#define WORDS_SCOPE \
"  -p PID[,PID]...   only events of these processes\n" \
"  -f, --follow      and of the processes that they create from now on\n" \
"  -C CPU[,CPU-CPU]  only events on these CPUs\n" \
"      --cgroup PATH  only events of this cgroup (version 2) and those below it\n"

#define WORDS_OUTPUT \
"  -a, --all         with a command: events of all processes while it runs\n" \
"  -o FILE           output to FILE; errors and losses stay on the terminal\n" \
"  -T                the time before each line (seconds since boot)\n" \
"      --json        output for programs: a JSON object a line, losses included\n" \
"  -q                no banner\n" \
"  -v                each event's way into the module, and statistics\n" \
"      --strict      end at a runtime error; status 4 if anything was lost\n"

#define WORDS_LIMITS(ring) \
"      --ring SIZE   output buffer of each CPU (" ring ")\n" \
"      --mem SIZE    memory of tables and strings (256M, or less)\n" \
"      --string SIZE  longest string that a script may build (4k, at most 8000)\n" \
"      --max-cpu PERCENT  what handlers may take of each CPU (5); where they take\n" \
"                    more, events are skipped and counted; 0: they may take all\n" \
"      --no-jit      interpret the program, where it would be machine code\n" \
"      --wait        an event that is not there waits for a module that brings it\n"

#define WORDS_END \
"      --version     versions of tool and module\n" \
"  -h, --help        this text\n"

#define LONG_OF_SESSION \
	{ "all", no_argument, NULL, 'a' }, \
	{ "cgroup", required_argument, NULL, OPT_CGROUP }, \
	{ "follow", no_argument, NULL, 'f' }, \
	{ "json", no_argument, NULL, OPT_JSON }, \
	{ "strict", no_argument, NULL, OPT_STRICT }, \
	{ "no-jit", no_argument, NULL, OPT_NO_JIT }, \
	{ "ring", required_argument, NULL, OPT_RING }, \
	{ "mem", required_argument, NULL, OPT_MEM }, \
	{ "string", required_argument, NULL, OPT_STRING }, \
	{ "max-cpu", required_argument, NULL, OPT_MAX_CPU }, \
	{ "wait", no_argument, NULL, OPT_WAIT }, \
	{ "version", no_argument, NULL, OPT_VERSION }, \
	{ "help", no_argument, NULL, 'h' }, \
	{ NULL, 0, NULL, 0 }

#endif
