// SPDX-License-Identifier: GPL-2.0
/*
 * obj.c - objects: making, sharing, counting, retiring, freeing.
 */
#include "obj.h"
#include "agg.h"
#include "event.h"
#include "host.h"
#include "str.h"
#include "tab.h"

void kp_vm_kick(struct kp_vm *vm)
{
	if (READ_ONCE(vm->heap.kicked))
		return;
	WRITE_ONCE(vm->heap.kicked, 1);
	kp_host_kick(vm);
}

void *kp_obj_new(struct kp_vm *vm, u32 type, size_t bytes)
{
	struct kp_obj *o;
	u8 cls;

	o = kp_heap_alloc(&vm->heap, bytes, &cls);
	if (unlikely(kp_heap_low(&vm->heap)))
		kp_vm_kick(vm);
	if (!o)
		return NULL;
	memset(o, 0, sizeof(*o));
	atomic_set(&o->refs, 1);
	o->type = type;
	o->cls = cls;
	return o;
}

/*
 * The count of a retired object says so, and whether somebody who still saw it has
 * taken a reference since: then it is not dead, and whoever saw it through that
 * reference may still be looking after the grace period for which it waited.
 */
#define RETIRED	(1 << 30)
#define TOUCHED	(1 << 29)
#define COUNT	(TOUCHED - 1)

void kp_obj_get(struct kp_obj *o)
{
	int old;

	if (o->flags & KP_OBJ_STATIC)
		return;
	do {
		old = atomic_read(&o->refs);
	} while (cmpxchg(&o->refs.counter, old,
			 (old + 1) | (old & RETIRED ? TOUCHED : 0)) != old);
}

/* The count is 0, or was: somebody who takes a reference first keeps it alive. */
static void retire(struct kp_vm *vm, struct kp_obj *o)
{
	if (cmpxchg(&o->refs.counter, 0, RETIRED) != 0)
		return;
	kp_heap_retire(&vm->heap, o);
	kp_vm_kick(vm);
}

/*
 * What nobody else saw is freed at once. Anything else waits, since others may be
 * reading it. What an object holds has been shared by storing it there, so freeing
 * one never frees another on the spot.
 */
void kp_obj_put(struct kp_vm *vm, struct kp_obj *o)
{
	if ((o->flags & KP_OBJ_STATIC) || !atomic_dec_and_test(&o->refs))
		return;
	if (o->flags & KP_OBJ_SHARED)
		retire(vm, o);
	else
		kp_obj_kill(vm, o);
}

void kp_obj_outlived(struct kp_vm *vm, struct kp_obj *o)
{
	int old;

	if (atomic_read(&o->refs) == RETIRED) {
		kp_obj_kill(vm, o);
		return;
	}
	do {
		old = atomic_read(&o->refs);
	} while (cmpxchg(&o->refs.counter, old, old & COUNT) != old);
	if (!(old & COUNT))
		retire(vm, o);
}

void kp_unshare(struct kp_vm *vm, uintptr_t obj)
{
	if (obj >= KP_SLOT_TAGS)
		kp_obj_put(vm, (struct kp_obj *)obj);
}

static void kill_values(struct kp_vm *vm, const struct kp_value *v, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (kp_is_obj(&v[i]))
			kp_obj_put(vm, v[i].obj);
}

void kp_obj_kill(struct kp_vm *vm, struct kp_obj *o)
{
	struct kp_closure *fn = (struct kp_closure *)o;
	struct kp_tuple *t = (struct kp_tuple *)o;

	switch (o->type) {
	case KTAP_T_TUPLE:
		kill_values(vm, t->v, t->n);
		break;
	case KTAP_T_FUNC:
		kill_values(vm, fn->up, fn->nup);
		break;
	case KTAP_T_CELL:
		kp_unshare(vm, ((struct kp_cell *)o)->slot.obj);
		break;
	case KTAP_T_TABLE:
		kp_tab_destroy(vm, (struct kp_tab *)o);
		break;
	case KTAP_T_AGG:
		kp_agg_destroy(vm, (struct kp_agg *)o);
		break;
	}
	kp_heap_free(&vm->heap, o, o->cls);
}

static bool share_copy(struct kp_vm *vm, const struct kp_str *s, struct kp_shared *out)
{
	struct kp_str *copy = kp_obj_new(vm, s->o.type, kp_str_size(s->len));

	if (!copy)
		return false;
	copy->o.flags = KP_OBJ_SHARED;
	copy->len = s->len;
	copy->hash = READ_ONCE(s->hash);
	memcpy(copy->data, s->data, KP_STR_PAD(s->len));
	out->obj = (uintptr_t)copy;
	return true;
}

static bool share_tuple(struct kp_vm *vm, const struct kp_tuple *t, struct kp_shared *out)
{
	struct kp_tuple *copy;
	struct kp_shared part;
	u32 i;

	copy = kp_obj_new(vm, KTAP_T_TUPLE, sizeof(*t) + t->n * sizeof(t->v[0]));
	if (!copy)
		return false;
	copy->o.flags = KP_OBJ_SHARED;
	copy->n = 0;
	copy->hash = READ_ONCE(t->hash);
	for (i = 0; i < t->n; i++) {
		if (!kp_share(vm, NULL, &t->v[i], &part)) {
			kp_obj_put(vm, &copy->o);
			return false;
		}
		copy->v[i] = kp_shared_value(part.num, part.obj);
		copy->n = i + 1;
	}
	out->obj = (uintptr_t)copy;
	return true;
}

/* The text of the current event becomes a value of its own. */
static bool share_event(struct kp_vm *vm, struct kp_event *ev, struct kp_shared *out)
{
	struct kp_str *s;

	if (!ev) {
		out->obj = KTAP_T_NIL;
		return true;
	}
	s = kp_obj_new(vm, KTAP_T_EVTEXT, kp_str_size(kp_event_text_len(ev)));
	if (!s)
		return false;
	kp_event_text_fill(ev, s);
	s->o.flags = KP_OBJ_SHARED;
	out->obj = (uintptr_t)s;
	return true;
}

bool kp_share(struct kp_vm *vm, struct kp_event *ev,
	      const struct kp_value *v, struct kp_shared *out)
{
	out->num = v->i;
	out->obj = v->tag;
	if (v->tag == KTAP_T_EVENT || (v->tag == KTAP_T_EVTEXT && !v->obj))
		return share_event(vm, ev, out);
	if (v->tag < KTAP_T_STR)
		return true;
	if (v->obj->flags & KP_OBJ_TEMP)
		return v->tag == KTAP_T_TUPLE ? share_tuple(vm, v->tuple, out) :
						share_copy(vm, v->str, out);
	out->obj = (uintptr_t)v->obj;
	if (v->obj->flags & KP_OBJ_STATIC)
		return true;
	kp_obj_get(v->obj);
	if (!(v->obj->flags & KP_OBJ_SHARED))
		v->obj->flags |= KP_OBJ_SHARED;
	return true;
}

/* A boolean leaves the number alone: it may be that of an integer just being put. */
void kp_slot_put(struct kp_vm *vm, struct kp_slot *s, const struct kp_shared *v)
{
	uintptr_t old;

	if (v->obj < KP_SLOT_TAGS && !kp_shared_plain(v->obj))
		atomic64_set(&s->num, v->num);
	old = xchg(&s->obj, v->obj);
	kp_unshare(vm, old);
}

/*
 * From nil to a number without losing a racing addition: the number of a nil slot
 * is 0, or what was added to it since, which counts.
 */
bool kp_slot_init_int(struct kp_slot *s, s64 n)
{
	uintptr_t was = cmpxchg(&s->obj, (uintptr_t)KTAP_T_NIL, (uintptr_t)KTAP_T_INT);

	if (was != KTAP_T_NIL && was != KTAP_T_INT)
		return false;
	atomic64_add(n, &s->num);
	return true;
}
