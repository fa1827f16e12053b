// SPDX-License-Identifier: GPL-2.0
#include "event/syscall.h"

#include <asm/unistd.h>
#include <stddef.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct number {
	const char *name;
	int nr;
};

/* From <asm/unistd.h> of the machine that built this: see the Makefile. */
static const struct number numbers[] = {
#define _(name, nr) { #name, nr },
#include "event/syscalls.inc"
#undef _
};

/*
 * Calls younger than the headers may be: since 424 a new call has one number
 * on all architectures.
 */
static const struct number younger[] = {
	{ "futex_waitv", 449 },		{ "set_mempolicy_home_node", 450 },
	{ "cachestat", 451 },		{ "fchmodat2", 452 },
	{ "map_shadow_stack", 453 },	{ "futex_wake", 454 },
	{ "futex_wait", 455 },		{ "futex_requeue", 456 },
	{ "statmount", 457 },		{ "listmount", 458 },
	{ "lsm_get_self_attr", 459 },	{ "lsm_set_self_attr", 460 },
	{ "lsm_list_modules", 461 },	{ "mseal", 462 },
	{ "setxattrat", 463 },		{ "getxattrat", 464 },
	{ "listxattrat", 465 },		{ "removexattrat", 466 },
	{ "open_tree_attr", 467 },	{ "file_getattr", 468 },
	{ "file_setattr", 469 },	{ "listns", 470 },
#ifdef __x86_64__
	{ "uretprobe", 335 },		{ "uprobe", 336 },
#endif
#ifdef __riscv
	{ "riscv_hwprobe", 258 },
#endif
};

/* The kernel's function for a call is not always named as the call is. */
static const struct { const char *event, *call; } renamed[] = {
	{ "newstat", "stat" },		{ "newfstat", "fstat" },
	{ "newlstat", "lstat" },	{ "newuname", "uname" },
	{ "sendfile64", "sendfile" },	{ "umount", "umount2" },
	{ "fadvise64_64", "fadvise64" }, { "newfstatat", "fstatat" },
	{ "arm64_personality", "personality" },
#ifdef __arm__
	{ "getrlimit", "ugetrlimit" },	{ "llseek", "_llseek" },
	{ "select", "_newselect" },	{ "mmap_pgoff", "mmap2" },
#endif
};

static const char *behind(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) ? NULL : text + len;
}

const char *syscall_entered(const char *event)
{
	return behind(event, "sys_enter_");
}

const char *syscall_left(const char *event)
{
	return behind(event, "sys_exit_");
}

static int find(const struct number *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return list[i].nr;
	return -1;
}

static int find_any(const char *name)
{
	int nr = find(numbers, COUNT(numbers), name);

	return nr >= 0 ? nr : find(younger, COUNT(younger), name);
}

static int find_joined(const char *name, size_t len, const char *suffix)
{
	char call[64];

	if (len + strlen(suffix) >= sizeof(call))
		return -1;
	memcpy(call, name, len);
	strcpy(call + len, suffix);
	return find_any(call);
}

static bool ends(const char *name, const char *suffix, size_t *before)
{
	size_t len = strlen(name), n = strlen(suffix);

	*before = len > n ? len - n : 0;
	return *before && !strcmp(name + *before, suffix);
}

/*
 * Where words have 32 bits, calls got numbers anew when user ids and times became wider. The kernel's
 * function for the wide one has the plain name, that for the narrow one says so; of the numbers it
 * is the wide one's that has a suffix: chown is chown32, chown16 is chown.
 */
static int find_wide_or_narrow(const char *call)
{
	static const char *const narrow[] = { "16", "_time32", "32" };
	static const char *const wide[] = { "32", "_time64" };
	bool is_timer = behind(call, "clock_") || behind(call, "timer");
	size_t before;
	int nr = -1;

	for (size_t i = 0; nr < 0 && i < COUNT(narrow); i++)
		if (ends(call, narrow[i], &before))
			nr = find_joined(call, before, "");
	for (size_t i = 0; nr < 0 && i < COUNT(wide); i++)
		nr = find_joined(call, strlen(call), wide[i]);
	return nr < 0 && is_timer ? find_joined(call, strlen(call), "64") : nr;
}

int syscall_number(const char *call)
{
	int nr = sizeof(long) == 4 ? find_wide_or_narrow(call) : -1;

	if (nr < 0)
		nr = find_any(call);
	for (size_t i = 0; nr < 0 && i < COUNT(renamed); i++)
		if (!strcmp(renamed[i].event, call))
			nr = find_any(renamed[i].call);
	return nr;
}
