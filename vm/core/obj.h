/* SPDX-License-Identifier: GPL-2.0 */
/*
 * obj.h - how values pass between an invocation's registers and shared slots:
 * sharing promotes temporaries to the heap and counts references; loading does
 * not count, since what was seen stays until the invocation ends. Any context.
 */
#ifndef KP_OBJ_H
#define KP_OBJ_H

#include "vm.h"

/* What a value becomes when shared: an immediate's tag and number, or an object. */
struct kp_shared {
	s64 num;
	uintptr_t obj;
};

/* A value in shared form, with a reference of its own. False: no memory. */
bool kp_share(struct kp_vm *vm, struct kp_event *ev,
	      const struct kp_value *v, struct kp_shared *out);

/* Gives up what kp_share() took. */
void kp_unshare(struct kp_vm *vm, uintptr_t obj);

/* One more reference to an object that was seen, even if its last one is gone meanwhile. */
void kp_obj_get(struct kp_obj *o);
void kp_obj_put(struct kp_vm *vm, struct kp_obj *o);

/* After the grace period of a retired object: frees it, unless it was taken up again. */
void kp_obj_outlived(struct kp_vm *vm, struct kp_obj *o);

/* Nothing can see it any more: frees it, drops what it holds. */
void kp_obj_kill(struct kp_vm *vm, struct kp_obj *o);

/* Whether a kind of immediate value says all: its number is then 0, whatever is there. */
static inline bool kp_shared_plain(uintptr_t obj)
{
	return obj == KTAP_T_FALSE || obj == KTAP_T_TRUE;
}

static inline struct kp_value kp_shared_value(s64 num, uintptr_t obj)
{
	if (obj < KP_SLOT_TAGS)
		return (struct kp_value){ .tag = (u32)obj, .i = kp_shared_plain(obj) ? 0 : num };
	return kp_objval((void *)obj);
}

/*
 * The value in a slot. A number is read again if the slot changed its kind
 * meanwhile, so a kind never comes with another kind's number.
 */
static inline struct kp_value kp_slot_load(struct kp_slot *s)
{
	uintptr_t obj, was = smp_load_acquire(&s->obj);
	s64 num;
	int i;

	if (was >= KP_SLOT_TAGS)
		return kp_objval((void *)was);
	for (i = 0; i < 8; i++, was = obj) {
		num = atomic64_read(&s->num);
		obj = smp_load_acquire(&s->obj);
		if (obj == was)
			break;
		if (obj >= KP_SLOT_TAGS)
			return kp_objval((void *)obj);
	}
	return kp_shared_value(num, was);
}

/* The same where it is a number; false, and *n anything, if it is not. */
static __always_inline bool kp_slot_int(struct kp_slot *s, s64 *n)
{
	if (smp_load_acquire(&s->obj) != KTAP_T_INT)
		return false;
	*n = atomic64_read(&s->num);
	return smp_load_acquire(&s->obj) == KTAP_T_INT;
}

/* Puts a shared value into a slot; the old one is given up. */
void kp_slot_put(struct kp_vm *vm, struct kp_slot *s, const struct kp_shared *v);

/* Adds to a slot that holds an integer; false if it holds anything else. */
static inline bool kp_slot_add(struct kp_slot *s, s64 n)
{
	if (unlikely(READ_ONCE(s->obj) != KTAP_T_INT))
		return false;
	atomic64_add(n, &s->num);
	return true;
}

/* nil becomes integer n, atomically; false if it was not nil. */
bool kp_slot_init_int(struct kp_slot *s, s64 n);

/* A new heap object of `bytes`, one reference, nothing filled in but the header. */
void *kp_obj_new(struct kp_vm *vm, u32 type, size_t bytes);

/* Has memory or retired objects looked after, in process context and soon. */
void kp_vm_kick(struct kp_vm *vm);

#endif
