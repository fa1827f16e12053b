// SPDX-License-Identifier: GPL-2.0
/*
 * front_kind.c - what the registers of a front have, as far as the words before tell:
 * from the last one on that a jump leads to.
 */
#include "../core/memory.h"
#include "front.h"

void kp_front_forget_kinds(struct front *f)
{
	memset(f->kind, KIND_ANY, sizeof(f->kind));
}

/* Of the moment's variables. An event's text is not had by a front; of strings the command's name has room. */
#define KIND_OF_int	KIND_INT
#define KIND_OF_str	KIND_STR
#define KIND_OF_text	KIND_ANY
#define KIND_OF_event	KIND_ANY

static enum kind of_moment(u32 var)
{
	static const u8 kind[] = {
#define _(NAME, name, type, help) [KTAP_CTX_##NAME] = KIND_OF_##type,
		KTAP_CTXVARS(_)
#undef _
	};

	return var == KTAP_CTX_EXECNAME ? KIND_NAME : kind[var];
}

static enum kind of_field(const struct kp_jit *j)
{
	return j->probe && kp_is_int_type(j->probe->refs[KTAP_D(j->w)].type) ? KIND_INT : KIND_ANY;
}

static enum kind of_constant(struct front *f)
{
	u32 d = KTAP_D(f->j.w);

	f->konst[KTAP_A(f->j.w)] = d;
	return f->j.fn->k[d].tag == KTAP_T_INT ? KIND_INT : KIND_CONST;
}

static enum kind of_copy(struct front *f)
{
	f->konst[KTAP_A(f->j.w)] = f->konst[KTAP_D(f->j.w)];
	return f->kind[KTAP_D(f->j.w)];
}

static bool is_arithmetic(u32 op)
{
	return (op >= KTAP_OP_ADD && op <= KTAP_OP_USHR) || (op >= KTAP_OP_ADDK && op <= KTAP_OP_USHRK);
}

/* Of what the word at hand puts into its first register. */
static enum kind made(struct front *f)
{
	switch (KTAP_OP(f->j.w)) {
	case KTAP_OP_CTX: return of_moment(KTAP_D(f->j.w));
	case KTAP_OP_FIELD: return of_field(&f->j);
	case KTAP_OP_LOADI: return KIND_INT;
	case KTAP_OP_LOADK: return of_constant(f);
	case KTAP_OP_MOVE: return of_copy(f);
	default: return is_arithmetic(KTAP_OP(f->j.w)) ? KIND_INT : KIND_ANY;
	}
}

void kp_front_note_kind(struct front *f)
{
	const struct kp_jit *j = &f->j;
	u8 first = kp_opinfo[KTAP_OP(j->w)].operand[0];

	if (KTAP_OP(j->w) == KTAP_OP_LOADNIL)
		memset(&f->kind[KTAP_A(j->w)], KIND_ANY, KTAP_D(j->w));
	else if (first == KTAP_OPD_dst)
		f->kind[KTAP_A(j->w)] = made(f);
	else if (first == KTAP_OPD_base)
		kp_front_forget_kinds(f);	/* what is behind it is written too */
}

static bool takes_key(u32 op)
{
	switch (op) {
	case KTAP_OP_GETTAB:
	case KTAP_OP_SETTAB:
	case KTAP_OP_TABADD:
	case KTAP_OP_TABADDI:
	case KTAP_OP_TABAGG:
	case KTAP_OP_TUPLE:
		return true;
	default:
		return false;
	}
}

bool kp_front_has_keys(struct kp_jit *j)
{
	u32 pc = j->pc, at;
	bool has = false;

	for (at = 0; at < j->fn->ncode && !has; at = next_pc(j)) {
		fetch(j, at);
		has = takes_key(KTAP_OP(j->w));
	}
	fetch(j, pc);
	return has;
}
