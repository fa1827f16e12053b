/* SPDX-License-Identifier: GPL-2.0 */
/*
 * habit.def.h - how bpftrace, SystemTap and DTrace write events, and how ktap does.
 *
 * HABIT(THEIRS, OURS): in THEIRS `$` stands for a text without a colon, `@` for any text, `#` for digits;
 * in OURS 1, 2 and 3 behind a `\` are what stood there. The first that matches counts.
 */
HABIT("tracepoint:@",		"\\1")
HABIT("t:@",			"\\1")
HABIT("rawtracepoint:@",	"raw:\\1")
HABIT("rt:@",			"raw:\\1")
HABIT("k:@",			"probe:\\1")
HABIT("kr:@",			"probe:\\1%return")
HABIT("u:@",			"probe:\\1")
HABIT("ur:@",			"probe:\\1%return")
HABIT("U:@",			"sdt:\\1")
HABIT("fentry:vmlinux:$",	"probe:\\1")
HABIT("fentry:@",		"probe:\\1")
HABIT("f:@",			"probe:\\1")
HABIT("kfunc:@",		"probe:\\1")
HABIT("fexit:vmlinux:$",	"probe:\\1%return")
HABIT("fexit:@",		"probe:\\1%return")
HABIT("fr:@",			"probe:\\1%return")
HABIT("kretfunc:@",		"probe:\\1%return")
HABIT("interval:$:#",		"tick-\\2\\1")
HABIT("i:$:#",			"tick-\\2\\1")
HABIT("profile:$:#",		"profile-\\2\\1")
HABIT("p:$:#",			"profile-\\2\\1")
HABIT("h:@",			"hardware:\\1")
HABIT("s:@",			"software:\\1")
HABIT("BEGIN",			"begin")

HABIT("timer.$(#)",		"tick-\\2\\1")
HABIT("syscall.$.return",	"syscalls:sys_exit_\\1")
HABIT("syscall.$",		"syscalls:sys_enter_\\1")

HABIT("profile-#",		"profile-\\1hz")
HABIT("profile:::profile-#",	"profile-\\1hz")
HABIT("profile:::tick-@",	"tick-\\1")
HABIT("syscall::$:entry",	"syscalls:sys_enter_\\1")
HABIT("syscall::$:return",	"syscalls:sys_exit_\\1")
HABIT("fbt::$:entry",		"probe:\\1")
HABIT("fbt::$:return",		"probe:\\1%return")
HABIT("fbt:$:$:entry",		"probe:\\1:\\2")
HABIT("fbt:$:$:return",		"probe:\\1:\\2%return")
