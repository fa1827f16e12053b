// SPDX-License-Identifier: GPL-2.0
/*
 * bound.c - the heap of a bounded table.
 */
#include "bound.h"

bool kp_bound_new(struct kp_tab *t, enum kp_bound_kind kind, u32 cap)
{
	u32 n = (cap + KP_BOUND_SEGMENT - 1) / KP_BOUND_SEGMENT;
	struct kp_bound *b = kp_obj_new(t->vm, KTAP_T_NIL, sizeof(*b) + n * sizeof(b->seg[0]));

	if (!b)
		return false;
	b->kind = kind;
	b->cap = cap;
	b->n = b->nseg = 0;
	b->clock = 0;
	t->bound = b;
	return true;
}

void kp_bound_destroy(struct kp_vm *vm, struct kp_bound *b)
{
	u32 i;

	if (!b)
		return;
	for (i = 0; i < b->nseg; i++)
		kp_heap_free(&vm->heap, b->seg[i], b->seg[i]->o.cls);
	kp_heap_free(&vm->heap, b, b->o.cls);
}

bool kp_bound_room(struct kp_vm *vm, struct kp_bound *b)
{
	if (b->n < b->nseg * KP_BOUND_SEGMENT)
		return true;
	b->seg[b->nseg] = kp_obj_new(vm, KTAP_T_NIL, sizeof(*b->seg[0]));
	if (!b->seg[b->nseg])
		return false;
	b->nseg++;
	return true;
}

static struct kp_bound_node *node(struct kp_bound *b, u32 i)
{
	return &b->seg[i / KP_BOUND_SEGMENT]->node[i % KP_BOUND_SEGMENT];
}

struct kp_bound_node *kp_bound_least(struct kp_bound *b)
{
	return node(b, 0);
}

static u32 place_of(const struct kp_entry *e)
{
	return (u32)(uintptr_t)e->idle;
}

static void put(struct kp_bound *b, u32 i, struct kp_bound_node n)
{
	*node(b, i) = n;
	n.e->idle = (struct kp_entry *)(uintptr_t)i;
}

/* Puts a node where it belongs; place i is free. */
static void settle(struct kp_bound *b, u32 i, struct kp_bound_node n)
{
	u32 child;

	for (; i && node(b, (i - 1) / 2)->rank > n.rank; i = (i - 1) / 2)
		put(b, i, *node(b, (i - 1) / 2));
	for (; i * 2 + 1 < b->n; i = child) {
		child = i * 2 + 1;
		if (child + 1 < b->n && node(b, child + 1)->rank < node(b, child)->rank)
			child++;
		if (node(b, child)->rank >= n.rank)
			break;
		put(b, i, *node(b, child));
	}
	put(b, i, n);
}

static struct kp_bound_node ranked(struct kp_bound *b, struct kp_entry *e)
{
	s64 rank = b->kind == KP_BOUND_LRU ? ++b->clock : atomic64_read(&e->val.num);

	return (struct kp_bound_node){ rank, e };
}

void kp_bound_add(struct kp_bound *b, struct kp_entry *e)
{
	b->n++;
	settle(b, b->n - 1, ranked(b, e));
}

void kp_bound_used(struct kp_bound *b, struct kp_entry *e)
{
	settle(b, place_of(e), ranked(b, e));
}

void kp_bound_remove(struct kp_bound *b, struct kp_entry *e)
{
	struct kp_bound_node last = *node(b, --b->n);

	if (last.e != e)
		settle(b, place_of(e), last);
}
