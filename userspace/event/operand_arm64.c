// SPDX-License-Identifier: GPL-2.0
/*
 * operand_arm64.c - operands of arm64:
 *
 *   x0   w0   sp   5   [x0]   [sp, 16]   [x0, x1]   [x0, x1, lsl 3]
 */
#include <ctype.h>
#include <string.h>

#include "event/operand.h"
#include "event/registers.h"

static bool take_register(struct operand *o, struct reg *r)
{
	const char *word;
	size_t len = operand_word(o, &word);

	return register_find_arm64(word, len, r);
}

static bool is_number(const struct operand *o)
{
	return o->at < o->end && (isdigit((unsigned char)*o->at) || *o->at == '-' || *o->at == '#');
}

static bool take_number(struct operand *o, int64_t *n)
{
	struct operand_sum sum;

	operand_skip(o, '#');
	if (!operand_sum(o, &sum) || sum.symbol)
		return false;
	*n = sum.number;
	return true;
}

/* ", lsl 3" */
static bool take_shift(struct operand *o, int64_t *shift)
{
	const char *word;

	*shift = 0;
	if (!operand_skip(o, ','))
		return true;
	return operand_word(o, &word) == 3 && !memcmp(word, "lsl", 3) &&
	       (operand_skip(o, ' '), take_number(o, shift)) && *shift >= 0 && *shift < 64;
}

static bool indexed(struct operand *o, const struct reg *base, struct fetch *f)
{
	struct reg index;
	int64_t shift;

	if (!take_register(o, &index) || index.bits != 64 || !take_shift(o, &shift))
		return false;
	fetch_add(f, KTAP_FETCH_REG, 0, index.offset);
	if (shift)
		fetch_add(f, KTAP_FETCH_SHL, 0, shift);
	fetch_add(f, KTAP_FETCH_ADDREG, 0, base->offset);
	return true;
}

static bool displaced(struct operand *o, const struct reg *base, struct fetch *f)
{
	int64_t n = 0;

	if (o->at < o->end && *o->at != ']' && !take_number(o, &n))
		return false;
	fetch_add(f, KTAP_FETCH_REG, 0, base->offset);
	fetch_offset(f, n);
	return true;
}

static bool in_memory(struct operand *o, struct fetch *f)
{
	__u8 type = f->type;
	struct reg base;
	bool ok;

	if (!take_register(o, &base))
		return false;
	if (operand_skip(o, ','))
		while (o->at < o->end && *o->at == ' ')
			o->at++;
	ok = o->at < o->end && isalpha((unsigned char)*o->at) ? indexed(o, &base, f) : displaced(o, &base, f);
	if (!ok || !operand_skip(o, ']'))
		return false;
	fetch_load(f, type, true);
	return true;
}

bool operand_arm64(struct operand *o, struct fetch *f)
{
	struct reg r;
	int64_t n;

	if (operand_skip(o, '['))
		return in_memory(o, f);
	if (is_number(o)) {
		if (!take_number(o, &n))
			return false;
		fetch_add(f, KTAP_FETCH_IMM, 0, n);
		return true;
	}
	if (!take_register(o, &r))
		return false;
	fetch_add(f, KTAP_FETCH_REG, 0, r.offset);
	return true;
}
