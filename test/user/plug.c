// SPDX-License-Identifier: GPL-2.0
/*
 * plug.c - a shared library: a function, one in two versions, one chosen when the
 * program starts.
 */
int plug(int n);
int old_both(int n);
int new_both(int n);
int chosen(int n);

__attribute__((noinline)) int plug(int n)
{
	return n + 1;
}

__attribute__((noinline)) int old_both(int n)
{
	return n + 2;
}

__attribute__((noinline)) int new_both(int n)
{
	return n + 3;
}

__asm__(".symver old_both, both@PLUG_1");
__asm__(".symver new_both, both@@PLUG_2");

__attribute__((noinline)) static int chosen_plain(int n)
{
	return n + 4;
}

static int (*choose(void))(int)
{
	return chosen_plain;
}

int chosen(int n) __attribute__((ifunc("choose")));
