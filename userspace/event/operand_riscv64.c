// SPDX-License-Identifier: GPL-2.0
/*
 * operand_riscv64.c - operands of riscv64:
 *
 *   a0   5   8(sp)   -20(s0)
 */
#include <ctype.h>

#include "event/operand.h"
#include "event/registers.h"

static bool take_register(struct operand *o, struct reg *r)
{
	const char *word;
	size_t len = operand_word(o, &word);

	return register_find_riscv64(word, len, r);
}

static bool is_number(const struct operand *o)
{
	return o->at < o->end && (isdigit((unsigned char)*o->at) || *o->at == '-');
}

/* Behind the distance. */
static bool in_memory(struct operand *o, int64_t distance, struct fetch *f)
{
	__u8 type = f->type;
	struct reg base;

	if (!take_register(o, &base) || !operand_skip(o, ')'))
		return false;
	fetch_add(f, KTAP_FETCH_REG, 0, base.offset);
	fetch_offset(f, distance);
	fetch_load(f, type, true);
	return true;
}

bool operand_riscv64(struct operand *o, struct fetch *f)
{
	struct operand_sum sum;
	struct reg r;

	if (is_number(o)) {
		if (!operand_sum(o, &sum) || sum.symbol)
			return false;
		if (operand_skip(o, '('))
			return in_memory(o, sum.number, f);
		fetch_add(f, KTAP_FETCH_IMM, 0, sum.number);
		return true;
	}
	if (!take_register(o, &r))
		return false;
	fetch_add(f, KTAP_FETCH_REG, 0, r.offset);
	return true;
}
