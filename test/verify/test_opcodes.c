// SPDX-License-Identifier: GPL-2.0
/*
 * test_opcodes.c - walks opcodes.def.h. For each instruction a program is made in
 * which it is right; then each of its operands is given every value (those of
 * sixteen bits: the ones around limits). Whatever is out of range must be refused,
 * and each word must come back from its text the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../vm/core/opinfo.h"
#include "../tool/kasm.h"
#include "../tool/tap.h"
#include "program.h"

/* The frame in which every instruction is right with the operands of sample(). */
#define NREGS	20
#define CELL	8
#define ITER	9	/* room for key and value above */
#define LOOP	12	/* .. 15 */
#define FREE	17

static const char prelude[] =
	".global g0\n.global g1\n.spec \"s0\"\n.spec \"s1\"\n.fref ARG 0\n.fref RETVAL\n"
	".func main 2\n\tRET0\n"
	".func inner 1\n\tRET0\n"
	".func outer 20 8 vararg\n.upval reg 0\n.upval reg 0 cell\n"
	".k 7\n.k \"seven\"\n"
	"\tNEWCELL 8 0\n\tITERPREP 9 0\n"
	"\tLOADI 12 1\n\tLOADI 13 2\n\tLOADI 14 1\n\tFORPREP 12 0\n";

#define PRELUDE_WORDS	6

static bool is_for(u32 op)
{
	return op == KTAP_OP_FORPREP || op == KTAP_OP_FORLOOP;
}

/* A value of operand i that is right. */
static int sample(u32 op, u32 i)
{
	switch (kp_opinfo[op].operand[i]) {
	case KTAP_OPD_dst:	return FREE;
	case KTAP_OPD_reg:	return (int)i;
	case KTAP_OPD_cell:	return CELL;
	case KTAP_OPD_base:	return op == KTAP_OP_ITERNEXT ? ITER : is_for(op) ? LOOP : 0;
	case KTAP_OPD_num:	return op == KTAP_OP_ITERNEXT ? 1 : 2;
	case KTAP_OPD_cnt:	return 2;
	case KTAP_OPD_imm:	return -1;
	case KTAP_OPD_fn:	return 1;
	case KTAP_OPD_upc:	return 1;
	case KTAP_OPD_bi:	return KTAP_BI_PRINT;
	default:		return 0;
	}
}

/* Behind these a JMP may say that the sides are exchanged. */
static bool is_order(u32 op)
{
	return op == KTAP_OP_LT || op == KTAP_OP_LE || op == KTAP_OP_LTK || op == KTAP_OP_LEK ||
	       op == KTAP_OP_GTK || op == KTAP_OP_GEK;
}

static ktap_word encode(u32 op, const int *x)
{
	if (kp_opinfo[op].format == KTAP_FMT_ABC)
		return KTAP_ABC(op, (u8)x[0], (u8)x[1], x[2]);
	return KTAP_AD(op, (u8)x[0], x[1]);
}

static ktap_word sample_word(u32 op)
{
	int x[3] = { sample(op, 0), sample(op, 1), sample(op, 2) };

	return encode(op, x);
}

static ktap_word second_word(u32 op)
{
	if (op == KTAP_OP_BUILTIN)
		return KTAP_AD(KTAP_OP_EXT, 1, 0);
	return KTAP_AD(kp_opinfo[op].flags & KTAP_F_J ? KTAP_OP_JMP : KTAP_OP_EXT, 0, 0);
}

/* Loads and verifies the frame with these words at its end. */
static bool accepted(u32 op, ktap_word w, ktap_word second, struct ktap_error_info *err)
{
	char text[2048];
	struct kp_prog *prog;
	size_t len, n = sizeof(prelude) - 1;
	void *image;

	memcpy(text, prelude, n);
	n += snprintf(text + n, sizeof(text) - n, "\t.word %#x\n", w);
	if (kp_is_pair(&kp_opinfo[op]))
		n += snprintf(text + n, sizeof(text) - n, "\t.word %#x\n", second);
	snprintf(text + n, sizeof(text) - n, "\tRET0\n");
	image = must_assemble(text, &len);
	prog = load_program(image, len, err);
	free(image);
	kp_prog_free(prog);
	return prog;
}

/* Whether an operand's value is out of range whatever the others are. */
static bool out_of_range(u32 op, u32 kind, int x)
{
	switch (kind) {
	case KTAP_OPD_none:
	case KTAP_OPD_swap:	return x != 0;
	case KTAP_OPD_dst:
	case KTAP_OPD_reg:
	case KTAP_OPD_cell:
	case KTAP_OPD_base:	return x >= NREGS;
	case KTAP_OPD_num:	return op != KTAP_OP_NEWTAB && x > NREGS;
	case KTAP_OPD_cnt:	return x > NREGS + 1;
	case KTAP_OPD_flag:	return x > 1;
	case KTAP_OPD_kany:
	case KTAP_OPD_glob:
	case KTAP_OPD_spec:
	case KTAP_OPD_fref:	return x > 1;
	case KTAP_OPD_kint:
	case KTAP_OPD_upv:	return x != 0;
	case KTAP_OPD_kstr:
	case KTAP_OPD_upc:	return x != 1;
	case KTAP_OPD_fn:	return x < 1 || x > 2;
	case KTAP_OPD_ctx:	return x >= KTAP_CTX__MAX;
	case KTAP_OPD_bi:	return x >= KTAP_BI__MAX;
	case KTAP_OPD_arith:	return x >= KTAP_ARITH__MAX;
	case KTAP_OPD_jmp:	return x < -PRELUDE_WORDS - 1 || x > 0;
	default:		return false;
	}
}

/* Values to try: all of eight bits, and of sixteen those near a limit. */
static int value_at(u32 op, u32 i, int n)
{
	bool wide = kp_opinfo[op].format != KTAP_FMT_ABC && i == 1;

	if (n < 256)
		return wide && n >= 128 && kp_opinfo[op].format == KTAP_FMT_AS ? n - 256 : n;
	if (!wide)
		return -1 - 0x10000;
	switch (n) {
	case 256: return kp_opinfo[op].format == KTAP_FMT_AS ? -0x8000 : 0x8000;
	case 257: return 0x7fff;
	case 258: return kp_opinfo[op].format == KTAP_FMT_AS ? -0x7fff : 0xffff;
	default: return -1 - 0x10000;
	}
}

/* How many values out of range were let through. */
static int mutate(u32 op, u32 i, int *refused)
{
	int x[3] = { sample(op, 0), sample(op, 1), sample(op, 2) }, n, v, wrong = 0;
	struct ktap_error_info err;

	for (n = 0; (v = value_at(op, i, n)) >= -0x8000; n++) {
		bool in;

		x[i] = v;
		in = accepted(op, encode(op, x), second_word(op), &err);
		*refused += !in;
		if (!in || !out_of_range(op, kp_opinfo[op].operand[i], v))
			continue;
		diag("%s operand %u: %d is accepted", kp_opinfo[op].name, i + 1, v);
		wrong++;
	}
	return wrong;
}

static void test_operands(u32 op)
{
	const struct kp_opinfo *info = &kp_opinfo[op];
	struct ktap_error_info err;
	int wrong = 0, refused = 0;
	u32 i;

	if (!ok(accepted(op, sample_word(op), second_word(op), &err), "%s is accepted", info->name))
		diag("%s", error_text(&err));
	for (i = 0; i < kp_noperands(info); i++)
		wrong += mutate(op, i, &refused);
	ok(!wrong, "%s: operands out of range are refused (%d refused)", info->name, refused);
}

/* The second word: of the other kind, absent, or with what it may not hold. */
static void test_pair(u32 op)
{
	const struct kp_opinfo *info = &kp_opinfo[op];
	struct ktap_error_info err;
	u32 other = info->flags & KTAP_F_J ? KTAP_OP_EXT : KTAP_OP_JMP, bad = 0;
	ktap_word w = sample_word(op);

	bad += accepted(op, w, KTAP_AD(other, 0, 0), &err);
	bad += accepted(op, w, KTAP_AD(KTAP_OP_RET0, 0, 0), &err);
	bad += accepted(op, w, KTAP_AD(KTAP_OP__MAX, 0, 0), &err);
	if (info->flags & KTAP_F_J) {
		bad += accepted(op, w, KTAP_AD(KTAP_OP_JMP, 1 + is_order(op), 0), &err);
		bad += is_order(op) && !accepted(op, w, KTAP_AD(KTAP_OP_JMP, 1, 0), &err);
		bad += accepted(op, w, KTAP_AD(KTAP_OP_JMP, 0, -1), &err);
		bad += accepted(op, w, KTAP_AD(KTAP_OP_JMP, 0, 1), &err);
	} else {
		bad += accepted(op, w, KTAP_AD(KTAP_OP_EXT, 255, 0), &err);
		bad += accepted(op, w, KTAP_AD(KTAP_OP_EXT, KTAP_ARITH__MAX, 0), &err);
	}
	if (info->flags & KTAP_F_X && op != KTAP_OP_APPEND)
		bad += accepted(op, w, second_word(op) | 1u << 16, &err);
	ok(!bad, "%s: wrong second words are refused", info->name);
}

/* The word, written as numbers, assembles to itself. */
static void test_round_trip(u32 op)
{
	char text[128];
	ktap_word w = sample_word(op), back = 0;
	struct ktap_image h;
	size_t len;
	char *image;

	snprintf(text, sizeof(text), ".func f 1\n%s %d %d %d\n", kp_opinfo[op].name,
		 kp_operand(w, 0), kp_operand(w, 1), kp_operand(w, 2));
	image = must_assemble(text, &len);
	memcpy(&h, image, sizeof(h));
	memcpy(&back, image + h.sec[KTAP_SEC_CODE].offset, sizeof(back));
	free(image);
	ok(back == w, "%s comes back from its text", kp_opinfo[op].name);
}

static bool call_accepted(u32 id, int nargs, int nres, struct ktap_error_info *err)
{
	return accepted(KTAP_OP_BUILTIN, KTAP_ABC(KTAP_OP_BUILTIN, 0, nargs + 1, id),
			KTAP_AD(KTAP_OP_EXT, nres + 1, 0), err);
}

static bool call_refused(u32 id, int nargs, int nres, u32 code)
{
	struct ktap_error_info err;

	return !call_accepted(id, nargs, nres, &err) && err.code == code && err.arg[0] == id;
}

/* One argument or result too few or too many; the first eight registers hold arguments. */
static void test_builtin(u32 id, const char *name, int min, int max, int results)
{
	int nres = results < 0 ? 0 : results, most = max < 0 || max > 8 ? 8 : max;
	struct ktap_error_info err;
	int bad = 0;

	bad += !call_accepted(id, min, nres, &err) + !call_accepted(id, most, nres, &err);
	bad += min && !call_refused(id, min - 1, nres, KTAP_E_V_ARITY);
	bad += max >= 0 && max < NREGS && !call_refused(id, max + 1, nres, KTAP_E_V_ARITY);
	bad += results >= 0 && !call_refused(id, min, results + 1, KTAP_E_V_RESULTS);
	ok(!bad, "%s: as many arguments and results as it says", name);
}

static void test_builtins(void)
{
#define _(NAME, name, min, max, results, contexts, help) test_builtin(KTAP_BI_##NAME, name, min, max, results);
	KTAP_BUILTINS(_)
#undef _
}

static void test_unknown(void)
{
	struct ktap_error_info err;
	u32 op, bad = 0;

	for (op = KTAP_OP__MAX; op < 256; op++)
		bad += accepted(0, op, 0, &err);
	ok(!bad, "opcodes that there are not are refused");
}

int main(void)
{
	u32 op;

	for (op = 0; op < KTAP_OP__MAX; op++) {
		test_round_trip(op);
		if (op == KTAP_OP_EXT)	/* never by itself: test_pair() */
			continue;
		test_operands(op);
		if (kp_is_pair(&kp_opinfo[op]))
			test_pair(op);
	}
	test_builtins();
	test_unknown();
	return tap_done();
}
