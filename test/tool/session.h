/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session.h - the calls of /dev/ktap one by one, nothing hidden: each returns 0
 * or a negative errno.
 */
#ifndef KTAP_TEST_SESSION_H
#define KTAP_TEST_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ktap/ioctl.h>
#include <ktap/record.h>

int ktap_open(void);
int ktap_call(int fd, unsigned long nr, void *arg);

int ktap_load(int fd, const void *image, size_t len, struct ktap_ioc_load *io);
int ktap_run(int fd, enum ktap_run_phase phase, struct ktap_ioc_run *io);

/* One system call's event, field 0 (if nrefs) its first word. */
void event_syscall(struct ktap_event *ev, enum ktap_event_kind kind, int nr, int nrefs);
int ktap_attach(int fd, struct ktap_event *ev, int n, struct ktap_ioc_attach *io);

/* Opens, loads, runs to the trace statement, attaches. The descriptor or -errno. */
int ktap_trace(const void *image, size_t len, struct ktap_event *ev, int n,
	       const struct ktap_ioc_load *opts);

/* Sum of one probe's counters. */
int ktap_stats(int fd, uint32_t probe, struct ktap_probe_stats *st);

/* Writes to kptr_restrict: "2" hides the kernel's addresses from everybody, "0" does not. */
void hide_addresses(const char *how);

struct rings {
	int n;
	size_t bytes;
	struct ktap_ring_page **page;
	uint64_t *tail;
};

int rings_map(int fd, size_t ring_size, struct rings *r);
void rings_unmap(struct rings *r);

/* Takes all whole records; `fn` sees each but PAD. How many it saw. */
unsigned long rings_drain(struct rings *r, void (*fn)(const struct ktap_rec *, void *), void *arg);

#endif
