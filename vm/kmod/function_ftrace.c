// SPDX-License-Identifier: GPL-2.0
/*
 * function_ftrace.c - functions hooked by ftrace. A group is one callback with
 * a hash table of addresses, which only grows and is read without a lock: a
 * larger copy replaces a full one, which is kept until the session ends.
 */
#include <linux/hash.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "fire.h"
#include "function.h"

#ifdef CONFIG_DYNAMIC_FTRACE

#include "../compat/hooks.h"

#define FIRST_BITS	6

struct slot {
	unsigned long ip;		/* 0: free */
	struct kp_function *first;
};

struct table {
	struct table *old;		/* what it replaced */
	u32 bits, used;
	struct slot slot[];
};

struct group {
	struct kp_hooks hooks;
	struct table *table;
	unsigned long *fresh;		/* addresses to be hooked by the next commit */
	u32 nfresh, room;
};

enum { PLAIN, REGS, GROUPS };

struct kp_ftraces {
	struct group group[GROUPS];
};

/* On arm ftrace calls behind what the function does to its stack first: those are not its registers. */
bool kp_ftrace_has_args(bool regs)
{
#if defined(KP_LACKS_REGS_OF_FTRACE) || defined(CONFIG_ARM)
	return false;
#elif defined(KP_FTRACE_SOME_REGS)
	return regs;
#endif
	return regs ? IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_REGS) :
		      IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS);
}

/* --- any context --- */

static __always_inline struct slot *find(struct table *t, unsigned long ip)
{
	u32 mask = (1u << t->bits) - 1, i = hash_long(ip, t->bits);

	for (;; i = (i + 1) & mask) {
		unsigned long at = smp_load_acquire(&t->slot[i].ip);

		if (likely(at == ip) || !at)
			return &t->slot[i];
	}
}

static __always_inline void fire(struct kp_function *f, struct pt_regs *regs,
				 unsigned long parent)
{
	struct kp_attached *a = f->attached;

	if (f->is_return)
		kp_return_hook(f, regs);
	else
		kp_fire(a, NULL, 0, regs, parent);
}

/* Where RCU does not watch nothing that a handler sees would stay. */
static void skip_all(struct kp_function *f)
{
	for (; f; f = READ_ONCE(f->next))
		kp_count(f->attached, missed);
}

/* Where arguments come with all registers only, a callback that did not ask has none to show. */
static __always_inline bool has_regs(const struct ftrace_ops *ops)
{
	return kp_ftrace_has_args(false) || ops->flags & FTRACE_OPS_FL_SAVE_REGS;
}

/*
 * Recursion needs no guard ahead of the handler's own: nothing that is called up
 * to there can be traced.
 */
static __always_inline void enter(const struct ftrace_ops *ops, unsigned long ip, unsigned long parent,
				  struct pt_regs *regs)
{
	struct group *g = ops->private;
	struct kp_function *f = find(READ_ONCE(g->table), ip)->first;

	if (unlikely(!rcu_is_watching())) {
		skip_all(f);
		return;
	}
	for (; f; f = READ_ONCE(f->next))
		fire(f, regs, parent);
}

static void on_entry(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
		     struct ftrace_regs *fregs)
{
	enter(ops, ip, parent, has_regs(ops) ? kp_ftrace_regs(fregs) : NULL);
}

#ifdef KP_FTRACE_SOME_REGS
/* It shows those that ftrace saves always. */
static void on_shown_entry(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			   struct ftrace_regs *fregs)
{
	struct pt_regs regs;

	kp_ftrace_show(&regs, fregs);
	enter(ops, ip, parent, &regs);
	kp_ftrace_divert(fregs, &regs);
}
#else
#define on_shown_entry	on_entry
#endif

/* --- process context --- */

static struct table *table_new(u32 bits)
{
	struct table *t = kvzalloc(struct_size(t, slot, (size_t)1 << bits), GFP_KERNEL_ACCOUNT);

	if (t)
		t->bits = bits;
	return t;
}

/* At most half full, so that a search ends soon, and ends. */
static int make_room(struct group *g)
{
	struct table *old = g->table, *t;
	u32 i;

	if (old && old->used < 1u << (old->bits - 1))
		return 0;
	t = table_new(old ? old->bits + 1 : FIRST_BITS);
	if (!t)
		return -ENOMEM;
	for (i = 0; old && i < 1u << old->bits; i++)
		if (old->slot[i].ip)
			*find(t, old->slot[i].ip) = old->slot[i];
	t->old = old;
	t->used = old ? old->used : 0;
	smp_store_release(&g->table, t);
	return 0;
}

static int make_fresh_room(struct group *g)
{
	u32 room = g->room ? 2 * g->room : 64;
	unsigned long *fresh;

	if (g->nfresh < g->room)
		return 0;
	fresh = kvmalloc_array(room, sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		return -ENOMEM;
	if (g->nfresh)
		memcpy(fresh, g->fresh, g->nfresh * sizeof(*fresh));
	kvfree(g->fresh);
	g->fresh = fresh;
	g->room = room;
	return 0;
}

/* Handlers of one function run in the order of their attachment. */
static void append(struct slot *slot, struct kp_function *f)
{
	struct kp_function **at = &slot->first;

	while (*at)
		at = &(*at)->next;
	smp_store_release(at, f);
}

static int group_add(struct group *g, struct kp_function *f, unsigned long ip)
{
	int err = make_room(g) ?: make_fresh_room(g);
	struct slot *slot;

	if (err)
		return err;
	slot = find(g->table, ip);
	append(slot, f);
	if (slot->ip)
		return 0;
	smp_store_release(&slot->ip, ip);
	g->table->used++;
	g->fresh[g->nfresh++] = ip;
	return 0;
}

static struct kp_ftraces *ftraces_new(void)
{
	const unsigned long flags = FTRACE_OPS_FL_PERMANENT | KP_FTRACE_GUARDED;
	struct kp_ftraces *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);

	if (!t)
		return NULL;
	kp_hooks_init(&t->group[PLAIN].hooks, on_entry, flags, &t->group[PLAIN]);
	kp_hooks_init(&t->group[REGS].hooks, on_shown_entry, flags | KP_FTRACE_SAVE_REGS, &t->group[REGS]);
	return t;
}

int kp_ftrace_add(struct kp_session *s, struct kp_function *f, unsigned long ip, bool regs)
{
	struct kp_probes *p = &s->probes;

	if (!p->ftraces)
		p->ftraces = ftraces_new();
	if (!p->ftraces)
		return -ENOMEM;
	return group_add(&p->ftraces->group[regs ? REGS : PLAIN], f, ip);
}

static int group_commit(struct group *g)
{
	int err;

	if (!g->nfresh)
		return 0;
	err = kp_hooks_add(&g->hooks, g->fresh, g->nfresh);
	g->nfresh = 0;
	return err;
}

int kp_ftraces_commit(struct kp_session *s)
{
	struct kp_ftraces *t = s->probes.ftraces;
	int err = 0;
	u32 i;

	for (i = 0; t && i < GROUPS; i++)
		err = group_commit(&t->group[i]) ?: err;
	return err;
}

/*
 * A callback may run on any CPU, even one that was preempted in it. The ops are
 * no part of the kernel's image, so unregistering waits until none does before it
 * returns; FTRACE_OPS_FL_PERMANENT keeps ftrace from being switched off, in which
 * case it would not wait.
 */
void kp_ftraces_detach(struct kp_session *s)
{
	struct kp_ftraces *t = s->probes.ftraces;
	u32 i;

	for (i = 0; t && i < GROUPS; i++)
		kp_hooks_remove(&t->group[i].hooks);
}

static void group_free(struct group *g)
{
	struct table *t = g->table, *old;

	for (; t; t = old) {
		old = t->old;
		kvfree(t);
	}
	kvfree(g->fresh);
}

void kp_ftraces_free(struct kp_session *s)
{
	struct kp_ftraces *t = s->probes.ftraces;
	u32 i;

	for (i = 0; t && i < GROUPS; i++)
		group_free(&t->group[i]);
	kfree(t);
}

#else

/* kp_ftrace_location() has found none. */
bool kp_ftrace_has_args(bool regs)
{
	return false;
}

int kp_ftrace_add(struct kp_session *s, struct kp_function *f, unsigned long ip, bool regs)
{
	return -ENOSYS;
}

int kp_ftraces_commit(struct kp_session *s)
{
	return 0;
}

void kp_ftraces_detach(struct kp_session *s)
{
}

void kp_ftraces_free(struct kp_session *s)
{
}

#endif
