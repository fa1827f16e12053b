// SPDX-License-Identifier: GPL-2.0
/*
 * ustack.c - the stack of the current process. Any context: every read is a no-fault
 * copy, and the frames are counted.
 *
 * Where the file that the code is of has told how its callers are found (unwind.h),
 * that is followed; elsewhere frame pointers are, which are believed as far as they
 * go upward. Each return address has to stand behind a call. Which file the code is
 * of is known from the space's mappings, as the worker listed them last.
 */
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#include "session.h"
#include "space.h"
#include "ucode.h"
#include "unwind.h"
#include "ureturn.h"
#include "../core/host.h"
#include <ktap/record.h>

struct walk {
	u64 *frames;
	u32 n, max;
	u32 word;		/* bytes of the process's words */
	struct kp_uregs regs;
	bool called;		/* a call stands before `ip`; else it is where the code is at */
	bool in_signal;		/* `ip` ends a signal */
	const struct kp_event *ev;	/* NULL: none */
	const struct kp_session *session;
	const struct kp_space *space;	/* NULL: there was no room for it */
	struct kp_umap map;	/* that of the last address */
	const struct kp_ufile *file;	/* mapped there; NULL: none, or it is not read */
	u8 end;			/* enum ktap_stack_end, if no step leads further */
};

/* No address of a frame: it fails every test. */
#define LOST	1ul

static void take(struct walk *w)
{
	if (w->n < w->max)
		w->frames[w->n++] = w->regs.ip;
}

/* An address that stands below `sp`. False: it is no return address. */
static bool return_to(struct walk *w, unsigned long ip, unsigned long sp)
{
	unsigned long probed;

	w->in_signal = false;
	if (!kp_is_behind_call(ip)) {
		probed = kp_probed_return(w->ev, sp - w->word);
		w->in_signal = !probed && w->word == 8 && kp_ends_signal(ip);
		if (!probed && !w->in_signal)
			return false;
		ip = probed ?: ip;
	}
	w->called = true;
	w->regs.ip = ip;
	w->regs.sp = sp;
	return true;
}

/* --- by frame pointers --- */

/* Where the two words of a frame are, of where its pointer points. */
#define RECORD	(IS_ENABLED(CONFIG_RISCV) ? -16l : 0l)

/* What a frame pointer points to: the caller's, and the return address. */
static bool read_frame(const struct walk *w, unsigned long *next, unsigned long *ret)
{
	u64 wide[2];
	u32 narrow[2];

	if (w->word == 8 ? !kp_user_read(wide, w->regs.bp + RECORD, sizeof(wide)) :
			   !kp_user_read(narrow, w->regs.bp, sizeof(narrow)))
		return false;
	*next = w->word == 8 ? wide[0] : narrow[0];
	*ret = w->word == 8 ? wide[1] : narrow[1];
	return true;
}

static bool follow_pointer(struct walk *w)
{
	unsigned long fp = w->regs.bp, next, ret;

	if (!w->called && w->word == 8) {
		ret = kp_caller_of_leaf(&w->regs);
		if (ret)
			return return_to(w, ret, w->regs.sp + 8);
	}
	if (!fp) {
		w->end = KTAP_STACK_WHOLE;
		return false;
	}
	if (!w->word || fp < w->regs.sp || fp % w->word || !read_frame(w, &next, &ret) ||
	    !return_to(w, ret, fp + RECORD + 2 * w->word))
		return false;
	w->regs.bp = next;
	return true;
}

/* --- by rows --- */

/* The stack pointer when the function has returned; 0: it cannot be told. */
static unsigned long frame_end(const struct walk *w, const struct ktap_unwind_row *row)
{
	unsigned long end = 0, offset = row->words * 8ul;

	switch (row->rule) {
	case KTAP_UNWIND_SP:
		return w->regs.sp + offset;
	case KTAP_UNWIND_BP:
		return w->regs.bp + offset;
	case KTAP_UNWIND_BP_AT:
		return kp_user_read(&end, w->regs.bp - offset, 8) ? end : 0;
	default:
		return 0;
	}
}

static unsigned long saved_bp(const struct walk *w, const struct ktap_unwind_row *row,
			      unsigned long end)
{
	unsigned long at = row->bp == KTAP_UNWIND_BP_HERE ? w->regs.bp : end - row->bp * 8ul;
	unsigned long bp;

	return row->bp != KTAP_UNWIND_BP_LOST && kp_user_read(&bp, at, 8) ? bp : LOST;
}

/* The frame's last words, of which the last but one often is the frame pointer. */
static bool read_last(const struct walk *w, const struct ktap_unwind_row *row, unsigned long end,
		      unsigned long *bp, unsigned long *ret)
{
	u64 pair[2];

	if (row->bp == 2) {
		if (!kp_user_read(pair, end - 16, 16))
			return false;
		*bp = pair[0];
		*ret = pair[1];
		return true;
	}
	*bp = row->bp == KTAP_UNWIND_BP_KEPT ? w->regs.bp : saved_bp(w, row, end);
	return kp_user_read(ret, end - 8, 8);
}

static bool follow_row(struct walk *w, const struct ktap_unwind_row *row)
{
	unsigned long end = frame_end(w, row), bp, ret;

	if (row->rule == KTAP_UNWIND_END)
		w->end = KTAP_STACK_WHOLE;
	if (end % 8 || end < 16 || end - 8 < w->regs.sp || !read_last(w, row, end, &bp, &ret) ||
	    !return_to(w, ret, end))
		return false;
	w->regs.bp = bp;
	return true;
}

/* What is known of the code at an address of this process. */
static void find_code(struct walk *w, unsigned long at)
{
	bool known = kp_space_find_map(w->space, at, &w->map);

	w->file = w->map.inode ? kp_unwind_file(&w->session->unwind, w->map.inode) : NULL;
	w->end = known && (w->file || !w->map.inode) ? KTAP_STACK_BARE : KTAP_STACK_UNREAD;
}

/* A place behind a call is the call's: what follows may be another function. */
static const struct ktap_unwind_row *find_row(struct walk *w)
{
	unsigned long at = w->regs.ip - w->called;

	if (!IS_ENABLED(CONFIG_X86_64) || w->word != 8)
		return NULL;
	if (at - w->map.start >= w->map.end - w->map.start)
		find_code(w, at);
	return w->file ? kp_unwind_row(w->file->rows, w->file->n, at + w->map.to_file) : NULL;
}

/* --- all of it --- */

/* Goes on from the registers that a signal put away before it called its handler. */
static bool leave_signal(struct walk *w)
{
	w->in_signal = w->called = false;
	return kp_read_interrupted(&w->regs);
}

static bool step(struct walk *w)
{
	const struct ktap_unwind_row *row;

	if (w->in_signal)
		return leave_signal(w);
	row = find_row(w);
	return row ? follow_row(w, row) : follow_pointer(w);
}

/* A stack that is cut where it was asked to be is whole. */
static void walk(struct walk *w)
{
	take(w);
	while (w->n < w->max && step(w))
		take(w);
	if (w->n == w->max)
		w->end = KTAP_STACK_WHOLE;
}

bool kp_host_process(struct kp_ctx *ctx, struct ktap_stack *head)
{
	head->user = 1;
	if (current->flags & PF_KTHREAD || !current->mm)
		return false;
	head->pid = kp_host_ctxvar(ctx, KTAP_CTX_PID);
	head->space = kp_space_note(ctx->vm->host);
	return true;
}

u32 kp_host_user_stack(struct kp_ctx *ctx, struct ktap_stack *head, u64 *frames, u32 max)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct walk w = { .frames = frames, .max = max, .ev = ctx->ev, .session = ctx->vm->host,
			  .end = KTAP_STACK_BARE };

	if (!kp_host_process(ctx, head) || !user_mode(regs))
		return 0;
	w.space = kp_space_find(ctx->vm->host, head->space);
	w.word = kp_user_word(regs);
	w.regs = (struct kp_uregs){ instruction_pointer(regs), user_stack_pointer(regs),
				    frame_pointer(regs) };
	walk(&w);
	head->end = w.end;
	return w.n;
}
