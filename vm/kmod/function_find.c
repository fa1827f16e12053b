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

static void find(void)
{
	static DEFINE_MUTEX(lock);
	static bool found;
	unsigned long location, extent, blacklisted;

	mutex_lock(&lock);
	if (!found) {
		location = kp_host_symbol("ftrace_location");
		extent = kp_host_symbol("kallsyms_lookup_size_offset");
		blacklisted = kp_host_symbol("within_kprobe_blacklist");
		if (location)
			static_call_update(kp_location, (location_fn)location);
		if (extent)
			static_call_update(kp_extent, (extent_fn)extent);
		if (blacklisted)
			static_call_update(kp_blacklisted, (blacklisted_fn)blacklisted);
	}
	found = true;
	mutex_unlock(&lock);
}

unsigned long kp_ftrace_location(unsigned long function)
{
	find();
	return static_call(kp_location)(function);
}

/*
 * What receives a diverted return calls functions that ftrace reaches, ahead of any
 * guard of ours: were the return of one diverted, it would bring itself about without
 * end. All of them are on the kernel's list of what may not be probed.
 */
unsigned long kp_return_location(unsigned long function)
{
	find();
	return static_call(kp_blacklisted)(function) ? 0 : static_call(kp_location)(function);
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
