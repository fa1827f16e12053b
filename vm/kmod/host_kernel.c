// SPDX-License-Identifier: GPL-2.0
/*
 * host_kernel.c - what the core asks about the kernel itself: its memory, its
 * symbols, its name (core/host.h).
 */
#include <linux/cpumask.h>
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/static_call.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <net/inet_sock.h>
#ifdef CONFIG_X86_64
#include <asm/processor.h>
#include <uapi/asm/vsyscall.h>
#endif

#include "../core/host.h"

/* A kernel thread has no memory of its own, and may stand on that of anyone. */
static bool read_user(void *to, u64 addr, u32 len)
{
	if (current->flags & PF_KTHREAD)
		return false;
	return !copy_from_user_nofault(to, (const void __user *)(unsigned long)addr, len);
}

#ifdef CONFIG_X86_64
/*
 * Whether an address is canonical and the kernel's: a load of any other could be a
 * general protection fault, or a read of the user's memory. The kernel's own check asks
 * the processor how wide addresses are, which is not what it uses where the kernel runs
 * with four levels of page tables on a processor that has five.
 */
static __always_inline bool is_kernel_address(u64 addr, u32 bytes)
{
	u32 unused = 63 - __VIRTUAL_MASK_SHIFT;

	return (s64)addr < 0 && (u64)((s64)(addr << unused) >> unused) == addr &&
	       addr + bytes > addr && addr < VSYSCALL_ADDR;
}
#elif defined(CONFIG_ARM)
/* Of the user's memory, shut at the time, a read is a fault that not every kernel fixes up. */
static bool is_kernel_address(u64 addr, u32 bytes)
{
	return addr >= TASK_SIZE;
}
#else
static bool is_kernel_address(u64 addr, u32 bytes)
{
	return true;
}
#endif

bool kp_host_read(void *to, u64 addr, u32 len, bool user)
{
	if (addr + len < addr || addr + len > ULONG_MAX)
		return false;
	if (user)
		return read_user(to, addr, len);
	return is_kernel_address(addr, len) &&
	       !copy_from_kernel_nofault(to, (const void *)(unsigned long)addr, len);
}

#ifdef CONFIG_X86_64
/* copy_from_kernel_nofault() costs ten times what the load itself does. */
static bool load_kernel(u64 *raw, u64 addr, u32 bytes)
{
	const void *from = (const void *)(unsigned long)addr;

	if (!is_kernel_address(addr, bytes))
		return false;
	pagefault_disable();
	switch (bytes) {
	case 1: __get_kernel_nofault(raw, from, u8, fault); break;
	case 2: __get_kernel_nofault(raw, from, u16, fault); break;
	case 4: __get_kernel_nofault(raw, from, u32, fault); break;
	default: __get_kernel_nofault(raw, from, u64, fault);
	}
	pagefault_enable();
	return true;
fault:
	pagefault_enable();
	return false;
}
#else
static bool load_kernel(u64 *raw, u64 addr, u32 bytes)
{
	return kp_host_read(raw, addr, bytes, false);
}
#endif

bool kp_host_load(u64 *raw, u64 addr, u32 bytes, bool user)
{
	return user ? kp_host_read(raw, addr, bytes, true) : load_kernel(raw, addr, bytes);
}

/* Where the two can have the same addresses, none is the task's for sure. */
bool kp_host_is_user(u64 addr)
{
	return IS_ENABLED(CONFIG_64BIT) && IS_ENABLED(CONFIG_ARCH_HAS_NON_OVERLAPPING_ADDRESS_SPACE) &&
	       (s64)addr >= 0;
}

/*
 * The kernel's search takes no lock: it is what prints addresses in its own warnings,
 * in any context. What is no symbol's comes back as a number.
 */
u32 kp_host_symbol_name(u64 addr, char *to, u32 room)
{
	char text[KSYM_SYMBOL_LEN];
	u32 len;

	sprint_symbol_no_offset(text, (unsigned long)addr);
	len = strcspn(text, " ");		/* " [module]" */
	if (!strncmp(text, "0x", 2) || len > room)
		return 0;
	memcpy(to, text, len);
	return len;
}

u64 kp_host_task(void)
{
	return (unsigned long)current;
}

/*
 * The kernel does not export its search for symbols, but a kprobe finds it. It is
 * called by a static call, that is a direct jump: where indirect branches are
 * tracked, the address that a kprobe tells is behind the landing pad.
 */
typedef unsigned long (*lookup_fn)(const char *name);

static unsigned long no_lookup(const char *name)
{
	return 0;
}

DEFINE_STATIC_CALL(kp_lookup, no_lookup);

/* On riscv a function begins with its call of ftrace, where a kprobe may not be. */
#if defined(CONFIG_RISCV) && defined(CONFIG_DYNAMIC_FTRACE) && !defined(CONFIG_KPROBES_ON_FTRACE)
#define FIRST_PLACE	MCOUNT_INSN_SIZE
#else
#define FIRST_PLACE	0
#endif

static void find_lookup(void)
{
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name", .offset = FIRST_PLACE };

	if (register_kprobe(&kp))
		return;
	unregister_kprobe(&kp);
	static_call_update(kp_lookup, (lookup_fn)((unsigned long)kp.addr - FIRST_PLACE));
}

u64 kp_host_symbol(const char *name)
{
	static DEFINE_MUTEX(lock);
	static bool found;

	mutex_lock(&lock);
	if (!found)
		find_lookup();
	found = true;
	mutex_unlock(&lock);
	return static_call(kp_lookup)(name);
}

const char *kp_host_arch(void)
{
	return init_utsname()->machine;
}

const char *kp_host_release(void)
{
	return init_utsname()->release;
}

u32 kp_host_cpus(void)
{
	return num_online_cpus();
}

bool kp_host_iowait(void)
{
	return current->in_iowait;
}

u64 kp_host_walltime(void)
{
	return ktime_get_real_fast_ns();
}

u32 kp_host_sock_offset(bool dest)
{
	return dest ? offsetof(struct inet_sock, inet_daddr) : offsetof(struct inet_sock, inet_saddr);
}
