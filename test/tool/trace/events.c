// SPDX-License-Identifier: GPL-2.0
/*
 * events.c - tracepoints, one by one and all at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"
#include "tap.h"
#include "work.h"

/* An event by its name; field 0 is a number in the record, if nrefs says so. */
static void event_tracepoint(struct ktap_event *ev, const char *system, const char *name,
			     const struct ktap_field *f)
{
	memset(ev, 0, sizeof(*ev));
	ev->size = sizeof(*ev);
	ev->kind = KTAP_EV_TRACEPOINT;
	ev->nr = -1;
	ev->rec_size = f ? f->offset + 4 : 0;
	ev->nrefs = !!f;
	ev->args = (unsigned long)f;
	snprintf(ev->system, sizeof(ev->system), "%s", system);
	snprintf(ev->name, sizeof(ev->name), "%s", name);
}

/* The number by which perf knows an event, 0 if there is none. */
static unsigned event_id(const char *system, const char *name)
{
	char path[400];
	unsigned id = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/%s/id", system, name);
	f = fopen(path, "r");
	if (f && fscanf(f, "%u", &id) != 1)
		id = 0;
	if (f)
		fclose(f);
	return id;
}

/* Offset of a field as the event's format file has it, -1 if there is none. */
static int field_offset(const char *system, const char *name, const char *field)
{
	char path[400], line[256], want[64], *at;
	int offset = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/%s/format", system, name);
	snprintf(want, sizeof(want), " %s;", field);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, want) && (at = strstr(line, "offset:")))
			offset = atoi(at + 7);
	if (f)
		fclose(f);
	return offset;
}

struct signals { unsigned long mine, all; };

static void see_signal(const struct ktap_rec *rec, void *arg)
{
	struct signals *n = arg;
	__s64 sig;

	if (rec->kind != KTAP_REC_PRINT)
		return;
	memcpy(&sig, (const char *)(rec + 1) + sizeof(struct ktap_val), 8);
	n->all++;
	n->mine += sig == SIGUSR1;
}

/* 5.10's headers do not tell how a record is made: the module leaves all to perf. */
static bool has_builders(void)
{
	struct utsname name;

	return uname(&name) || strncmp(name.release, "5.10.", 5);
}

/* One tracepoint without fields, by the plain path; and with, by a record. */
void case_tracepoints(void)
{
	struct ktap_field sig = { .source = KTAP_SRC_RECORD, .type = KTAP_FT_S32 };
	const __u32 me = getpid();
	struct ktap_ioc_load opts = { .npids = 1, .pids = (uintptr_t)&me };
	struct ktap_probe_stats st;
	struct signals n = { 0 };
	struct ktap_event ev;
	struct rings r;
	int i, fd;

	signal(SIGUSR1, interrupted);
	event_tracepoint(&ev, "signal", "signal_generate", NULL);
	fd = start(IMAGE_COUNT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "signal_generate, no field"))
		return;
	is(ev.path, KTAP_PATH_PLAIN, "by the plain path");
	for (i = 0; i < 1000; i++)
		raise(SIGUSR1);
	is(end(fd, &r), 1000, "counted");

	sig.offset = field_offset("signal", "signal_generate", "sig");
	event_tracepoint(&ev, "signal", "signal_generate", &sig);
	ev.id = event_id("signal", "signal_generate");
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "signal_generate, a field"))
		return;
	is(ev.path, has_builders() ? KTAP_PATH_DERIVED : KTAP_PATH_PERF, "from the arguments, or by perf");
	for (i = 0; i < 1000; i++)
		raise(SIGUSR1);
	ktap_stats(fd, 0, &st);
	is(st.run, 1000, "run");
	is(st.run + PROBE_SKIPPED(st), st.fired, "fired = run + skipped");
	ktap_call(fd, KTAP_IOC_STOP, NULL);
	rings_drain(&r, see_signal, &n);
	is(n.mine, 1000, "each record has the signal's number");
	rings_unmap(&r);
	close(fd);
}

/* perf tells the process's registers of an event that a process's code brings about. */
void case_user_registers(void)
{
	struct ktap_field nr = { .source = KTAP_SRC_RECORD, .type = KTAP_FT_S32, .offset = 8 };
	const __u32 me = getpid();
	struct ktap_ioc_load opts = { .npids = 1, .pids = (uintptr_t)&me };
	struct ktap_probe_stats st;
	struct ktap_event ev;
	struct rings r;
	int fd;

	event_tracepoint(&ev, "syscalls", "sys_exit_getppid", &nr);
	ev.id = event_id("syscalls", "sys_exit_getppid");
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "an event with a process's registers"))
		return;
	is(ev.path, KTAP_PATH_PERF, "by perf");
	call_getppid(1000);
	ktap_stats(fd, 0, &st);
	is(st.run, 1000, "run");
	is(end(fd, &r), 1000, "counted");
}

/* A module may go although its events are traced; --modprobe nbd has loaded it. */
void case_going(void)
{
	struct ktap_probe_stats st;
	struct ktap_event ev;
	int fd;

	event_tracepoint(&ev, "nbd", "nbd_send_request", NULL);
	fd = start(IMAGE_COUNT, &ev, 1, NULL);
	if (!ok(fd >= 0, "an event of a module"))
		return;
	is(syscall(SYS_delete_module, "nbd", O_NONBLOCK), 0, "the module goes");
	is(ktap_stats(fd, 0, &st), 0, "the probe's statistics stay");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP");
	close(fd);
	is(start(IMAGE_COUNT, &ev, 1, NULL), -ENOENT, "its events are gone");
}

/* Every event that there is, in system/name order; returns how many. */
static int all_events(struct ktap_event *ev, int room, const struct ktap_field *f)
{
	char line[256], *colon;
	FILE *list = fopen("/sys/kernel/tracing/available_events", "r");
	int n = 0;

	while (list && n < room && fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = 0;
		colon = strchr(line, ':');
		if (!colon || !strncmp(line, "syscalls:", 9) || !strncmp(line, "ftrace:", 7))
			continue;
		*colon = 0;
		event_tracepoint(&ev[n], line, colon + 1, f);
		ev[n].id = event_id(line, colon + 1);
		n++;
	}
	if (list)
		fclose(list);
	return n;
}

static void everything_by(enum image_what what, const struct ktap_field *f, const char *how)
{
	static struct ktap_event ev[3000];
	struct ktap_ioc_load load = { 0 };
	struct ktap_ioc_attach attach;
	struct ktap_probe_stats st;
	struct ktap_ioc_run run;
	unsigned long fired = 0, ran = 0, skipped = 0, reentry = 0, stopped = 0;
	double began, attached, detached;
	int n, i, fd = ktap_open(), paths[KTAP_PATH__MAX] = { 0 };
	pid_t load_pid;
	size_t len;
	void *image = image_make(what, &len);

	n = all_events(ev, 3000, f);
	ktap_load(fd, image, len, &load);
	ktap_run(fd, KTAP_RUN_MAIN, &run);
	began = now_ns();
	is(ktap_attach(fd, ev, n, &attach), 0, "ATTACH of all %s", how);
	attached = now_ns();
	ktap_run(fd, KTAP_RUN_MAIN, &run);
	for (i = 0; i < n; i++)
		paths[ev[i].path]++;
	printf("# %s: %d events: %d plain, %d record, %d perf, %d not\n", how, n,
	       paths[KTAP_PATH_PLAIN], paths[KTAP_PATH_RECORD], paths[KTAP_PATH_PERF],
	       paths[KTAP_PATH_NONE]);
	for (i = 0; i < n; i++)
		if (ev[i].path == KTAP_PATH_NONE)
			printf("# not attached: %s:%s: %s\n", ev[i].system, ev[i].name,
			       strerror(-ev[i].error));
	load_pid = worker(0, 20000);
	for (i = 0; i < 20; i++) {
		struct rings r;

		usleep(20000);
		if (!fork())
			_exit(0);
		wait(NULL);
		if (!rings_map(fd, KTAP_DEF_RING, &r)) {
			rings_drain(&r, NULL, NULL);
			rings_unmap(&r);
		}
	}
	kill(load_pid, SIGKILL);
	wait(NULL);
	detached = now_ns();
	ktap_call(fd, KTAP_IOC_STOP, NULL);
	printf("# attached in %.0f ms, detached in %.0f ms\n", (attached - began) / 1e6,
	       (now_ns() - detached) / 1e6);
	for (i = 0; i < (int)attach.attached; i++) {
		ktap_stats(fd, i, &st);
		fired += st.fired;
		ran += st.run;
		skipped += PROBE_SKIPPED(st);
		reentry += st.skipped_reentry;
		stopped += st.skipped_stopped;
		if (st.fired != st.run + PROBE_SKIPPED(st))
			printf("# probe %d: fired %llu\n", i, (unsigned long long)st.fired);
	}
	printf("# %lu fired, %lu run, %lu skipped: %lu nested, %lu at the end\n", fired, ran,
	       skipped, reentry, stopped);
	is(ran + skipped, fired, "fired = run + skipped");
	ok(ran > 10000, "handlers ran");
	close(fd);
	free(image);
}

/* All tracepoints of the kernel at once, whatever context they fire in. */
void case_everything(void)
{
	const struct ktap_field common = {
		.source = KTAP_SRC_RECORD, .type = KTAP_FT_S32, .offset = 4,
	};

	everything_by(IMAGE_COUNT, NULL, "without fields");
	everything_by(IMAGE_PRINT, &common, "with fields");
}
