// SPDX-License-Identifier: GPL-2.0
#include "event/cfi.h"

#include <dwarf.h>
#include <string.h>

#define WORD		8
#define MAX_STATES	16	/* remembered at one time */

enum {				/* registers, by their numbers in DWARF */
	REG_BP = 6,
	REG_SP = 7,
};

/* --- bytes --- */

static bool has(struct cfi_bytes *b, uint64_t n)
{
	b->bad |= n > (uint64_t)(b->end - b->at);
	return !b->bad;
}

uint64_t cfi_unsigned(struct cfi_bytes *b, unsigned int bytes)
{
	uint64_t v = 0;

	if (!has(b, bytes))
		return 0;
	for (unsigned int i = bytes; i > 0; i--)
		v = v << 8 | b->at[i - 1];
	b->at += bytes;
	return v;
}

int64_t cfi_signed(struct cfi_bytes *b, unsigned int bytes)
{
	uint64_t v = cfi_unsigned(b, bytes), sign = 1ull << (8 * bytes - 1);

	return (int64_t)((v ^ sign) - sign);
}

static uint64_t leb(struct cfi_bytes *b, bool is_signed)
{
	unsigned int shift = 0;
	unsigned char byte;
	uint64_t v = 0;

	do {
		byte = cfi_unsigned(b, 1);
		if (shift < 64)
			v |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (is_signed && byte & 0x40 && shift < 64)
		v |= ~0ull << shift;
	return v;
}

uint64_t cfi_uleb(struct cfi_bytes *b)
{
	return leb(b, false);
}

int64_t cfi_sleb(struct cfi_bytes *b)
{
	return (int64_t)leb(b, true);
}

struct cfi_bytes cfi_part(struct cfi_bytes *b, uint64_t bytes)
{
	struct cfi_bytes part = { b->at, b->at, false };

	if (!has(b, bytes))
		return part;
	b->at += bytes;
	part.end = b->at;
	return part;
}

/* --- rules --- */

/* Where the frame's end is. */
enum end { END_UNKNOWN, END_REGISTER, END_WORD, END_PLT };

/* Where a caller's register is. */
enum place { KEPT, SAVED, HERE, UNDEFINED, LOST };

struct saved {
	enum place place;
	int64_t offset;		/* SAVED: from the frame's end */
};

struct state {
	enum end end;
	uint64_t reg;		/* REGISTER */
	int64_t offset;		/* REGISTER: above it; WORD: of it from the frame pointer */
	unsigned int since;	/* PLT: from which byte of a stub on there is a word more */
	struct saved bp, ret;
	bool moved;		/* the stack pointer is restored in a way of its own */
};

/* Whole words, at most `max` of them. */
static bool above(int64_t bytes, int64_t max, unsigned int *n)
{
	if (bytes % WORD || bytes < 0 || bytes / WORD > max)
		return false;
	*n = bytes / WORD;
	return true;
}

static bool below(int64_t bytes, int64_t max, unsigned int *n)
{
	return bytes != INT64_MIN && above(-bytes, max, n);
}

static uint8_t bp_of(const struct saved *bp)
{
	unsigned int n;

	switch (bp->place) {
	case KEPT:
		return KTAP_UNWIND_BP_KEPT;
	case HERE:
		return KTAP_UNWIND_BP_HERE;
	case SAVED:
		/* the last word is the return address */
		if (below(bp->offset, KTAP_UNWIND_BP_HERE - 1, &n) && n >= 2)
			return n;
		return KTAP_UNWIND_BP_LOST;
	default:
		return KTAP_UNWIND_BP_LOST;
	}
}

/* False: it cannot be said. */
static bool set_rule(const struct state *s, struct ktap_unwind_row *row)
{
	unsigned int n;

	if (s->end == END_REGISTER && (s->reg == REG_SP || s->reg == REG_BP) &&
	    above(s->offset, UINT16_MAX, &n) && n)
		row->rule = s->reg == REG_SP ? KTAP_UNWIND_SP : KTAP_UNWIND_BP;
	else if (s->end == END_WORD && below(s->offset, UINT16_MAX, &n) && n)
		row->rule = KTAP_UNWIND_BP_AT;
	else
		return false;
	row->words = n;
	return true;
}

static struct ktap_unwind_row row_of(const struct state *s, uint32_t at)
{
	struct ktap_unwind_row row = { .at = at };

	if (s->ret.place == UNDEFINED) {
		row.rule = KTAP_UNWIND_END;
	} else if (s->ret.place == SAVED && s->ret.offset == -WORD && !s->moved && set_rule(s, &row)) {
		row.bp = bp_of(&s->bp);
		if (row.bp == KTAP_UNWIND_BP_HERE && row.rule == KTAP_UNWIND_SP)
			row.bp = KTAP_UNWIND_BP_LOST;
	}
	return row;
}

static bool says_same(const struct ktap_unwind_row *a, const struct ktap_unwind_row *b)
{
	return a->rule == b->rule && a->words == b->words && a->bp == b->bp;
}

void cfi_add_row(struct unwind_rows *rows, struct ktap_unwind_row row)
{
	while (rows->n && rows->at[rows->n - 1].at >= row.at)
		rows->n--;
	if (!rows->n || !says_same(&rows->at[rows->n - 1], &row))
		*list_push(rows) = row;
}

/* --- instructions --- */

struct run {
	struct state now, first, kept[MAX_STATES];
	unsigned int nkept;
	const struct cfi_common *common;
	bool unknown;		/* an instruction that is not understood */
	uint64_t from, place, end;	/* rows are added from `from` on */
	struct unwind_rows *rows;
};

/* Stubs of the procedure linkage table are 16 bytes long. */
static void add_stubs(struct run *r, uint32_t begin, uint32_t end)
{
	struct state s = { .end = END_REGISTER, .reg = REG_SP, .ret = r->now.ret, .bp = r->now.bp };

	for (uint64_t at = begin; at < end; at = (at | 15) + 1) {
		bool late = (at & 15) >= r->now.since;
		uint64_t more = (at & ~15ull) + r->now.since;

		s.offset = late ? 2 * WORD : WORD;
		cfi_add_row(r->rows, row_of(&s, at));
		s.offset = 2 * WORD;
		if (!late && more < end)
			cfi_add_row(r->rows, row_of(&s, more));
	}
}

/* What is known now holds up to `place`. */
static void advance(struct run *r, uint64_t place)
{
	if (place > r->end)
		place = r->end;
	if (!r->rows || place <= r->from)
		return;
	if (r->now.end == END_PLT)
		add_stubs(r, r->from, place);
	else
		cfi_add_row(r->rows, row_of(&r->now, r->from));
	r->from = place;
}

static void move(struct run *r, uint64_t units)
{
	uint64_t by = units * r->common->code_unit;

	if (r->common->code_unit && by / r->common->code_unit != units)
		by = r->end;
	r->place = by > r->end - r->place ? r->end : r->place + by;
	advance(r, r->place);
}

static struct saved *saved_of(struct run *r, struct state *s, uint64_t reg)
{
	if (reg == r->common->return_register)
		return &s->ret;
	return reg == REG_BP ? &s->bp : NULL;
}

static void set_saved(struct run *r, uint64_t reg, enum place place, int64_t offset)
{
	struct saved *saved = saved_of(r, &r->now, reg);

	if (saved)
		*saved = (struct saved){ place, offset };
	else if (reg == REG_SP)
		r->now.moved = true;
}

static void restore(struct run *r, uint64_t reg)
{
	struct saved *saved = saved_of(r, &r->now, reg);

	if (saved)
		*saved = *saved_of(r, &r->first, reg);
	else if (reg == REG_SP)
		r->now.moved = r->first.moved;
}

static int64_t scaled(const struct run *r, int64_t units)
{
	int64_t offset;

	return __builtin_mul_overflow(units, r->common->data_unit, &offset) ? 1 : offset;
}

static void set_end(struct run *r, uint64_t reg, int64_t offset)
{
	r->now.end = END_REGISTER;
	r->now.reg = reg;
	r->now.offset = offset;
}

/*
 * Two of them are known. Of the procedure linkage table: sp + 8, and 8 more in the
 * later part of a stub. Of a function that aligns its stack: a word below the frame
 * pointer.
 */
static void set_end_expression(struct run *r, struct cfi_bytes e)
{
	static const unsigned char plt[] = {
		DW_OP_breg7, 8, DW_OP_breg16, 0, DW_OP_lit15, DW_OP_and, DW_OP_lit11, DW_OP_ge,
		DW_OP_lit3, DW_OP_shl, DW_OP_plus };
	const unsigned char *at = e.at;

	r->now.end = END_UNKNOWN;
	if (e.end - at == sizeof(plt) && !memcmp(at, plt, 6) && !memcmp(at + 7, plt + 7, 4) &&
	    at[6] >= DW_OP_lit0 && at[6] <= DW_OP_lit15) {
		r->now.end = END_PLT;
		r->now.since = at[6] - DW_OP_lit0;
	} else if (cfi_unsigned(&e, 1) == DW_OP_breg6) {
		r->now.offset = cfi_sleb(&e);
		if (cfi_unsigned(&e, 1) == DW_OP_deref && !e.bad && e.at == e.end)
			r->now.end = END_WORD;
	}
}

static bool is_at_frame_pointer(struct cfi_bytes e)
{
	return e.end - e.at == 2 && e.at[0] == DW_OP_breg6 && !e.at[1];
}

static struct cfi_bytes block(struct cfi_bytes *b)
{
	uint64_t len = cfi_uleb(b);

	return cfi_part(b, len);
}

static void remember(struct run *r)
{
	if (r->nkept < MAX_STATES)
		r->kept[r->nkept++] = r->now;
	else
		r->unknown = true;
}

static void recall(struct run *r)
{
	if (r->nkept)
		r->now = r->kept[--r->nkept];
	else
		r->unknown = true;
}

/* Those whose number has an operand in its lower bits. False: it is none of them. */
static bool run_packed(struct run *r, struct cfi_bytes *b, unsigned char op)
{
	unsigned int low = op & 0x3f;

	switch (op & 0xc0) {
	case DW_CFA_advance_loc:	move(r, low); return true;
	case DW_CFA_offset:		set_saved(r, low, SAVED, scaled(r, cfi_uleb(b))); return true;
	case DW_CFA_restore:		restore(r, low); return true;
	default:			return false;
	}
}

static void run_frame(struct run *r, struct cfi_bytes *b, unsigned char op)
{
	uint64_t reg;

	switch (op) {
	case DW_CFA_def_cfa:		reg = cfi_uleb(b); set_end(r, reg, cfi_uleb(b)); break;
	case DW_CFA_def_cfa_sf:		reg = cfi_uleb(b); set_end(r, reg, scaled(r, cfi_sleb(b))); break;
	case DW_CFA_def_cfa_register:	r->now.reg = cfi_uleb(b); break;
	case DW_CFA_def_cfa_offset:	r->now.offset = cfi_uleb(b); break;
	case DW_CFA_def_cfa_offset_sf:	r->now.offset = scaled(r, cfi_sleb(b)); break;
	case DW_CFA_def_cfa_expression:	set_end_expression(r, block(b)); break;
	case DW_CFA_remember_state:	remember(r); break;
	case DW_CFA_restore_state:	recall(r); break;
	case DW_CFA_GNU_args_size:	cfi_uleb(b); break;
	case DW_CFA_nop:		break;
	default:			r->unknown = true;
	}
}

static void run_register(struct run *r, struct cfi_bytes *b, unsigned char op)
{
	uint64_t reg = cfi_uleb(b);

	switch (op) {
	case DW_CFA_offset_extended:	set_saved(r, reg, SAVED, scaled(r, cfi_uleb(b))); break;
	case DW_CFA_offset_extended_sf:	set_saved(r, reg, SAVED, scaled(r, cfi_sleb(b))); break;
	case DW_CFA_restore_extended:	restore(r, reg); break;
	case DW_CFA_undefined:		set_saved(r, reg, UNDEFINED, 0); break;
	case DW_CFA_same_value:		set_saved(r, reg, KEPT, 0); break;
	case DW_CFA_expression:
		set_saved(r, reg, is_at_frame_pointer(block(b)) ? HERE : LOST, 0);
		break;
	case DW_CFA_val_expression:	block(b); set_saved(r, reg, LOST, 0); break;
	default:			/* register, val_offset, val_offset_sf */
		cfi_uleb(b);
		set_saved(r, reg, LOST, 0);
	}
}

static void run_one(struct run *r, struct cfi_bytes *b)
{
	unsigned char op = cfi_unsigned(b, 1);

	if (run_packed(r, b, op))
		return;
	switch (op) {
	case DW_CFA_advance_loc1:	move(r, cfi_unsigned(b, 1)); break;
	case DW_CFA_advance_loc2:	move(r, cfi_unsigned(b, 2)); break;
	case DW_CFA_advance_loc4:	move(r, cfi_unsigned(b, 4)); break;
	case DW_CFA_offset_extended:
	case DW_CFA_offset_extended_sf:
	case DW_CFA_restore_extended:
	case DW_CFA_undefined:
	case DW_CFA_same_value:
	case DW_CFA_register:
	case DW_CFA_expression:
	case DW_CFA_val_offset:
	case DW_CFA_val_offset_sf:
	case DW_CFA_val_expression:	run_register(r, b, op); break;
	default:			run_frame(r, b, op);
	}
}

static void run_all(struct run *r, struct cfi_bytes b)
{
	while (!r->unknown && !b.bad && b.at < b.end)
		run_one(r, &b);
	r->unknown |= b.bad;
}

void cfi_run(const struct cfi_common *common, const struct cfi_function *fn, struct unwind_rows *rows)
{
	struct run r = { .common = common };

	run_all(&r, common->instructions);
	r.first = r.now;
	r.rows = rows;
	r.from = r.place = fn->begin;
	r.end = fn->end;
	run_all(&r, fn->instructions);
	if (r.unknown)
		r.now = (struct state){ .end = END_UNKNOWN };
	advance(&r, fn->end);
	cfi_add_row(rows, (struct ktap_unwind_row){ .at = fn->end });
}
