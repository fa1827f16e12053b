// SPDX-License-Identifier: GPL-2.0
/*
 * tamper.c - a ledger that lies: loaded before ktap (LD_PRELOAD), it changes what the
 * module tells. TAMPER says what: "delivered", "emitted", "fired" .. What ktap would
 * write into the kernel's log goes to the file "kmsg": the machine is not at fault.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ktap/ioctl.h>

static void stats(struct ktap_ioc_stats *io, const char *what)
{
	io->delivered += !strcmp(what, "delivered");
	io->emitted -= !strcmp(what, "emitted");
}

static void probes(struct ktap_ioc_probe_stats *io, const char *what)
{
	struct ktap_probe_stats *p = (void *)(uintptr_t)io->stats;

	if (!io->count)
		return;
	p->fired += !strcmp(what, "fired");
	p->skipped_reentry += !strcmp(what, "skipped");
	p->dropped += !strcmp(what, "dropped");
	p->updates_dropped += !strcmp(what, "updates");
	p->over_budget += !strcmp(what, "budget");
}

int ioctl(int fd, unsigned long nr, ...)
{
	const char *what = getenv("TAMPER");
	va_list args;
	void *arg;
	int err;

	va_start(args, nr);
	arg = va_arg(args, void *);
	va_end(args);
	err = syscall(SYS_ioctl, fd, nr, arg);
	if (!err && what && nr == KTAP_IOC_STATS)
		stats(arg, what);
	if (!err && what && nr == KTAP_IOC_PROBES)
		probes(arg, what);
	return err;
}

int open(const char *path, int flags, ...)
{
	bool log = !strcmp(path, "/dev/kmsg");
	va_list args;
	int mode;

	va_start(args, flags);
	mode = va_arg(args, int);
	va_end(args);
	if (log)
		return syscall(SYS_openat, AT_FDCWD, "kmsg", flags | O_CREAT | O_TRUNC, 0600);
	return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
