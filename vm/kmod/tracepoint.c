// SPDX-License-Identifier: GPL-2.0
#include <linux/mutex.h>

#include "session.h"
#include "stack.h"
#include "tracepoint.h"
#include "../events/tp_table.h"

/*
 * What is registered, in all sessions, so that it can be ended when a module goes
 * with its tracepoints. Finding and registering are one step under the lock: the
 * module's tracepoints first leave the table that is searched, then kp_tp_going()
 * takes the lock, and so sees whatever was found before.
 */
static DEFINE_MUTEX(registering);
static LIST_HEAD(registered);

static int register_on(struct kp_attached *a, struct tracepoint *tp)
{
	int err;

	if (!tp)
		return KP_NO_TRACEPOINT;
	kp_stack_note_iterator(a, tp);
	err = tracepoint_probe_register(tp, a->func, a);
	if (err)
		return err;
	a->tp = tp;
	list_add_tail(&a->registered, &registered);
	return 0;
}

static void unregister(struct kp_attached *a)
{
	tracepoint_probe_unregister(a->tp, a->func, a);
	a->tp = NULL;
	list_del(&a->registered);
}

/* A handler may still be running then; the session waits for it before it ends. */
void kp_tp_going(struct tracepoint *tp)
{
	struct kp_attached *a, *next;

	mutex_lock(&registering);
	list_for_each_entry_safe(a, next, &registered, registered)
		if (a->tp == tp) {
			unregister(a);
			kp_changes_gone(&a->session->changes, a->probe.id);
		}
	mutex_unlock(&registering);
}

int kp_tracepoint_register(struct kp_attached *a, const char *name)
{
	int err;

	mutex_lock(&registering);
	err = register_on(a, kp_tracepoint_find(name));
	mutex_unlock(&registering);
	return err;
}

void kp_tracepoint_unregister(struct kp_attached *a)
{
	mutex_lock(&registering);
	if (a->tp)
		unregister(a);
	mutex_unlock(&registering);
}
