// SPDX-License-Identifier: GPL-2.0
#include "event/registers.h"

#include <stdlib.h>
#include <string.h>

/* _(place in struct pt_regs, names of 64, 32, 16 and 8 bits, of bits 8 to 15) */
#define REGISTERS(_) \
	_(0,  "r15", "r15d", "r15w", "r15b", "") \
	_(1,  "r14", "r14d", "r14w", "r14b", "") \
	_(2,  "r13", "r13d", "r13w", "r13b", "") \
	_(3,  "r12", "r12d", "r12w", "r12b", "") \
	_(4,  "rbp", "ebp",  "bp",   "bpl",  "") \
	_(5,  "rbx", "ebx",  "bx",   "bl",   "bh") \
	_(6,  "r11", "r11d", "r11w", "r11b", "") \
	_(7,  "r10", "r10d", "r10w", "r10b", "") \
	_(8,  "r9",  "r9d",  "r9w",  "r9b",  "") \
	_(9,  "r8",  "r8d",  "r8w",  "r8b",  "") \
	_(10, "rax", "eax",  "ax",   "al",   "ah") \
	_(11, "rcx", "ecx",  "cx",   "cl",   "ch") \
	_(12, "rdx", "edx",  "dx",   "dl",   "dh") \
	_(13, "rsi", "esi",  "si",   "sil",  "") \
	_(14, "rdi", "edi",  "di",   "dil",  "") \
	_(16, "rip", "eip",  "ip",   "",     "") \
	_(17, "cs",  "",     "",     "",     "") \
	_(18, "rflags", "eflags", "flags", "", "") \
	_(19, "rsp", "esp",  "sp",   "spl",  "") \
	_(20, "ss",  "",     "",     "",     "")

static const struct { unsigned int place; const char *name[5]; } registers[] = {
#define _(place, ...) { place, { __VA_ARGS__ } },
	REGISTERS(_)
#undef _
};

static bool is(const char *name, size_t len, const char *what)
{
	return strlen(what) == len && len && !memcmp(name, what, len);
}

bool register_find_x86(const char *name, size_t len, struct reg *out)
{
	static const unsigned int bits[] = { 64, 32, 16, 8, 8 };

	for (size_t i = 0; i < sizeof(registers) / sizeof(*registers); i++)
		for (unsigned int width = 0; width < 5; width++)
			if (is(name, len, registers[i].name[width])) {
				*out = (struct reg){ registers[i].place * 8, bits[width], width == 4 ? 8 : 0 };
				return true;
			}
	return false;
}

/* struct pt_regs: x0 to x30, sp, pc, pstate. */
static bool numbered(const char *name, size_t len, struct reg *out)
{
	char digits[4] = "", *end;
	unsigned long n;

	if (len < 2 || len > 3 || (name[0] != 'x' && name[0] != 'w'))
		return false;
	memcpy(digits, name + 1, len - 1);
	n = strtoul(digits, &end, 10);
	if (*end || n > 30)
		return false;
	*out = (struct reg){ n * 8, name[0] == 'x' ? 64 : 32, 0 };
	return true;
}

bool register_find_arm64(const char *name, size_t len, struct reg *out)
{
	static const struct { const char *name; unsigned int place; } others[] = {
		{ "sp", 31 }, { "pc", 32 }, { "pstate", 33 }, { "fp", 29 }, { "lr", 30 },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (is(name, len, others[i].name)) {
			*out = (struct reg){ others[i].place * 8, 64, 0 };
			return true;
		}
	return numbered(name, len, out);
}

bool register_find(const char *name, size_t len, struct reg *out)
{
#if defined(__x86_64__)
	return register_find_x86(name, len, out);
#elif defined(__aarch64__)
	return register_find_arm64(name, len, out);
#else
	(void)name, (void)len, (void)out;
	return false;
#endif
}
