// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ktap/image.h>
#include <ktap/ioctl.h>
#include <ktap/record.h>

#include "action.h"
#include "event.h"
#include "place.h"

#define SLOTS		3
#define MAX_IMAGES	16
#define MAX_EVENTS	4
#define RINGS		8	/* mappings of a process */

/* A session that all threads of the process share. */
struct slot {
	int fd;			/* -1: none */
	unsigned int nrefs;	/* field references of its program, as far as one knows */
	unsigned int ring;	/* bytes of its rings */
};

struct ring { char *at; size_t bytes; };

static struct slot slot[SLOTS] = { [0 ... SLOTS - 1] = { .fd = -1 } };
static struct ring ring[RINGS];
static struct { char *bytes; size_t len; unsigned int nrefs; } image[MAX_IMAGES];
static unsigned int images;
static struct tally *tally;

const char *const action_name[ACT__MAX] = {
#define _(name, weight) #name,
	ACTIONS(_)
#undef _
};

static struct slot *some_slot(struct dice *d)
{
	return &slot[pick(d, SLOTS)];
}

static int fd_of(const struct slot *s)
{
	return __atomic_load_n(&s->fd, __ATOMIC_ACQUIRE);
}

/* The argument as it is, or with a byte changed, at a place that is good or not. */
static int call(struct dice *d, int fd, unsigned long nr, void *arg, size_t size)
{
	char copy[256];
	int ret;

	memcpy(copy, arg, size);
	if (once_in(d, 12))
		copy[pick(d, (unsigned int)size)] ^= 1 << pick(d, 8);
	if (once_in(d, 25))
		*(__u32 *)copy = (__u32)odd_number(d);
	char *at = place(d, copy, size);

	ret = ioctl(fd, nr, at);
	if (!ret)	/* what came back, if it is still there */
		syscall(SYS_process_vm_readv, getpid(), &(struct iovec){ arg, size }, 1,
			&(struct iovec){ at, size }, 1, 0);
	return ret < 0 ? -errno : 0;
}

static int do_open(struct dice *d, struct slot *s)
{
	int fd = open(KTAP_DEVICE, O_RDWR | (once_in(d, 4) ? O_NONBLOCK : 0));

	fd = __atomic_exchange_n(&s->fd, fd, __ATOMIC_ACQ_REL);
	if (fd >= 0)
		close(fd);
	return 0;
}

static int do_close(struct dice *d, struct slot *s)
{
	int fd = __atomic_exchange_n(&s->fd, -1, __ATOMIC_ACQ_REL);

	(void)d;
	return fd < 0 ? -EBADF : close(fd);
}

static void limits(struct dice *d, struct ktap_ioc_load *io)
{
	io->ring_size = KTAP_MIN_RING << pick(d, 5);
	io->mem_limit = KTAP_MIN_MEM << pick(d, 6);
	/* what all events of a machine may spend together has no limit, so each has a small one */
	io->max_steps = 1 + pick(d, 3000);
	io->max_time_ns = 1 + pick(d, 200000);
	io->max_string = once_in(d, 3) ? 1 + pick(d, KTAP_MAX_STRING) : 0;
	io->flags = once_in(d, 3) ? KTAP_LOAD_NO_JIT : 0;
	if (once_in(d, 12))
		io->mem_limit = odd_number(d);
}

static void scope(struct dice *d, struct ktap_ioc_load *io, __u32 pids[2])
{
	static const __u8 cpus[2] = { 0xf, 0 };

	pids[0] = (__u32)getpid();
	pids[1] = once_in(d, 3) ? 1 : (__u32)getppid();
	io->pids = (uintptr_t)pids;
	io->npids = once_in(d, 3) ? 1 + pick(d, 2) : 0;
	if (io->npids && once_in(d, 2))
		io->flags |= KTAP_LOAD_FOLLOW;
	io->cpus = (uintptr_t)cpus;
	io->cpus_len = once_in(d, 5) ? 1 + pick(d, 2) : 0;
}

static int do_load(struct dice *d, struct slot *s)
{
	struct ktap_ioc_load io = { .size = sizeof(io) };
	unsigned int which = pick(d, images);
	static __thread char copy[64 << 10];
	__u32 pids[2];
	int err;

	memcpy(copy, image[which].bytes, image[which].len);
	if (once_in(d, 6))
		copy[pick(d, (unsigned int)image[which].len)] ^= 1 << pick(d, 8);
	limits(d, &io);
	scope(d, &io, pids);
	io.image = (uintptr_t)place(d, copy, image[which].len);
	io.image_len = once_in(d, 25) ? (__u32)odd_number(d) : (__u32)image[which].len;
	err = ioctl(fd_of(s), KTAP_IOC_LOAD, &io) < 0 ? -errno : 0;
	if (err)
		return err;
	s->nrefs = image[which].nrefs;
	s->ring = io.ring_size;
	return 0;
}

static int run(struct dice *d, struct slot *s, __u32 phase)
{
	static __thread char text[KTAP_SPEC_LEN];
	struct ktap_ioc_run io = { .size = sizeof(io), .phase = phase };
	int err;

	io.text = once_in(d, 10) ? odd_number(d) : (uintptr_t)text;
	err = call(d, fd_of(s), KTAP_IOC_RUN, &io, sizeof(io));
	return err ? err : (int)io.status;
}

static int do_run(struct dice *d, struct slot *s)
{
	return run(d, s, once_in(d, 5) ? KTAP_RUN_END : KTAP_RUN_MAIN) < 0 ? -1 : 0;
}

static int do_attach(struct dice *d, struct slot *s)
{
	static __thread struct made_event made[MAX_EVENTS];
	static __thread struct ktap_event ev[MAX_EVENTS];
	struct ktap_ioc_attach io = { .size = sizeof(io) };
	unsigned int i, n = 1 + pick(d, MAX_EVENTS);

	for (i = 0; i < n; i++) {
		event_make(d, &made[i], once_in(d, 20) ? pick(d, 4) : s->nrefs);
		ev[i] = made[i].ev;
	}
	io.count = once_in(d, 30) ? (__u32)odd_number(d) : n;
	io.events = (uintptr_t)place(d, ev, n * sizeof(ev[0]));
	return call(d, fd_of(s), KTAP_IOC_ATTACH, &io, sizeof(io));
}

static int do_stop(struct dice *d, struct slot *s)
{
	(void)d;
	return ioctl(fd_of(s), KTAP_IOC_STOP, 0);
}

static int do_happen(struct dice *d, struct slot *s)
{
	(void)s;
	event_happen(d);
	return 0;
}

/* A whole life, as far as the others let it. */
static int do_go(struct dice *d, struct slot *s)
{
	int i;

	do_open(d, s);
	if (do_load(d, s))
		return -1;
	for (i = 0; i < 40 && run(d, s, KTAP_RUN_MAIN) == KTAP_RUN_TRACE; i++)
		do_attach(d, s);
	do_happen(d, s);
	if (once_in(d, 2))
		return 0;
	do_stop(d, s);
	run(d, s, KTAP_RUN_END);
	return once_in(d, 2) ? 0 : do_close(d, s);
}

static int do_tell(struct dice *d, struct slot *s)
{
	struct ktap_ioc_tell io = { .size = sizeof(io), .kind = KTAP_EV_EXIT };

	if (once_in(d, 2)) {
		io.kind = KTAP_EV_SIGNAL;
		io.nr = SIGUSR1;
	}
	return call(d, fd_of(s), KTAP_IOC_TELL, &io, sizeof(io));
}

static int do_stats(struct dice *d, struct slot *s)
{
	struct ktap_ioc_stats io = { .size = sizeof(io) };

	return call(d, fd_of(s), KTAP_IOC_STATS, &io, sizeof(io));
}

static int do_probes(struct dice *d, struct slot *s)
{
	struct ktap_probe_stats st[8];
	struct ktap_ioc_probe_stats io = { .size = sizeof(io), .count = 8 };

	memset(st, 0, sizeof(st));
	io.first = once_in(d, 4) ? (__u32)odd_number(d) : pick(d, 4);
	io.stats = (uintptr_t)place(d, st, sizeof(st));
	if (once_in(d, 10))
		io.count = (__u32)odd_number(d);
	return call(d, fd_of(s), KTAP_IOC_PROBES, &io, sizeof(io));
}

static int do_errors(struct dice *d, struct slot *s)
{
	struct ktap_error_count errors[8] = { 0 };
	struct ktap_ioc_errors io = { .size = sizeof(io), .count = 8 };

	io.errors = (uintptr_t)place(d, errors, sizeof(errors));
	if (once_in(d, 10))
		io.count = (__u32)odd_number(d);
	return call(d, fd_of(s), KTAP_IOC_ERRORS, &io, sizeof(io));
}

/* The number of this process's memory, as space.c makes it, is not ours to know: near it. */
static int do_maps(struct dice *d, struct slot *s)
{
	static __thread char room[8192];
	struct ktap_ioc_maps io = { .size = sizeof(io), .bytes = sizeof(room) };

	io.space = once_in(d, 2) ? odd_number(d) : 1000000000ull + pick(d, 1u << 30);
	io.maps = (uintptr_t)place(d, room, sizeof(room));
	return call(d, fd_of(s), KTAP_IOC_MAPS, &io, sizeof(io));
}

/* Names of many functions, of one, of data and of nothing; of the kernel, of this module, of none. */
static int do_functions(struct dice *d, struct slot *s)
{
	static const char *const names[] = { "vfs_read", "s_show", "jiffies", "vfs_[a-z]*", "", "no_such_function" };
	static const char *const modules[] = { "ktapvm", "no_such_module", "" };
	static __thread char room[4096];
	struct ktap_ioc_functions io = { .size = sizeof(io), .bytes = sizeof(room) };
	const char *name = names[pick(d, 6)], *module = modules[pick(d, 3)];

	io.name = (uintptr_t)name;
	io.module = once_in(d, 2) ? (uintptr_t)module : 0;
	io.functions = (uintptr_t)room;
	if (once_in(d, 4))
		io.name = (uintptr_t)place(d, name, strlen(name) + 1);
	else if (once_in(d, 4) && io.module)
		io.module = (uintptr_t)place(d, module, strlen(module) + 1);
	else if (once_in(d, 2))
		io.functions = (uintptr_t)place(d, room, sizeof(room));
	else if (once_in(d, 10))
		io.bytes = pick(d, sizeof(room));
	return call(d, fd_of(s), KTAP_IOC_FUNCTIONS, &io, sizeof(io));
}

/* Near the kernel's own addresses, where they are not moved, and anywhere. */
static int do_symbol(struct dice *d, struct slot *s)
{
	static __thread char room[1024];
	struct ktap_ioc_symbol io = { .size = sizeof(io), .bytes = sizeof(room) };

	io.address = once_in(d, 3) ? odd_number(d) : 0xffffffff81000000ull + pick(d, 1u << 24);
	io.text = (uintptr_t)(once_in(d, 3) ? place(d, room, sizeof(room)) : room);
	if (once_in(d, 3))
		io.bytes = pick(d, sizeof(room));
	return call(d, fd_of(s), KTAP_IOC_SYMBOL, &io, sizeof(io));
}

static int do_info(struct dice *d, struct slot *s)
{
	struct ktap_ioc_info io = { .size = sizeof(io) };

	return call(d, fd_of(s), KTAP_IOC_INFO, &io, sizeof(io));
}

static int do_odd_call(struct dice *d, struct slot *s)
{
	__u64 words[32];
	unsigned int i, nr = once_in(d, 2) ? (unsigned int)any(d) :
			     _IOC(pick(d, 4), KTAP_IOC_MAGIC, pick(d, 14), pick(d, 300));

	for (i = 0; i < 32; i++)
		words[i] = odd_number(d);
	*(__u32 *)words = 8 * pick(d, 33);
	return ioctl(fd_of(s), nr, place(d, words, sizeof(words)));
}

static int do_map_ring(struct dice *d, struct slot *s)
{
	struct ring *r = &ring[pick(d, RINGS)], new = { .bytes = KTAP_RING_CTL + s->ring };
	off_t at = (off_t)(pick(d, 4) * KTAP_RING_STRIDE);

	if (once_in(d, 12))
		at = (off_t)odd_number(d);
	if (once_in(d, 12))
		new.bytes = 4096 * (1 + pick(d, 300));
	new.at = mmap(NULL, new.bytes, PROT_READ | (once_in(d, 4) ? 0 : PROT_WRITE),
		      once_in(d, 20) ? MAP_PRIVATE : MAP_SHARED | (once_in(d, 4) ? MAP_POPULATE : 0), fd_of(s), at);
	if (new.at == MAP_FAILED)
		return -errno;
	if (__sync_bool_compare_and_swap(&r->at, NULL, (char *)1)) {
		r->bytes = new.bytes;
		__atomic_store_n(&r->at, new.at, __ATOMIC_RELEASE);
	} else {
		munmap(new.at, new.bytes);
	}
	return 0;
}

/* Takes one out, so that nobody else unmaps it. */
static char *take_ring(struct dice *d, size_t *bytes)
{
	struct ring *r = &ring[pick(d, RINGS)];
	char *at = __atomic_load_n(&r->at, __ATOMIC_ACQUIRE);

	*bytes = r->bytes;
	if ((uintptr_t)at < 2 || !__sync_bool_compare_and_swap(&r->at, at, NULL))
		return NULL;
	return at;
}

static int do_unmap_ring(struct dice *d, struct slot *s)
{
	size_t bytes;
	char *at = take_ring(d, &bytes);

	(void)s;
	if (!at)
		return -1;
	if (once_in(d, 3))
		mprotect(at, bytes, once_in(d, 2) ? PROT_READ | PROT_EXEC : PROT_NONE);
	if (once_in(d, 6))
		madvise(at, bytes, (int)pick(d, 26));
	if (once_in(d, 6))
		munmap(at + 4096, 4096);
	return munmap(at, bytes);
}

/* The reader's page and the records hold nonsense. */
static int do_scribble(struct dice *d, struct slot *s)
{
	size_t bytes;
	char *at = take_ring(d, &bytes);
	__u64 word = odd_number(d);
	unsigned int i;

	(void)s;
	if (!at)
		return -1;
	for (i = 0; i < 16; i++)
		syscall(SYS_process_vm_writev, getpid(), &(struct iovec){ &word, 8 }, 1,
			&(struct iovec){ at + (once_in(d, 2) ? 8 * pick(d, 4) : pick(d, (unsigned int)bytes - 8)), 8 },
			1, 0);
	return munmap(at, bytes);
}

/* As a reader does: what is there is taken, as far as it can be believed. */
static int do_drain(struct dice *d, struct slot *s)
{
	size_t bytes;
	char *at = take_ring(d, &bytes);
	struct ktap_ring_page page;

	(void)s;
	if (!at)
		return -1;
	if (syscall(SYS_process_vm_readv, getpid(), &(struct iovec){ &page, sizeof(page) }, 1,
		    &(struct iovec){ at, sizeof(page) }, 1, 0) == sizeof(page))
		syscall(SYS_process_vm_writev, getpid(), &(struct iovec){ &page.head, 8 }, 1,
			&(struct iovec){ at + offsetof(struct ktap_ring_page, tail), 8 }, 1, 0);
	return munmap(at, bytes);
}

static int do_poll(struct dice *d, struct slot *s)
{
	struct pollfd p = { .fd = fd_of(s), .events = (short)any(d) };

	return poll(&p, 1, (int)pick(d, 4));
}

static int do_epoll(struct dice *d, struct slot *s)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET }, got[2];
	int ep = epoll_create1(0), err;

	err = epoll_ctl(ep, EPOLL_CTL_ADD, fd_of(s), &ev);
	epoll_wait(ep, got, 2, (int)pick(d, 4));
	if (once_in(d, 2))
		do_close(d, s);
	close(ep);
	return err;
}

/* Calls that a file may have and the device has not. */
static int do_file(struct dice *d, struct slot *s)
{
	char buf[64] = "x";
	int fd = fd_of(s), p[2];
	long err = 0;

	if (pipe2(p, O_NONBLOCK))
		return -1;
	switch (pick(d, 14)) {
	case 0: err = read(fd, buf, sizeof(buf)); break;
	case 1: err = pwrite(fd, buf, sizeof(buf), 0); break;
	case 2: splice(fd, NULL, p[1], NULL, 4096, SPLICE_F_NONBLOCK); break;
	case 3: splice(p[0], NULL, fd, NULL, 4096, SPLICE_F_NONBLOCK); break;
	case 4: sendfile(p[1], fd, NULL, 4096); break;
	case 5: err = lseek(fd, (off_t)odd_number(d), (int)pick(d, 5)); break;
	case 6: err = ftruncate(fd, (off_t)odd_number(d)); break;
	case 7: fallocate(fd, (int)pick(d, 64), 0, 4096); break;
	case 8: fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK); break;
	case 9: flock(fd, LOCK_EX | LOCK_NB); break;
	case 10: fsync(fd); break;
	case 11: fchmod(fd, 0600); break;
	case 12: copy_file_range(fd, NULL, p[1], NULL, 4096, 0); break;
	default: posix_fadvise(fd, 0, 0, (int)pick(d, 6)); break;
	}
	close(p[0]);
	close(p[1]);
	return err < 0 ? -1 : 0;
}

/* The session goes through a socket, is closed on this side, and comes back or does not. */
static int do_send(struct dice *d, struct slot *s)
{
	char data = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &data, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int pair[2], fd = fd_of(s);

	if (fd < 0 || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair))
		return -1;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(pair[0], &msg, 0) == 1 && once_in(d, 2) && recvmsg(pair[1], &msg, MSG_CMSG_CLOEXEC) == 1 &&
	    CMSG_FIRSTHDR(&msg)) {
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
		fd = __atomic_exchange_n(&s->fd, fd, __ATOMIC_ACQ_REL);
		if (fd >= 0)
			close(fd);
	}
	close(pair[0]);
	return close(pair[1]);
}

/* A child with the sessions of this one; it dies at some moment. */
static int do_fork(struct dice *d, struct slot *s)
{
	pid_t pid = fork();
	unsigned int i, n = pick(d, 40);

	(void)s;
	if (pid)
		return pid < 0 ? -1 : 0;
	signal(SIGALRM, SIG_DFL);
	ualarm(1000 + pick(d, 200000), 0);
	dice_seed(d, any(d));
	for (i = 0; i < n; i++)
		act(d);
	_exit(0);
}

static int do_vanish(struct dice *d, struct slot *s)
{
	(void)s;
	place_vanish(d);
	return 0;
}

static int do_signal(struct dice *d, struct slot *s)
{
	(void)s;
	usleep(pick(d, 3000));
	return kill(getpid(), SIGALRM);
}

static int (*const do_action[])(struct dice *d, struct slot *s) = {
#define _(name, weight) do_##name,
	ACTIONS(_)
#undef _
};

static enum action some_action(struct dice *d)
{
	static const unsigned char weight[] = {
#define _(name, weight) weight,
		ACTIONS(_)
#undef _
	};
	static const unsigned int total = 0
#define _(name, weight) + weight
		ACTIONS(_);
#undef _
	unsigned int at = pick(d, total), i = 0;

	while (at >= weight[i])
		at -= weight[i++];
	return i;
}

void act(struct dice *d)
{
	enum action a = some_action(d);
	int err;

	__atomic_fetch_add(&tally->done[a], 1, __ATOMIC_RELAXED);
	err = do_action[a](d, some_slot(d));
	if (err >= 0)
		__atomic_fetch_add(&tally->went[a], 1, __ATOMIC_RELAXED);
}

static void read_image(const char *path)
{
	FILE *f = fopen(path, "re");
	struct ktap_image *h;

	image[images].bytes = calloc(1, 64 << 10);
	h = (void *)image[images].bytes;
	if (!f || (image[images].len = fread(h, 1, 64 << 10, f)) < sizeof(*h)) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(2);
	}
	fclose(f);
	image[images++].nrefs = h->sec[KTAP_SEC_FREFS].count;
}

void actions_init(struct tally *t, char **paths, int n)
{
	tally = t;
	while (n-- && images < MAX_IMAGES)
		read_image(*paths++);
}
