/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vm.h - a program at work: the shared state of a session (struct kp_vm), and
 * the private state of one invocation (struct kp_ctx).
 *
 * A host makes one kp_vm per session, runs its main chunk in a context of
 * process kind, and calls kp_vm_handle() for every event with the context of the
 * CPU and level (task, softirq, hardirq, NMI) that it fired in.
 */
#ifndef KP_VM_H
#define KP_VM_H

#include "heap.h"
#include "insn.h"

/* A field that the host has by itself, not as a source of the ABI's: `offset` is its number
 * in kp_probe.derive. */
#define KP_SRC_DERIVED	((u32)KTAP_SRC__MAX)

/* Any context, of what ev->regs points to. A number; or a text, put at `out` with NULs to its size. */
typedef u64 kp_derive_fn(const void *args, void *out);

#define KP_DERIVED_TEXT	16u	/* bytes of such a text, at most */

/* Where a field is whole: in the lowest bytes of a word. */
enum kp_quick_from { KP_QUICK_NOT, KP_QUICK_REGS, KP_QUICK_RECORD, KP_QUICK_RET };

struct kp_quick {
	u8 from;		/* enum kp_quick_from: members of struct kp_event */
	u8 is_signed;
	u8 unused;		/* bits of the word */
	u16 at;			/* the word's first byte there */
};

#define KP_QUICK_FIELDS	8

/* One concrete event, as the core sees it. The host keeps it while attached. */
struct kp_probe {
	u32 id;			/* in records */
	u32 kind;		/* enum ktap_event_kind */
	struct kp_str *name;	/* static: probename */
	const struct ktap_field *args;	/* by position */
	const struct ktap_field *refs;	/* by the image's field references */
	const struct ktap_fetch *fetch;	/* what those that fetch consist of; NULL: none do */
	kp_derive_fn *const *derive;	/* what those that are derived come by */
	u32 nargs, nrefs;
	u32 nhidden;		/* of args, at their end: for the event's text only */
	struct kp_quick quick[KP_QUICK_FIELDS];	/* of the first refs; made by kp_front_prepare() */
};

#define KP_EVENT_WORDS	7

/* One firing; lives on the host's stack while the handler runs. */
struct kp_event {
	const struct kp_probe *probe;
	struct kp_ctx *ctx;	/* of the handler */
	const void *rec;	/* the event's record, or NULL */
	u32 rec_len;
	u32 nwords;		/* of a system call: 0 until kp_host_event_words() */
	const void *regs;	/* the host's: where words and fetches come from */
	const unsigned long *frame;	/* the host's: where the kernel's stack begins */
	long ret;		/* the host's: result of sys_exit; of functions, where they return to */
	u64 word[KP_EVENT_WORDS];
};

/* Limits of a session; the loader has filled in the defaults. */
struct kp_opts {
	u64 mem_limit;
	u64 max_steps;
	u64 max_time_ns;
	u32 max_string;
	u32 seed;		/* of hashes; kp_vm_init() takes the program's */
};

#define KP_ERROR_PLACES	256

/* A place that failed at run time. Claimed by cmpxchg of `key`. */
struct kp_error_place {
	u64 key;		/* code, function and pc, never 0 when claimed */
	atomic64_t count;
};

struct kp_vm {
	const struct kp_prog *prog;
	struct kp_opts opts;
	struct kp_heap heap;
	struct kp_slot *global;		/* nglobal */
	struct kp_closure **end;	/* trace_end functions in order */
	u32 nend, end_room;
	void *host;			/* the host's session */

	atomic64_t table_drops, faults, truncated, errors, errors_unplaced;
	atomic64_t next_chart;		/* ids of print_hist output */
	struct kp_error_place place[KP_ERROR_PLACES];
};

/* Process context. 0 or -ENOMEM. The program stays the caller's. */
int kp_vm_init(struct kp_vm *vm, const struct kp_prog *prog,
	       const struct kp_opts *opts, void *host);

/* Process context, when nothing runs any more: frees all objects. */
void kp_vm_exit(struct kp_vm *vm);

/*
 * Process context: frees retired objects, refills the heap. Asked for by kp_host_kick().
 * One go takes a few grace periods at most, and true says that more is to be done: handlers
 * may retire objects as fast as they are freed. kp_vm_service() goes on until all is done.
 * One caller at a time.
 */
bool kp_vm_serve(struct kp_vm *vm);
void kp_vm_service(struct kp_vm *vm);

/* A static string for kp_probe.name, in memory of the host's. Bytes that it needs, and making it. */
size_t kp_static_str_size(u32 len);
struct kp_str *kp_static_str(void *mem, const char *bytes, u32 len, u32 seed);

struct kp_frame {
	const struct kp_closure *cl;
	const struct kp_insn *pc;	/* next instruction, while another frame runs */
	u32 base;		/* first register in the stack */
	u32 nextra;		/* extra arguments, below base */
	u16 want;		/* results that the caller wants plus one, 0 = all */
	u8 ret;			/* caller's register for the first result */
	u8 prot;		/* called by PCALL */
};

/* The index of the instruction at which the frame goes on. */
static inline u32 kp_frame_pc(const struct kp_frame *f)
{
	return (u32)(f->pc - f->cl->fn->insn);
}

enum kp_level { KP_LEVEL_TASK, KP_LEVEL_SOFTIRQ, KP_LEVEL_HARDIRQ, KP_LEVEL_NMI,
		KP_LEVEL_PROCESS };

struct kp_error {
	u32 code;		/* enum ktap_error */
	u16 nargs;
	u16 placed;		/* its text needs no "file:line: " in front */
	struct kp_value arg[4];
};

/* Made once per CPU and level, or per session in process context; reused. */
struct kp_ctx {
	struct kp_vm *vm;	/* of the invocation under way */
	struct kp_event *ev;	/* NULL outside handlers */
	u8 level;		/* enum kp_level */
	u8 main;		/* runs the main chunk, which alone attaches */
	u32 depth;		/* frames in use */
	u32 floor;		/* of these, frames below the innermost run of the interpreter */
	u32 resume;		/* machine code: the pc at which the innermost frame goes on */
	u32 at;			/* machine code: the pc behind the instruction under way, where
				 * the frame does not tell; else 0 */
	u32 nested;		/* runs inside a builtin that called back */
	u32 top;		/* end of the multi range, index into stack */
	s64 steps;		/* left until the next check */
	u64 steps_spent;
	u64 start_ns;		/* when it began; 0 if not read yet */
	u32 waste_of;		/* the session, by its seed, .. */
	u64 waste_since, waste_ns;	/* .. whose handlers ran out of their budget here, and spent this */
	u32 have;		/* context variables cached, bit per enum ktap_ctxvar */
	struct kp_value cached[KTAP_CTX__MAX];
	struct kp_error err;

	struct kp_value *stack;
	u32 nstack;
	struct kp_frame *frame;
	u32 nframe;

	u8 *half[2];		/* arena: temporaries, the live half first */
	u32 half_size, used;
	u8 *fetched;		/* KTAP_FETCH_RECORD bytes: the record of an event that fetches */
	struct kp_obj **young;	/* objects made here, each with one reference */
	u32 nyoung, young_room;

	/* the trace statement at which the main chunk waits */
	struct kp_closure *handler;
	u32 spec;		/* ~0: spec_text */
	struct kp_str *spec_text;
	u32 spec_pos;
	void *mem;
};

/* Process context. 0 or -ENOMEM. */
int kp_ctx_init(struct kp_ctx *ctx, enum kp_level level);
void kp_ctx_exit(struct kp_ctx *ctx);

/*
 * Any context, process context too: runs a handler for an event to its end. The host has made sure
 * that nothing else uses ctx, that the CPU cannot change, and that objects seen
 * stay (RCU). False if it ended by a runtime error, which has been reported;
 * exit() is none.
 */
bool kp_vm_handle(struct kp_ctx *ctx, struct kp_vm *vm, struct kp_closure *fn,
		  struct kp_event *ev);

/*
 * The same from a word on that the handler's front has come to (front.h): `have` are
 * bits of the registers in R that have a value there. The others are not read.
 */
bool kp_vm_go_on(struct kp_ctx *ctx, struct kp_vm *vm, struct kp_closure *fn, struct kp_event *ev,
		 u32 pc, const struct kp_value *R, u32 have);

enum kp_run { KP_RUN_DONE, KP_RUN_TRACE, KP_RUN_ERROR };

/*
 * Process context: begins the main chunk, or the next trace_end function, and
 * runs it until it is done, fails (reported, unless ctx->err is KTAP_E_R_INTR:
 * interrupted, or exit() was called), or stands at a trace statement:
 * ctx->handler, spec, spec_text, spec_pos then tell which; kp_vm_continue() goes
 * on from there. A handler that is to stay attached is taken by
 * kp_closure_get() and given back by kp_closure_put().
 * kp_vm_end() returns DONE when there is no further trace_end function.
 */
enum kp_run kp_vm_main(struct kp_ctx *ctx, struct kp_vm *vm);
enum kp_run kp_vm_continue(struct kp_ctx *ctx);
enum kp_run kp_vm_end(struct kp_ctx *ctx, struct kp_vm *vm, u32 nth);

/* trace_end: keeps a function to be called when tracing ends. False: ctx->err is set. */
bool kp_vm_add_end(struct kp_ctx *ctx, struct kp_closure *fn);

struct kp_closure *kp_closure_get(struct kp_closure *fn);
void kp_closure_put(struct kp_vm *vm, struct kp_closure *fn);

/* Whether a handler may ask for fields or the text of its event. */
bool kp_closure_needs_args(const struct kp_closure *fn);

/* Whether it asks for no more than the field references whose bits are set in *refs. */
bool kp_closure_needs_refs(const struct kp_closure *fn, u64 *refs);

#endif
