// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event.h"

static const short calls[] = { SYS_getppid, SYS_getpid, SYS_getuid, SYS_close, SYS_read, SYS_ioctl, SYS_mmap };
static const char *const functions[] = { "vfs_read", "vfs_write", "do_sys_openat2", "__x64_sys_getppid",
					 "__x64_sys_getuid", "no_such_function" };
static const char *const tracepoints[][2] = {
	{ "sched", "sched_switch" }, { "sched", "sched_wakeup" }, { "signal", "signal_generate" },
	{ "raw_syscalls", "sys_enter" }, { "sched", "sched_process_exit" }, { "no", "such_event" },
};

#define ONE_OF(d, list)	(list)[pick(d, sizeof(list) / sizeof((list)[0]))]

/* A place of this program, for breakpoints in it. */
__attribute__((noinline)) int fuzz_target(int n)
{
	__asm__ volatile("" : "+r"(n));
	return n + 1;
}

static __u64 target_offset(void)
{
	extern const char __executable_start[];

	return (uintptr_t)fuzz_target - (uintptr_t)__executable_start;
}

static void name(struct ktap_event *ev, const char *system, const char *event)
{
	snprintf(ev->system, sizeof(ev->system), "%s", system);
	snprintf(ev->name, sizeof(ev->name), "%s", event);
}

static void make_call(struct dice *d, struct ktap_event *ev)
{
	ev->kind = once_in(d, 2) ? KTAP_EV_SYS_ENTER : KTAP_EV_SYS_EXIT;
	ev->nr = ONE_OF(d, calls);
	name(ev, "syscalls", "sys_test");
}

static void make_tracepoint(struct dice *d, struct ktap_event *ev)
{
	unsigned int i = pick(d, sizeof(tracepoints) / sizeof(tracepoints[0]));

	ev->kind = once_in(d, 3) ? KTAP_EV_RAW : KTAP_EV_TRACEPOINT;
	ev->id = ev->kind == KTAP_EV_TRACEPOINT && once_in(d, 4) ? pick(d, 2000) : 0;
	ev->rec_size = ev->kind == KTAP_EV_RAW ? 0 : 8 * pick(d, 12);
	name(ev, tracepoints[i][0], tracepoints[i][1]);
}

static void make_function(struct dice *d, struct ktap_event *ev)
{
	ev->kind = once_in(d, 2) ? KTAP_EV_FUNC : KTAP_EV_FUNC_RET;
	ev->offset = ev->kind == KTAP_EV_FUNC && once_in(d, 4) ? pick(d, 20) : 0;
	name(ev, "probe", ONE_OF(d, functions));
}

static void make_place(struct dice *d, struct ktap_event *ev)
{
	ev->kind = once_in(d, 2) ? KTAP_EV_UFUNC : KTAP_EV_UFUNC_RET;
	ev->file = (uintptr_t)"/proc/self/exe";
	ev->addr = once_in(d, 10) ? odd_number(d) : target_offset();
	name(ev, "probe", "fuzz_target");
}

static void make_clock(struct dice *d, struct ktap_event *ev)
{
	if (once_in(d, 2)) {
		ev->kind = once_in(d, 2) ? KTAP_EV_TICK : KTAP_EV_PROFILE;
		ev->period_ns = KTAP_MIN_TICK_NS * (20 + pick(d, 100));
		name(ev, "timer", "tick");
		return;
	}
	ev->kind = KTAP_EV_COUNTER;
	ev->counter_type = 1;
	ev->counter_config = pick(d, 10);
	ev->sample_period = ev->counter_config < 2 ? 5000000 : 1 + pick(d, 20);
	name(ev, "software", "counter");
}

static void make_own(struct dice *d, struct ktap_event *ev)
{
	static const unsigned char kinds[] = { KTAP_EV_BEGIN, KTAP_EV_SIGNAL, KTAP_EV_EXIT };

	ev->kind = ONE_OF(d, kinds);
	ev->nr = ev->kind == KTAP_EV_SIGNAL ? SIGUSR1 : -1;
	name(ev, "own", "own");
}

/* A source, some steps, perhaps an end; how many operations. */
static unsigned int make_fetch(struct dice *d, struct ktap_fetch *f)
{
	static const unsigned char sources[] = { KTAP_FETCH_ARG, KTAP_FETCH_ARG, KTAP_FETCH_REG, KTAP_FETCH_RETVAL,
						 KTAP_FETCH_STACK, KTAP_FETCH_SP, KTAP_FETCH_IP, KTAP_FETCH_IMM,
						 KTAP_FETCH_COMM };
	static const unsigned char types[] = { KTAP_FT_U8, KTAP_FT_U16, KTAP_FT_U32, KTAP_FT_U64, KTAP_FT_S64 };
	unsigned int n = 0, steps = pick(d, 4);

	f[n].op = ONE_OF(d, sources);
	f[n++].imm = once_in(d, 4) ? (__s64)odd_number(d) : pick(d, 8);
	while (steps--) {
		f[n].op = KTAP_FETCH_ADD + pick(d, KTAP_FETCH_STR - KTAP_FETCH_ADD);
		if (f[n].op >= KTAP_FETCH_LOAD)
			f[n].type = ONE_OF(d, types);
		f[n].imm = f[n].op == KTAP_FETCH_BITS ? (__s64)(pick(d, 9) | pick(d, 9) << 8) : pick(d, 64);
		n++;
	}
	if (once_in(d, 3)) {
		f[n].op = KTAP_FETCH_STR + pick(d, KTAP_FETCH__MAX - KTAP_FETCH_STR);
		f[n++].imm = pick(d, 300);
	}
	return n;
}

static void make_field(struct dice *d, struct made_event *m, struct ktap_field *f)
{
	unsigned int n;

	f->type = pick(d, KTAP_FT__MAX);
	switch (m->ev.kind) {
	case KTAP_EV_SYS_ENTER: case KTAP_EV_SYS_EXIT:
		f->source = KTAP_SRC_WORD;
		f->type = KTAP_FT_S64;
		f->offset = pick(d, 2);
		return;
	case KTAP_EV_TRACEPOINT:
		f->source = m->ev.rec_size ? KTAP_SRC_RECORD : KTAP_SRC_NONE;
		f->type = f->source ? f->type : 0;
		f->offset = f->source ? pick(d, m->ev.rec_size) : 0;
		f->size = f->type == KTAP_FT_CHARS || f->type == KTAP_FT_BYTES;
		return;
	case KTAP_EV_FUNC: case KTAP_EV_FUNC_RET: case KTAP_EV_RAW: case KTAP_EV_UFUNC: case KTAP_EV_UFUNC_RET:
		if (m->ev.nfetch > MAX_FETCHES - 6)
			break;
		f->source = KTAP_SRC_FETCH;
		f->offset = m->ev.nfetch;
		n = make_fetch(d, m->fetch + m->ev.nfetch);
		f->size = n;
		f->type = m->fetch[m->ev.nfetch + n - 1].op < KTAP_FETCH_STR &&
			  m->fetch[m->ev.nfetch + n - 1].op != KTAP_FETCH_COMM ? KTAP_FT_U64 :
			  m->fetch[m->ev.nfetch + n - 1].op < KTAP_FETCH_BYTES ? KTAP_FT_CHARS : KTAP_FT_BYTES;
		m->ev.nfetch += n;
		return;
	default:
		break;
	}
	*f = (struct ktap_field){ 0 };
}

/* Some byte of what describes it is another. */
static void change(struct dice *d, struct made_event *m)
{
	char *in[] = { (char *)&m->ev, (char *)&m->ev, (char *)m->fields, (char *)m->fetch };
	unsigned int which = pick(d, 4), size = which < 2 ? sizeof(m->ev) : which == 2 ? 64 : 256;

	in[which][pick(d, size)] = (char)(once_in(d, 2) ? any(d) : 1u << pick(d, 8));
}

void event_make(struct dice *d, struct made_event *m, unsigned int nrefs)
{
	static void (*const make[])(struct dice *, struct ktap_event *) = {
		make_call, make_call, make_call, make_tracepoint, make_tracepoint, make_place, make_clock, make_own,
		make_function,	/* rarely: hooking one takes the kernel long */
	};
	unsigned int i;

	memset(m, 0, sizeof(*m));
	m->ev.size = sizeof(m->ev);
	m->ev.nr = -1;
	ONE_OF(d, make)(d, &m->ev);
	m->ev.nrefs = nrefs < KTAP_MAX_FREFS ? nrefs : KTAP_MAX_FREFS;
	m->ev.nargs = pick(d, 4);
	m->ev.args = (uintptr_t)m->fields;
	for (i = 0; i < m->ev.nargs + m->ev.nrefs; i++)
		make_field(d, m, &m->fields[i]);
	m->ev.fetch = m->ev.nfetch ? (uintptr_t)m->fetch : 0;
	if (once_in(d, 5))
		change(d, m);
}

void event_happen(struct dice *d)
{
	char buf[16];
	int i, fd = open("/proc/self/comm", O_RDONLY);

	for (i = 0; i < 20; i++) {
		syscall(SYS_getppid);
		syscall(SYS_getuid);
		fuzz_target(i);
		if (fd >= 0 && read(fd, buf, sizeof(buf)) < 0)
			sched_yield();
	}
	if (fd >= 0)
		close(fd);
	if (once_in(d, 8))
		usleep(pick(d, 2000));
}
