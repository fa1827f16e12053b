// SPDX-License-Identifier: GPL-2.0
/*
 * attach.c - the list of a session's probes; what their descriptions must hold.
 */
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "attach.h"
#include "session.h"
#include "ufunc.h"
#include "../compat/tracepoints.h"
#include "../core/front.h"
#include "../jit/jit.h"

static const struct kp_probe_ops *const ops[] = {
#define _(name, text) [KTAP_EV_##name] = &kp_ops_##name,
	KTAP_EVENTS(_)
#undef _
};

static bool name_is_good(const char *name)
{
	size_t len = strnlen(name, KTAP_NAME_LEN);

	return len && len < KTAP_NAME_LEN;
}

static int check(const struct kp_session *s, const struct ktap_event *ev,
		 const struct ktap_field *f, const struct ktap_fetch *fetch)
{
	int err;

	if (ev->kind >= KTAP_EV__MAX)
		return -EOPNOTSUPP;
	if (ev->nrefs != s->prog->nfref || ev->rec_size > KTAP_MAX_RECORD ||
	    (ev->period_ns && ev->kind != KTAP_EV_TICK && ev->kind != KTAP_EV_PROFILE) ||
	    !name_is_good(ev->name) || !name_is_good(ev->system))
		return -EINVAL;
	if ((ev->file || ev->ref_ctr) && ev->kind != KTAP_EV_UFUNC && ev->kind != KTAP_EV_UFUNC_RET)
		return -EINVAL;
	if ((ev->counter_type || ev->counter_config || ev->sample_period) && ev->kind != KTAP_EV_COUNTER)
		return -EINVAL;
	err = kp_fields_check(ev, f, fetch);
	return err ?: ops[ev->kind]->check(ev);
}

/*
 * One piece of memory: the probe, its name as the core wants strings, its fields,
 * its fetches.
 */
static struct kp_attached *new_attached(struct kp_session *s, const struct ktap_event *ev,
					const struct ktap_field *f, const struct ktap_fetch *fetch)
{
	size_t fields = ((size_t)ev->nargs + ev->nrefs) * sizeof(*f);
	size_t fetches = (size_t)ev->nfetch * sizeof(*fetch);
	size_t name = ALIGN(sizeof(struct kp_attached), 16);
	u32 len = strlen(ev->name);
	size_t at = name + ALIGN(kp_static_str_size(len), 16);
	struct kp_attached *a = kzalloc(at + fields + fetches, GFP_KERNEL_ACCOUNT);

	if (!a)
		return NULL;
	memcpy((char *)a + at, f, fields);
	memcpy((char *)a + at + fields, fetch, fetches);
	if (ev->nfetch)
		a->probe.fetch = (struct ktap_fetch *)((char *)a + at + fields);
	a->probe.kind = ev->kind;
	a->probe.name = kp_static_str((char *)a + name, ev->name, len, s->prog->seed);
	a->probe.args = (struct ktap_field *)((char *)a + at);
	a->probe.refs = a->probe.args + ev->nargs;
	a->probe.nargs = ev->nargs;
	a->probe.nhidden = ev->nhidden;
	a->probe.nrefs = ev->nrefs;
	a->session = s;
	a->ops = ops[ev->kind];
	a->rec_size = ev->rec_size;
	return a;
}

/* Its handler does not run any more, and will not. */
static void free_attached(struct kp_session *s, struct kp_attached *a)
{
	kp_closure_put(&s->vm, a->fn);
	kp_host_native_free(a->front_owner);
	kfree(a->derive);
	kfree(a);
}

/* Who reads the list without the lock may be at the one that is outgrown. */
static int make_room(struct kp_probes *p)
{
	u32 room = p->room ? 2 * p->room : KP_FIRST_PROBES;
	struct kp_attached **list;

	if (p->n >= KTAP_MAX_PROBES)
		return -ENOSPC;
	if (p->n < p->room)
		return 0;
	list = kvmalloc_array(room, sizeof(*list), GFP_KERNEL_ACCOUNT);
	if (!list)
		return -ENOMEM;
	if (p->n)
		memcpy(list, p->list, p->n * sizeof(*list));
	p->outgrown[p->nlists++] = p->list;
	WRITE_ONCE(p->list, list);
	p->room = room;
	return 0;
}

/* In another namespace a process's number is not that in its task. */
static void note_condition(struct kp_attached *a, const struct kp_fn *fn)
{
	if (!a->session->init_pid_ns || !kp_cond_of(fn, &a->cond))
		return;
	a->cond_at = a->cond.var == KTAP_CTX_PID ? offsetof(struct task_struct, tgid) :
						   offsetof(struct task_struct, pid);
}

/* The probe enters the list only when it is attached: ids have no holes. */
static int add(struct kp_session *s, struct kp_closure *fn, struct ktap_event *ev,
	       const struct ktap_field *f, const struct ktap_fetch *fetch)
{
	struct kp_probes *p = &s->probes;
	struct kp_attached *a;
	int err = make_room(p);

	if (err)
		return err;
	a = new_attached(s, ev, f, fetch);
	if (!a)
		return -ENOMEM;
	a->probe.id = p->n;
	a->stats = kp_ledger_add(&s->ledger, p->n);
	a->fn = kp_closure_get(fn);
	kp_front_prepare(&a->probe);
	if (kp_front_fits(fn->fn, &a->probe))
		*(fn->fn->front_steps ? &a->steps : &a->front) = fn->fn->front;
	note_condition(a, fn->fn);
	err = a->stats ? a->ops->attach(a, ev) : -ENOMEM;
	if (err) {
		free_attached(s, a);
		return err;
	}
	p->list[p->n] = a;
	smp_store_release(&p->n, p->n + 1);
	ev->probe = a->probe.id;
	ev->path = a->path;
	return 0;
}

int kp_attach(struct kp_session *s, struct kp_closure *fn, struct ktap_event *ev,
	      const struct ktap_field *f, const struct ktap_fetch *fetch)
{
	lockdep_assert_held(&s->lock);
	ev->error = check(s, ev, f, fetch) ?: add(s, fn, ev, f, fetch);
	return ev->error;
}

u32 kp_handler_keep(struct kp_session *s, struct kp_closure *fn)
{
	struct kp_probes *p = &s->probes;
	struct kp_closure **kept;

	lockdep_assert_held(&s->lock);
	kept = krealloc(p->kept, (p->nkept + 1) * sizeof(*kept), GFP_KERNEL_ACCOUNT);
	if (!kept)
		return 0;
	p->kept = kept;
	kept[p->nkept++] = kp_closure_get(fn);
	return p->nkept;
}

struct kp_closure *kp_handler_kept(struct kp_session *s, u32 number)
{
	lockdep_assert_held(&s->lock);
	return number && number <= s->probes.nkept ? s->probes.kept[number - 1] : NULL;
}

int kp_attach_commit(struct kp_session *s)
{
	lockdep_assert_held(&s->lock);
	return kp_functions_commit(s);
}

/*
 * Every source unregisters, then one wait ends the handlers that began before:
 * each runs inside its tracepoint's read-side section, or, by way of perf, with
 * preemption off.
 */
void kp_detach_all(struct kp_session *s)
{
	struct kp_probes *p = &s->probes;
	u32 i;

	if (p->detached)
		return;
	for (i = 0; i < p->n; i++)
		p->list[i]->ops->detach(p->list[i]);
	kp_syscalls_detach(s);
	kp_ufuncs_wait(s);
	kp_functions_detach(s);
	if (p->n) {
		tracepoint_synchronize_unregister();
		synchronize_rcu();
	}
	kp_governor_stop(s);
	p->detached = true;
}

void kp_probes_free(struct kp_session *s)
{
	struct kp_probes *p = &s->probes;
	u32 i;

	kp_syscalls_free(s);
	kp_functions_free(s);
	for (i = 0; i < p->n; i++) {
		kp_ufunc_free(p->list[i]);
		free_attached(s, p->list[i]);
	}
	for (i = 0; i < p->nkept; i++)
		kp_closure_put(&s->vm, p->kept[i]);
	for (i = 0; i < p->nlists; i++)
		kvfree(p->outgrown[i]);
	kfree(p->kept);
	kvfree(p->list);
	memset(p, 0, sizeof(*p));
}
