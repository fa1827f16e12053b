// SPDX-License-Identifier: GPL-2.0
/*
 * session.c - see session.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "session.h"

int ktap_open(void)
{
	int fd = open(KTAP_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int ktap_call(int fd, unsigned long nr, void *arg)
{
	return ioctl(fd, nr, arg) < 0 ? -errno : 0;
}

int ktap_load(int fd, const void *image, size_t len, struct ktap_ioc_load *io)
{
	io->size = sizeof(*io);
	io->image = (uintptr_t)image;
	io->image_len = len;
	return ktap_call(fd, KTAP_IOC_LOAD, io);
}

int ktap_run(int fd, enum ktap_run_phase phase, struct ktap_ioc_run *io)
{
	memset(io, 0, sizeof(*io));
	io->size = sizeof(*io);
	io->phase = phase;
	return ktap_call(fd, KTAP_IOC_RUN, io);
}

void event_syscall(struct ktap_event *ev, enum ktap_event_kind kind, int nr, int nrefs)
{
	static const struct ktap_field number = {
		.source = KTAP_SRC_WORD, .type = KTAP_FT_S64,
	};

	memset(ev, 0, sizeof(*ev));
	ev->size = sizeof(*ev);
	ev->kind = kind;
	ev->nr = nr;
	ev->nrefs = nrefs;
	ev->args = (uintptr_t)&number;
	strcpy(ev->system, "syscalls");
	strcpy(ev->name, "sys_test");
}

int ktap_attach(int fd, struct ktap_event *ev, int n, struct ktap_ioc_attach *io)
{
	memset(io, 0, sizeof(*io));
	io->size = sizeof(*io);
	io->count = n;
	io->events = (uintptr_t)ev;
	return ktap_call(fd, KTAP_IOC_ATTACH, io);
}

int ktap_trace(const void *image, size_t len, struct ktap_event *ev, int n,
	       const struct ktap_ioc_load *opts)
{
	struct ktap_ioc_load load = { 0 };
	struct ktap_ioc_attach attach;
	struct ktap_ioc_run run;
	int fd = ktap_open(), err;

	if (fd < 0)
		return fd;
	if (opts)
		load = *opts;
	err = ktap_load(fd, image, len, &load);
	if (!err)
		err = ktap_run(fd, KTAP_RUN_MAIN, &run);
	if (!err && run.status != KTAP_RUN_TRACE)
		err = -EPROTO;
	if (!err)
		err = ktap_attach(fd, ev, n, &attach);
	if (!err && attach.attached != (unsigned)n)
		err = ev[0].error ? ev[0].error : -EPROTO;
	if (!err)
		err = ktap_run(fd, KTAP_RUN_MAIN, &run);
	if (!err && run.status != KTAP_RUN_DONE)
		err = -EPROTO;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int ktap_stats(int fd, uint32_t probe, struct ktap_probe_stats *st)
{
	struct ktap_ioc_probe_stats io = {
		.size = sizeof(io), .first = probe, .count = 1, .stats = (uintptr_t)st,
		.each = sizeof(*st),
	};
	int err = ktap_call(fd, KTAP_IOC_PROBES, &io);

	return err ? err : io.count == 1 ? 0 : -ENOENT;
}

int rings_map(int fd, size_t ring_size, struct rings *r)
{
	struct ktap_ioc_info info = { .size = sizeof(info) };
	int err = ktap_call(fd, KTAP_IOC_INFO, &info), i;

	if (err)
		return err;
	r->bytes = KTAP_RING_CTL + ring_size;
	r->page = calloc(info.ncpus, sizeof(*r->page));
	r->tail = calloc(info.ncpus, sizeof(*r->tail));
	for (i = 0; i < (int)info.ncpus; i++) {
		void *p = mmap(NULL, r->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			       (off_t)(i * KTAP_RING_STRIDE));

		if (p == MAP_FAILED)
			return -errno;
		r->page[i] = p;
		r->tail[i] = r->page[i]->tail;
		r->n = i + 1;
	}
	return 0;
}

void rings_unmap(struct rings *r)
{
	int i;

	for (i = 0; i < r->n; i++)
		munmap(r->page[i], r->bytes);
	free(r->page);
	free(r->tail);
	r->n = 0;
}

static unsigned long drain(struct ktap_ring_page *page, uint64_t *tail,
			   void (*fn)(const struct ktap_rec *, void *), void *arg)
{
	uint64_t head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE);
	const char *data = (const char *)page + KTAP_RING_CTL;
	unsigned long n = 0;

	while (*tail != head) {
		const struct ktap_rec *rec = (const void *)(data + (*tail & (page->size - 1)));

		if (rec->len < 8 || rec->len % 8 || rec->len > head - *tail)
			abort();
		if (rec->kind != KTAP_REC_PAD) {
			n++;
			if (fn)
				fn(rec, arg);
		}
		*tail += rec->len;
	}
	__atomic_store_n(&page->tail, head, __ATOMIC_RELEASE);
	return n;
}

unsigned long rings_drain(struct rings *r, void (*fn)(const struct ktap_rec *, void *), void *arg)
{
	unsigned long n = 0;
	int i;

	for (i = 0; i < r->n; i++)
		n += drain(r->page[i], &r->tail[i], fn, arg);
	return n;
}

void hide_addresses(const char *how)
{
	int fd = open("/proc/sys/kernel/kptr_restrict", O_WRONLY);

	if (write(fd, how, 1) != 1)
		perror("kptr_restrict");
	close(fd);
}
