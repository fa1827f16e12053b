// SPDX-License-Identifier: GPL-2.0
/*
 * kasm.c - see kasm.h. For little-endian hosts: sections are arrays of the
 * contract's structures, written as they are.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kasm.h"
#include "opinfo.h"
#include <ktap/image.h>

struct bytes {
	char *p;
	size_t len, room;
};

struct label {
	char name[64];
	unsigned pc;
};

/* A jump to a label: the word whose distance is to be filled in. */
struct fixup {
	struct label to;
	unsigned line;
};

struct poke {
	size_t at, width;
	long long value;
	unsigned line;
};

struct as {
	struct bytes sec[KTAP_SEC__MAX];
	struct bytes labels, fixups, pokes;
	long cut, pad;
	unsigned line;
	char *err;
	size_t room;
	jmp_buf fail;
};

static const unsigned elem_size[] = {
#define _(name, size) size,
	KTAP_SECTIONS(_)
#undef _
};

static const char *const sec_name[] = {
#define _(name, size) #name,
	KTAP_SECTIONS(_)
#undef _
};

static void __attribute__((noreturn, format(printf, 2, 3)))
fail(struct as *as, const char *fmt, ...)
{
	int n = snprintf(as->err, as->room, "line %u: ", as->line);
	va_list ap;

	va_start(ap, fmt);
	if (n >= 0 && (size_t)n < as->room)
		vsnprintf(as->err + n, as->room - n, fmt, ap);
	va_end(ap);
	longjmp(as->fail, 1);
}

static void *add(struct bytes *b, const void *data, size_t len)
{
	if (!len)
		return b->p;
	if (b->len + len > b->room) {
		b->room = (b->len + len) * 2 + 64;
		b->p = realloc(b->p, b->room);
		if (!b->p)
			abort();
	}
	if (data)
		memcpy(b->p + b->len, data, len);
	else
		memset(b->p + b->len, 0, len);
	b->len += len;
	return b->p + b->len - len;
}

static unsigned count(const struct as *as, int sec)
{
	return as->sec[sec].len / elem_size[sec];
}

/* --- words of a line --- */

#define MAX_WORDS	8

struct word {
	char text[9000];
	size_t len;
	int quoted;
};

static int hex(int c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

static const char *read_quoted(struct as *as, const char *p, struct word *w)
{
	w->quoted = 1;
	while (*p != '"') {
		char c = *p++;

		if (!c || c == '\n' || w->len + 1 >= sizeof(w->text))
			fail(as, "string without end, or too long");
		if (c == '\\') {
			c = *p++;
			if (c == 'x') {
				c = hex(p[0]) << 4 | hex(p[1]);
				p += 2;
			} else if (c == 'n') {
				c = '\n';
			}
		}
		w->text[w->len++] = c;
	}
	return p + 1;
}

static const char *read_word(struct as *as, const char *p, struct word *w)
{
	w->len = 0;
	w->quoted = 0;
	if (*p == '"') {
		p = read_quoted(as, p + 1, w);
	} else {
		while (*p && !isspace((unsigned char)*p) && w->len + 1 < sizeof(w->text))
			w->text[w->len++] = *p++;
	}
	w->text[w->len] = 0;
	return p;
}

static int read_line(struct as *as, const char **pp, struct word *w)
{
	const char *p = *pp;
	int n = 0;

	as->line++;
	for (;;) {
		while (*p == ' ' || *p == '\t')
			p++;
		if (!*p || *p == '\n' || *p == '#')
			break;
		if (n == MAX_WORDS)
			fail(as, "too many words");
		p = read_word(as, p, &w[n++]);
	}
	while (*p && *p != '\n')
		p++;
	*pp = *p ? p + 1 : p;
	return n;
}

static int is_number(const struct word *w, long long *v)
{
	char *end;

	*v = strtoll(w->text, &end, 0);
	if (w->text[0] != '-' && !*end)
		*v = (long long)strtoull(w->text, NULL, 0);
	return w->len && !w->quoted && !*end;
}

static long long number(struct as *as, const struct word *w)
{
	long long v;

	if (!is_number(w, &v))
		fail(as, "'%s' is not a number", w->text);
	return v;
}

static int find(const char *const *names, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

/* --- sections --- */

static unsigned string(struct as *as, const char *text, size_t len)
{
	struct ktap_istr s = { as->sec[KTAP_SEC_BLOB].len, len };

	add(&as->sec[KTAP_SEC_BLOB], text, len);
	add(&as->sec[KTAP_SEC_BLOB], NULL, 1);
	add(&as->sec[KTAP_SEC_STRINGS], &s, sizeof(s));
	return count(as, KTAP_SEC_STRINGS) - 1;
}

static unsigned word_string(struct as *as, const struct word *w)
{
	return string(as, w->text, w->len);
}

static struct ktap_ifunc *func(struct as *as)
{
	struct bytes *b = &as->sec[KTAP_SEC_FUNCS];

	if (!b->len)
		fail(as, "no function yet");
	return (struct ktap_ifunc *)(b->p + b->len) - 1;
}

/* Jumps of the function that ends here find their labels. */
static void resolve(struct as *as)
{
	struct fixup *f = (struct fixup *)as->fixups.p;
	size_t i, k, nfix = as->fixups.len / sizeof(*f);
	size_t nlab = as->labels.len / sizeof(struct label);
	struct label *l = (struct label *)as->labels.p;

	for (i = 0; i < nfix; i++) {
		ktap_word *w = (ktap_word *)as->sec[KTAP_SEC_CODE].p + func(as)->code +
			       f[i].to.pc;

		for (k = 0; k < nlab && strcmp(l[k].name, f[i].to.name); k++)
			;
		as->line = k == nlab ? f[i].line : as->line;
		if (k == nlab)
			fail(as, "no label '%s'", f[i].to.name);
		*w = (*w & 0xffff) | (ktap_word)(l[k].pc - f[i].to.pc - 1) << 16;
	}
	as->fixups.len = as->labels.len = 0;
}

static void do_func(struct as *as, const struct word *w, int n)
{
	struct ktap_ifunc f = {
		.code = count(as, KTAP_SEC_CODE), .consts = count(as, KTAP_SEC_CONSTS),
		.upvals = count(as, KTAP_SEC_UPVALS), .lines = count(as, KTAP_SEC_LINES),
	};

	if (n < 3)
		fail(as, ".func NAME NREGS [NPARAMS] [vararg]");
	if (count(as, KTAP_SEC_FUNCS))
		resolve(as);
	f.name = f.file = word_string(as, &w[1]);
	f.nregs = number(as, &w[2]);
	if (n > 3 && strcmp(w[3].text, "vararg"))
		f.nparams = number(as, &w[3]);
	if (!strcmp(w[n - 1].text, "vararg"))
		f.flags = KTAP_FN_VARARG;
	add(&as->sec[KTAP_SEC_FUNCS], &f, sizeof(f));
}

static void do_upval(struct as *as, const struct word *w, int n)
{
	struct ktap_iupval u = {
		.from = strcmp(w[1].text, "reg") ? KTAP_UPVAL_UPVAL : KTAP_UPVAL_REG,
		.index = number(as, &w[2]), .cell = n > 3,
	};

	func(as)->nupvals++;
	add(&as->sec[KTAP_SEC_UPVALS], &u, sizeof(u));
}

static void do_k(struct as *as, const struct word *w, int n)
{
	struct ktap_iconst k = { .type = KTAP_T_INT };

	(void)n;
	if (w[1].quoted) {
		k.type = KTAP_T_STR;
		k.str = word_string(as, &w[1]);
	} else {
		k.value = number(as, &w[1]);
	}
	func(as)->nconsts++;
	add(&as->sec[KTAP_SEC_CONSTS], &k, sizeof(k));
}

static void do_line(struct as *as, const struct word *w, int n)
{
	struct ktap_iline l = {
		func(as)->ncode, number(as, &w[1]) << 10 | (n > 2 ? number(as, &w[2]) : 0),
	};

	func(as)->nlines++;
	add(&as->sec[KTAP_SEC_LINES], &l, sizeof(l));
}

static void do_global(struct as *as, const struct word *w, int n)
{
	__u32 name = word_string(as, &w[1]);

	(void)n;
	add(&as->sec[KTAP_SEC_GLOBALS], &name, sizeof(name));
}

static void do_string(struct as *as, const struct word *w, int n)
{
	(void)n;
	word_string(as, &w[1]);
}

static void do_spec(struct as *as, const struct word *w, int n)
{
	struct ktap_ispec s = { .text = word_string(as, &w[1]), .line = as->line };

	(void)n;
	s.file = s.text;
	add(&as->sec[KTAP_SEC_SPECS], &s, sizeof(s));
}

static void do_fref(struct as *as, const struct word *w, int n)
{
	static const char *const kind[] = { "NAME", "ARG", "RETVAL", "SCNR", "SCARG" };
	struct ktap_ifref f = { .kind = find(kind, ARRAY_SIZE(kind), w[1].text) };

	if (f.kind == KTAP_FREF_NAME)
		f.name = word_string(as, &w[2]);
	else if (n > 2)
		f.index = number(as, &w[2]);
	add(&as->sec[KTAP_SEC_FREFS], &f, sizeof(f));
}

/* Of what the next instruction updates. */
static void do_target(struct as *as, const struct word *w, int n)
{
	struct ktap_iname t = { count(as, KTAP_SEC_CODE), word_string(as, &w[1]) };

	(void)n;
	add(&as->sec[KTAP_SEC_NAMES], &t, sizeof(t));
}

static void emit(struct as *as, ktap_word w)
{
	func(as)->ncode++;
	add(&as->sec[KTAP_SEC_CODE], &w, sizeof(w));
}

static void do_word(struct as *as, const struct word *w, int n)
{
	(void)n;
	emit(as, (ktap_word)number(as, &w[1]));
}

/* --- pokes --- */

struct field {
	const char *name;
	unsigned sec, offset, width;
};

#define HEADER	KTAP_SEC__MAX
#define F(sec, type, name) \
	{ #name, sec, offsetof(type, name), sizeof(((type *)0)->name) }

static const struct field fields[] = {
	F(HEADER, struct ktap_image, magic), F(HEADER, struct ktap_image, version),
	F(HEADER, struct ktap_image, header_size), F(HEADER, struct ktap_image, size),
	F(HEADER, struct ktap_image, flags), F(HEADER, struct ktap_image, features),
	F(KTAP_SEC_STRINGS, struct ktap_istr, offset), F(KTAP_SEC_STRINGS, struct ktap_istr, len),
	{ "byte", KTAP_SEC_BLOB, 0, 1 },
	F(KTAP_SEC_CONSTS, struct ktap_iconst, type), F(KTAP_SEC_CONSTS, struct ktap_iconst, str),
	F(KTAP_SEC_CONSTS, struct ktap_iconst, value),
	F(KTAP_SEC_FUNCS, struct ktap_ifunc, name), F(KTAP_SEC_FUNCS, struct ktap_ifunc, file),
	F(KTAP_SEC_FUNCS, struct ktap_ifunc, code), F(KTAP_SEC_FUNCS, struct ktap_ifunc, ncode),
	F(KTAP_SEC_FUNCS, struct ktap_ifunc, consts), F(KTAP_SEC_FUNCS, struct ktap_ifunc, nconsts),
	F(KTAP_SEC_FUNCS, struct ktap_ifunc, upvals), F(KTAP_SEC_FUNCS, struct ktap_ifunc, nupvals),
	F(KTAP_SEC_FUNCS, struct ktap_ifunc, lines), F(KTAP_SEC_FUNCS, struct ktap_ifunc, nlines),
	F(KTAP_SEC_FUNCS, struct ktap_ifunc, nregs), F(KTAP_SEC_FUNCS, struct ktap_ifunc, nparams),
	F(KTAP_SEC_FUNCS, struct ktap_ifunc, flags), F(KTAP_SEC_FUNCS, struct ktap_ifunc, reserved),
	{ "word", KTAP_SEC_CODE, 0, 4 },
	F(KTAP_SEC_UPVALS, struct ktap_iupval, from), F(KTAP_SEC_UPVALS, struct ktap_iupval, cell),
	F(KTAP_SEC_UPVALS, struct ktap_iupval, reserved),
	F(KTAP_SEC_LINES, struct ktap_iline, pc),
	{ "name", KTAP_SEC_GLOBALS, 0, 4 },
	F(KTAP_SEC_SPECS, struct ktap_ispec, text), F(KTAP_SEC_SPECS, struct ktap_ispec, file),
	F(KTAP_SEC_FREFS, struct ktap_ifref, kind), F(KTAP_SEC_FREFS, struct ktap_ifref, index),
	F(KTAP_SEC_FREFS, struct ktap_ifref, name),
	F(KTAP_SEC_NAMES, struct ktap_iname, word), F(KTAP_SEC_NAMES, struct ktap_iname, name),
};

static const struct field *find_field(struct as *as, unsigned sec, const char *name)
{
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].sec == sec && !strcmp(fields[i].name, name))
			return &fields[i];
	fail(as, "no field '%s'", name);
}

/* Offsets in sections are known at the end only: kept as section << 32 | offset. */
static void do_poke(struct as *as, const struct word *w, int n)
{
	int sec = find(sec_name, KTAP_SEC__MAX, w[1].text);
	struct poke p = { .line = as->line };
	const struct field *f;

	if (n < 4)
		fail(as, ".poke WHERE FIELD VALUE");
	if (n == 4 && sec >= 0) {	/* the section table */
		p.at = (size_t)HEADER << 32 | (offsetof(struct ktap_image, sec) +
			sec * sizeof(struct ktap_isec) + (strcmp(w[2].text, "count") ? 0 : 4));
		p.width = 4;
	} else {
		f = find_field(as, sec < 0 ? HEADER : (unsigned)sec, w[n - 2].text);
		p.at = (size_t)f->sec << 32 | f->offset;
		if (sec >= 0)
			p.at += number(as, &w[2]) * elem_size[sec];
		p.width = f->width;
	}
	p.value = number(as, &w[n - 1]);
	add(&as->pokes, &p, sizeof(p));
}

static void do_cut(struct as *as, const struct word *w, int n)
{
	(void)n;
	as->cut = number(as, &w[1]);
}

static void do_pad(struct as *as, const struct word *w, int n)
{
	(void)n;
	as->pad = number(as, &w[1]);
}

/* --- instructions --- */

static const char *const builtin_name[] = {
#define _(NAME, name, min, max, results, contexts, help) name,
	KTAP_BUILTINS(_)
#undef _
};

static const char *const ctx_name[] = {
#define _(NAME, name, type, help) name,
	KTAP_CTXVARS(_)
#undef _
};

static int named(unsigned op, unsigned kind, const char *name)
{
	if (op == KTAP_OP_EXT || kind == KTAP_OPD_arith)
		return find(kp_arith_text, KTAP_ARITH__MAX, name);
	if (kind == KTAP_OPD_bi)
		return find(builtin_name, KTAP_BI__MAX, name);
	if (kind == KTAP_OPD_ctx)
		return find(ctx_name, KTAP_CTX__MAX, name);
	return -1;
}

static long long operand(struct as *as, unsigned op, unsigned i, const struct word *w)
{
	unsigned kind = kp_opinfo[op].operand[i];
	struct fixup fix = { .line = as->line };
	long long v;

	if (is_number(w, &v))
		return v;
	v = named(op, kind, w->text);
	if (v >= 0)
		return v;
	if (kind != KTAP_OPD_jmp)
		fail(as, "'%s' is no operand", w->text);
	snprintf(fix.to.name, sizeof(fix.to.name), "%.63s", w->text);
	fix.to.pc = func(as)->ncode;
	add(&as->fixups, &fix, sizeof(fix));
	return 0;
}

/* JMP's only operand is its second: the first is none. */
static void do_instruction(struct as *as, unsigned op, const struct word *w, int n)
{
	long long x[3] = { 0 };
	unsigned i, skip = op == KTAP_OP_JMP && n == 2;

	for (i = 0; (int)i + 1 < n && i < 3; i++)
		x[i + skip] = operand(as, op, i + skip, &w[i + 1]);
	if (kp_opinfo[op].format == KTAP_FMT_ABC)
		emit(as, KTAP_ABC(op, (__u8)x[0], (__u8)x[1], x[2]));
	else
		emit(as, KTAP_AD(op, (__u8)x[0], x[1]));
}

static void do_label(struct as *as, struct word *w)
{
	struct label l = { .pc = func(as)->ncode };

	w->text[w->len - 1] = 0;
	snprintf(l.name, sizeof(l.name), "%.63s", w->text);
	add(&as->labels, &l, sizeof(l));
}

static const struct {
	const char *name;
	void (*run)(struct as *as, const struct word *w, int n);
	int words;
} directives[] = {
	{ ".global", do_global, 2 }, { ".spec", do_spec, 2 }, { ".fref", do_fref, 2 },
	{ ".target", do_target, 2 },
	{ ".string", do_string, 2 }, { ".func", do_func, 3 }, { ".upval", do_upval, 3 },
	{ ".k", do_k, 2 }, { ".line", do_line, 2 }, { ".word", do_word, 2 },
	{ ".poke", do_poke, 4 }, { ".cut", do_cut, 2 }, { ".pad", do_pad, 2 },
};

static void do_directive(struct as *as, const struct word *w, int n)
{
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(directives); i++) {
		if (strcmp(directives[i].name, w[0].text))
			continue;
		if (n < directives[i].words)
			fail(as, "%s wants more words", w[0].text);
		directives[i].run(as, w, n);
		return;
	}
	fail(as, "unknown directive '%s'", w[0].text);
}

static void do_words(struct as *as, struct word *w, int n)
{
	unsigned op;
	long long times;

	if (n > 2 && !strcmp(w[0].text, ".times")) {
		for (times = number(as, &w[1]); times > 0; times--)
			do_words(as, w + 2, n - 2);
		return;
	}
	if (w[0].text[0] == '.') {
		do_directive(as, w, n);
		return;
	}
	if (w[0].len > 1 && w[0].text[w[0].len - 1] == ':') {
		do_label(as, &w[0]);
		return;
	}
	for (op = 0; op < KTAP_OP__MAX && strcmp(kp_opinfo[op].name, w[0].text); op++)
		;
	if (op == KTAP_OP__MAX)
		fail(as, "unknown instruction '%s'", w[0].text);
	do_instruction(as, op, w, n);
}

/* --- the image --- */

static void poke(struct as *as, const struct ktap_image *h, struct bytes *out)
{
	const struct poke *p = (const struct poke *)as->pokes.p;
	size_t i, at;

	for (i = 0; i < as->pokes.len / sizeof(*p); i++) {
		unsigned sec = p[i].at >> 32;

		at = (__u32)p[i].at + (sec == HEADER ? 0 : h->sec[sec].offset);
		as->line = p[i].line;
		if (at + p[i].width > out->len)
			fail(as, "poke outside the image");
		memcpy(out->p + at, &p[i].value, p[i].width);
	}
}

static struct bytes link_image(struct as *as)
{
	struct ktap_image h = {
		.magic = KTAP_IMAGE_MAGIC, .version = KTAP_IMAGE_VERSION,
		.header_size = sizeof(h),
	};
	struct bytes out = { 0 };
	unsigned i;

	add(&out, NULL, sizeof(h));
	for (i = 0; i < KTAP_SEC__MAX; i++) {
		add(&out, NULL, -out.len & 7);
		h.sec[i].offset = out.len;
		h.sec[i].count = count(as, i);
		add(&out, as->sec[i].p, as->sec[i].len);
	}
	if ((size_t)as->pad > out.len)
		add(&out, NULL, as->pad - out.len);
	h.size = out.len;
	memcpy(out.p, &h, sizeof(h));
	poke(as, &h, &out);
	if (as->cut >= 0 && (size_t)as->cut < out.len)
		out.len = as->cut;
	return out;
}

static void release(struct as *as, struct word *words)
{
	unsigned i;

	for (i = 0; i < KTAP_SEC__MAX; i++)
		free(as->sec[i].p);
	free(as->labels.p);
	free(as->fixups.p);
	free(as->pokes.p);
	free(as);
	free(words);
}

void *kasm(const char *text, size_t *len, char *err, size_t room)
{
	struct as *as = calloc(1, sizeof(*as));
	struct word *words = calloc(MAX_WORDS, sizeof(*words));
	struct bytes *volatile out = calloc(1, sizeof(*out));
	void *p;

	if (!as || !words || !out)
		abort();
	as->cut = -1;
	as->err = err;
	as->room = room;
	if (!setjmp(as->fail)) {
		while (*text) {
			int n = read_line(as, &text, words);

			if (n)
				do_words(as, words, n);
		}
		if (count(as, KTAP_SEC_FUNCS))
			resolve(as);
		*out = link_image(as);
	}
	release(as, words);
	p = out->p;
	*len = out->len;
	free(out);
	return p;
}
