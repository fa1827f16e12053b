/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verify.h - what the parts of the verifier share; nobody else includes it. The
 * verifier itself is kp_verify() of prog.h.
 */
#ifndef KP_VERIFY_H
#define KP_VERIFY_H

#include "host.h"
#include "opinfo.h"
#include "prog.h"

/* Sets of kinds. */
#define KIND(type)	(1u << KTAP_T_##type)
#define UNINIT		(1u << KTAP_T__MAX)
#define PLAIN		(UNINIT - 1 - KIND(CELL) - KIND(ITER))
#define NO_EVENT	(PLAIN - KIND(EVENT))

_Static_assert(KTAP_T__MAX < 32, "a set of kinds is 32 bits");

/* What is known of a word of code; beyond HEAD: the number of a head. */
enum { INSIDE, START, HEAD };

struct kp_verifier {
	struct kp_fn *fn;
	struct ktap_error_info *err;
	u32 *mark;		/* per word */
	u32 *state;		/* per head: nregs sets and REACHED, DIRTY */
	u32 *cur;		/* the state at pc */
	u32 nheads;
	u32 pc;			/* of the instruction at hand */
	ktap_word w, ext;	/* it, and its second word if it is one of a pair */
	u8 *fact;		/* per word: enum kp_fact */
	s32 open;		/* first register of a multi range just made, or -1 */
	s64 budget;
	bool again;		/* a head behind us has changed */
};

/* Registers base .. base+n-1; `open`: those at least, then up to the top. */
struct kp_span {
	u32 base, n;
	bool open;
};

static inline int bad(const struct kp_verifier *v, u32 code, s64 arg0, s64 arg1)
{
	*v->err = (struct ktap_error_info){
		.code = code, .func = v->fn->index, .pc = v->pc,
		.arg = { arg0, arg1 },
	};
	return -EBADMSG;
}

static inline const struct kp_opinfo *info(const struct kp_verifier *v)
{
	return &kp_opinfo[KTAP_OP(v->w)];
}

static inline u32 length(const struct kp_verifier *v)
{
	return kp_is_pair(info(v)) ? 2 : 1;
}

/* The opcode at pc is valid, and its second word is there. */
static inline void fetch(struct kp_verifier *v, u32 pc)
{
	v->pc = pc;
	v->w = v->fn->code[pc];
	v->ext = length(v) == 2 ? v->fn->code[pc + 1] : 0;
}

/* Registers first .. end-1 of the current state. */
static inline void set(struct kp_verifier *v, u32 first, u32 end, u32 kinds)
{
	for (; first < end; first++)
		v->cur[first] = kinds;
}

/* After it fetch() is safe at every START, and control stays inside. */
int kp_v_scan(struct kp_verifier *v);

struct kp_span kp_v_range_read(const struct kp_verifier *v);
struct kp_span kp_v_range_written(const struct kp_verifier *v);

/* Marks the heads of blocks. */
int kp_v_link(struct kp_verifier *v);

/* Whether the instruction jumps, and where to. */
bool kp_v_jump_target(const struct kp_verifier *v, s64 *target);

/*
 * The instruction's registers, in the current state. It is written on the way that
 * jumps (taken) and on the other: what one of them does not promise to write counts
 * as lost there.
 */
int kp_v_read(const struct kp_verifier *v);
void kp_v_write(struct kp_verifier *v, bool taken);

/* The kinds that a context variable can have. */
u32 kp_v_context_kind(u32 var);

/* Flags of the function and facts of the instruction that follow from the current state. */
void kp_v_note(struct kp_verifier *v);

int kp_v_flow(struct kp_verifier *v);

#endif
