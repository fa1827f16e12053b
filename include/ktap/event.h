/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event.h - one concrete event, as the resolver in userspace describes it to
 * the module: where it is, and where its fields are. A specification such as
 * "syscalls:*" becomes many of these.
 *
 * Units: offsets and sizes in bytes. Strings are NUL-terminated inside their
 * arrays. Reserved fields are zero, else the event is refused.
 */
#ifndef KTAP_EVENT_H
#define KTAP_EVENT_H

#include "abi_types.h"
#include "fetch.h"
#include "limits.h"

/*
 * Kinds of event. _(NAME, text)
 *   SYS_ENTER, SYS_EXIT  one system call, by number
 *   TRACEPOINT           a tracepoint whose record has the layout of its format file
 *   BEGIN                the main chunk is over, so everything is attached
 *   TICK                 once per period; both run in process context, never two at a time
 *   UFUNC, UFUNC_RET     a place in the file of a program or library: a function's first
 *                        instruction, any other, a marker; the return of such a function
 *   PROFILE              once per period on every CPU, in interrupt context
 *   COUNTER              every so many events that perf counts, of the processor or the kernel
 *   RAW                  a tracepoint by its own C arguments, one word each (at most 12)
 *   SIGNAL, EXIT         told by KTAP_IOC_TELL: signal `nr` to the tracer, the end of its
 *                        command; their bodies take turns with those of ticks
 *   FUNC                 a function of the kernel is entered, or an address in it reached
 *   FUNC_RET             a function of the kernel returns
 */
#define KTAP_EVENTS(_) \
	_(SYS_ENTER,	"sys_enter") \
	_(SYS_EXIT,	"sys_exit") \
	_(TRACEPOINT,	"tracepoint") \
	_(BEGIN,	"begin") \
	_(TICK,		"tick") \
	_(UFUNC,	"user function") \
	_(UFUNC_RET,	"return of a user function") \
	_(PROFILE,	"profile") \
	_(COUNTER,	"counter") \
	_(SIGNAL,	"signal") \
	_(EXIT,		"exit") \
	_(RAW,		"raw tracepoint") \
	_(FUNC,		"function") \
	_(FUNC_RET,	"function return")

enum ktap_event_kind {
#define _(name, text) KTAP_EV_##name,
	KTAP_EVENTS(_)
#undef _
	KTAP_EV__MAX
};

/* Where a field's bytes come from. */
enum ktap_field_source {
	KTAP_SRC_NONE,		/* the event has no such field: nil */
	KTAP_SRC_RECORD,	/* offset into the record */
	KTAP_SRC_WORD,		/* word number `offset`: of sys_enter the number, then
				 * six arguments; of sys_exit the number, the result */
	KTAP_SRC_FETCH,		/* `size` operations (fetch.h) from number `offset` on of the
				 * event's; what they end with is cut to `type`, or is a
				 * string (CHARS) or bytes (BYTES) */
	KTAP_SRC__MAX
};

/* What the bytes mean. _(NAME, bytes of the item in the record) */
#define KTAP_FIELD_TYPES(_) \
	_(U8, 1) _(U16, 2) _(U32, 4) _(U64, 8) \
	_(S8, 1) _(S16, 2) _(S32, 4) _(S64, 8) \
	_(CHARS, 0)	/* `size` bytes, a string up to its NUL */ \
	_(BYTES, 0)	/* `size` bytes, all of them */ \
	_(DATA_LOC, 4)	/* a word: length << 16 | offset into the record; a string */ \
	_(REL_LOC, 4)	/* the same, offset from behind the word */ \
	_(DATA_LOC_BYTES, 4) /* not up to a NUL */ \
	_(REL_LOC_BYTES, 4)

enum ktap_field_type {
#define _(name, size) KTAP_FT_##name,
	KTAP_FIELD_TYPES(_)
#undef _
	KTAP_FT__MAX
};

struct ktap_field {
	__u8 source;		/* enum ktap_field_source */
	__u8 type;		/* enum ktap_field_type */
	__u16 size;		/* of CHARS and BYTES in a record, of FETCH; 0 else */
	__u32 offset;
};

/* How the module reached an event; `ktap -v` prints the text. */
#define KTAP_PATHS(_) \
	_(NONE,		"not attached") \
	_(SYSCALL,	"syscall table on the sys_enter/sys_exit tracepoints") \
	_(PLAIN,	"tracepoint, no record") \
	_(RECORD,	"tracepoint, record built in the module") \
	_(PERF,		"kernel perf event") \
	_(RAW,		"tracepoint, its own arguments") \
	_(BEGIN,	"process context, when the main chunk is over") \
	_(THREAD,	"process context, a thread of the session") \
	_(UPROBE,	"breakpoint in the program") \
	_(URETPROBE,	"breakpoint in the program, and its return address replaced") \
	_(TIMER,	"interrupt context, a timer on each CPU") \
	_(FTRACE,	"function entry, ftrace") \
	_(FTRACE_REGS,	"function entry, ftrace with all registers") \
	_(KPROBE,	"kprobe") \
	_(RETHOOK,	"function return, hooked from ftrace") \
	_(KRETPROBE,	"kretprobe") \
	_(COUNTER,	"a perf counter of each CPU") \
	_(DERIVED,	"tracepoint, fields from its arguments")

enum ktap_path {
#define _(name, text) KTAP_PATH_##name,
	KTAP_PATHS(_)
#undef _
	KTAP_PATH__MAX
};

/* The event's parameters used by a handler decide the path. */
struct ktap_event {
	__u32 size;		/* sizeof(struct ktap_event) */
	__u32 kind;		/* enum ktap_event_kind */
	__s32 nr;		/* system call number of SYS_*, signal of SIGNAL, -1 else */
	__u32 id;		/* the tracefs event id of TRACEPOINT (perf fallback), 0 else */
	__u32 rec_size;		/* fixed bytes of the record, 0 if it has none */
	__u16 nargs;		/* positional arguments */
	__u16 nrefs;		/* field references: as many as the image's FREFS, in order */
	__u64 args;		/* user pointer to struct ktap_field[nargs + nrefs],
				 * positional arguments first */
	char system[KTAP_NAME_LEN];	/* "sched" */
	char name[KTAP_NAME_LEN];	/* "sched_switch"; what probename yields */
	/* out */
	__u32 path;		/* enum ktap_path */
	__s32 error;		/* 0, or a negative errno: this event was not attached */
	__u32 probe;		/* id of the probe in records and statistics */
	__u32 reserved;		/* in: 0 */
	__u64 period_ns;	/* in: of TICK and PROFILE, at least KTAP_MIN_TICK_NS; 0 else */
	/* in, of the events that fetch; 0 else */
	__u64 fetch;		/* user pointer to struct ktap_fetch[nfetch] */
	__u32 nfetch;
	__u32 nhidden;		/* the last positional arguments, so many, are for the event's
				 * text only: to a script they are past the end */
	/* in, of functions, kernel and user; 0 else */
	__u64 addr;		/* a kernel function's address; where its name says enough, 0.
				 * Of a user function, bytes from the start of the file */
	__u64 offset;		/* bytes behind the kernel function `name` */
	__u64 file;		/* user pointer to the path of a user function's file */
	__u64 ref_ctr;		/* bytes into the file: a marker's semaphore, or 0 */
	/* in, of counters; 0 else */
	__u32 counter_type;	/* perf_event_attr's type .. */
	__u32 reserved2;
	__u64 counter_config;	/* .. and config */
	__u64 sample_period;	/* events between two firings */
};

_Static_assert(sizeof(struct ktap_field) == 8, "struct ktap_field");
_Static_assert(sizeof(struct ktap_event) == 128 + 2 * KTAP_NAME_LEN,
	       "struct ktap_event");

#endif
