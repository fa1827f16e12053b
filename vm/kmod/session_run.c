// SPDX-License-Identifier: GPL-2.0
/*
 * session_run.c - RUN and ATTACH: the main chunk and the trace_end functions, in
 * the caller's context, and the events of the trace statement that it stands at, or
 * stood at.
 *
 * The lock is not held while the program runs, which may take as long as it
 * likes: `running` keeps other calls out, but for STOP and the reading ones.
 */
#include <linux/err.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "session.h"

/* Under the lock: whether this phase may run now. */
static int begin(struct kp_session *s, u32 phase)
{
	if (s->running)
		return -EBUSY;
	if (phase == KTAP_RUN_MAIN) {
		if (s->stopped || (s->state != KP_STATE_LOADED &&
				   s->state != KP_STATE_AT_TRACE))
			return -EBUSY;
	} else {
		if (s->state == KP_STATE_NEW || s->state == KP_STATE_ENDED)
			return -EBUSY;
		kp_ticks_stop(s, 0);
		s->interrupt = false;
	}
	s->running = true;
	return 0;
}

/* Each in turn; one that fails does not keep the others from running. */
static enum kp_run run_end(struct kp_session *s)
{
	enum kp_run res, worst = KP_RUN_DONE;
	int exits = atomic_read(&s->exits);
	u32 i;

	for (i = 0; i < s->vm.nend; i++) {
		res = kp_vm_end(&s->main, &s->vm, i);
		if (res != KP_RUN_DONE)
			worst = KP_RUN_ERROR;
		if (s->main.err.code == KTAP_E_R_INTR || atomic_read(&s->exits) != exits)
			break;
	}
	return worst;
}

/* Objects that the program sees stay while the read side of SRCU is held. */
static enum kp_run run(struct kp_session *s, u32 phase, enum kp_state was)
{
	enum kp_run res;

	s->main.err.code = KTAP_E_OK;
	s->srcu_index = srcu_read_lock(&s->srcu);
	if (phase == KTAP_RUN_END)
		res = run_end(s);
	else if (was == KP_STATE_LOADED)
		res = kp_vm_main(&s->main, &s->vm);
	else
		res = kp_vm_continue(&s->main);
	if (phase == KTAP_RUN_MAIN && res == KP_RUN_DONE && !kp_begin_run(s))
		res = KP_RUN_ERROR;
	srcu_read_unlock(&s->srcu, s->srcu_index);
	return res;
}

static enum kp_state state_after(u32 phase, enum kp_run res)
{
	if (phase == KTAP_RUN_END)
		return KP_STATE_ENDED;
	return res == KP_RUN_TRACE ? KP_STATE_AT_TRACE : KP_STATE_TRACING;
}

/* The trace statement that the main chunk stands at. */
static int tell_trace(const struct kp_ctx *main, struct ktap_ioc_run *io)
{
	const struct kp_str *text = main->spec_text;

	io->status = KTAP_RUN_TRACE;
	io->spec = main->spec;
	io->line = main->spec_pos >> 10;
	if (main->spec != ~0u || !text)
		return 0;
	io->text_len = min(text->len, KTAP_SPEC_LEN);
	if (io->text && copy_to_user(u64_to_user_ptr(io->text), text->data, io->text_len))
		return -EFAULT;
	return 0;
}

static int tell(const struct kp_session *s, enum kp_run res, struct ktap_ioc_run *io)
{
	if (atomic_read(&s->exits)) {
		io->status = KTAP_RUN_EXITED;
		io->exit_code = READ_ONCE(s->exit_code);
		return 0;
	}
	if (res != KP_RUN_DONE && s->main.err.code == KTAP_E_R_INTR)
		return -EINTR;
	if (res == KP_RUN_TRACE)
		return tell_trace(&s->main, io);
	io->status = res == KP_RUN_DONE ? KTAP_RUN_DONE : KTAP_RUN_ERROR;
	return 0;
}

int kp_session_run(struct kp_session *s, struct ktap_ioc_run *io)
{
	enum kp_state was;
	enum kp_run res;
	int err;

	if (io->phase > KTAP_RUN_END || io->reserved)
		return -EINVAL;
	io->status = io->exit_code = 0;
	io->spec = ~0u;
	io->text_len = io->line = 0;

	mutex_lock(&s->lock);
	was = s->state;
	err = begin(s, io->phase);
	mutex_unlock(&s->lock);
	if (err)
		return err;

	res = run(s, io->phase, was);

	mutex_lock(&s->lock);
	s->running = false;
	s->state = state_after(io->phase, res);
	if (io->phase == KTAP_RUN_MAIN && res == KP_RUN_DONE && !s->stopped)
		kp_ticks_start(s);
	err = tell(s, res, io);
	mutex_unlock(&s->lock);
	return err;
}

int kp_session_tell(struct kp_session *s, struct ktap_ioc_tell *io)
{
	bool over;

	if ((io->kind != KTAP_EV_SIGNAL && io->kind != KTAP_EV_EXIT) ||
	    (io->nr && io->kind == KTAP_EV_EXIT))
		return -EINVAL;
	mutex_lock(&s->lock);
	over = s->state != KP_STATE_TRACING || s->running || s->stopped;
	io->bodies = over ? 0 : kp_life_tell(s, io->kind, io->nr);
	mutex_unlock(&s->lock);
	if (over)
		return -EBUSY;
	return io->bodies ? kp_life_wait(s) : 0;
}

/* Copies in an array, the caller's to free: NULL if it has no elements, or an error. */
static void *copy_array(u64 from, size_t n, size_t size)
{
	return n ? memdup_user(u64_to_user_ptr(from), n * size) : NULL;
}

/* One event as it comes in, and what it points to. */
struct copied {
	struct ktap_event ev;
	struct ktap_field *fields;
	struct ktap_fetch *fetch;
};

static int copy_event(const void __user *from, u32 size, struct copied *c)
{
	struct ktap_event *ev = &c->ev;
	int err = copy_struct_from_user(ev, sizeof(*ev), from, size);

	c->fields = NULL;
	c->fetch = NULL;
	if (err)
		return err;
	if (ev->size != size || ev->reserved || ev->reserved2 || ev->nhidden > ev->nargs ||
	    ev->nargs > KTAP_MAX_ARGS || ev->nrefs > KTAP_MAX_FREFS || ev->nfetch > KTAP_MAX_FETCH)
		return -EINVAL;
	c->fields = copy_array(ev->args, (size_t)ev->nargs + ev->nrefs, sizeof(*c->fields));
	c->fetch = copy_array(ev->fetch, ev->nfetch, sizeof(*c->fetch));
	return PTR_ERR_OR_ZERO(c->fields) ?: PTR_ERR_OR_ZERO(c->fetch);
}

static void free_copied(struct copied *c)
{
	if (!IS_ERR(c->fields))
		kfree(c->fields);
	if (!IS_ERR(c->fetch))
		kfree(c->fetch);
}

/* Once events are traced: others than these may be met by what does not expect it. */
static bool may_come_late(const struct ktap_event *ev)
{
	return ev->kind == KTAP_EV_TRACEPOINT || ev->kind == KTAP_EV_RAW;
}

/* What kp_attach() has to tell of one event. -EFAULT if the array is not there. */
static int attach_one(struct kp_session *s, struct kp_closure *fn, struct ktap_event __user *uev,
		      u32 size, struct copied *c)
{
	struct ktap_event *ev = &c->ev;

	ev->error = copy_event(uev, size, c);
	if (ev->error == -EFAULT && !access_ok(uev, size)) {
		free_copied(c);
		return -EFAULT;
	}
	ev->path = KTAP_PATH_NONE;
	ev->probe = KTAP_PROBE_NONE;
	if (!ev->error && s->state == KP_STATE_TRACING && !may_come_late(ev))
		ev->error = -EOPNOTSUPP;
	if (!ev->error)
		kp_attach(s, fn, ev, c->fields, c->fetch);
	free_copied(c);
	if (put_user(ev->path, &uev->path) || put_user(ev->error, &uev->error) ||
	    put_user(ev->probe, &uev->probe))
		return -EFAULT;
	return 0;
}

/* What was attached before an error is hooked all the same: it counts as attached. */
static int attach_all(struct kp_session *s, struct kp_closure *fn, struct ktap_ioc_attach *io, u32 size)
{
	char __user *at = u64_to_user_ptr(io->events);
	struct copied *c;
	int err = 0;
	u32 i;

	c = kmalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	for (i = 0; i < io->count && !err; i++, at += size) {
		err = attach_one(s, fn, (struct ktap_event __user *)at, size, c);
		if (!err && !c->ev.error)
			io->attached++;
		if (fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	kfree(c);
	if (io->attached)
		kp_governor_start(s);
	return kp_attach_commit(s) ?: err;
}

/* The handler that is meant; an error where this is not the time for it. */
static struct kp_closure *handler_of(struct kp_session *s, struct ktap_ioc_attach *io)
{
	bool late = io->handler && io->handler != KTAP_HANDLER_KEEP;

	if (s->running || s->stopped || s->state != (late ? KP_STATE_TRACING : KP_STATE_AT_TRACE))
		return ERR_PTR(-EBUSY);
	if (late)
		return kp_handler_kept(s, io->handler) ?: ERR_PTR(-ENOENT);
	if (io->handler)
		io->handler = kp_handler_keep(s, s->main.handler);
	else
		return s->main.handler;
	return io->handler ? s->main.handler : ERR_PTR(-ENOMEM);
}

/* The first event's size is the stride of the array. */
int kp_session_attach(struct kp_session *s, struct ktap_ioc_attach *io)
{
	struct kp_closure *fn;
	u32 size = 0;
	int err;

	io->attached = 0;
	if (io->count > KTAP_MAX_PROBES)
		return -EINVAL;
	if (io->count && get_user(size, (u32 __user *)u64_to_user_ptr(io->events)))
		return -EFAULT;
	if (io->count && (size < sizeof(struct ktap_event) || size > PAGE_SIZE))
		return -EINVAL;

	mutex_lock(&s->lock);
	fn = handler_of(s, io);
	err = IS_ERR(fn) ? PTR_ERR(fn) : attach_all(s, fn, io, size);
	mutex_unlock(&s->lock);
	return err;
}
