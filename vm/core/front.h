/* SPDX-License-Identifier: GPL-2.0 */
/*
 * front.h - the front of a handler: the same code once more, from its beginning, for
 * events that need nothing of an invocation's: no frame, no arena, no guard. Any
 * context, preemption off, as machine code only (jit/front.c).
 *
 * It comes to the handler's end, or it gives up, and then it has done nothing: the
 * handler begins anew by kp_vm_handle(). So a condition that does not hold costs its
 * comparison, and counting costs the addition.
 *
 * It may run at any nesting, inside another handler and in an NMI too:
 *   - its registers, and strings that it makes, are on the machine's stack;
 *   - it takes no lock, allocates nothing and jumps ahead only; what it calls are the
 *     functions below and those of the host that cannot be traced, so that it never
 *     causes an event itself;
 *   - what it reads of tables stays, as for any handler, while preemption is off;
 *   - it changes something once, by one atomic addition to a slot that is there.
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

enum kp_front_status { KP_FRONT_GIVEN_UP, KP_FRONT_DONE };

/* Process context. Whether every field that the front asks for is one that it can have of the probe. */
bool kp_front_fits(const struct kp_fn *fn, const struct kp_probe *probe);

/*
 * What its machine code calls. A whole word comes back of each: 0 is that it has done
 * nothing, and that the front gives up.
 */

#define KP_FRONT_TEXT	16u	/* bytes of the longest text that is made here */

/* A field that is a number, or a text; `mem` NULL: no text. */
u64 kp_front_field(const struct kp_firing *f, u64 ref, struct kp_value *out, void *mem, u64 seed);

/* A text that is derived: at mem. */
struct kp_str *kp_front_derived(const void *args, kp_derive_fn *get, u64 size, void *mem, u64 seed);

/* The bytes that `mem` has to have for a text. */
size_t kp_front_str_size(void);

/* The command's name: at mem. */
struct kp_str *kp_front_comm(void *mem, u64 seed);

/* t[key], t[key] += n, where one look without a lock is enough. */
u64 kp_front_get(struct kp_value *out, const struct kp_value *t, const struct kp_value *key);
u64 kp_front_add(const struct kp_value *t, const struct kp_value *key, s64 n);
u64 kp_front_add_int(const struct kp_value *t, s64 key, s64 n);
u64 kp_front_add_parts(const struct kp_value *t, const struct kp_value *v, u64 nv, s64 n);

u64 kp_front_equal(const struct kp_value *a, const struct kp_value *b);

#endif
