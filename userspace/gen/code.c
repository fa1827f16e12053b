// SPDX-License-Identifier: GPL-2.0
#include "code.h"

#include <stdlib.h>
#include <string.h>

void code_free(struct code *c)
{
	free(c->words.at);
	free(c->lines.at);
	free(c->consts.at);
	free(c->slots.at);
	free(c->labels.at);
	free(c->fixups.at);
	free(c->upvals.at);
	free(c->names.at);
}

void code_fail(struct code *c, const char *what, unsigned int limit)
{
	if (!c->failed)
		diag_error(c->diag, c->pos, "function is too large: more than %u %s", limit, what);
	c->failed = true;
}

/* The place of the next word, as the line table has it. */
static uint32_t position(struct code *c)
{
	struct src_place place = source_place(c->diag->sources, c->pos);
	uint32_t line = place.line < (1u << 22) ? place.line : (1u << 22) - 1;

	return line << 10 | (place.col < 1023 ? place.col : 1023);
}

static void note_line(struct code *c)
{
	uint32_t pos = position(c);
	struct ktap_iline *line;

	if (c->lines.n && c->lines.at[c->lines.n - 1].pos == pos)
		return;
	line = list_push(&c->lines);
	line->pc = c->words.n;
	line->pos = pos;
}

static void emit(struct code *c, ktap_word word)
{
	if (c->dead || c->failed)
		return;
	if (c->words.n == KTAP_MAX_CODE) {
		code_fail(c, "instruction words", KTAP_MAX_CODE);
		return;
	}
	note_line(c);
	*list_push(&c->words) = word;
}

static bool ends_flow(unsigned int op)
{
	return op == KTAP_OP_JMP || op == KTAP_OP_RETURN || op == KTAP_OP_RET0 ||
	       op == KTAP_OP_RET1 || op == KTAP_OP_TAILCALL;
}

void code_abc(struct code *c, unsigned int op, unsigned int a, unsigned int b, unsigned int d)
{
	emit(c, KTAP_ABC(op, a, b, d));
	c->dead = c->dead || ends_flow(op);
}

void code_ad(struct code *c, unsigned int op, unsigned int a, unsigned int d)
{
	emit(c, KTAP_AD(op, a, d));
	c->dead = c->dead || ends_flow(op);
}

void code_name(struct code *c, struct str *name)
{
	if (name && !c->dead && !c->failed)
		*list_push(&c->names) = (struct code_name) { c->words.n - 1, name };
}

unsigned int code_label(struct code *c)
{
	*list_push(&c->labels) = (struct code_label) { .pc = -1 };
	return c->labels.n - 1;
}

/* Whether all that was written since the label's only use is the jump to it. */
static bool is_jump_to_next(const struct code *c, unsigned int label)
{
	const struct code_fixup *last = c->fixups.n ? &c->fixups.at[c->fixups.n - 1] : NULL;

	return c->dead && last && last->pc + 1 == c->words.n && last->label == label &&
	       !last->paired && KTAP_OP(c->words.at[last->pc]) == KTAP_OP_JMP;
}

/* Nothing jumps behind the last word: control does not come there. */
static void drop_jump(struct code *c)
{
	c->fixups.n--;
	c->words.n--;
	c->dead = false;
	if (c->lines.n && c->lines.at[c->lines.n - 1].pc == c->words.n)
		c->lines.n--;
}

void code_place(struct code *c, unsigned int label)
{
	if (is_jump_to_next(c, label))
		drop_jump(c);
	c->labels.at[label].pc = (int32_t)c->words.n;
	if (c->labels.at[label].used)
		c->dead = false;
}

/* Whether the jump follows a test: it then does not end the flow. */
static void jump(struct code *c, unsigned int op, unsigned int a, unsigned int label, bool paired)
{
	if (!c->dead && !c->failed) {
		c->labels.at[label].used = true;
		*list_push(&c->fixups) = (struct code_fixup) { c->words.n, label, paired };
	}
	emit(c, KTAP_AD(op, a, 0));
	c->dead = c->dead || (op == KTAP_OP_JMP && !paired);
}

void code_jump(struct code *c, unsigned int op, unsigned int a, unsigned int label)
{
	jump(c, op, a, label, false);
}

void code_test_jump(struct code *c, unsigned int label)
{
	jump(c, KTAP_OP_JMP, 0, label, true);
}

void code_swapped(struct code *c)
{
	if (!c->dead && !c->failed)
		c->words.at[c->words.n - 1] |= KTAP_AD(0, 1, 0);
}

void code_test(struct code *c, unsigned int op, unsigned int a, unsigned int d, unsigned int label)
{
	emit(c, KTAP_AD(op, a, d));
	code_test_jump(c, label);
}

static uint32_t const_hash(const struct code_const *k)
{
	uint64_t x = k->type == KTAP_T_INT ? (uint64_t)k->num : (uint64_t)(uintptr_t)k->str;

	return (uint32_t)((x * 0x9e3779b97f4a7c15ull) >> 32) ^ k->type;
}

static uint32_t *find_const(struct code *c, const struct code_const *k)
{
	uint32_t i = const_hash(k) & (c->slots.cap - 1);

	for (; c->slots.at[i]; i = (i + 1) & (c->slots.cap - 1)) {
		const struct code_const *old = &c->consts.at[c->slots.at[i] - 1];

		if (old->type == k->type && old->num == k->num && old->str == k->str)
			break;
	}
	return &c->slots.at[i];
}

static void grow_slots(struct code *c)
{
	uint32_t i;

	c->slots.at = list_grow(c->slots.at, &c->slots.cap, sizeof(*c->slots.at));
	memset(c->slots.at, 0, c->slots.cap * sizeof(*c->slots.at));
	for (i = 0; i < c->consts.n; i++)
		*find_const(c, &c->consts.at[i]) = i + 1;
}

static unsigned int add_const(struct code *c, struct code_const k)
{
	uint32_t *slot;

	if (2 * (c->consts.n + 1) > c->slots.cap)
		grow_slots(c);
	slot = find_const(c, &k);
	if (*slot)
		return *slot - 1;
	if (c->consts.n == KTAP_MAX_CONSTS) {
		code_fail(c, "constants", KTAP_MAX_CONSTS);
		return 0;
	}
	*list_push(&c->consts) = k;
	*slot = c->consts.n;
	return c->consts.n - 1;
}

unsigned int code_int(struct code *c, int64_t num)
{
	return add_const(c, (struct code_const) { .type = KTAP_T_INT, .num = num });
}

unsigned int code_str(struct code *c, struct str *str)
{
	return add_const(c, (struct code_const) { .type = KTAP_T_STR, .str = str });
}

unsigned int code_take(struct code *c, unsigned int n)
{
	unsigned int first = c->free;

	if (first + n > KTAP_MAX_REGS) {
		code_fail(c, "variables and temporary values", KTAP_MAX_REGS);
		return 0;
	}
	c->free += n;
	if (c->free > c->nregs)
		c->nregs = c->free;
	return first;
}

/* For each word the label that it jumps to, plus one. */
static unsigned int *label_map(const struct code *c)
{
	unsigned int *map = calloc(c->words.n + 1, sizeof(*map)), i;

	for (i = 0; map && i < c->fixups.n; i++)
		map[c->fixups.at[i].pc] = c->fixups.at[i].label + 1;
	return map;
}

#define MAX_HOPS	64	/* a loop of jumps alone has no end */

/* Where a jump to the label comes to rest. */
static uint32_t target(const struct code *c, const unsigned int *map, unsigned int label)
{
	uint32_t pc = (uint32_t)c->labels.at[label].pc;
	int hops;

	for (hops = 0; map && hops < MAX_HOPS; hops++) {
		if (pc >= c->words.n || KTAP_OP(c->words.at[pc]) != KTAP_OP_JMP)
			break;
		pc = (uint32_t)c->labels.at[map[pc] - 1].pc;
	}
	return pc;
}

static void fix(struct code *c, const struct code_fixup *fixup, const unsigned int *map)
{
	ktap_word *word = &c->words.at[fixup->pc];
	bool plain = KTAP_OP(*word) == KTAP_OP_JMP;
	int64_t to = plain ? (int64_t)target(c, map, fixup->label) :
			     (int64_t)c->labels.at[fixup->label].pc;
	int64_t distance = to - (int64_t)fixup->pc - 1;

	if (distance < INT16_MIN || distance > INT16_MAX) {
		c->pos = c->start;
		code_fail(c, "words between a jump and its target", INT16_MAX);
		return;
	}
	*word = KTAP_AD(KTAP_OP(*word), KTAP_A(*word), distance);
}

void code_finish(struct code *c)
{
	unsigned int *map, i;

	code_ad(c, KTAP_OP_RET0, 0, 0);
	if (c->failed)
		return;
	map = label_map(c);
	for (i = 0; i < c->fixups.n; i++)
		fix(c, &c->fixups.at[i], map);
	free(map);
}
