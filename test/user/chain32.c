/* SPDX-License-Identifier: GPL-2.0 */
/* chain32.c - the same in a 32-bit program without libraries: c sleeps for a moment. */
#define PLAIN __attribute__((noinline, noclone))

static volatile int after;

static long call(long nr, long a, long b)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr), "b"(a), "c"(b) : "memory");
	return ret;
}

PLAIN void c(void)
{
	long moment[2] = { 0, 50000000 };

	call(162, (long)moment, 0);
	after++;
}

PLAIN void b(void)
{
	c();
	after++;
}

PLAIN void a(void)
{
	b();
	after++;
}

void begin(void)
{
	a();
	call(1, 0, 0);
}

__asm__(".globl _start\n_start: xor %ebp, %ebp\n call begin\n");
