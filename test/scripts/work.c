// SPDX-License-Identifier: GPL-2.0
/*
 * work.c - workloads of known size for the scripts.
 *
 *   work KIND N [VALUE [FILE]]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long n, value;
static const char *file;

static int sure(int result)
{
	if (result < 0) {
		perror("work");
		exit(1);
	}
	return result;
}

static void getppids(void)
{
	while (n--)
		(void)!getppid();
}

static void missing(void)
{
	while (n--)
		open("/no/such/file", O_RDONLY);
}

/* One after another, each of which lives `value` milliseconds. */
static void children(void)
{
	while (n--) {
		if (!fork()) {
			usleep(1000 * (useconds_t)value);
			_exit(0);
		}
		wait(NULL);
	}
}

static void sleeps(void)
{
	while (n--)
		usleep(1000 * (useconds_t)value);
}

/* N bytes to a child and back. */
static void pingpong(void)
{
	int to[2], back[2];
	char c = 0;

	sure(pipe(to));
	sure(pipe(back));
	if (!fork()) {
		prctl(PR_SET_NAME, "pong");
		while (n-- && read(to[0], &c, 1) == 1)
			sure((int)write(back[1], &c, 1));
		_exit(0);
	}
	while (n--) {
		sure((int)write(to[1], &c, 1));
		sure((int)read(back[0], &c, 1));
	}
	wait(NULL);
}

static void signals(void)
{
	signal(SIGUSR1, SIG_IGN);
	while (n--)
		kill(getpid(), SIGUSR1);
}

static void *buffer(void)
{
	void *p = NULL;

	sure(-posix_memalign(&p, 4096, 1 << 20));
	memset(p, 'x', 1 << 20);
	return p;
}

static void reads(void)
{
	int fd = sure(open(file, O_RDONLY));
	void *p = buffer();

	while (n--)
		sure((int)read(fd, p, (size_t)value));
}

static void put(int flags)
{
	int fd = sure(open(file, O_WRONLY | O_CREAT | flags, 0600));
	void *p = buffer();

	while (n--)
		sure((int)write(fd, p, (size_t)value));
}

static void writes(void) { put(0); }
static void direct(void) { put(O_DIRECT); }

static void fsyncs(void)
{
	int fd = sure(open(file, O_WRONLY | O_CREAT, 0600));

	while (n--)
		sure(fsync(fd));
}

/* The kernel copies the vectors: `value` of 16 bytes each. */
static void writevs(void)
{
	struct iovec *v = calloc((size_t)value, sizeof(*v));
	int fd = sure(open("/dev/null", O_WRONLY));

	while (n--)
		sure((int)writev(fd, v, (int)value));
}

static void faults(void)
{
	char *p = mmap(NULL, (size_t)n * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(p, (size_t)n * 4096, MADV_NOHUGEPAGE);
	for (long i = 0; i < n; i++)
		p[i * 4096] = 1;
}

static void *volatile last;

static __attribute__((noipa)) void ask_small(void) { last = malloc((size_t)value); }
static __attribute__((noipa)) void ask_large(void) { last = malloc((size_t)value * 100); }

/* `value` bytes N times from one place, a hundred times as many half as often from another. */
static void mallocs(void)
{
	for (long i = 0; i < n; i++) {
		ask_small();
		if (i & 1)
			ask_large();
	}
}

static long spun;

/* Keeps its processor busy for so much of its own time. */
static void spin(long ms)
{
	struct timespec t;
	long long until = 0;

	do {
		for (volatile int i = 0; i < 20000; i++)
			;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
		until = until ? until : t.tv_sec * 1000000000ll + t.tv_nsec + ms * 1000000;
	} while (t.tv_sec * 1000000000ll + t.tv_nsec < until);
}

static __attribute__((noipa)) void spin_long(void) { spin(3 * value); spun++; }
static __attribute__((noipa)) void spin_short(void) { spin(value); spun++; }

/* N times: `value` milliseconds from one place, three times as many from another. */
static void spins(void)
{
	while (n--) {
		spin_long();
		spin_short();
	}
}

static struct sockaddr_in here(void)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_port = htons(7777),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

/* N connections to itself. */
static void tcp(void)
{
	struct sockaddr_in at = here();
	int l = sure(socket(AF_INET, SOCK_STREAM, 0)), yes = 1;

	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	sure(bind(l, (struct sockaddr *)&at, sizeof(at)));
	sure(listen(l, 5));
	while (n--) {
		int c = sure(socket(AF_INET, SOCK_STREAM, 0)), s;

		sure(connect(c, (struct sockaddr *)&at, sizeof(at)));
		s = sure(accept(l, NULL, NULL));
		close(c);
		close(s);
	}
}

static void udp(void)
{
	struct sockaddr_in at = here();
	int in = sure(socket(AF_INET, SOCK_DGRAM, 0)), out = sure(socket(AF_INET, SOCK_DGRAM, 0));
	void *p = buffer();

	sure(bind(in, (struct sockaddr *)&at, sizeof(at)));
	while (n--) {
		sure((int)sendto(out, p, (size_t)value, 0, (struct sockaddr *)&at, sizeof(at)));
		sure((int)recv(in, p, (size_t)value, 0));
	}
}

static const struct { const char *name; void (*run)(void); } kinds[] = {
	{ "getppids", getppids }, { "missing", missing }, { "children", children },
	{ "sleeps", sleeps }, { "pingpong", pingpong }, { "signals", signals },
	{ "reads", reads }, { "writes", writes }, { "direct", direct }, { "fsyncs", fsyncs },
	{ "writevs", writevs }, { "faults", faults }, { "mallocs", mallocs }, { "spins", spins },
	{ "tcp", tcp }, { "udp", udp },
};

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	n = atol(argv[2]);
	value = argc > 3 ? atol(argv[3]) : 0;
	file = argc > 4 ? argv[4] : "/dev/null";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, argv[1])) {
			kinds[i].run();
			return 0;
		}
	return 2;
}
