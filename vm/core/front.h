/* SPDX-License-Identifier: GPL-2.0 */
/*
 * front.h - the front of a handler: the same code once more, from its beginning, for
 * events that need nothing of an invocation's: no frame, no arena. Any context,
 * preemption off, as machine code only (jit/front.c). There are two kinds:
 *
 *   all or nothing   it comes to the handler's end, or it gives up, and then it has done
 *                    nothing: the handler begins anew by kp_vm_handle(). It may run at
 *                    any nesting, inside another handler too, and claims nothing.
 *   in steps         it changes several things, or one and may give up behind it. What it
 *                    cannot do it hands over, with its registers, at the word where it
 *                    stands: kp_vm_go_on() does the rest. For that an invocation of this
 *                    CPU and level has to be free when it begins (see below).
 *
 * Both:
 *   - registers, and strings that are made, are on the machine's stack, which is there
 *     until what they were handed to has ended;
 *   - they take no lock, allocate nothing and jump ahead only; what they call are the
 *     functions below and those of the host that cannot be traced, so that they never
 *     cause an event themselves;
 *   - what they read of tables stays, as for any handler, while preemption is off;
 *   - a word has done all that it does, or nothing that doing it again would not do.
 *
 * An invocation that is free when a front begins is free at each of its words: who takes
 * it meanwhile interrupts the front at this level (nothing does but an event inside what
 * it calls, which ends before the front goes on), and a higher level has its own. So the
 * rest never meets a busy one, and no handler is left half done.
 */
#ifndef KP_FRONT_H
#define KP_FRONT_H

#include "vm.h"

/* What it is called with, one by one. */
struct kp_firing {
	const struct kp_probe *probe;
	const void *rec;	/* as struct kp_event has them */
	u64 rec_len;
	const void *regs;
	long ret;
};

/* What one in steps is called with. */
struct kp_stepping {
	struct kp_firing f;
	struct kp_closure *cl;
};

#define KP_STEPS(code, s)	((void)KP_NATIVE(code, s, NULL))

enum kp_front_status { KP_FRONT_GIVEN_UP, KP_FRONT_DONE };

/* Where it goes on: the pc, and a bit for each register that has a value. */
#define KP_FRONT_AT(pc, have)	((u64)(pc) | (u64)(have) << 32)
#define KP_FRONT_PC(at)		((u32)(at))
#define KP_FRONT_HAVE(at)	((u32)((at) >> 32))

/* Of the host, which knows what it has put around *s. Runs the rest of the handler by
 * kp_vm_go_on(); the firing is done then. */
u64 kp_host_go_on(const struct kp_stepping *s, u64 at, const struct kp_value *R);

/* Process context. Whether every field that the front asks for is one that it can have of the probe. */
bool kp_front_fits(const struct kp_fn *fn, const struct kp_probe *probe);

/* Process context, before the first firing: finds the fields that are a word of the event's. */
void kp_front_prepare(struct kp_probe *probe);

/*
 * What its machine code calls, beside kp_emit_quick() and kp_emit_begin(), which wake nobody and drop nothing:
 * where that would be due it does nothing. A whole word comes back of each: 0 is that it has done
 * nothing, and that the front gives up.
 */

#define KP_FRONT_TEXT	16u	/* bytes of the longest text that is made here */
#define KP_FRONT_FIELDS	64u	/* field references that a front can have */

/* A field that is a number, or a text; `mem` NULL: no text. */
u64 kp_front_field(const struct kp_firing *f, u64 ref, struct kp_value *out, void *mem, u64 seed);

/* A text that is derived: at mem. */
struct kp_str *kp_front_derived(const void *args, kp_derive_fn *get, u64 size, void *mem, u64 seed);

/* The bytes that `mem` has to have for a text. */
size_t kp_front_str_size(void);

/* The command's name: at mem; and without its hash, for who has no table to look in. */
struct kp_str *kp_front_comm(void *mem, u64 seed);
struct kp_str *kp_front_comm_unhashed(void *mem);

/* A composite key of n values: at mem. */
struct kp_tuple *kp_front_tuple(void *mem, const struct kp_value *v, u64 n, u64 seed);

/*
 * What a look by a number has found, for the words behind it that change that element: it has
 * its place and its key as long as preemption is off, and if it is removed meanwhile its slot
 * says so.
 */
struct kp_seen {
	const struct kp_tab *tab;	/* NULL: nothing */
	s64 key;
	struct kp_entry *entry;
	struct kp_index *index;		/* by which it was found */
};

/* Tables, where one look without a lock is enough: by a key, or by the parts of one. */
u64 kp_front_get(struct kp_value *out, const struct kp_value *t, const struct kp_value *key);
u64 kp_front_get_int(struct kp_value *out, const struct kp_value *t, s64 key);
u64 kp_front_find_int(struct kp_value *out, const struct kp_value *t, s64 key, struct kp_seen *seen);
u64 kp_front_get_parts(struct kp_value *out, const struct kp_value *t, const struct kp_value *v, u64 nv);
u64 kp_front_set(const struct kp_value *t, const struct kp_value *key, const struct kp_value *val);
u64 kp_front_set_int(const struct kp_value *t, s64 key, const struct kp_value *val);
u64 kp_front_set_seen(const struct kp_value *t, s64 key, const struct kp_value *val, const struct kp_seen *seen);
u64 kp_front_remove_int(const struct kp_value *t, s64 key);
u64 kp_front_remove_seen(const struct kp_value *t, s64 key, const struct kp_seen *seen);
u64 kp_front_set_parts(const struct kp_value *t, const struct kp_value *v, u64 nv,
		       const struct kp_value *val);
u64 kp_front_add(const struct kp_value *t, const struct kp_value *key, s64 n);
u64 kp_front_add_int(const struct kp_value *t, s64 key, s64 n);
u64 kp_front_add_parts(const struct kp_value *t, const struct kp_value *v, u64 nv, s64 n);
u64 kp_front_agg(const struct kp_value *t, const struct kp_value *key, const struct kp_value *val);
u64 kp_front_agg_parts(const struct kp_value *t, const struct kp_value *v, u64 nv,
		       const struct kp_value *val);

/* slot = val, where neither is an object; slot <<< n. */
u64 kp_front_put(struct kp_slot *slot, const struct kp_value *val);
u64 kp_front_agg_slot(struct kp_slot *slot, s64 n);

u64 kp_front_equal(const struct kp_value *a, const struct kp_value *b);

#endif
