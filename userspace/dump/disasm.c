// SPDX-License-Identifier: GPL-2.0
#include "disasm.h"

#include <ctype.h>
#include <endian.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <ktap/bytecode.h>
#include <ktap/image.h>

#include "check/names.h"
#include "opinfo.h"
#include "text.h"

struct disasm {
	const char *image;
	size_t len;
	struct ktap_image header;
	FILE *out;
	struct ktap_ifunc fn;	/* the function at hand */
};

static const unsigned int element_size[KTAP_SEC__MAX] = {
#define _(name, size) [KTAP_SEC_##name] = size,
	KTAP_SECTIONS(_)
#undef _
};

static uint32_t count(const struct disasm *d, enum ktap_section sec)
{
	return le32toh(d->header.sec[sec].count);
}

/* Copies element i of a section; false when it is not in the image. */
static bool element(const struct disasm *d, enum ktap_section sec, uint64_t i, void *out)
{
	uint64_t at = le32toh(d->header.sec[sec].offset) + i * element_size[sec];

	memset(out, 0, element_size[sec]);
	if (i >= count(d, sec) || at + element_size[sec] > d->len)
		return false;
	memcpy(out, d->image + at, element_size[sec]);
	return true;
}

/* The bytes of string i, NULL when they are not in the image. */
static const char *string_bytes(const struct disasm *d, uint32_t i, size_t *len)
{
	uint64_t blob = le32toh(d->header.sec[KTAP_SEC_BLOB].offset), at;
	struct ktap_istr str;

	if (!element(d, KTAP_SEC_STRINGS, i, &str))
		return NULL;
	at = blob + le32toh(str.offset);
	*len = le32toh(str.len);
	return at + *len <= d->len ? d->image + at : NULL;
}

static void put_name(const struct disasm *d, uint32_t i)
{
	size_t len;
	const char *s = string_bytes(d, i, &len);

	if (s)
		fprintf(d->out, "%.*s", (int)len, s);
	else
		fputs("?", d->out);
}

static void put_string(const struct disasm *d, uint32_t i)
{
	size_t len;
	const char *s = string_bytes(d, i, &len);

	if (s)
		text_quoted(d->out, s, len);
	else
		fputs("?", d->out);
}

static void put_const(const struct disasm *d, uint32_t i)
{
	struct ktap_iconst k;

	if (i >= le32toh(d->fn.nconsts) ||
	    !element(d, KTAP_SEC_CONSTS, (uint64_t)le32toh(d->fn.consts) + i, &k))
		fputs("?", d->out);
	else if (le32toh(k.type) == KTAP_T_STR)
		put_string(d, le32toh(k.str));
	else
		fprintf(d->out, "%" PRId64, (int64_t)le64toh((uint64_t)k.value));
}

static void put_fref(const struct disasm *d, uint32_t i)
{
	struct ktap_ifref ref;

	if (!element(d, KTAP_SEC_FREFS, i, &ref)) {
		fputs("?", d->out);
		return;
	}
	switch (le16toh(ref.kind)) {
	case KTAP_FREF_NAME:
		fputs("args.", d->out);
		put_name(d, le32toh(ref.name));
		break;
	case KTAP_FREF_ARG:
		fprintf(d->out, "arg%u", le16toh(ref.index));
		break;
	case KTAP_FREF_RETVAL:
		fputs("retval", d->out);
		break;
	case KTAP_FREF_SCNR:
		fputs("e.sc_nr", d->out);
		break;
	default:
		fprintf(d->out, "e.sc_arg%u", le16toh(ref.index));
	}
}

static void put_global(const struct disasm *d, uint32_t i)
{
	__u32 name;

	if (element(d, KTAP_SEC_GLOBALS, i, &name))
		put_name(d, le32toh(name));
	else
		fputs("?", d->out);
}

static void put_spec(const struct disasm *d, uint32_t i)
{
	struct ktap_ispec spec;

	if (element(d, KTAP_SEC_SPECS, i, &spec))
		put_string(d, le32toh(spec.text));
	else
		fputs("?", d->out);
}

static void put_func(const struct disasm *d, uint32_t i)
{
	struct ktap_ifunc fn;

	if (element(d, KTAP_SEC_FUNCS, i, &fn))
		put_name(d, le32toh(fn.name));
	else
		fputs("?", d->out);
}

/* One operand as a word of the listing. */
static void put_operand(const struct disasm *d, enum ktap_operand kind, int64_t v, uint32_t pc)
{
	switch (kind) {
	case KTAP_OPD_none:
		return;
	case KTAP_OPD_swap:
		fputs(v ? " swapped" : "", d->out);
		return;
	case KTAP_OPD_dst: case KTAP_OPD_reg: case KTAP_OPD_cell: case KTAP_OPD_base:
		fprintf(d->out, " r%" PRId64, v);
		return;
	case KTAP_OPD_kany: case KTAP_OPD_kint: case KTAP_OPD_kstr:
		fprintf(d->out, " k%" PRId64, v);
		return;
	case KTAP_OPD_glob:
		fprintf(d->out, " g%" PRId64, v);
		return;
	case KTAP_OPD_upv: case KTAP_OPD_upc:
		fprintf(d->out, " u%" PRId64, v);
		return;
	case KTAP_OPD_cnt:
		if (v)
			fprintf(d->out, " %" PRId64, v - 1);
		else
			fputs(" *", d->out);
		return;
	case KTAP_OPD_jmp:
		fprintf(d->out, " ->%" PRId64, (int64_t)pc + 1 + v);
		return;
	default:
		fprintf(d->out, " %" PRId64, v);
	}
}

/* What the operand's number stands for; false: it speaks for itself. */
static bool put_meaning(const struct disasm *d, enum ktap_operand kind, uint32_t v)
{
	switch (kind) {
	case KTAP_OPD_kany: case KTAP_OPD_kint: case KTAP_OPD_kstr:
		put_const(d, v);
		return true;
	case KTAP_OPD_glob:
		put_global(d, v);
		return true;
	case KTAP_OPD_fn:
		put_func(d, v);
		return true;
	case KTAP_OPD_spec:
		put_spec(d, v);
		return true;
	case KTAP_OPD_fref:
		put_fref(d, v);
		return true;
	case KTAP_OPD_ctx:
		fputs(v < KTAP_CTX__MAX ? ctxvar_name(v) : "?", d->out);
		return true;
	case KTAP_OPD_bi:
		fputs(v < KTAP_BI__MAX ? builtin_info[v].name : "?", d->out);
		return true;
	default:
		return false;
	}
}

static bool has_meaning(enum ktap_operand kind)
{
	return kind == KTAP_OPD_kany || kind == KTAP_OPD_kint || kind == KTAP_OPD_kstr ||
	       kind == KTAP_OPD_glob || kind == KTAP_OPD_fn || kind == KTAP_OPD_spec ||
	       kind == KTAP_OPD_fref || kind == KTAP_OPD_ctx || kind == KTAP_OPD_bi;
}

static void put_comment(const struct disasm *d, const struct kp_opinfo *op, ktap_word w)
{
	unsigned int i;

	for (i = 0; i < kp_noperands(op); i++) {
		if (!has_meaning(op->operand[i]))
			continue;
		fputs("  ; ", d->out);
		put_meaning(d, op->operand[i], (uint32_t)kp_operand(w, i));
	}
}

static void put_word(const struct disasm *d, ktap_word w, uint32_t pc)
{
	const struct kp_opinfo *op;
	unsigned int i;

	if (KTAP_OP(w) >= KTAP_OP__MAX) {
		fprintf(d->out, ".word 0x%08x\n", w);
		return;
	}
	op = &kp_opinfo[KTAP_OP(w)];
	fprintf(d->out, "%s", op->name);
	for (i = 0; i < kp_noperands(op); i++)
		put_operand(d, op->operand[i], kp_operand(w, i), pc);
	put_comment(d, op, w);
	putc('\n', d->out);
}

/* The source line of a word; *line is the place in the line table so far. */
static uint32_t line_of(const struct disasm *d, uint32_t pc, uint32_t *line)
{
	uint64_t first = le32toh(d->fn.lines);
	struct ktap_iline entry;

	while (*line + 1 < le32toh(d->fn.nlines) &&
	       element(d, KTAP_SEC_LINES, first + *line + 1, &entry) && le32toh(entry.pc) <= pc)
		++*line;
	if (*line >= le32toh(d->fn.nlines))
		return 0;
	element(d, KTAP_SEC_LINES, first + *line, &entry);
	return le32toh(entry.pos) >> 10;
}

static void put_code(const struct disasm *d)
{
	uint32_t pc, line = 0;
	ktap_word w;

	for (pc = 0; pc < le32toh(d->fn.ncode); pc++) {
		if (!element(d, KTAP_SEC_CODE, (uint64_t)le32toh(d->fn.code) + pc, &w)) {
			fputs("  ?\n", d->out);
			return;
		}
		fprintf(d->out, "%5u  %4u  ", pc, line_of(d, pc, &line));
		put_word(d, le32toh(w), pc);
	}
}

static void put_upvals(const struct disasm *d)
{
	struct ktap_iupval up;
	uint32_t i;

	for (i = 0; i < le32toh(d->fn.nupvals); i++) {
		if (!element(d, KTAP_SEC_UPVALS, (uint64_t)le32toh(d->fn.upvals) + i, &up))
			return;
		fprintf(d->out, "  u%u = %s%u%s of the maker\n", i,
			up.from == KTAP_UPVAL_REG ? "r" : "u", up.index,
			up.cell ? ", a cell," : "");
	}
}

static void put_consts(const struct disasm *d)
{
	uint32_t i, n = le32toh(d->fn.nconsts);

	for (i = 0; i < n && i < count(d, KTAP_SEC_CONSTS); i++) {
		fprintf(d->out, "  k%u = ", i);
		put_const(d, i);
		putc('\n', d->out);
	}
}

static void put_function(struct disasm *d, uint32_t i)
{
	element(d, KTAP_SEC_FUNCS, i, &d->fn);
	fprintf(d->out, "function %u ", i);
	put_name(d, le32toh(d->fn.name));
	fputs("  ", d->out);
	put_name(d, le32toh(d->fn.file));
	fprintf(d->out, ":%u  %u parameters%s, %u registers, %u captured\n", le32toh(d->fn.line),
		le16toh(d->fn.nparams), le32toh(d->fn.flags) & KTAP_FN_VARARG ? " and more" : "",
		le16toh(d->fn.nregs), le32toh(d->fn.nupvals));
	put_upvals(d);
	put_consts(d);
	put_code(d);
}

static void put_globals(const struct disasm *d)
{
	uint32_t i;

	for (i = 0; i < count(d, KTAP_SEC_GLOBALS) && i * 4ull < d->len; i++) {
		fprintf(d->out, "global %u ", i);
		put_global(d, i);
		putc('\n', d->out);
	}
}

static void put_specs(const struct disasm *d)
{
	struct ktap_ispec spec;
	uint32_t i;

	for (i = 0; element(d, KTAP_SEC_SPECS, i, &spec); i++) {
		fprintf(d->out, "event %u ", i);
		put_spec(d, i);
		fputs("  ", d->out);
		put_name(d, le32toh(spec.file));
		fprintf(d->out, ":%u:%u\n", le32toh(spec.line), le32toh(spec.col));
	}
}

static void put_frefs(const struct disasm *d)
{
	struct ktap_ifref ref;
	uint32_t i;

	for (i = 0; element(d, KTAP_SEC_FREFS, i, &ref); i++) {
		fprintf(d->out, "field %u ", i);
		put_fref(d, i);
		putc('\n', d->out);
	}
}

static bool open_image(struct disasm *d)
{
	if (d->len < sizeof(d->header))
		return false;
	memcpy(&d->header, d->image, sizeof(d->header));
	return le32toh(d->header.magic) == KTAP_IMAGE_MAGIC &&
	       le16toh(d->header.version) == KTAP_IMAGE_VERSION;
}

int ktap_disasm(const void *image, size_t len, FILE *out)
{
	struct disasm d = { .image = image, .len = len, .out = out };
	struct ktap_ifunc fn;
	uint32_t i;

	if (!open_image(&d)) {
		fputs("not a ktap image of this version\n", out);
		return -1;
	}
	put_globals(&d);
	put_specs(&d);
	put_frefs(&d);
	for (i = 0; element(&d, KTAP_SEC_FUNCS, i, &fn); i++)
		put_function(&d, i);
	return 0;
}
