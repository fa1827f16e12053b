// SPDX-License-Identifier: GPL-2.0
#include "output/reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <ktap/ioctl.h>

#include "util/arena.h"

#define WAKE_MS		50
#define STUCK_NS	500000	/* a full ring waits behind a writer at work */

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void unmap(struct reader *r, struct ring *ring, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (ring[i].page)
			munmap(ring[i].page, r->map_len);
}

/* CPUs that the machine could have and has no ring for are left out. */
static int map_ring(struct reader *r, struct ring *ring, unsigned int cpu, size_t size)
{
	void *at = mmap(NULL, r->map_len, PROT_READ | PROT_WRITE, MAP_SHARED, r->device,
			(off_t)(cpu * KTAP_RING_STRIDE));

	if (at == MAP_FAILED)
		return -errno;
	*ring = (struct ring){ .page = at, .data = (uint8_t *)at + KTAP_RING_CTL,
			       .size = size, .cpu = cpu };
	return 0;
}

static int map_rings(struct reader *r, unsigned int ncpus, size_t size, struct buf *why)
{
	struct ring *ring = xmalloc((ncpus + 1) * sizeof(*ring));
	unsigned int n = 0;
	int err = 0;

	for (unsigned int cpu = 0; cpu < ncpus && (!err || err == -ENXIO); cpu++) {
		err = map_ring(r, &ring[n], cpu, size);
		n += !err;
	}
	if (err && err != -ENXIO) {
		buf_printf(why, "cannot map the output of the module: %s", strerror(-err));
		unmap(r, ring, n);
	} else {
		merge_init(&r->merge, ring, n);
		err = 0;
	}
	free(ring);
	return err ? -1 : 0;
}

int reader_open(struct reader *r, int device, unsigned int ncpus, size_t ring_size,
		struct ktap_printer *printer, struct buf *why)
{
	*r = (struct reader){ .device = device, .printer = printer,
			      .map_len = KTAP_RING_CTL + ring_size };
	r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->over = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->wake < 0 || r->over < 0) {
		buf_printf(why, "eventfd: %s", strerror(errno));
		return -1;
	}
	return map_rings(r, ncpus, ring_size, why);
}

void reader_close(struct reader *r)
{
	unmap(r, r->merge.ring, r->merge.n);
	merge_exit(&r->merge);
	close(r->wake);
	close(r->over);
}

static void tell(int eventfd)
{
	uint64_t one = 1;

	/* A full counter is as readable as can be. */
	if (write(eventfd, &one, sizeof(one)) < 0)
		return;
}

static void on_record(void *arg, const struct rec *rec, int cpu)
{
	struct reader *r = arg;

	ktap_print_record(r->printer, rec, cpu);
	if (rec->kind == KTAP_REC_EXIT || (rec->kind == KTAP_REC_ERROR && r->strict))
		tell(r->over);
}

static void on_stretch(void *arg, struct stretch *s)
{
	ktap_print_stretch(((struct reader *)arg)->printer, s);
}

static void on_damage(void *arg, const char *error, int cpu)
{
	struct reader *r = arg;

	ktap_print_damage(r->printer, error, cpu);
}

static size_t drain(struct reader *r, bool final)
{
	const struct merge_sink sink = { r, on_stretch, on_record, on_damage };
	size_t count = merge_drain(&r->merge, now_ns(), final, &sink);

	ktap_print_flush(r->printer);
	if (r->printer->write_error)
		tell(r->over);
	return count;
}

/*
 * While nothing comes, the first record is told of at once; behind records, half a ring is,
 * so that what comes meanwhile is one batch. The device is not asked again once it hung up:
 * it would answer at once, for ever.
 */
static void wait_for_more(struct reader *r, struct pollfd fds[2], bool idle)
{
	const struct timespec moment = { .tv_nsec = STUCK_NS };

	if (idle && fds[0].revents & POLLIN)
		nanosleep(&moment, NULL);
	fds[0].events = idle ? POLLIN | POLLRDNORM : POLLIN;
	if (poll(fds, 2, fds[0].fd < 0 ? 1 : WAKE_MS) <= 0)
		return;
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		fds[0].fd = -1;
		tell(r->over);
	}
}

static void *run(void *arg)
{
	struct reader *r = arg;
	struct pollfd fds[2] = { { .fd = r->device, .events = POLLIN },
				 { .fd = r->wake, .events = POLLIN } };
	size_t count = 0;

	while (!__atomic_load_n(&r->finish, __ATOMIC_ACQUIRE)) {
		wait_for_more(r, fds, !count);
		count = drain(r, false);
	}
	drain(r, true);
	return NULL;
}

int reader_start(struct reader *r, struct buf *why)
{
	int err = pthread_create(&r->thread, NULL, run, r);

	if (err)
		buf_printf(why, "cannot start a thread: %s", strerror(err));
	return err ? -1 : 0;
}

void reader_finish(struct reader *r)
{
	__atomic_store_n(&r->finish, true, __ATOMIC_RELEASE);
	tell(r->wake);
	pthread_join(r->thread, NULL);
}
