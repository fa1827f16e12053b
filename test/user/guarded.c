// SPDX-License-Identifier: GPL-2.0
/*
 * guarded.c - a marker that is passed only while somebody wants it.
 */
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

void guarded(int n);
int guarded_wanted(void);

__extension__ unsigned short target_guarded_semaphore __attribute__((section(".probes")));

void guarded(int n)
{
	if (target_guarded_semaphore)
		STAP_PROBE1(target, guarded, n);
}

int guarded_wanted(void)
{
	return *(volatile unsigned short *)&target_guarded_semaphore;
}
