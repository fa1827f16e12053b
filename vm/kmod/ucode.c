// SPDX-License-Identifier: GPL-2.0
#include <linux/compat.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <linux/string.h>

#include "ucode.h"

#ifdef CONFIG_X86
#include <asm/sigframe.h>

/* The bytes before a return address, the last of them a call's last: a word, which is read fast. */
#define CALL_BYTES	8
#define LONGEST_CALL	7

struct code {
	unsigned long end;	/* address behind */
	u8 byte[CALL_BYTES] __aligned(8);
};

/* The first of them may be in no mapping. */
static bool read_before(struct code *c, unsigned long end)
{
	c->end = end;
	c->byte[0] = 0;
	return end > CALL_BYTES && (kp_user_read(c->byte, end - CALL_BYTES, CALL_BYTES) ||
				  kp_user_read(c->byte + 1, end - LONGEST_CALL, LONGEST_CALL));
}

/* E8 and a displacement. */
static bool is_direct_call(const struct code *c)
{
	return c->byte[CALL_BYTES - 5] == 0xe8;
}

/* FF /2, with as many bytes of an address behind as its forms have. */
static bool is_indirect_call(const struct code *c)
{
	static const u8 lengths[] = { 2, 3, 4, 6, 7 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		const u8 *p = c->byte + CALL_BYTES - lengths[i];

		if (p[0] == 0xff && (p[1] & 0x38) == 0x10)
			return true;
	}
	return false;
}

bool kp_is_behind_call(unsigned long address)
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

	return kp_user_read(&to, behind + displacement(p), sizeof(to)) ? to : 0;
}

/* Behind the first byte, which may be a breakpoint: endbr64; push %rbp; mov %rsp,%rbp. */
static const u8 landing[] = { 0x0f, 0x1e, 0xfa }, mov[] = { 0x48, 0x89, 0xe5 };

/* Where a call through the linkage table goes: [endbr64] [bnd] jmp *d(%rip). */
static unsigned long behind_plt(unsigned long stub)
{
	u8 code[16] __aligned(8);
	u32 at = 0;

	if (!kp_user_read(code, stub, sizeof(code)))
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
		to = ret + displacement(c.byte + CALL_BYTES - 4);
	else if (c.byte[CALL_BYTES - 6] == 0xff && c.byte[CALL_BYTES - 5] == 0x15)
		to = pointed_to(ret, c.byte + CALL_BYTES - 4);
	else
		return 0;
	if (!is_near(to, ip))
		to = behind_plt(to);
	return is_near(to, ip) ? to : 0;
}

/* Whether the function has set up its frame before `ip`. */
static bool has_frame(unsigned long function, unsigned long ip)
{
	u8 code[8] __aligned(8);
	u32 at = 0;

	if (!kp_user_read(code, function, sizeof(code)))
		return false;
	if (!memcmp(code + 1, landing, sizeof(landing)))
		at = 4;
	return !memcmp(code + at + 1, mov, sizeof(mov)) && ip - function > at + 1;
}

/* Whether a function with a frame pointer begins at `ip`: a landing pad, or its push. */
static bool begins(unsigned long ip)
{
	u8 code[4];

	return kp_user_read(code, ip, sizeof(code)) &&
	       (!memcmp(code + 1, landing, sizeof(landing)) || !memcmp(code + 1, mov, sizeof(mov)));
}

/* Believed where a function begins, or if the call leads to the function we are in. */
unsigned long kp_caller_of_leaf(const struct kp_uregs *regs)
{
	unsigned long ret, function;

	if (!kp_user_read(&ret, regs->sp, sizeof(ret)))
		return 0;
	function = called_function(ret, regs->ip);
	if (function)
		return has_frame(function, regs->ip) ? 0 : ret;
	return begins(regs->ip) && kp_is_behind_call(ret) ? ret : 0;
}

#ifdef CONFIG_X86_64

/* mov $15,%rax; syscall */
bool kp_ends_signal(unsigned long address)
{
	static const u8 sigreturn[] = { 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 };
	u8 code[sizeof(sigreturn)];

	return kp_user_read(code, address, sizeof(code)) && !memcmp(code, sigreturn, sizeof(code));
}

/* What was interrupted stands above the word that the handler's return took. */
bool kp_read_interrupted(struct kp_uregs *regs)
{
	unsigned long from = regs->sp - sizeof(long) + offsetof(struct rt_sigframe, uc.uc_mcontext);
	struct sigcontext context;

	if (!kp_user_read(&context, from, sizeof(context)))
		return false;
	regs->ip = context.ip;
	regs->sp = context.sp;
	regs->bp = context.bp;
	return true;
}

#else

bool kp_ends_signal(unsigned long address)
{
	return false;
}

bool kp_read_interrupted(struct kp_uregs *regs)
{
	return false;
}

#endif

u32 kp_user_word(const struct pt_regs *regs)
{
	return user_64bit_mode((struct pt_regs *)regs) ? 8 : 4;
}

#else

bool kp_is_behind_call(unsigned long address)
{
	return true;
}

bool kp_ends_signal(unsigned long address)
{
	return false;
}

bool kp_read_interrupted(struct kp_uregs *regs)
{
	return false;
}

unsigned long kp_caller_of_leaf(const struct kp_uregs *regs)
{
	return 0;
}

/* Of frame records only the 64-bit ones look everywhere alike. */
u32 kp_user_word(const struct pt_regs *regs)
{
#ifdef CONFIG_ARM64
	if (!compat_user_mode(regs))
		return 8;
#elif defined(CONFIG_RISCV) && defined(CONFIG_64BIT)
	if (!is_compat_task())
		return 8;
#endif
	return 0;
}

#endif
