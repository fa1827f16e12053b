// SPDX-License-Identifier: GPL-2.0
/*
 * operand_x86.c - operands as the GNU assembler writes them:
 *
 *   %rax   $5   $name   name+4(%rip)   -16(%rbp)   (%rax,%rbx,8)   name(,%rax,4)
 */
#include <string.h>

#include "event/operand.h"
#include "event/registers.h"

static bool take_register(struct operand *o, struct reg *r, bool *is_ip)
{
	const char *word;
	size_t len;

	if (!operand_skip(o, '%'))
		return false;
	len = operand_word(o, &word);
	*is_ip = len == 3 && !memcmp(word, "rip", 3);
	return register_find_x86(word, len, r) && !(o->at < o->end && *o->at == ':');
}

static bool in_register(struct operand *o, struct fetch *f)
{
	struct reg r;
	bool is_ip;

	if (!take_register(o, &r, &is_ip))
		return false;
	fetch_add(f, KTAP_FETCH_REG, 0, r.offset);
	if (r.shift)
		fetch_bits(f, f->type, r.shift, r.bits);
	return true;
}

/* Where a symbol is in the process is as far from the marker as in the file. */
static void address_of(const struct operand *o, const struct operand_sum *sum, struct fetch *f)
{
	fetch_add(f, KTAP_FETCH_IP, 0, 0);
	fetch_offset(f, (int64_t)(sum->address + (uint64_t)sum->number - o->marker->address));
}

static bool immediate(struct operand *o, struct fetch *f)
{
	struct operand_sum sum;

	if (!operand_sum(o, &sum))
		return false;
	if (sum.symbol)
		address_of(o, &sum, f);
	else
		fetch_add(f, KTAP_FETCH_IMM, 0, sum.number);
	return true;
}

/* "(base,index,scale)": each may be missing. */
struct place {
	struct reg base, index;
	bool has_base, has_index, on_ip;
	unsigned int shift;
};

static bool take_scale(struct operand *o, unsigned int *shift)
{
	static const char scales[] = "1248";
	const char *word, *found;

	if (!operand_skip(o, ','))
		return true;
	if (operand_word(o, &word) != 1 || !(found = strchr(scales, *word)))
		return false;
	*shift = found - scales;
	return true;
}

static bool take_place(struct operand *o, struct place *p)
{
	bool is_ip;

	*p = (struct place){ 0 };
	if (o->at < o->end && *o->at == '%') {
		p->has_base = true;
		if (!take_register(o, &p->base, &p->on_ip))
			return false;
	}
	if (operand_skip(o, ',')) {
		p->has_index = true;
		if (!take_register(o, &p->index, &is_ip) || is_ip || !take_scale(o, &p->shift))
			return false;
	}
	return operand_skip(o, ')') && (p->has_base || p->has_index);
}

static void by_registers(const struct place *p, struct fetch *f)
{
	if (!p->has_index) {
		fetch_add(f, KTAP_FETCH_REG, 0, p->base.offset);
		return;
	}
	fetch_add(f, KTAP_FETCH_REG, 0, p->index.offset);
	if (p->shift)
		fetch_add(f, KTAP_FETCH_SHL, 0, p->shift);
	if (p->has_base)
		fetch_add(f, KTAP_FETCH_ADDREG, 0, p->base.offset);
}

/* Only a program that is linked to a fixed address can add one to a register. */
static bool in_memory(struct operand *o, struct fetch *f)
{
	struct operand_sum sum = { 0 };
	struct place p = { .on_ip = true };
	__u8 type = f->type;

	if (!(o->at < o->end && *o->at == '(') && !operand_sum(o, &sum))
		return false;
	if (operand_skip(o, '(') ? !take_place(o, &p) : !sum.symbol)
		return false;
	if (p.on_ip) {
		if (!sum.symbol || p.has_index)
			return false;
		address_of(o, &sum, f);
	} else {
		if (sum.symbol && !o->elf->is_program)
			return false;
		by_registers(&p, f);
		fetch_offset(f, (int64_t)(sum.address + (uint64_t)sum.number));
	}
	fetch_load(f, type, true);
	return true;
}

bool operand_x86(struct operand *o, struct fetch *f)
{
	if (operand_skip(o, '$'))
		return immediate(o, f);
	if (o->at < o->end && *o->at == '%')
		return in_register(o, f);
	return in_memory(o, f);
}
