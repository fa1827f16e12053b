// SPDX-License-Identifier: GPL-2.0
/*
 * named.c - ktap-named: where functions of a name are (KTAP_IOC_FUNCTIONS), beside what
 * /proc/kallsyms says of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"
#include "tap.h"

#define MANY	1024

struct listed {
	__u64 at[MANY];
	unsigned n;
};

/* As /proc/kallsyms has it; `module` is NULL for the kernel itself. */
static bool is_listed(const char *line, const char *name, const char *module, __u64 *at)
{
	char type, symbol[512], in[64] = "";

	if (sscanf(line, "%llx %c %511s [%63[^]]", at, &type, symbol, in) < 3 || !strchr("tTwW", type))
		return false;
	return !strcmp(symbol, name) && !strcmp(in, module ? module : "");
}

static void list_functions(struct listed *l, const char *name, const char *module)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[1024];

	l->n = 0;
	while (file && fgets(line, sizeof(line), file) && l->n < MANY)
		l->n += is_listed(line, name, module, &l->at[l->n]);
	if (file)
		fclose(file);
}

static int ask_functions(int fd, const char *name, const char *module, struct listed *l)
{
	struct ktap_ioc_functions io = { .size = sizeof(io), .count = MANY, .name = (unsigned long)name,
					 .module = (unsigned long)module, .addresses = (unsigned long)l->at };
	int err = ktap_call(fd, KTAP_IOC_FUNCTIONS, &io);

	l->n = err ? 0 : io.count;
	return err;
}

static int by_number(const void *a, const void *b)
{
	return (*(const __u64 *)a > *(const __u64 *)b) - (*(const __u64 *)a < *(const __u64 *)b);
}

static void same(int fd, const char *name, const char *module, unsigned least)
{
	static struct listed want, got;

	list_functions(&want, name, module);
	is(ask_functions(fd, name, module, &got), 0, "FUNCTIONS: %s", name);
	qsort(want.at, want.n, sizeof(want.at[0]), by_number);
	qsort(got.at, got.n, sizeof(got.at[0]), by_number);
	ok(want.n >= least && got.n == want.n && !memcmp(want.at, got.at, want.n * sizeof(want.at[0])),
	   "%u of %u, where the kernel lists them", got.n, want.n);
}

static void hide_addresses(const char *how)
{
	int fd = open("/proc/sys/kernel/kptr_restrict", O_WRONLY);

	if (write(fd, how, 1) != 1)
		perror("kptr_restrict");
	close(fd);
}

static void refused(int fd)
{
	struct ktap_ioc_functions io = { .size = sizeof(io), .count = 1, .name = (unsigned long)"vfs_read",
					 .addresses = 8 };
	static char long_name[1024];
	static struct listed got;

	is(ask_functions(fd, "vfs_read", "no_such_module", &got), -ENOENT, "FUNCTIONS of a module that is not there");
	is(ktap_call(fd, KTAP_IOC_FUNCTIONS, &io), -EFAULT, "FUNCTIONS: addresses to nowhere");
	io.count = 0;
	is(ktap_call(fd, KTAP_IOC_FUNCTIONS, &io), 0, "FUNCTIONS: no room");
	is(io.count, 1, "tells how many there are");
	io.name = 8;
	is(ktap_call(fd, KTAP_IOC_FUNCTIONS, &io), -EFAULT, "FUNCTIONS: a name nowhere");
	memset(long_name, 'x', sizeof(long_name) - 1);
	is(ask_functions(fd, long_name, NULL, &got), -EINVAL, "FUNCTIONS: a name longer than any");
	is(ask_functions(fd, "vfs_read", long_name, &got), -EINVAL, "FUNCTIONS: a module's longer than any");
}

static void hidden(int fd)
{
	static struct listed got;

	hide_addresses("2");
	is(ask_functions(fd, "vfs_read", NULL, &got), -EPERM, "FUNCTIONS, while kptr_restrict hides addresses");
	hide_addresses("0");
	is(ask_functions(fd, "vfs_read", NULL, &got), 0, "FUNCTIONS, while it does not");
}

static void found(int fd)
{
	same(fd, "vfs_read", NULL, 1);
	same(fd, "t_next", NULL, 2);
	same(fd, "no_such_function", NULL, 0);
	same(fd, "jiffies", NULL, 0);
	same(fd, "kp_session_functions", "ktapvm", 1);
	same(fd, "check", "ktapvm", 2);
	same(fd, "vfs_read", "ktapvm", 0);
}

int main(void)
{
	static struct listed got;
	int fd = ktap_open();

	if (ask_functions(fd, "vfs_read", NULL, &got) == -EOPNOTSUPP) {
		puts("1..0 # SKIP this kernel has no search for all functions of a name");
		return 0;
	}
	found(fd);
	refused(fd);
	hidden(fd);
	close(fd);
	return tap_done();
}
