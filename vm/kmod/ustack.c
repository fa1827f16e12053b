// SPDX-License-Identifier: GPL-2.0
/*
 * ustack.c - the stack of the current process, by its frame pointers. Any context:
 * every read is a no-fault copy, and the frames are counted.
 *
 * A chain of frame pointers is believed as far as it goes upward and its return
 * addresses stand behind call instructions. Code that keeps none ends it.
 */
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

#include "session.h"
#include "space.h"
#include "../core/host.h"
#include <ktap/record.h>

bool kp_host_process(struct kp_ctx *ctx, struct ktap_stack *head)
{
	head->user = 1;
	if (current->flags & PF_KTHREAD || !current->mm)
		return false;
	head->pid = kp_host_ctxvar(ctx, KTAP_CTX_PID);
	head->space = kp_space_note(ctx->vm->host);
	return true;
}

struct walk {
	u64 *frames;
	u32 n, max;
	u32 word;		/* bytes of the process's words */
	unsigned long sp;
};

static bool read_user(void *to, unsigned long at, u32 bytes)
{
	return !copy_from_user_nofault(to, (const void __user *)at, bytes);
}

#ifdef CONFIG_X86
#include <asm/sigframe.h>

/* The bytes before a return address, the last of them a call's last. */
#define MAX_CALL	7

struct code {
	unsigned long end;	/* address behind */
	u8 byte[MAX_CALL];
};

static bool read_before(struct code *c, unsigned long end)
{
	c->end = end;
	return end > MAX_CALL && read_user(c->byte, end - MAX_CALL, MAX_CALL);
}

/* E8 and a displacement. */
static bool is_direct_call(const struct code *c)
{
	return c->byte[MAX_CALL - 5] == 0xe8;
}

/* FF /2, with as many bytes of an address behind as its forms have. */
static bool is_indirect_call(const struct code *c)
{
	static const u8 lengths[] = { 2, 3, 4, 6, 7 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		const u8 *p = c->byte + MAX_CALL - lengths[i];

		if (p[0] == 0xff && (p[1] & 0x38) == 0x10)
			return true;
	}
	return false;
}

static bool is_behind_call(unsigned long address)
{
	struct code c;

	return read_before(&c, address) && (is_direct_call(&c) || is_indirect_call(&c));
}

static long displacement(const u8 *p)
{
	s32 d;

	memcpy(&d, p, sizeof(d));
	return d;
}

/* What a pointer behind the instruction, at a distance from it, points to; 0: unknown. */
static unsigned long pointed_to(unsigned long behind, const u8 *p)
{
	unsigned long to = 0;

	return read_user(&to, behind + displacement(p), sizeof(to)) ? to : 0;
}

/* Behind the first byte, which may be a breakpoint: endbr64; push %rbp; mov %rsp,%rbp. */
static const u8 landing[] = { 0x0f, 0x1e, 0xfa }, mov[] = { 0x48, 0x89, 0xe5 };

/* Where a call through the linkage table goes: [endbr64] [bnd] jmp *d(%rip). */
static unsigned long behind_plt(unsigned long stub)
{
	u8 code[16];
	u32 at = 0;

	if (!read_user(code, stub, sizeof(code)))
		return 0;
	if (!memcmp(code + 1, landing, sizeof(landing)))
		at = 4;
	at += code[at] == 0xf2;
	if (code[at] != 0xff || code[at + 1] != 0x25)
		return 0;
	return pointed_to(stub + at + 6, code + at + 2);
}

/* A function that has no frame of its own is short. */
#define LEAF_BYTES	256u

static bool is_near(unsigned long function, unsigned long ip)
{
	return function && ip - function < LEAF_BYTES;
}

/* The function that the call before `ret` called, if `ip` can be in it; else 0. */
static unsigned long called_function(unsigned long ret, unsigned long ip)
{
	unsigned long to;
	struct code c;

	if (!read_before(&c, ret))
		return 0;
	if (is_direct_call(&c))
		to = ret + displacement(c.byte + MAX_CALL - 4);
	else if (c.byte[MAX_CALL - 6] == 0xff && c.byte[MAX_CALL - 5] == 0x15)
		to = pointed_to(ret, c.byte + MAX_CALL - 4);
	else
		return 0;
	if (!is_near(to, ip))
		to = behind_plt(to);
	return is_near(to, ip) ? to : 0;
}

/* Whether the function has set up its frame before `ip`. */
static bool has_frame(unsigned long function, unsigned long ip)
{
	u8 code[8];
	u32 at = 0;

	if (!read_user(code, function, sizeof(code)))
		return false;
	if (!memcmp(code + 1, landing, sizeof(landing)))
		at = 4;
	return !memcmp(code + at + 1, mov, sizeof(mov)) && ip - function > at + 1;
}

/* Whether a function with a frame pointer begins at `ip`: a landing pad, or its push. */
static bool begins(unsigned long ip)
{
	u8 code[4];

	return read_user(code, ip, sizeof(code)) &&
	       (!memcmp(code + 1, landing, sizeof(landing)) || !memcmp(code + 1, mov, sizeof(mov)));
}

/*
 * A function that has no frame yet, or never makes one, such as the C library's
 * system calls: its caller stands on top of the stack, and the frame pointer is
 * the caller's own. Believed where a function begins, or if the call leads to
 * the function we are in.
 */
static unsigned long caller_of_leaf(const struct walk *w, unsigned long ip)
{
	unsigned long ret, function;

	if (w->word != 8 || !read_user(&ret, w->sp, sizeof(ret)))
		return 0;
	function = called_function(ret, ip);
	if (function)
		return has_frame(function, ip) ? 0 : ret;
	return begins(ip) && is_behind_call(ret) ? ret : 0;
}

/*
 * Whether a handler returns to `ret`, code that ends its signal: mov $15,%rax;
 * syscall. Above its frame is what was interrupted.
 */
static bool read_interrupted(struct walk *w, unsigned long fp, unsigned long ret,
			     unsigned long *ip, unsigned long *bp)
{
#ifdef CONFIG_X86_64
	static const u8 sigreturn[] = { 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 };
	unsigned long regs = fp + sizeof(long) + offsetof(struct rt_sigframe, uc.uc_mcontext);
	u8 code[sizeof(sigreturn)];

	return w->word == 8 && read_user(code, ret, sizeof(code)) &&
	       !memcmp(code, sigreturn, sizeof(code)) &&
	       read_user(ip, regs + offsetof(struct sigcontext, ip), sizeof(*ip)) &&
	       read_user(bp, regs + offsetof(struct sigcontext, bp), sizeof(*bp)) &&
	       read_user(&w->sp, regs + offsetof(struct sigcontext, sp), sizeof(w->sp));
#else
	return false;
#endif
}

static u32 word_of(const struct pt_regs *regs)
{
	return user_64bit_mode((struct pt_regs *)regs) ? 8 : 4;
}

#else

static bool read_interrupted(struct walk *w, unsigned long fp, unsigned long ret,
			     unsigned long *ip, unsigned long *bp)
{
	return false;
}

static bool is_behind_call(unsigned long address)
{
	return true;
}

static unsigned long caller_of_leaf(const struct walk *w, unsigned long ip)
{
	return 0;
}

/* Of frame records only the 64-bit ones look everywhere alike. */
static u32 word_of(const struct pt_regs *regs)
{
	return IS_ENABLED(CONFIG_ARM64) && !compat_user_mode(regs) ? 8 : 0;
}

#endif

/* What a frame pointer points to: the caller's, and the return address. */
static bool read_frame(const struct walk *w, unsigned long fp, unsigned long *next,
		       unsigned long *ret)
{
	u64 wide[2];
	u32 narrow[2];

	if (w->word == 8 ? !read_user(wide, fp, sizeof(wide)) :
			   !read_user(narrow, fp, sizeof(narrow)))
		return false;
	*next = w->word == 8 ? wide[0] : narrow[0];
	*ret = w->word == 8 ? wide[1] : narrow[1];
	return true;
}

static void take(struct walk *w, unsigned long address)
{
	if (w->n < w->max)
		w->frames[w->n++] = address;
}

/* Goes on from the registers that a signal put away before it called its handler. */
static bool leave_signal(struct walk *w, unsigned long *fp, unsigned long ret)
{
	unsigned long ip, caller;

	if (!read_interrupted(w, *fp, ret, &ip, fp))
		return false;
	take(w, ret);
	take(w, ip);
	caller = caller_of_leaf(w, ip);
	if (caller)
		take(w, caller);
	return true;
}

/* False: the chain did not lead to a single frame, although there is one. */
static bool walk_chain(struct walk *w, unsigned long fp)
{
	unsigned long next, ret, last = w->sp;
	u32 had = w->n;

	while (w->word && w->n < w->max && fp >= last && fp % w->word == 0) {
		if (!read_frame(w, fp, &next, &ret))
			break;
		if (is_behind_call(ret)) {
			take(w, ret);
			last = fp + 2 * w->word;
			fp = next;
		} else if (leave_signal(w, &fp, ret)) {
			last = w->sp;
		} else {
			break;
		}
	}
	return w->n > had || w->n == w->max || !fp;
}

u32 kp_host_user_stack(struct kp_ctx *ctx, struct ktap_stack *head, u64 *frames, u32 max)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct walk w = { .frames = frames, .max = max };
	unsigned long caller;

	if (!kp_host_process(ctx, head) || !user_mode(regs))
		return 0;
	w.word = word_of(regs);
	w.sp = user_stack_pointer(regs);
	take(&w, instruction_pointer(regs));
	caller = caller_of_leaf(&w, instruction_pointer(regs));
	if (caller)
		take(&w, caller);
	head->broken = !walk_chain(&w, frame_pointer(regs));
	return w.n;
}
