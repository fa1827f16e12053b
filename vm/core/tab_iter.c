// SPDX-License-Identifier: GPL-2.0
/*
 * tab_iter.c - a table's entries one after the other, in the order of insertion.
 */
#include "tab_part.h"

/* An iterator's aux: the entry's place in its chunk, the number of the last chunk. */
#define ITER_PLACE(aux)	((aux) & 0xff)
#define ITER_LAST(aux)	((aux) >> 8)
#define ITER_ANY_LAST	0xffffffu

_Static_assert(KP_CHUNK_ENTRIES <= 0xff, "an entry's place is eight bits of an iterator");

void kp_tab_iter(struct kp_tab *t, struct kp_value *it)
{
	struct kp_chunk *fill = smp_load_acquire(&t->fill);
	u32 last = fill && fill->nr < ITER_ANY_LAST ? fill->nr : ITER_ANY_LAST;

	it->tag = KTAP_T_ITER;
	it->aux = last << 8;
	it->obj = (void *)smp_load_acquire(&t->first);
}

struct kp_tab *kp_iter_tab(const struct kp_value *it)
{
	return it->obj ? READ_ONCE(((struct kp_chunk *)it->obj)->tab) : NULL;
}

static bool load_entry(struct kp_entry *e, struct kp_value *key, struct kp_value *val)
{
	u32 tag = smp_load_acquire(&e->ktag);

	if (!(tag & KP_ENTRY_LIVE))
		return false;
	*key = (struct kp_value){ .tag = tag & ~KP_ENTRY_LIVE };
	if (key->tag < KTAP_T_STR)
		key->i = e->ki;
	else
		key->obj = e->kobj;
	*val = kp_entry_value(e);
	return val->tag != KTAP_T_NIL;
}

enum kp_look kp_tab_look(struct kp_value *it, struct kp_value *key, struct kp_value *val)
{
	struct kp_chunk *c = (void *)it->obj;

	if (!c)
		return KP_LOOK_END;
	while (ITER_PLACE(it->aux) < smp_load_acquire(&c->used))
		if (load_entry(&c->e[ITER_PLACE(it->aux++)], key, val))
			return KP_LOOK_ROW;
	if (c->nr >= ITER_LAST(it->aux) || !smp_load_acquire(&c->next))
		return KP_LOOK_END;
	it->obj = (void *)c->next;
	it->aux &= ~0xffu;
	return KP_LOOK_ON;
}
