/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ctxvars.def.h - what a handler may ask of the moment it runs in.
 *
 * _(NAME, name in scripts, type of value, help)
 *
 * Types: int, str, text (eventtext). Names of the first generation that mean the
 * same are aliases, listed apart. Outside a handler those of the event are nil.
 */
#define KTAP_CTXVARS(_) \
	_(PID,		"pid",		int,  "process id (tgid), as in the tracer's pid namespace") \
	_(TID,		"tid",		int,  "thread id, as in the tracer's pid namespace") \
	_(PPID,		"ppid",		int,  "process id of the parent") \
	_(UID,		"uid",		int,  "real user id") \
	_(GID,		"gid",		int,  "real group id") \
	_(CPU,		"cpu",		int,  "processor number") \
	_(EXECNAME,	"execname",	str,  "command name of the thread") \
	_(CGROUP,	"cgroup",	int,  "id of the thread's cgroup (v2)") \
	_(NSECS,	"nsecs",	int,  "monotonic nanoseconds when the event fired") \
	_(PROBENAME,	"probename",	str,  "name of the event, such as sys_enter_open") \
	_(FUNC,		"func",		str,  "name of the probed function, of the event else") \
	_(ARGSTR,	"argstr",	text, "text of the event as the kernel's trace shows it") \
	_(EVENT,	"argevent",	event, "the event itself (what a handler's parameter holds)")

/* _(alias, NAME) */
#define KTAP_CTXVAR_ALIASES(_) \
	_("comm",	EXECNAME) \
	_("argname",	PROBENAME)
