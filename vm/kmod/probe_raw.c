// SPDX-License-Identifier: GPL-2.0
/*
 * probe_raw.c - tracepoints by their own C arguments. A probe keeps as many of
 * them as the event's fetches ask for, each a word, and ev->regs points to these.
 *
 * A probe that takes n words is called by a tracepoint that has other arguments:
 * where each takes one register, or one word of the stack, the words are found. What
 * an argument narrower than a word leaves in the rest of it is anything: fetches cut
 * it. A tracepoint with fewer arguments leaves anything in the words beyond, too:
 * registers, or the caller's own stack, which is there to be read.
 */
#include "fire.h"
#include "source.h"
#include "tracepoint.h"

#define PARAMS_1	unsigned long a1
#define PARAMS_2	PARAMS_1, unsigned long a2
#define PARAMS_3	PARAMS_2, unsigned long a3
#define PARAMS_4	PARAMS_3, unsigned long a4
#define PARAMS_5	PARAMS_4, unsigned long a5
#define PARAMS_6	PARAMS_5, unsigned long a6
#define PARAMS_7	PARAMS_6, unsigned long a7
#define PARAMS_8	PARAMS_7, unsigned long a8
#define PARAMS_9	PARAMS_8, unsigned long a9
#define PARAMS_10	PARAMS_9, unsigned long a10
#define PARAMS_11	PARAMS_10, unsigned long a11
#define PARAMS_12	PARAMS_11, unsigned long a12

#define WORDS_1		a1
#define WORDS_2		WORDS_1, a2
#define WORDS_3		WORDS_2, a3
#define WORDS_4		WORDS_3, a4
#define WORDS_5		WORDS_4, a5
#define WORDS_6		WORDS_5, a6
#define WORDS_7		WORDS_6, a7
#define WORDS_8		WORDS_7, a8
#define WORDS_9		WORDS_8, a9
#define WORDS_10	WORDS_9, a10
#define WORDS_11	WORDS_10, a11
#define WORDS_12	WORDS_11, a12

#define EACH(_)	_(1) _(2) _(3) _(4) _(5) _(6) _(7) _(8) _(9) _(10) _(11) _(12)

#define _(n) \
static void probe_##n(void *data, PARAMS_##n) \
{ \
	const u64 words[] = { WORDS_##n }; \
	struct kp_attached *a = data; \
\
	kp_fire(a, NULL, 0, words, 0); \
}
EACH(_)
#undef _

/* No argument is asked for. */
static void probe_0(void *data)
{
	struct kp_attached *a = data;

	kp_fire(a, NULL, 0, NULL, 0);
}

static void *const probes[] = {
	probe_0,
#define _(n) probe_##n,
	EACH(_)
#undef _
};

static_assert(ARRAY_SIZE(probes) == KP_RAW_WORDS + 1);

/* On 32 bits an argument may take two registers, or leave one out. */
static int check(const struct ktap_event *ev)
{
	if (!KP_ANY_PROBE || !IS_ENABLED(CONFIG_64BIT))
		return -EOPNOTSUPP;
	return ev->rec_size ? -EINVAL : 0;
}

/* How many words the event's fetches ask for. Those that belong to no field were not
 * checked, and are not run. */
static u32 words_of(const struct kp_attached *a, u32 nfetch)
{
	u32 i, n = 0;

	for (i = 0; i < nfetch; i++) {
		const struct ktap_fetch *op = &a->probe.fetch[i];

		if (op->op == KTAP_FETCH_ARG && op->imm >= n && op->imm < KP_RAW_WORDS)
			n = op->imm + 1;
	}
	return n;
}

static int attach(struct kp_attached *a, const struct ktap_event *ev)
{
	u32 n = kp_closure_needs_args(a->fn) ? words_of(a, ev->nfetch) : 0;

	a->func = probes[n];
	a->path = n ? KTAP_PATH_RAW : KTAP_PATH_PLAIN;
	return kp_tracepoint_register(a, ev->name);
}

const struct kp_probe_ops kp_ops_RAW = {
	.check	= check,
	.attach	= attach,
	.detach	= kp_tracepoint_unregister,
};
