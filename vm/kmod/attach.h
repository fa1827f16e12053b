/* SPDX-License-Identifier: GPL-2.0 */
/*
 * attach.h - the probes of a session: one for each concrete event, from ATTACH
 * until the session is freed, so that their statistics outlive them. Process
 * context; all but the reading of counters under the session's lock.
 *
 * An event source is one filled-in struct kp_probe_ops (probe_*.c).
 */
#ifndef KP_ATTACH_H
#define KP_ATTACH_H

#include <linux/list.h>

#include "../core/cond.h"
#include "../core/vm.h"
#include <ktap/ioctl.h>

struct kp_session;
struct kp_attached;
struct kp_ftraces;
struct kp_function;
struct kp_returns;
struct kp_timer;
struct perf_event;
struct kp_counters;
struct kp_ufunc;
struct tracepoint;

struct kp_probe_ops {
	/* Whether the description makes sense: 0 or a negative errno. */
	int (*check)(const struct ktap_event *ev);
	/* From its return, or before, the handler runs. Sets a->path. */
	int (*attach)(struct kp_attached *a, const struct ktap_event *ev);
	/* From its return no new handler begins, but those that run go on. */
	void (*detach)(struct kp_attached *a);
	/* Of sources that are on each CPU (cpus.h), NULL else. */
	int (*online)(struct kp_attached *a, unsigned int cpu);
	void (*offline)(struct kp_attached *a, unsigned int cpu);
	/* Firings that the kernel kept from the probe and counted. NULL: none. */
	u64 (*missed)(const struct kp_attached *a);
};

/* One concrete event. Also what the tracepoint's probe gets as its data. */
struct kp_attached {
	struct kp_probe probe;
	struct kp_session *session;
	struct kp_closure *fn;
	const void *front;	/* machine code of its front (core/front.h), or NULL; .. */
	const void *steps;	/* .. this one is in steps: it has one or the other, or none */
	void *front_owner;	/* of one that is for this probe alone */
	struct kp_cond cond;	/* its condition, decided ahead, .. */
	u32 cond_at;		/* .. on the number at this byte of the task; 0: none */
	struct ktap_probe_stats __percpu *stats;
	struct kp_attached *next;	/* of the same system call */
	const struct kp_probe_ops *ops;
	struct tracepoint *tp;		/* NULL: not registered, or gone with its module */
	void *func;			/* what is registered on it */
	struct list_head registered;
	struct kp_counters *counters;	/* of a counter, and of the perf path */
	kp_derive_fn **derive;		/* of derived fields */
	struct kp_ufunc *ufunc;		/* of a user function */
	u32 path;			/* enum ktap_path */
	u32 rec_size;			/* fixed bytes of the record */
	u64 period_ns, due_ns;		/* of a tick; the period of a profile */
	struct hlist_node on_cpus;	/* of a source that is on each CPU */
	bool adding;			/* kp_cpus_add() is at work */
	struct kp_timer __percpu *timer;	/* of a profile */
	u32 counter_type;
	u64 counter_config, period;
	u64 expected;			/* firings that ended counters tell of */
	u32 told, begun;		/* of what is told: how often, how many bodies of these */
	s32 nr;				/* of a signal */
	unsigned long iterator, iterator_bytes;	/* a tracepoint's loop over its probes (stack.h) */
	struct kp_function *function;	/* of a function's event */
};

/* Each list of probes has room for twice as many as the one before. */
#define KP_FIRST_PROBES	64u
#define KP_PROBE_LISTS	11
_Static_assert(KP_FIRST_PROBES << (KP_PROBE_LISTS - 1) > KTAP_MAX_PROBES, "room for all probes");

struct kp_probes {
	struct kp_attached **list;	/* by id; only grows, and is read without the lock */
	struct kp_attached **outgrown[KP_PROBE_LISTS];	/* what it was */
	u32 n, room, nlists;
	struct kp_closure **kept;	/* handlers, by number less one */
	u32 nkept;
	struct kp_attached **sys_enter, **sys_exit;	/* by number; NULL: none yet */
	struct kp_ftraces *ftraces;	/* NULL: no function yet */
	struct kp_returns *returns;
	bool detached;
};

/* Without the lock, from any thread of the session's. */
static inline u32 kp_probes_count(const struct kp_probes *p)
{
	return smp_load_acquire(&p->n);
}

static inline struct kp_attached *kp_probe_at(const struct kp_probes *p, u32 id)
{
	return READ_ONCE(p->list)[id];
}

/* 0 if all nargs + nrefs field descriptions hold for the event, else -EINVAL. */
int kp_fields_check(const struct ktap_event *ev, const struct ktap_field *f,
		    const struct ktap_fetch *fetch);

/*
 * Attaches `fn` to an event whose fields and fetches have been copied in. Fills in
 * path, error and probe of *ev; 0 or the error.
 */
int kp_attach(struct kp_session *s, struct kp_closure *fn, struct ktap_event *ev,
	      const struct ktap_field *f, const struct ktap_fetch *fetch);

/* A number for the handler, from 1 on; 0: no memory. It stays until kp_probes_free(). */
u32 kp_handler_keep(struct kp_session *s, struct kp_closure *fn);

/* That of the number; NULL: there is none. */
struct kp_closure *kp_handler_kept(struct kp_session *s, u32 number);

/* After the last of several kp_attach(): events that are hooked together now are. */
int kp_attach_commit(struct kp_session *s);

/* Detaches all and waits until no handler of the session runs. */
void kp_detach_all(struct kp_session *s);

/* After kp_detach_all(). */
void kp_probes_free(struct kp_session *s);

#define _(name, text) extern const struct kp_probe_ops kp_ops_##name;
KTAP_EVENTS(_)
#undef _

/* probe_syscall.c: the two tracepoints that all system calls share. */
void kp_syscalls_detach(struct kp_session *s);
void kp_syscalls_free(struct kp_session *s);

/* probe_func.c: functions are hooked, and unhooked, many at a time. */
int kp_functions_commit(struct kp_session *s);
void kp_functions_detach(struct kp_session *s);
void kp_functions_free(struct kp_session *s);

#endif
