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

/* A register that is all that its name says, by its word in struct pt_regs. */
struct named { const char *name; unsigned int place; };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool find_named(const struct named *list, size_t n, unsigned int bits, const char *name, size_t len,
		       struct reg *out)
{
	for (size_t i = 0; i < n; i++)
		if (is(name, len, list[i].name)) {
			*out = (struct reg){ list[i].place * bits / 8, bits, 0 };
			return true;
		}
	return false;
}

/* A letter and a number up to `last`, and nothing else: x0, r12. */
static bool numbered(const char *name, size_t len, char letter, unsigned int last, unsigned int *n)
{
	char digits[4] = "", *end;

	if (len < 2 || len > 3 || name[0] != letter || name[1] < '0' || name[1] > '9')
		return false;
	memcpy(digits, name + 1, len - 1);
	*n = strtoul(digits, &end, 10);
	return !*end && *n <= last;
}

/* struct pt_regs: x0 to x30, sp, pc, pstate. */
bool register_find_arm64(const char *name, size_t len, struct reg *out)
{
	static const struct named others[] = {
		{ "sp", 31 }, { "pc", 32 }, { "pstate", 33 }, { "fp", 29 }, { "lr", 30 },
	};
	unsigned int n;

	if (find_named(others, COUNT(others), 64, name, len, out))
		return true;
	if (!numbered(name, len, 'x', 30, &n) && !numbered(name, len, 'w', 30, &n))
		return false;
	*out = (struct reg){ n * 8, name[0] == 'x' ? 64 : 32, 0 };
	return true;
}

/* struct pt_regs: r0 to r15, cpsr. */
bool register_find_arm(const char *name, size_t len, struct reg *out)
{
	static const struct named others[] = {
		{ "fp", 11 }, { "ip", 12 }, { "sp", 13 }, { "lr", 14 }, { "pc", 15 }, { "cpsr", 16 },
	};
	unsigned int n;

	if (find_named(others, COUNT(others), 32, name, len, out))
		return true;
	if (!numbered(name, len, 'r', 15, &n))
		return false;
	*out = (struct reg){ n * 4, 32, 0 };
	return true;
}

bool register_find_riscv64(const char *name, size_t len, struct reg *out)
{
	static const struct named all[] = {
		{ "pc", 0 }, { "ra", 1 }, { "sp", 2 }, { "gp", 3 }, { "tp", 4 }, { "t0", 5 }, { "t1", 6 },
		{ "t2", 7 }, { "s0", 8 }, { "fp", 8 }, { "s1", 9 }, { "a0", 10 }, { "a1", 11 }, { "a2", 12 },
		{ "a3", 13 }, { "a4", 14 }, { "a5", 15 }, { "a6", 16 }, { "a7", 17 }, { "s2", 18 },
		{ "s3", 19 }, { "s4", 20 }, { "s5", 21 }, { "s6", 22 }, { "s7", 23 }, { "s8", 24 },
		{ "s9", 25 }, { "s10", 26 }, { "s11", 27 }, { "t3", 28 }, { "t4", 29 }, { "t5", 30 },
		{ "t6", 31 },
	};

	return find_named(all, COUNT(all), 64, name, len, out);
}

/* As uname() calls the machines; '*' at the end: and whatever follows. */
static const struct machine {
	const char *name;
	bool (*find)(const char *name, size_t len, struct reg *out);
} machines[] = {
	{ "x86_64",	register_find_x86 },
	{ "aarch64",	register_find_arm64 },
	{ "riscv64",	register_find_riscv64 },
	{ "arm*",	register_find_arm },
};

static bool is_machine(const char *pattern, const char *name)
{
	size_t len = strcspn(pattern, "*");

	return !strncmp(pattern, name, len) && (pattern[len] || !name[len]);
}

/* What this program was built for: on a kernel of 64 bits uname() may tell of another. */
#if defined(__x86_64__)
#define OWN	"x86_64"
#elif defined(__aarch64__)
#define OWN	"aarch64"
#elif defined(__arm__)
#define OWN	"arm"
#elif defined(__riscv) && __riscv_xlen == 64
#define OWN	"riscv64"
#else
#define OWN	""
#endif

const char *register_machine(void)
{
	const char *given = getenv("KTAP_MACHINE");

	return given && *given ? given : NULL;
}

bool register_find(const char *name, size_t len, struct reg *out)
{
	const char *machine = register_machine();

	for (size_t i = 0; i < COUNT(machines); i++)
		if (is_machine(machines[i].name, machine ? machine : OWN))
			return machines[i].find(name, len, out);
	return false;
}
