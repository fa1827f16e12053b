/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ioctl.h - /dev/ktap. An open file is a session; many may be open. Closing the
 * file detaches everything and frees the session.
 *
 *   open → LOAD → RUN (MAIN) ⇄ ATTACH → poll, read rings → STOP → RUN (END) → close
 *
 * Every structure begins with its size. A caller may pass a larger structure
 * than the module knows if what is beyond is zero (else E2BIG), or a smaller
 * one, down to the size of version 1 (else EINVAL): missing fields count as
 * zero. Reserved fields must be zero (else EINVAL).
 *
 * Errors of all calls: EFAULT bad pointer; EINVAL bad argument; ENOTTY unknown
 * call; EPERM without CAP_SYS_ADMIN or CAP_PERFMON; EBUSY call not possible in
 * this state of the session; ENOMEM.
 */
#ifndef KTAP_IOCTL_H
#define KTAP_IOCTL_H

#include <linux/ioctl.h>
#include "abi_types.h"
#include "counts.def.h"
#include "event.h"
#include "interpreted.def.h"
#include "unwind.h"

#define KTAP_DEVICE		"/dev/ktap"
#define KTAP_ABI_VERSION	1u

struct ktap_ioc_info {
	__u32 size;
	__u32 abi;		/* out: KTAP_ABI_VERSION of the module */
	__u32 image_version;	/* out: KTAP_IMAGE_VERSION that it loads */
	__u32 ncpus;		/* out: rings to map: 0 .. ncpus-1, possible CPUs */
	__u64 features;		/* out: image features that it knows */
	char version[32];	/* out: the module's version text */
};

/* A place and a reason; filled by LOAD when it fails with EBADMSG. */
struct ktap_error_info {
	__u32 code;		/* enum ktap_error */
	__u32 func;		/* function index, ~0 if of none */
	__u32 pc;		/* word in the function */
	__u32 reserved;
	__s64 arg[2];		/* of the message */
};

struct ktap_ioc_load {
	__u32 size;
	__u32 flags;		/* in and out: enum ktap_load_flags */
	__u64 image;		/* user pointer */
	__u32 image_len;	/* bytes */
	__u32 ring_size;	/* bytes a CPU, 0 = KTAP_DEF_RING; rounded up to a power of two */
	__u64 mem_limit;	/* bytes of tables and strings, 0 = KTAP_DEF_MEM, or a quarter of the machine's */
	__u64 max_steps;	/* a handler, 0 = KTAP_DEF_STEPS */
	__u64 max_time_ns;	/* a handler, 0 = KTAP_DEF_TIME_NS */
	__u32 max_string;	/* bytes, 0 = KTAP_DEF_STRING */
	/* What is traced: 0 for all of everything. All that is given must hold. */
	__u32 npids;
	__u64 pids;		/* user pointer to __u32[npids], as the caller sees them */
	struct ktap_error_info error;	/* out */
	__u64 cpus;		/* user pointer to cpus_len bytes: a bit for each CPU, */
	__u32 cpus_len;		/* the lowest of the first byte for CPU 0 */
	__s32 cgroup;		/* with KTAP_LOAD_CGROUP */
	__u32 max_cpu;		/* in: percent of each CPU that handlers may take, 100: all of it, 0:
				 * the module's default; out: what it is */
	__u32 interpreted;	/* out: enum ktap_interpreted, why all or some of it is; else 0 */
};

enum ktap_load_flags {
	KTAP_LOAD_FOLLOW = 1,	/* and the processes that the given ones create from now on */
	KTAP_LOAD_CGROUP = 2,	/* processes of the cgroup whose folder (version 2) is open as
				 * `cgroup`, and of those below it */
	KTAP_LOAD_NO_JIT = 4,	/* the program is interpreted */
	KTAP_LOAD__ALL = 7,	/* those that may be given */
	KTAP_LOAD_JITED = 8,	/* out: it is machine code, or most of it */
};

enum ktap_run_phase { KTAP_RUN_MAIN, KTAP_RUN_END };

/* Why RUN came back. */
enum ktap_run_status {
	KTAP_RUN_DONE,		/* the phase is over */
	KTAP_RUN_TRACE,		/* reached a trace statement: ATTACH, then RUN again */
	KTAP_RUN_ERROR,		/* runtime error; an ERROR record tells which */
	KTAP_RUN_EXITED,	/* exit() was called */
};

/*
 * RUN runs or continues the main chunk, or the trace_end functions, in the
 * caller's context. It returns EINTR when a signal came: the phase is over then.
 */
struct ktap_ioc_run {
	__u32 size;
	__u32 phase;		/* enum ktap_run_phase */
	__u32 status;		/* out */
	__s32 exit_code;	/* out, of KTAP_RUN_EXITED */
	__u32 spec;		/* out, of TRACE: index into SPECS, ~0: text below */
	__u32 text_len;		/* out: bytes in text */
	__u64 text;		/* user pointer to KTAP_SPEC_LEN bytes, or 0 */
	__u32 line;		/* out, of TRACE: source line */
	__u32 reserved;
};

#define KTAP_SPEC_LEN	4096u

/*
 * ATTACH attaches the handler of the trace statement that RUN stopped at to
 * concrete events. May be called several times; ends with RUN. Each event tells
 * its own error; the call fails only where its own arguments are wrong.
 *
 * A handler that is kept gets a number, from 1 on, also if there is no event as yet.
 * While events are traced, ATTACH with that number attaches it to further tracepoints
 * (TRACEPOINT and RAW; EOPNOTSUPP of other events).
 */
struct ktap_ioc_attach {
	__u32 size;
	__u32 count;		/* events */
	__u64 events;		/* user pointer to struct ktap_event[count], in and out */
	__u32 attached;		/* out: how many */
	__u32 handler;		/* 0: the statement's; KTAP_HANDLER_KEEP: the same, and out:
				 * its number; a number: of one that was kept (ENOENT: of none) */
};

#define KTAP_HANDLER_KEEP	(~0u)

/* The ledgers (counts.def.h) of some probes. */
struct ktap_ioc_probe_stats {
	__u32 size;
	__u32 first;		/* probe id to begin with */
	__u32 count;		/* in: room; out: filled */
	__u32 total;		/* out: probes of the session */
	__u64 stats;		/* user pointer to struct ktap_probe_stats[count] .. */
	__u32 each;		/* .. of so many bytes each, what the module does not know being
				 * zero; 0: KTAP_PROBE_STATS_V1 */
	__u32 reserved;
};

struct ktap_ioc_stats {
	__u32 size;
	__u32 nprobes;
	__u64 emitted;		/* records that were to be written */
	__u64 delivered;
	__u64 dropped;
	__u64 table_drops;	/* table updates that found no memory */
	__u64 faults;		/* memory reads that failed */
	__u64 truncated;	/* strings cut to the limit */
	__u64 mem_used;		/* bytes of tables and strings now */
	__u64 mem_peak;
	__u64 mem_limit;
	__u64 errors;		/* runtime errors, all places */
};

/* Places that failed, with counts. */
struct ktap_error_count {
	__u32 code;
	__u32 func;
	__u32 pc;
	__u32 reserved;
	__u64 count;
};

struct ktap_ioc_errors {
	__u32 size;
	__u32 count;		/* in: room; out: filled */
	__u64 errors;		/* user pointer to struct ktap_error_count[count] */
	__u64 unplaced;		/* out: errors at places beyond the room kept */
};

/*
 * Tells of an event that the tracer alone sees, and returns when its bodies have
 * run, in order of their attachment; EINTR if a signal came before, and they run
 * nevertheless. EBUSY before the main chunk is over and after STOP.
 */
struct ktap_ioc_tell {
	__u32 size;
	__u32 kind;		/* KTAP_EV_SIGNAL or KTAP_EV_EXIT */
	__s32 nr;		/* the signal's number; 0 else */
	__u32 bodies;		/* out: handlers of that event */
};

/*
 * An executable mapping of a process; its name follows, with NUL: a file's path, or
 * what the kernel calls it, "[vdso]"; empty: memory without a name.
 */
struct ktap_map {
	__u64 start, end;	/* addresses of the process */
	__u64 offset;		/* bytes into the file */
	__u64 inode;		/* of the file, 0: none */
	__u32 dev;		/* of the file, as stat() has it */
	__u32 bytes;		/* of this structure and the name, a multiple of 8 */
};

/*
 * MAPS gives the mappings of an address space that stacks and addresses of the session
 * have named (struct ktap_stack), as they were when they were named, also after the
 * process has ended. Where two overlap the later one in the list is the newer.
 */
struct ktap_ioc_maps {
	__u32 size;
	__u32 bytes;		/* in: room; out: how many there are, copied if they fit */
	__u64 space;
	__u64 maps;		/* user pointer to struct ktap_map .. */
	__u32 listings;		/* out: grows when there is something new */
	__u32 reserved;
	__u64 lost;		/* out: spaces of the session that could not be listed */
};

/*
 * UNWIND gives the rows of a file: how callers are found in its code. Sorted, and the
 * last is of rule NONE. A file's rows are given once (EEXIST); there is room for
 * KTAP_MAX_UNWIND bytes and KTAP_MAX_UNWIND_FILES files (ENOSPC). EBADMSG: `bad`. EBUSY
 * before LOAD, and if the program makes no addresses of processes into values.
 * EOPNOTSUPP on other architectures than x86-64.
 */
struct ktap_ioc_unwind {
	__u32 size;
	__s32 fd;		/* of the file, open */
	__u64 rows;		/* user pointer to struct ktap_unwind_row[count] */
	__u32 count;		/* 0: the file tells nothing */
	__u32 bad;		/* out: the first row that is wrong; count: the last is not NONE */
};

/*
 * UNREAD gives a file that a process of the session's stacks runs, and that has no
 * rows yet; each once. ENOENT: there is none. poll() tells of them (POLLPRI).
 */
struct ktap_ioc_unread {
	__u32 size;
	__s32 fd;		/* out: open for reading, the caller's to close */
};

/*
 * CHANGED tells what has become of the kernel's modules since the session was opened,
 * one thing at a time: a probe that ended because its module went, or, with
 * KTAP_PROBE_NONE, that modules came. ENOENT: nothing else. poll() tells of it
 * (POLLRDBAND).
 */
struct ktap_ioc_changed {
	__u32 size;
	__u32 probe;		/* out */
};

/* A function of the kernel or of a module; its name follows, with NUL. */
struct ktap_function {
	__u64 address;
	__u32 bytes;		/* of this structure and the name, a multiple of 8 */
	__u32 is_traced;	/* not 0: the function tracer reaches it, or the kernel has none */
};

/*
 * FUNCTIONS gives all functions of a name or, with *, ? or [, of a shell pattern, of the kernel itself or
 * of one of its modules, to whom /proc/kallsyms shows addresses: EPERM else. Those of one name
 * or one module are in no order. EOPNOTSUPP: this kernel has no search for them; ENOENT: no such
 * module is loaded; EINVAL: a name is longer than the kernel's.
 */
struct ktap_ioc_functions {
	__u32 size;
	__u32 bytes;		/* in: room; out: of how many there are, of which the first that fit are copied */
	__u64 name;		/* user pointer to text with NUL */
	__u64 module;		/* the same, 0: the kernel itself */
	__u64 functions;	/* user pointer to struct ktap_function .. */
};

/*
 * SYMBOL gives what the kernel calls an address of its own or of a module's, as it writes it:
 * "name+0x10/0x140 [module]", the bytes behind the symbol's beginning and up to the next symbol's in
 * hexadecimal. Told to whom /proc/kallsyms shows addresses: EPERM else. ENOENT: it has no name;
 * EOPNOTSUPP: the kernel has no symbols, or does not say who may see them.
 */
struct ktap_ioc_symbol {
	__u32 size;
	__u32 bytes;		/* in: room; out: of the text with NUL, of which the first that fit are copied */
	__u64 address;
	__u64 text;		/* user pointer */
};

#define KTAP_IOC_MAGIC	0xcb
#define KTAP_IOC_INFO	_IOWR(KTAP_IOC_MAGIC, 0, struct ktap_ioc_info)
#define KTAP_IOC_LOAD	_IOWR(KTAP_IOC_MAGIC, 1, struct ktap_ioc_load)
#define KTAP_IOC_RUN	_IOWR(KTAP_IOC_MAGIC, 2, struct ktap_ioc_run)
#define KTAP_IOC_ATTACH	_IOWR(KTAP_IOC_MAGIC, 3, struct ktap_ioc_attach)
#define KTAP_IOC_STOP	_IO(KTAP_IOC_MAGIC, 4)	/* detach all probes, for good */
#define KTAP_IOC_STATS	_IOWR(KTAP_IOC_MAGIC, 5, struct ktap_ioc_stats)
#define KTAP_IOC_PROBES	_IOWR(KTAP_IOC_MAGIC, 6, struct ktap_ioc_probe_stats)
#define KTAP_IOC_ERRORS	_IOWR(KTAP_IOC_MAGIC, 7, struct ktap_ioc_errors)
#define KTAP_IOC_TELL	_IOWR(KTAP_IOC_MAGIC, 8, struct ktap_ioc_tell)
#define KTAP_IOC_MAPS	_IOWR(KTAP_IOC_MAGIC, 9, struct ktap_ioc_maps)
#define KTAP_IOC_UNWIND	_IOWR(KTAP_IOC_MAGIC, 10, struct ktap_ioc_unwind)
#define KTAP_IOC_UNREAD	_IOWR(KTAP_IOC_MAGIC, 11, struct ktap_ioc_unread)
#define KTAP_IOC_CHANGED	_IOWR(KTAP_IOC_MAGIC, 12, struct ktap_ioc_changed)
#define KTAP_IOC_FUNCTIONS	_IOWR(KTAP_IOC_MAGIC, 13, struct ktap_ioc_functions)
#define KTAP_IOC_SYMBOL	_IOWR(KTAP_IOC_MAGIC, 14, struct ktap_ioc_symbol)

/*
 * mmap of ring N: offset N * KTAP_RING_STRIDE, length KTAP_RING_CTL + ring size,
 * shared, read and write. poll: POLLIN when a ring is half full or a process
 * context writer waits, and who asks for POLLRDNORM as well has it when there is any
 * record, or, of one that is written meanwhile, behind the next; POLLHUP when exit() was
 * called or the session stopped; POLLPRI when UNREAD has a file; POLLRDBAND when CHANGED
 * has something to tell.
 */
#define KTAP_RING_CTL		4096u
#define KTAP_RING_STRIDE	(1ull << 32)

#endif
