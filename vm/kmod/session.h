/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session.h - one open file of the device: a program, its output and its probes.
 * Made by open, freed by the file's last release, when no mapping is left.
 *
 *   NEW → LOADED → AT_TRACE ⇄ (RUN) → TRACING → ENDED       and STOPPED besides
 */
#ifndef KP_SESSION_H
#define KP_SESSION_H

#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#include "attach.h"
#include "changes.h"
#include "governor.h"
#include "ledger.h"
#include "life.h"
#include "relay.h"
#include "scope.h"
#include "space.h"
#include "unwind.h"
#include "../core/vm.h"

struct pid_namespace;
struct user_namespace;

/* What an event has to pass, bits of `gate`: no bit, nothing. */
enum kp_gate {
	KP_GATE_SCOPE,		/* not all events are traced */
	KP_GATE_OVER,		/* handlers are skipped: the session ends */
	KP_GATE_WATCH,		/* what handlers take is measured, and may be too much */
};

enum kp_state {
	KP_STATE_NEW,		/* LOAD */
	KP_STATE_LOADED,	/* RUN MAIN begins the main chunk */
	KP_STATE_AT_TRACE,	/* ATTACH, or RUN MAIN goes on */
	KP_STATE_TRACING,	/* the main chunk is over */
	KP_STATE_ENDED,		/* so are the trace_end functions */
};

struct kp_session {
	struct mutex lock;	/* state, running, stopped; the list of probes */
	enum kp_state state;
	bool running;		/* a RUN is under way; it does not hold the lock */
	bool stopped;		/* probes are detached for good */

	/* read by handlers */
	unsigned long gate;	/* bits by enum kp_gate */
	struct kp_scope scope;
	struct kp_governor governor;
	struct pid_namespace *pid_ns;	/* the tracer's */
	struct user_namespace *user_ns;
	bool init_pid_ns;

	/* exit() */
	atomic_t exits;		/* how often it was called */
	int exit_code;		/* of the first call */

	struct kp_prog *prog;
	struct kp_vm vm;
	bool vm_ready;
	struct kp_ctx main;	/* of all that runs in process context, in turn (life.h) */
	bool main_ready;
	bool interrupt;		/* STOP or exit() came while a phase ran */
	struct srcu_struct srcu;	/* invocations in process context read under it */
	int srcu_index;

	struct kp_spaces spaces;
	struct kp_unwind unwind;

	struct irq_work kick;	/* queues the works */
	struct work_struct refill;	/* kp_heap_refill() */
	struct work_struct service;
	bool dead;		/* nothing is to be queued any more */

	struct kp_relay relay;
	struct kp_ledger ledger;
	struct kp_probes probes;
	struct kp_changes changes;
	struct kp_ticks ticks;
};

/* Process context, all of them. The caller is the tracer. */
struct kp_session *kp_session_new(void);
void kp_session_free(struct kp_session *s);

/* Fills io->error when it returns -EBADMSG. */
int kp_session_load(struct kp_session *s, struct ktap_ioc_load *io);

/* -EINTR if a signal ended the phase. */
int kp_session_run(struct kp_session *s, struct ktap_ioc_run *io);

int kp_session_attach(struct kp_session *s, struct ktap_ioc_attach *io);
int kp_session_tell(struct kp_session *s, struct ktap_ioc_tell *io);
int kp_session_stop(struct kp_session *s);
int kp_session_stats(struct kp_session *s, struct ktap_ioc_stats *io);
/* The counts of one probe. Takes no lock. */
void kp_session_probe(const struct kp_session *s, u32 id, struct ktap_probe_stats *sum);
int kp_session_probes(struct kp_session *s, struct ktap_ioc_probe_stats *io);
/* Outside of read-side sections: has kp_vm_serve() called, and waits for that go. */
void kp_session_serve(struct kp_session *s);
int kp_session_errors(struct kp_session *s, struct ktap_ioc_errors *io);

/* Any context: exit(code) was called, by a handler or in process context. */
void kp_session_exit(struct kp_session *s, int code);

/* Whether exit() was called or the probes are gone: nothing more will come. */
static inline bool kp_session_over(const struct kp_session *s)
{
	return test_bit(KP_GATE_OVER, &s->gate);
}

/* Any context. */
static inline void kp_session_shut(struct kp_session *s)
{
	set_bit(KP_GATE_OVER, &s->gate);
}

/* Module life. */
int kp_sessions_init(void);
void kp_sessions_exit(void);

#endif
