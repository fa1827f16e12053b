// SPDX-License-Identifier: GPL-2.0
/*
 * function_find.c - what can be hooked at an address. The kernel exports none of
 * these questions: they are found by name and called directly (host_kernel.c).
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/static_call.h>
#include <linux/string.h>

#include "function.h"
#include "../core/host.h"

typedef unsigned long (*location_fn)(unsigned long ip);
typedef int (*extent_fn)(unsigned long addr, unsigned long *size, unsigned long *offset);
typedef bool (*blacklisted_fn)(unsigned long addr);

static unsigned long no_location(unsigned long ip)
{
	return 0;
}

static int no_extent(unsigned long addr, unsigned long *size, unsigned long *offset)
{
	return 0;
}

static bool nobody_knows(unsigned long addr)
{
	return true;
}

DEFINE_STATIC_CALL(kp_location, no_location);
DEFINE_STATIC_CALL(kp_extent, no_extent);
DEFINE_STATIC_CALL(kp_blacklisted, nobody_knows);

/*
 * Functions whose return may not be diverted, by ftrace either:
 *   __switch_to	is called by one task and returns as another, which knows of no hook: the kernel
 *			would stop there. ftrace leaves it alone only where there are function graphs.
 *   rcu_*		are what a kernel that proves its RCU calls in whatever receives a diverted return,
 *			ahead of any guard of ours: it would bring itself about without end.
 * The kernel's own lists have the first, which it keeps from modules, and none of the others.
 */
static const char *const odd_returns[] = {
	"__switch_to", "rcu_read_lock_any_held", "rcu_read_lock_held_common",
	"rcu_lockdep_current_cpu_online", "rcu_rdp_cpu_online",
};

static unsigned long odd_return[ARRAY_SIZE(odd_returns)];	/* 0: there is none */

/*
 * Bytes into a function. What is farther is the place of one that was replaced when the kernel was
 * linked: its code is still there, behind a function that ftrace may not reach at all.
 */
#define FARTHEST	32

static bool has_ftrace;

/* Where BPF has its own way with what ftrace calls: ftrace leaves it alone, but does not say so. */
static unsigned long left_alone;

static void find(void)
{
	static DEFINE_MUTEX(lock);
	static bool found;
	unsigned long location, extent, blacklisted;
	u32 i;

	mutex_lock(&lock);
	if (!found) {
		location = kp_host_symbol("ftrace_location");
		extent = kp_host_symbol("kallsyms_lookup_size_offset");
		blacklisted = kp_host_symbol("within_kprobe_blacklist");
		has_ftrace = location;
		if (location)
			static_call_update(kp_location, (location_fn)location);
		if (extent)
			static_call_update(kp_extent, (extent_fn)extent);
		if (blacklisted)
			static_call_update(kp_blacklisted, (blacklisted_fn)blacklisted);
		for (i = 0; i < ARRAY_SIZE(odd_returns); i++)
			odd_return[i] = kp_host_symbol(odd_returns[i]);
		left_alone = kp_host_symbol("bpf_dispatcher_nop_func");
	}
	found = true;
	mutex_unlock(&lock);
}

unsigned long kp_ftrace_location(unsigned long function)
{
	unsigned long at;

	find();
	at = function == left_alone ? 0 : static_call(kp_location)(function);
	return at - function <= FARTHEST ? at : 0;
}

bool kp_ftrace_reaches(unsigned long function)
{
	return kp_ftrace_location(function) || !has_ftrace;
}

/*
 * What receives a diverted return calls functions that ftrace reaches, ahead of any
 * guard of ours: were the return of one diverted, it would bring itself about without
 * end. All of them are on the kernel's list of what may not be probed, but those of odd_returns.
 */
unsigned long kp_return_location(unsigned long function)
{
	find();
	return static_call(kp_blacklisted)(function) ? 0 : kp_ftrace_location(function);
}

int kp_return_allowed(unsigned long function)
{
	u32 i;

	find();
	for (i = 0; i < ARRAY_SIZE(odd_return); i++)
		if (function == odd_return[i])
			return -EPERM;
	return 0;
}

/*
 * The core calls these with a table locked, even where no handler's guard is
 * held: a kprobe's handler there could wait for that lock for ever. ftrace does
 * not reach them.
 */
static bool is_core_helper(unsigned long function)
{
	return function == (unsigned long)memcpy || function == (unsigned long)memmove ||
	       function == (unsigned long)memset || function == (unsigned long)memcmp ||
	       function == (unsigned long)strlen;
}

int kp_function_allowed(unsigned long addr)
{
	unsigned long size, offset = 0;

	find();
	if (within_module(addr, THIS_MODULE))
		return -EPERM;
	static_call(kp_extent)(addr, &size, &offset);
	return is_core_helper(addr - offset) ? -EPERM : 0;
}
