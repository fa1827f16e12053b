/* SPDX-License-Identifier: GPL-2.0 */
/*
 * leftover.h - what the module holds in the kernel, and what the kernel holds in all.
 */
#ifndef KTAP_TEST_LEFTOVER_H
#define KTAP_TEST_LEFTOVER_H

struct held {
	long areas;		/* of vmalloc that the module's functions asked for */
	long area_kb;
	long probes;		/* kprobes and functions that are hooked */
	long percpu_kb;
	long slab_kb;
};

/*
 * Waits until what is on its way to be freed is, and what caches keep is given back: free
 * objects, and what KASAN holds back of them.
 */
struct held held_now(void);

#endif
