/* SPDX-License-Identifier: GPL-2.0 */
/*
 * builtins.def.h - the functions that a script finds ready made.
 *
 * _(NAME, name, fewest arguments, most arguments (-1: any), results, contexts, help)
 *
 * results: 0 none, 1 one, -1 any number. contexts: ANY or PROCESS (only the main
 * chunk, trace_end and other bodies that run in process context).
 * A builtin's number is part of the image format: append only.
 */
#define KTAP_BUILTINS(_) \
	_(PRINT,	"print",	0, -1,  0, ANY, "print the arguments, tabs between, and a newline") \
	_(PRINTF,	"printf",	1, 63,  0, ANY, "print by a format, as in C") \
	_(COUNT,	"count",	1,  2,  1, ANY, "count(x): samples of an aggregate, or how many values distinct() has seen; count(t, k): t[k] += 1") \
	_(PRINT_HIST,	"print_hist",	1,  3,  0, ANY, "print_hist(t[, n][, unit]): ranked chart of a table of numbers; distribution of an aggregate, or of each in a table. unit: ns us ms s bytes") \
	_(HISTOGRAM,	"histogram",	1,  3,  0, ANY, "the first generation's print_hist") \
	_(LEN,		"len",		1,  1,  1, ANY, "bytes of a string, entries of a table") \
	_(DELETE,	"delete",	1,  2,  0, ANY, "delete(t, k): free one entry; delete(t): all") \
	_(CLEAR,	"clear",	1,  1,  0, ANY, "free all entries of a table") \
	_(PAIRS,	"pairs",	1,  1,  1, ANY, "iterate over a table: for (k, v in pairs(t))") \
	_(EXIT,		"exit",		0,  1,  0, ANY, "end the session, with an exit code") \
	_(PCALL,	"pcall",	1, 63, -1, ANY, "call a function, catching runtime errors") \
	_(ERROR,	"error",	0,  2,  0, ANY, "raise a runtime error") \
	_(ASSERT,	"assert",	1, -1, -1, ANY, "raise an error unless the first argument is true") \
	_(TYPE,		"type",		1,  1,  1, ANY, "name of a value's type") \
	_(SELECT,	"select",	1, -1, -1, ANY, "select(n, ...): the arguments from the n-th; select('#', ...): how many") \
	_(UNPACK,	"unpack",	1,  3, -1, ANY, "the list entries of a table as results") \
	_(TOSTRING,	"tostring",	1,  1,  1, ANY, "a value as a string") \
	_(TONUMBER,	"tonumber",	1,  2,  1, ANY, "a string as an integer, nil if it is none") \
	_(EVTEXT,	"e.tostring",	0,  1,  1, ANY, "text of the event (method of the event object)") \
	_(EVFIELD,	"e.field",	1,  2,  1, ANY, "field of the event by position, from 1 (method of the event object)") \
	_(ARG,		"args[]",	1,  1,  1, ANY, "field or parameter of the event by position, from 0, or by name") \
	/* tables */ \
	_(TABLE_NEW,	"table.new",	0,  2,  1, ANY, "table.new(list, other): a table with room for so many entries") \
	_(TABLE_INSERT,	"table.insert",	2,  3,  0, ANY, "table.insert(t[, place], v): into a list, at its end or before a place") \
	_(TABLE_REMOVE,	"table.remove",	1,  2,  1, ANY, "table.remove(t[, place]): takes the last entry, or that at a place, out of a list") \
	_(TABLE_CONCAT,	"table.concat",	1,  4,  1, ANY, "table.concat(t[, between[, first[, last]]]): a list's entries as one string") \
	_(TABLE_SORT,	"table.sort",	1,  2,  0, ANY, "table.sort(t[, less]): order a list, by less(a, b) or <") \
	_(SORT_PAIRS,	"sort_pairs",	1,  3,  1, ANY, "sort_pairs(t[, how[, n]]): a copy of t in order, or its first n entries; how: 'value' (largest first), 'value up', 'key' (smallest first), 'key down'") \
	/* strings */ \
	_(SUB,		"sub",		2,  3,  1, ANY, "sub(s, i[, j]): a piece of a string") \
	_(FIND,		"find",		2,  4, -1, ANY, "find(s, pattern[, init[, plain]]): where a Lua pattern is found") \
	_(MATCH,	"match",	2,  3, -1, ANY, "match(s, pattern[, init]): what a Lua pattern captures") \
	_(BYTE,		"byte",		1,  3, -1, ANY, "byte(s[, i[, j]]): bytes as integers") \
	_(CHAR,		"char",		0, -1,  1, ANY, "integers as a string of bytes") \
	_(REP,		"rep",		2,  3,  1, ANY, "rep(s, n[, sep]): n times the string") \
	_(UPPER,	"upper",	1,  1,  1, ANY, "letters in upper case") \
	_(LOWER,	"lower",	1,  1,  1, ANY, "letters in lower case") \
	_(FORMAT,	"format",	1, 63,  1, ANY, "what printf would print, as a string") \
	_(HEX,		"hex",		1,  1,  1, ANY, "bytes of a string in hexadecimal") \
	_(STRINGOF,	"stringof",	1,  1,  1, ANY, "any value as print shows it") \
	/* the clock and the terminal */ \
	_(TIME,		"time",		1,  1,  0, ANY, "time(format): print the wall-clock time, by strftime's format") \
	_(PRINT_CLOCK,	"print_trace_clock",	0,  0,  0, ANY, "print the time of the event, in seconds since boot") \
	_(ANSI_CLEAR,	"ansi.clear_screen",	0,  0,  0, ANY, "clear the terminal") \
	_(ANSI_COLOR,	"ansi.set_color",	1,  1,  0, ANY, "foreground colour (30 to 37) of what follows") \
	_(ANSI_COLOR2,	"ansi.set_color2",	2,  2,  0, ANY, "foreground and background (40 to 47)") \
	_(ANSI_COLOR3,	"ansi.set_color3",	3,  3,  0, ANY, "foreground, background and attribute (1 bold, 4 underlined, 7 reverse)") \
	_(ANSI_RESET,	"ansi.reset_color",	0,  0,  0, ANY, "the terminal's own colours again") \
	_(ANSI_NEW_LINE,	"ansi.new_line",	0,  0,  0, ANY, "end the line") \
	/* the kernel around the event */ \
	_(KERNEL_STRING, "kernel_string", 1, 2, 1, ANY, "kernel_string(addr[, max]): string in the kernel's memory, nil where it cannot be read") \
	_(USER_STRING,	"user_string",	1,  2,  1, ANY, "user_string(addr[, max]): string in the task's memory, nil where it cannot be read") \
	_(KERNEL_BYTES,	"kernel_bytes",	2,  2,  1, ANY, "kernel_bytes(addr, n): n bytes of the kernel's memory") \
	_(USER_BYTES,	"user_bytes",	2,  2,  1, ANY, "user_bytes(addr, n): n bytes of the task's memory") \
	_(KREAD,	"kread",	2,  2,  1, ANY, "kread(addr, \"u32\"): number in the kernel's memory; u8 to u64, s8 to s64") \
	_(CURR_TASKINFO, "curr_taskinfo", 1, 2, 1, ANY, "curr_taskinfo(offset[, size]): number in the current task_struct") \
	_(KADDR,	"kaddr",	1,  1,  1, PROCESS, "address of a symbol of the kernel, nil if there is none") \
	_(KSYM,		"ksym",		1,  1,  1, ANY, "a number as an address of the kernel, printed as symbol+offset") \
	_(IPOF,		"ipof",		1,  1,  1, ANY, "the same") \
	_(ARCH,		"arch",		0,  0,  1, ANY, "the machine's architecture") \
	_(KERNEL_V,	"kernel_v",	0,  0,  1, ANY, "the kernel's release") \
	_(NUM_CPUS,	"num_cpus",	0,  0,  1, ANY, "how many processors are at work") \
	_(IN_INTERRUPT,	"in_interrupt",	0,  0,  1, ANY, "whether the event fired in an interrupt") \
	_(IN_IOWAIT,	"in_iowait",	0,  0,  1, ANY, "whether the task waits for input or output") \
	_(GETTIMEOFDAY_NS, "gettimeofday_ns", 0, 0, 1, ANY, "nanoseconds since 1970") \
	_(GETTIMEOFDAY_US, "gettimeofday_us", 0, 0, 1, ANY, "microseconds since 1970") \
	_(GETTIMEOFDAY_MS, "gettimeofday_ms", 0, 0, 1, ANY, "milliseconds since 1970") \
	_(GETTIMEOFDAY_S, "gettimeofday_s", 0, 0, 1, ANY, "seconds since 1970") \
	_(FORMAT_IP_ADDR, "net.format_ip_addr", 1, 1, 1, ANY, "an IPv4 address, a number as it stands in memory, as text") \
	_(IP_SOCK_SADDR, "net.ip_sock_saddr", 1, 1, 1, ANY, "own IPv4 address of a struct sock") \
	_(IP_SOCK_DADDR, "net.ip_sock_daddr", 1, 1, 1, ANY, "peer's IPv4 address of a struct sock") \
	_(NTOP,		"net.ntop",	1,  1,  1, ANY, "four or sixteen bytes of an IP address as text, nil of other lengths") \
	/* tables of bounded size */ \
	_(TABLE_LRU,	"table.lru",	1,  1,  1, ANY, "table.lru(n): a table that keeps the n entries used last, by t[k] and t[k] = v") \
	_(TOP,		"top",		1,  1,  1, ANY, "top(n): a table of numbers that keeps the n largest; sums beyond n keys are estimates, never too small") \
	/* aggregates; one that has had no sample yet is nil, and reads as empty */ \
	_(SUM,		"sum",		1,  1,  1, ANY, "sum of an aggregate's samples") \
	_(MIN,		"min",		1,  2,  1, ANY, "min(x): least sample of an aggregate, nil if there is none; min(a, b): the lesser integer") \
	_(MAX,		"max",		1,  2,  1, ANY, "max(x): largest sample of an aggregate, nil if there is none; max(a, b): the greater integer") \
	_(AVG,		"avg",		1,  1,  1, ANY, "mean of an aggregate's samples, rounded toward zero, nil if there is none") \
	_(STDDEV,	"stddev",	1,  1,  1, ANY, "standard deviation of an aggregate's samples, rounded down, nil if there is none") \
	_(PERCENTILE,	"percentile",	2,  2,  1, ANY, "percentile(x, p): the value that p of 100 samples do not exceed, as near as x's distribution tells; nil if there is none") \
	_(DISTINCT,	"distinct",	0,  1,  1, ANY, "distinct(): an aggregate that counts different values of any kind, d <<< v; distinct(d): how many, within about 2 %") \
	_(LHIST,	"lhist",	3,  3,  1, ANY, "lhist(lo, hi, step): an aggregate with a linear distribution") \
	_(LLHIST,	"llhist",	0,  0,  1, ANY, "llhist(): an aggregate whose percentiles are within 1 %") \
	_(TABLE_OF,	"table.of",	1,  1,  1, ANY, "table.of(x): a table whose absent elements become aggregates of x's kind on <<<") \
	_(SNAPSHOT,	"snapshot",	1,  1,  1, PROCESS, "snapshot(t): moves all of t's content into a new table in one step; t is empty then") \
	_(TABLE_COUNT,	"table_count",	2,  3,  1, ANY, "table_count(t, k[, n]): t[k] += n, the first generation's") \
	_(GLOB,		"~",		2,  2,  1, ANY, "whether a text, or the name of the symbol at an address, fits a shell pattern") \
	/* stacks */ \
	_(STACK,	"stack",	0,  2,  1, ANY, "stack([depth[, skip]]): the kernel's stack, from where the event fired") \
	_(USTACK,	"ustack",	0,  1,  1, ANY, "ustack([depth]): the process's stack; empty in a kernel thread") \
	_(PRINT_STACK,	"print_stack",	0,  2,  0, ANY, "print_stack([depth[, skip]]): print(stack(depth, skip))") \
	_(USYM,		"usym",		1,  1,  1, ANY, "a number as an address of the process, printed as symbol+offset; nil in a kernel thread") \
	/* what was lost */ \
	_(STATS,	"stats",	0,  2,  1, PROCESS, "stats(): a table of the session's counts; stats(name): those of the events of that name; stats(name, count): one of them, which needs no memory; name may be nil. nil if there is none such")

/* Further names. _(alias, NAME) */
#define KTAP_BUILTIN_ALIASES(_) \
	_("curr_task_info",	CURR_TASKINFO) \
	_("backtrace",		STACK) \
	_("print_backtrace",	PRINT_STACK)
