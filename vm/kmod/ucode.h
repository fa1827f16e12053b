/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ucode.h - what a process's own instructions tell of its stack: where calls and
 * functions begin, and what a signal interrupted. Any context, in the process: every
 * read is a no-fault copy.
 */
#ifndef KP_UCODE_H
#define KP_UCODE_H

#include <linux/hardirq.h>
#include <linux/types.h>
#include <linux/uaccess.h>

struct pt_regs;

/* Registers of a process, at one place on its stack. */
struct kp_uregs {
	unsigned long ip, sp, bp;
};

/*
 * copy_from_user_nofault() costs several times what the load itself does. An NMI may
 * have come while another memory than the task's is in use, which it looks for.
 */
static __always_inline bool kp_user_words(u64 *to, unsigned long at, u32 n)
{
	const u64 __user *from = (const u64 __user *)at;
	bool ok;
	u32 i;

	pagefault_disable();
	ok = access_ok(from, n * sizeof(*from));
	for (i = 0; i < n && ok; i++)
		ok = !__get_user(to[i], from + i);
	pagefault_enable();
	return ok;
}

static __always_inline bool kp_user_read(void *to, unsigned long at, u32 bytes)
{
	if (IS_ENABLED(CONFIG_X86_64) && (bytes == 8 || bytes == 16) && !in_nmi())
		return kp_user_words(to, at, bytes / 8);
	return !copy_from_user_nofault(to, (const void __user *)at, bytes);
}

/* Bytes of the process's words; 0: how its stack looks is not known. */
u32 kp_user_word(const struct pt_regs *regs);

/* True where instructions cannot be looked at. */
bool kp_is_behind_call(unsigned long address);

/* Whether a signal's handler returns there, to end its signal. */
bool kp_ends_signal(unsigned long address);

/* In: `sp` where the handler has returned. Out: the registers it interrupted. */
bool kp_read_interrupted(struct kp_uregs *regs);

/*
 * A function that has no frame yet, or never makes one, such as the C library's
 * system calls: its caller stands on top of the stack, and the frame pointer is
 * the caller's own. The return address; 0: it is none, or it cannot be told.
 */
unsigned long kp_caller_of_leaf(const struct kp_uregs *regs);

#endif
