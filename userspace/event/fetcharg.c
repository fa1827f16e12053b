// SPDX-License-Identifier: GPL-2.0
#include "event/fetcharg.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/registers.h"
#include "util/text.h"

#define MAX_NESTING	16
#define MAX_ELEMENTS	64	/* of an array, as in the kernel */
#define NAME_LEN	64

struct parser {
	const char *text, *p;	/* p: what is read next */
	bool is_return;
	struct ksyms *k;	/* NULL: of a program or library */
	struct buf *why;
};

/* A value: what the operations yield, or what that points to. */
struct value {
	struct fetch f;
	bool in_memory, user;
};

/* What a type says of it. */
struct shape {
	__u8 type;
	enum param_style style;
	bool user;		/* ustring */
	unsigned int low, bits;	/* of a bit-field; bits 0: it is none */
	unsigned int count;	/* of an array, 0: it is none */
	char ctype[24];
};

static int fail(struct parser *ps, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct parser *ps, const char *at, const char *format, ...)
{
	char sentence[160];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	buf_printf(ps->why, "column %zu of '%s': %s", at - ps->text + 1, ps->text, sentence);
	return -1;
}

static bool take(struct parser *ps, char c)
{
	if (*ps->p != c)
		return false;
	ps->p++;
	return true;
}

/* Letters, digits, '_' and those in `also`; false if there are none, or too many. */
static bool take_word(struct parser *ps, const char *also, char word[NAME_LEN])
{
	size_t n = 0;

	while (isalnum((unsigned char)ps->p[n]) || ps->p[n] == '_' ||
	       (ps->p[n] && strchr(also, ps->p[n])))
		n++;
	if (!n || n >= NAME_LEN)
		return false;
	memcpy(word, ps->p, n);
	word[n] = 0;
	ps->p += n;
	return true;
}

/* In the number's own base: 16, 0x10. */
static bool take_number(struct parser *ps, uint64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)*ps->p))
		return false;
	errno = 0;
	*n = strtoull(ps->p, &end, 0);
	if (errno || end == ps->p)
		return false;
	ps->p = end;
	return true;
}

/* [+|-]N */
static bool take_signed(struct parser *ps, int64_t *n)
{
	bool minus = *ps->p == '-';
	uint64_t value;

	ps->p += minus || *ps->p == '+';
	if (!take_number(ps, &value))
		return false;
	*n = minus ? -value : value;
	return true;
}

/* --- values --- */

static int parse_value(struct parser *ps, struct value *v, unsigned int nesting);

static int no_register(struct parser *ps, const char *at, const char *name)
{
	const char *machine = register_machine();

	if (machine)
		return fail(ps, at, "the device (%s) has no register '%s', or none that is known", machine, name);
	return fail(ps, at, "this machine has no register '%s'", name);
}

/* A register's name means all of it, whatever an assembler takes it for. */
static int parse_register(struct parser *ps, struct value *v)
{
	const char *at = ps->p - 1;
	char name[NAME_LEN];
	struct reg reg;

	if (!take_word(ps, "", name))
		return fail(ps, at, "a register is written %%ax");
	if (!register_find(name, strlen(name), &reg))
		return no_register(ps, at, name);
	fetch_add(&v->f, KTAP_FETCH_REG, 0, reg.offset);
	return 0;
}

/* The number behind a prefix: $arg1, $stack3. */
static bool numbered(const char *word, const char *prefix, int64_t *n)
{
	size_t len = strlen(prefix);
	char *end;

	if (strncmp(word, prefix, len) || !isdigit((unsigned char)word[len]))
		return false;
	*n = strtol(word + len, &end, 10);
	return !*end && *n < 1024;
}

static int parse_variable(struct parser *ps, struct value *v)
{
	const char *at = ps->p - 1;
	char name[NAME_LEN];
	int64_t n;

	if (!take_word(ps, "", name))
		name[0] = 0;
	if (!strcmp(name, "comm"))
		fetch_add(&v->f, KTAP_FETCH_COMM, 0, 0);
	else if (!strcmp(name, "stack"))
		fetch_add(&v->f, KTAP_FETCH_SP, 0, 0);
	else if (numbered(name, "stack", &n))
		fetch_add(&v->f, KTAP_FETCH_STACK, 0, n);
	else if (!strcmp(name, "retval") && ps->is_return)
		fetch_add(&v->f, KTAP_FETCH_RETVAL, 0, 0);
	else if (!strcmp(name, "retval"))
		return fail(ps, at, "only a return has $retval: write FUNCTION%%return");
	else if (numbered(name, "arg", &n) && ps->is_return)
		return fail(ps, at, "the arguments are gone when a function returns");
	else if (numbered(name, "arg", &n) && n >= 1 && n <= 12)
		fetch_add(&v->f, KTAP_FETCH_ARG, 0, n - 1);
	else if (numbered(name, "arg", &n))
		return fail(ps, at, "arguments are $arg1 to $arg12");
	else
		return fail(ps, at, "there is $arg1 .., $stack, $stack0 .., $retval and $comm, but not $%s",
			    name);
	return 0;
}

static int parse_symbol(struct parser *ps, const char *at, int64_t *address)
{
	const struct ksym *sym;
	char name[NAME_LEN];

	if (!ps->k)
		return fail(ps, at, "in a program '@' takes an address");
	if (!take_word(ps, ".", name))
		return fail(ps, at, "'@' takes an address or a symbol of the kernel");
	sym = ksyms_find(ps->k, name);
	if (!sym)
		return fail(ps, at, "the kernel has no symbol '%s'", name);
	if (!sym->address)
		return fail(ps, at, "the kernel does not tell where '%s' is", name);
	*address = sym->address;
	return 0;
}

/* The plus of an offset is not that of another argument: there is a blank before that. */
static int parse_memory(struct parser *ps, struct value *v)
{
	const char *at = ps->p - 1;
	int64_t address = 0, offset = 0;
	uint64_t number;

	if (take_number(ps, &number))
		address = number;
	else if (parse_symbol(ps, at, &address))
		return -1;
	at = ps->p;
	if ((*at == '+' || *at == '-') && !take_signed(ps, &offset))
		return fail(ps, at, "a number is expected behind '%c'", *at);
	fetch_add(&v->f, KTAP_FETCH_IMM, 0, address + offset);
	v->in_memory = true;
	return 0;
}

/* In a text in quotes a backslash is written twice. */
static int parse_immediate(struct parser *ps, struct value *v)
{
	int64_t n;

	take(ps, '\\');
	if (!take_signed(ps, &n))
		return fail(ps, ps->p, "'\\' takes a number");
	fetch_add(&v->f, KTAP_FETCH_IMM, 0, n);
	return 0;
}

/* Takes up what a value points to, to go on from there. */
static void load_inner(struct value *v)
{
	if (v->in_memory)
		fetch_load(&v->f, KTAP_FT_U64, v->user);
}

/* At the sign: +8(..), -u16(..) */
static int parse_offset(struct parser *ps, struct value *v, unsigned int nesting)
{
	const char *at = ps->p;
	bool minus = *ps->p++ == '-', user = take(ps, 'u');
	uint64_t offset;

	if (!take_number(ps, &offset))
		return fail(ps, at, "an offset is written %c%s8(VALUE)", *at, user ? "u" : "");
	if (!take(ps, '('))
		return fail(ps, ps->p, "'(' is expected behind an offset");
	if (nesting == MAX_NESTING)
		return fail(ps, ps->p, "offsets are nested more than %d deep", MAX_NESTING);
	if (parse_value(ps, v, nesting + 1))
		return -1;
	if (!take(ps, ')'))
		return fail(ps, ps->p, "')' is expected");
	load_inner(v);
	fetch_offset(&v->f, minus ? -offset : offset);
	v->in_memory = true;
	v->user = user || !ps->k;
	return 0;
}

static int parse_value(struct parser *ps, struct value *v, unsigned int nesting)
{
	switch (*ps->p) {
	case '%':
		ps->p++;
		return parse_register(ps, v);
	case '$':
		ps->p++;
		return parse_variable(ps, v);
	case '@':
		ps->p++;
		return parse_memory(ps, v);
	case '\\':
		ps->p++;
		return parse_immediate(ps, v);
	case '+':
	case '-':
		return parse_offset(ps, v, nesting);
	}
	return fail(ps, ps->p, "a value is expected: %%REG, $argN, $stackN, @SYMBOL, \\NUMBER or +OFFSET(VALUE)");
}

/* --- types --- */

static const struct { const char *name; __u8 type; enum param_style style; } types[] = {
	{ "u8", KTAP_FT_U8, PARAM_DECIMAL },	{ "u16", KTAP_FT_U16, PARAM_DECIMAL },
	{ "u32", KTAP_FT_U32, PARAM_DECIMAL },	{ "u64", KTAP_FT_U64, PARAM_DECIMAL },
	{ "s8", KTAP_FT_S8, PARAM_DECIMAL },	{ "s16", KTAP_FT_S16, PARAM_DECIMAL },
	{ "s32", KTAP_FT_S32, PARAM_DECIMAL },	{ "s64", KTAP_FT_S64, PARAM_DECIMAL },
	{ "x8", KTAP_FT_U8, PARAM_HEX },	{ "x16", KTAP_FT_U16, PARAM_HEX },
	{ "x32", KTAP_FT_U32, PARAM_HEX },	{ "x64", KTAP_FT_U64, PARAM_HEX },
	{ "char", KTAP_FT_U8, PARAM_CHAR },	{ "symbol", KTAP_FT_U64, PARAM_PLACE },
	{ "string", KTAP_FT_CHARS, PARAM_TEXT }, { "ustring", KTAP_FT_CHARS, PARAM_TEXT },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static unsigned int size_of(__u8 type)
{
	return 1u << (type & 3);	/* u8 u16 u32 u64 s8 .. */
}

static int bad_type(struct parser *ps, const char *at)
{
	return fail(ps, at, "a type is expected: u8 to u64, s8 to s64, x8 to x64, char, string, ustring, symbol, b4@0/32");
}

/* b<bits>@<from>/<size of what holds it> */
static int parse_bits(struct parser *ps, const char *at, struct shape *shape)
{
	uint64_t bits, low, size;

	ps->p = at + 1;
	if (!take_number(ps, &bits) || !take(ps, '@') || !take_number(ps, &low) ||
	    !take(ps, '/') || !take_number(ps, &size))
		return fail(ps, at, "a bit-field is written bBITS@FROM/SIZE, such as b4@0/32");
	if (size != 8 && size != 16 && size != 32 && size != 64)
		return fail(ps, at, "a bit-field lies in 8, 16, 32 or 64 bits");
	if (!bits || bits > size || low > size - bits)
		return fail(ps, at, "the bit-field does not lie inside its %u bits", (unsigned int)size);
	shape->type = size == 8 ? KTAP_FT_U8 : size == 16 ? KTAP_FT_U16 :
		      size == 32 ? KTAP_FT_U32 : KTAP_FT_U64;
	shape->style = PARAM_DECIMAL;	/* as the kernel shows it */
	shape->low = low;
	shape->bits = bits;
	return 0;
}

static int parse_basic(struct parser *ps, struct shape *shape)
{
	const char *at = ps->p;
	char name[NAME_LEN];

	if (*at == 'b' && isdigit((unsigned char)at[1]))
		return parse_bits(ps, at, shape);
	if (!take_word(ps, "", name))
		return bad_type(ps, at);
	for (size_t i = 0; i < COUNT(types); i++)
		if (!strcmp(name, types[i].name)) {
			shape->type = types[i].type;
			shape->style = types[i].style == PARAM_PLACE && !ps->k ? PARAM_HEX : types[i].style;
			shape->user = name[0] == 'u' && types[i].style == PARAM_TEXT;
			return 0;
		}
	return bad_type(ps, at);
}

static int parse_type(struct parser *ps, struct shape *shape)
{
	const char *at = ps->p;
	uint64_t n;

	if (parse_basic(ps, shape))
		return -1;
	if (take(ps, '[')) {
		if (!take_number(ps, &n) || !n || n > MAX_ELEMENTS || !take(ps, ']'))
			return fail(ps, at, "an array has 1 to %d elements: u32[4]", MAX_ELEMENTS);
		if (shape->style == PARAM_TEXT || shape->bits)
			return fail(ps, at, "arrays are of numbers");
		shape->count = n;
	}
	snprintf(shape->ctype, sizeof(shape->ctype), "%.*s", (int)(ps->p - at), at);
	return 0;
}

/* --- arguments --- */

static void load_number(struct value *v, const struct shape *shape)
{
	if (v->in_memory)
		fetch_load(&v->f, shape->type, v->user);
	v->f.type = shape->type;
	if (shape->bits)
		fetch_bits(&v->f, shape->type, shape->low, shape->bits);
}

static void load_text(struct value *v, const struct shape *shape)
{
	if (v->f.op[v->f.n - 1].op != KTAP_FETCH_COMM)
		fetch_add(&v->f, v->user || shape->user ? KTAP_FETCH_USTR : KTAP_FETCH_ANYSTR, 0, 0);
	v->f.type = KTAP_FT_CHARS;
}

static void load_array(struct value *v, const struct shape *shape)
{
	fetch_add(&v->f, v->user ? KTAP_FETCH_UBYTES : KTAP_FETCH_BYTES, 0,
		  shape->count * size_of(shape->type));
	v->f.type = KTAP_FT_BYTES;
}

/* Joins the value and its type. */
static int finish(struct parser *ps, const char *at, struct value *v, const struct shape *shape)
{
	bool comm = v->f.op[0].op == KTAP_FETCH_COMM;

	if (comm && (v->f.n > 1 || v->in_memory || shape->style != PARAM_TEXT))
		return fail(ps, at, "$comm is a string by itself");
	if (shape->count && !v->in_memory)
		return fail(ps, at, "an array lies in memory: +0(VALUE):%s", shape->ctype);
	if (shape->style == PARAM_TEXT)
		load_text(v, shape);
	else if (shape->count)
		load_array(v, shape);
	else
		load_number(v, shape);
	return v->f.too_long ? fail(ps, at, "the argument is too long a way from here") : 0;
}

/* "name=", or nothing: then arg1, arg2 .. */
static int parse_name(struct parser *ps, const struct making *m, unsigned int nth,
		      char name[NAME_LEN])
{
	const char *at = ps->p;

	if (!isalpha((unsigned char)*at) && *at != '_') {
		snprintf(name, NAME_LEN, "arg%u", nth);
	} else if (!take_word(ps, "", name) || !take(ps, '=')) {
		return fail(ps, ps->p, "'=' is expected behind an argument's name");
	}
	if (m->params && params_find(m->params, name) >= 0)
		return fail(ps, at, "two arguments are called '%s'", name);
	return 0;
}

static int parse_arg(struct parser *ps, struct making *m, unsigned int nth)
{
	struct shape shape = { .type = KTAP_FT_U64, .style = PARAM_HEX, .ctype = "x64" };
	const char *at = ps->p;
	char name[NAME_LEN];
	struct value v = { .user = !ps->k };
	struct param *param;

	if (parse_name(ps, m, nth, name) || parse_value(ps, &v, 0))
		return -1;
	if (v.f.op[0].op == KTAP_FETCH_COMM)
		shape = (struct shape){ .type = KTAP_FT_CHARS, .style = PARAM_TEXT, .ctype = "string" };
	if (take(ps, ':') && parse_type(ps, &shape))
		return -1;
	if (*ps->p && !strchr(TEXT_BLANKS, *ps->p))
		return fail(ps, ps->p, "an argument ends here, and '%c' begins none", *ps->p);
	if (finish(ps, at, &v, &shape))
		return -1;
	param = making_param(m, name, shape.ctype, shape.style, &v.f);
	param->count = shape.count;
	param->type = shape.type;
	return 0;
}

int fetchargs_parse(const char *text, size_t from, bool is_return, struct ksyms *k,
		    struct making *m, struct buf *why)
{
	struct parser ps = { text, text + from, is_return, k, why };

	for (unsigned int nth = 1;; nth++) {
		ps.p += strspn(ps.p, TEXT_BLANKS);
		if (!*ps.p)
			return 0;
		if (m->ev.nargs == KTAP_MAX_ARGS)
			return fail(&ps, ps.p, "an event has at most %u arguments", KTAP_MAX_ARGS);
		if (parse_arg(&ps, m, nth))
			return -1;
	}
}
