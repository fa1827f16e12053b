// SPDX-License-Identifier: GPL-2.0
#include "event/operand.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Blanks part operands, but for those inside of brackets. */
size_t operand_next(const char **args, const char **operand)
{
	const char *s = *args + strspn(*args, " \t");
	unsigned int inside = 0;

	*operand = s;
	for (; *s && (inside || !strchr(" \t", *s)); s++) {
		inside += *s == '[' || *s == '(';
		inside -= inside && (*s == ']' || *s == ')');
	}
	*args = s;
	return s - *operand;
}

static bool type_of_size(long size, __u8 *type)
{
	switch (size) {
	case 1:		*type = KTAP_FT_U8; return true;
	case 2:		*type = KTAP_FT_U16; return true;
	case 4:		*type = KTAP_FT_U32; return true;
	case 8:		*type = KTAP_FT_U64; return true;
	case -1:	*type = KTAP_FT_S8; return true;
	case -2:	*type = KTAP_FT_S16; return true;
	case -4:	*type = KTAP_FT_S32; return true;
	case -8:	*type = KTAP_FT_S64; return true;
	default:	return false;
	}
}

/* "-4@": without it, the whole word. */
static bool take_size(struct operand *o, __u8 *type)
{
	const char *at = memchr(o->at, '@', o->end - o->at);
	char text[8] = "", *end;
	long size;

	*type = KTAP_FT_U64;
	if (!at)
		return true;
	if (at == o->at || (size_t)(at - o->at) >= sizeof(text))
		return false;
	memcpy(text, o->at, at - o->at);
	size = strtol(text, &end, 10);
	o->at = at + 1;
	return !*end && type_of_size(size, type);
}

bool operand_fetch(struct elf *e, const struct usdt_marker *m, const char *operand, size_t len,
		   struct fetch *f)
{
	struct operand o = { e, m, operand, operand + len };
	bool ok;

	*f = (struct fetch){ 0 };
	if (!take_size(&o, &f->type))
		return false;
#if defined(__aarch64__)
	ok = operand_arm64(&o, f);
#elif defined(__x86_64__)
	ok = operand_x86(&o, f);
#elif defined(__riscv) && __riscv_xlen == 64
	ok = operand_riscv64(&o, f);
#else
	ok = false;	/* nobody has written down how its assembler names operands */
#endif
	return ok && o.at == o.end && !f->too_long;
}

bool operand_skip(struct operand *o, char c)
{
	const char *s = o->at;

	while (s < o->end && *s == ' ')
		s++;
	if (s == o->end || *s != c)
		return false;
	o->at = s + 1;
	return true;
}

size_t operand_word(struct operand *o, const char **word)
{
	while (o->at < o->end && *o->at == ' ')
		o->at++;
	*word = o->at;
	while (o->at < o->end && (isalnum((unsigned char)*o->at) || strchr("_.", *o->at)))
		o->at++;
	return o->at - *word;
}

static bool number(const char *word, size_t len, uint64_t *out)
{
	char text[32] = "", *end;

	if (len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	errno = 0;
	*out = strtoull(text, &end, 0);
	return !*end && !errno;
}

static bool find_symbol(struct elf *e, struct operand_sum *sum)
{
	elf_read_symbols(e);
	for (unsigned int i = 0; i < e->symbols.n; i++) {
		const struct elf_symbol *s = &e->symbols.at[i];

		if (!strncmp(s->name, sum->symbol, sum->len) && !s->name[sum->len]) {
			sum->address = s->address;
			return true;
		}
	}
	return false;
}

static bool add_term(struct operand *o, bool minus, struct operand_sum *sum)
{
	const char *word;
	size_t len = operand_word(o, &word);
	uint64_t n;

	if (!len)
		return false;
	if (isdigit((unsigned char)*word)) {
		if (!number(word, len, &n))
			return false;
		sum->number = (int64_t)((uint64_t)sum->number + (minus ? -n : n));
		return true;
	}
	if (minus || sum->symbol)
		return false;
	sum->symbol = word;
	sum->len = len;
	return find_symbol(o->elf, sum);
}

bool operand_sum(struct operand *o, struct operand_sum *sum)
{
	bool minus = operand_skip(o, '-');

	*sum = (struct operand_sum){ 0 };
	if (!minus)
		operand_skip(o, '+');
	for (;;) {
		if (!add_term(o, minus, sum))
			return false;
		minus = operand_skip(o, '-');
		if (!minus && !operand_skip(o, '+'))
			return true;
	}
}
