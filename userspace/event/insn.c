// SPDX-License-Identifier: GPL-2.0
/*
 * insn.c - of x86-64:
 *
 *   prefixes  [REX | VEX | EVEX]  opcode  [ModRM [SIB] [displacement]]  [immediate]
 */
#include "event/insn.h"

#include <stdbool.h>
#include <string.h>

struct insn {
	const unsigned char *p, *end;
	bool short_operand, short_address, wide;	/* 66, 67, REX.W */
	unsigned int map, op;		/* map: 0 one byte, 1 0F, 2 0F38, 3 0F3A and of VEX */
	bool vector;			/* VEX, EVEX */
};

static bool take(struct insn *i, unsigned int *byte)
{
	if (i->p == i->end)
		return false;
	*byte = *i->p++;
	return true;
}

static bool is_prefix(unsigned int b)
{
	return memchr("\x66\x67\xf2\xf3\x2e\x36\x3e\x26\x64\x65\xf0", (int)b, 11);
}

/* VEX and EVEX: the map stands in the first byte, or is 1. */
static bool take_vector(struct insn *i, unsigned int first)
{
	unsigned int b = 0x01, more = first == 0x62 ? 2 : first == 0xc4 ? 1 : 0;

	if (first == 0xc5 ? !take(i, &(unsigned int){ 0 }) : !take(i, &b))
		return false;
	i->vector = true;
	i->map = b & (first == 0x62 ? 0x07 : 0x1f);
	while (more--)
		if (!take(i, &(unsigned int){ 0 }))
			return false;
	return take(i, &i->op);
}

static bool take_map(struct insn *i)
{
	if (!take(i, &i->op))
		return false;
	i->map = i->op == 0x38 ? 2 : i->op == 0x3a ? 3 : 1;
	return i->map == 1 || take(i, &i->op);
}

static bool take_opcode(struct insn *i)
{
	unsigned int b;

	do {
		if (!take(i, &b))
			return false;
		i->short_operand |= b == 0x66;
		i->short_address |= b == 0x67;
	} while (is_prefix(b));
	if (b >= 0x40 && b <= 0x4f) {
		i->wide = b & 8;
		if (!take(i, &b))
			return false;
	}
	i->op = b;
	if (b == 0xc4 || b == 0xc5 || b == 0x62)
		return take_vector(i, b);
	return b != 0x0f || take_map(i);
}

/* Of the opcodes of one byte: M: ModRM, 1: a byte, w: 2 bytes, z: 4, or 2 after 66; x: none is known */
static const char *const one_byte[256] = {
	[0x06] = "x", [0x07] = "x", [0x0e] = "x", [0x16] = "x", [0x17] = "x", [0x1e] = "x", [0x1f] = "x",
	[0x27] = "x", [0x2f] = "x", [0x37] = "x", [0x3f] = "x", [0x60] = "x", [0x61] = "x",
	[0x63] = "M", [0x68] = "z", [0x69] = "Mz", [0x6a] = "1", [0x6b] = "M1",
	[0x70 ... 0x7f] = "1",
	[0x80] = "M1", [0x81] = "Mz", [0x82] = "x", [0x83] = "M1", [0x84 ... 0x8f] = "M",
	[0x9a] = "x", [0xa0 ... 0xa3] = "a", [0xa8] = "1", [0xa9] = "z",
	[0xb0 ... 0xb7] = "1", [0xb8 ... 0xbf] = "v",
	[0xc0 ... 0xc1] = "M1", [0xc2] = "w", [0xc6] = "M1", [0xc7] = "Mz", [0xc8] = "w1", [0xca] = "w",
	[0xcd] = "1", [0xce] = "x", [0xd0 ... 0xd3] = "M", [0xd4 ... 0xd6] = "x", [0xd8 ... 0xdf] = "M",
	[0xe0 ... 0xe7] = "1", [0xe8 ... 0xe9] = "4", [0xea] = "x", [0xeb] = "1",
	[0xf6] = "Mt", [0xf7] = "MT", [0xfe ... 0xff] = "M",
};

/* 00 to 3f: eight operations, each in the same six ways. */
static const char *shape_of_one(unsigned int op)
{
	if (op < 0x40 && !one_byte[op])
		return (op & 7) < 4 ? "M" : (op & 7) == 4 ? "1" : (op & 7) == 5 ? "z" : "";
	return one_byte[op] ? one_byte[op] : "";
}

static bool has_byte_of_two(unsigned int op)
{
	return (op >= 0x70 && op <= 0x73) || op == 0xc2 || op == 0xc4 || op == 0xc5 || op == 0xc6;
}

static const char *shape_of_two(unsigned int op)
{
	if (op >= 0x80 && op <= 0x8f)
		return "4";
	if (has_byte_of_two(op) || op == 0xa4 || op == 0xac || op == 0xba || op == 0x0f)
		return "M1";
	if (memchr("\x04\x0a\x0c\x24\x25\x26\x27\x36\x39\x3b\x3c\x3d\x3e\x3f\xa6\xa7", (int)op, 16))
		return "x";
	if ((op >= 0x30 && op <= 0x37) || (op >= 0xc8 && op <= 0xcf) ||
	    memchr("\x05\x06\x07\x08\x09\x0b\x0e\x77\xa0\xa1\xa2\xa8\xa9\xaa", (int)op, 14))
		return "";
	return "M";
}

static const char *shape_of_vector(unsigned int map, unsigned int op)
{
	if (map == 3)
		return "M1";
	if (map == 1)
		return op == 0x77 ? "" : has_byte_of_two(op) ? "M1" : "M";
	return map == 2 || map == 5 || map == 6 ? "M" : "x";
}

static const char *shape_of(const struct insn *i)
{
	if (i->vector)
		return shape_of_vector(i->map, i->op);
	switch (i->map) {
	case 0:	return shape_of_one(i->op);
	case 1:	return shape_of_two(i->op);
	case 2:	return "M";
	default: return "M1";
	}
}

/* SIB and displacement. */
static bool skip_memory(struct insn *i, unsigned int modrm)
{
	unsigned int mod = modrm >> 6, base = modrm & 7, bytes = mod == 1 ? 1 : mod == 2 ? 4 : 0;

	if (mod == 3)
		return true;
	if (base == 4) {
		if (!take(i, &base))
			return false;
		base &= 7;
	}
	if (mod == 0 && base == 5)
		bytes = 4;
	if ((size_t)(i->end - i->p) < bytes)
		return false;
	i->p += bytes;
	return true;
}

static unsigned int immediate(const struct insn *i, char how, unsigned int modrm)
{
	unsigned int z = i->short_operand && !i->wide ? 2 : 4;
	bool tests = (modrm >> 3 & 7) < 2;

	switch (how) {
	case '1': return 1;
	case 'w': return 2;
	case '4': return 4;
	case 'z': return z;
	case 'v': return i->wide ? 8 : z;
	case 'a': return i->short_address ? 4 : 8;
	case 't': return tests;
	case 'T': return tests ? z : 0;
	default: return 0;
	}
}

size_t insn_length_x86(const unsigned char *code, size_t left)
{
	struct insn i = { .p = code, .end = code + (left < 15 ? left : 15) };
	unsigned int modrm = 0, bytes = 0;
	const char *shape;

	if (!take_opcode(&i))
		return 0;
	shape = shape_of(&i);
	if (*shape == 'x')
		return 0;
	if (*shape == 'M' && (!take(&i, &modrm) || !skip_memory(&i, modrm)))
		return 0;
	for (; *shape; shape++)
		bytes += immediate(&i, *shape, modrm);
	if ((size_t)(i.end - i.p) < bytes)
		return 0;
	return (size_t)(i.p + bytes - code);
}

size_t insn_length(const unsigned char *code, size_t left)
{
#if defined(__x86_64__)
	return insn_length_x86(code, left);
#elif defined(__riscv)
	size_t length = left && (*code & 3) != 3 ? 2 : 4;

	return left < length ? 0 : length;
#else
	(void)code;
	return left < 4 ? 0 : 4;
#endif
}
