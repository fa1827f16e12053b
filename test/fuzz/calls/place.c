// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "place.h"

#define BYTES		(64u << 10)	/* of a thread's place, and as many absent behind */
#define MAX_THREADS	16

static char *all[MAX_THREADS];
static int threads;
static __thread char *mine;

void places_init(void)
{
	char *p = mmap(NULL, 2 * BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int n = __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED);

	if (p == MAP_FAILED || n >= MAX_THREADS || mprotect(p + BYTES, BYTES, PROT_NONE))
		abort();
	__atomic_store_n(&all[n], p, __ATOMIC_RELEASE);
	mine = p;
}

/* Another thread may have taken the pages away: so writes the kernel, which goes on. */
static void fill(char *to, const void *from, size_t size)
{
	int fd = open("/proc/self/mem", O_WRONLY | O_CLOEXEC);

	(void)!pwrite(fd, from, size, (off_t)to);
	close(fd);
}

void *place(struct dice *d, const void *from, size_t size)
{
	static const uintptr_t absent[] = { 0, 8, 0x7ffffffff000, 0x800000000000, 0xffffffff81000000,
					    0xfffffffffffffff8 };
	char *at = mine + BYTES - size;

	if (size > BYTES)
		abort();
	if (once_in(d, 30))
		return (void *)absent[pick(d, sizeof(absent) / sizeof(absent[0]))];
	if (once_in(d, 20))
		at += pick(d, (uint32_t)size + 1);	/* what is behind is absent */
	else if (once_in(d, 2))
		at = mine + pick(d, BYTES - (uint32_t)size + 1);
	fill(at, from, size < (size_t)(mine + BYTES - at) ? size : (size_t)(mine + BYTES - at));
	return at;
}

void place_vanish(struct dice *d)
{
	int n = __atomic_load_n(&threads, __ATOMIC_RELAXED);
	char *p = n ? __atomic_load_n(&all[pick(d, n < MAX_THREADS ? n : MAX_THREADS)], __ATOMIC_ACQUIRE) : NULL;

	if (!p)
		return;
	mprotect(p, BYTES, once_in(d, 2) ? PROT_NONE : PROT_READ);
	usleep(pick(d, 500));
	mprotect(p, BYTES, PROT_READ | PROT_WRITE);
	if (once_in(d, 4))
		madvise(p, BYTES, MADV_DONTNEED);
}
