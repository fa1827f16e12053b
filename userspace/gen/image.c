// SPDX-License-Identifier: GPL-2.0
#include "image.h"

#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include <ktap/limits.h>

/* The sections while they grow; numbers are little-endian already. */
struct image {
	const struct gen *g;
	struct buf sec[KTAP_SEC__MAX];
	unsigned int n[KTAP_SEC__MAX];
};

static const unsigned int element_size[KTAP_SEC__MAX] = {
#define _(name, size) [KTAP_SEC_##name] = size,
	KTAP_SECTIONS(_)
#undef _
};

static void add(struct image *im, enum ktap_section sec, const void *element)
{
	buf_add(&im->sec[sec], element, element_size[sec]);
	im->n[sec]++;
}

/* Index of a string; it is written when it is met first. */
static unsigned int string(struct image *im, struct str *str)
{
	struct ktap_istr entry = {
		.offset = htole32(im->n[KTAP_SEC_BLOB]),
		.len = htole32((uint32_t)str->len),
	};

	if (str->image)
		return str->image - 1;
	add(im, KTAP_SEC_STRINGS, &entry);
	buf_add(&im->sec[KTAP_SEC_BLOB], str->s, str->len + 1);
	im->n[KTAP_SEC_BLOB] += (unsigned int)str->len + 1;
	str->image = im->n[KTAP_SEC_STRINGS];
	return str->image - 1;
}

static unsigned int cstring(struct image *im, const char *s)
{
	return string(im, intern_cstr(im->g->check->strings, s));
}

static void add_consts(struct image *im, const struct code *code)
{
	unsigned int i;

	for (i = 0; i < code->consts.n; i++) {
		const struct code_const *k = &code->consts.at[i];
		struct ktap_iconst out = {
			.type = htole32(k->type),
			.str = htole32(k->str ? string(im, k->str) : 0),
			.value = (__s64)htole64((uint64_t)k->num),
		};

		add(im, KTAP_SEC_CONSTS, &out);
	}
}

static void add_lines(struct image *im, const struct code *code)
{
	unsigned int i;

	for (i = 0; i < code->lines.n; i++) {
		struct ktap_iline out = {
			.pc = htole32(code->lines.at[i].pc),
			.pos = htole32(code->lines.at[i].pos),
		};

		add(im, KTAP_SEC_LINES, &out);
	}
}

static void add_code(struct image *im, const struct code *code)
{
	unsigned int i;

	for (i = 0; i < code->words.n; i++) {
		ktap_word word = htole32(code->words.at[i]);

		add(im, KTAP_SEC_CODE, &word);
	}
	for (i = 0; i < code->upvals.n; i++)
		add(im, KTAP_SEC_UPVALS, &code->upvals.at[i]);
}

/* `first`: where the function's words begin. */
static void add_targets(struct image *im, const struct code *code, unsigned int first)
{
	unsigned int i;

	for (i = 0; i < code->names.n; i++) {
		struct ktap_iname out = {
			.word = htole32(first + code->names.at[i].pc),
			.name = htole32(string(im, code->names.at[i].name)),
		};

		add(im, KTAP_SEC_NAMES, &out);
	}
}

static struct src_place place_of(const struct image *im, src_pos pos)
{
	return source_place(im->g->diag->sources, pos);
}

static unsigned int func_name(struct image *im, const struct func *fn)
{
	char text[32];

	if (fn->name)
		return string(im, fn->name);
	snprintf(text, sizeof(text), "(line %u)", place_of(im, fn->pos).line);
	return cstring(im, text);
}

static unsigned int file_name(struct image *im, src_pos pos)
{
	struct src_place place = place_of(im, pos);

	return cstring(im, place.file ? place.file->name : im->g->check->script->name);
}

static void add_func(struct image *im, const struct gen_func *gf)
{
	const struct code *code = &gf->code;
	struct ktap_ifunc out = {
		.name = htole32(func_name(im, gf->fn)),
		.file = htole32(file_name(im, gf->fn->pos)),
		.line = htole32(place_of(im, gf->fn->pos).line),
		.code = htole32(im->n[KTAP_SEC_CODE]),
		.ncode = htole32(code->words.n),
		.consts = htole32(im->n[KTAP_SEC_CONSTS]),
		.nconsts = htole32(code->consts.n),
		.upvals = htole32(im->n[KTAP_SEC_UPVALS]),
		.nupvals = htole32(code->upvals.n),
		.lines = htole32(im->n[KTAP_SEC_LINES]),
		.nlines = htole32(code->lines.n),
		.nregs = htole16((uint16_t)code->nregs),
		.nparams = htole16((uint16_t)gf->fn->params.n),
		.flags = htole32(gf->fn->vararg ? KTAP_FN_VARARG : 0),
	};

	add(im, KTAP_SEC_FUNCS, &out);
	add_consts(im, code);
	add_targets(im, code, im->n[KTAP_SEC_CODE]);
	add_code(im, code);
	add_lines(im, code);
}

static void add_specs(struct image *im)
{
	unsigned int i;

	for (i = 0; i < im->g->specs.n; i++) {
		const struct gen_spec *spec = &im->g->specs.at[i];
		struct src_place place = place_of(im, spec->pos);
		struct ktap_ispec out = {
			.text = htole32(string(im, spec->text)),
			.file = htole32(file_name(im, spec->pos)),
			.line = htole32(place.line),
			.col = htole32(place.col),
		};

		add(im, KTAP_SEC_SPECS, &out);
	}
}

static void add_names(struct image *im)
{
	unsigned int i;

	for (i = 0; i < im->g->globals.n; i++) {
		__u32 name = htole32(string(im, im->g->globals.at[i]->name));

		add(im, KTAP_SEC_GLOBALS, &name);
	}
	for (i = 0; i < im->g->frefs.n; i++) {
		const struct field_ref *ref = &im->g->frefs.at[i];
		struct ktap_ifref out = {
			.kind = htole16((uint16_t)ref->kind),
			.index = htole16((uint16_t)ref->index),
			.name = htole32(ref->name ? string(im, ref->name) : 0),
		};

		add(im, KTAP_SEC_FREFS, &out);
	}
}

static void align8(struct buf *buf)
{
	buf_zeros(buf, -buf->len & 7);
}

static bool shows_distribution(unsigned int builtin)
{
	return builtin == KTAP_BI_PRINT_HIST || builtin == KTAP_BI_HISTOGRAM ||
	       builtin == KTAP_BI_PERCENTILE;
}

/* What is called, or may be called as a value. */
static bool code_shows_distribution(const struct code *code)
{
	unsigned int i;

	for (i = 0; i < code->words.n; i++) {
		ktap_word word = code->words.at[i];

		if (KTAP_OP(word) == KTAP_OP_BUILTIN && shows_distribution(KTAP_C(word)))
			return true;
		if (KTAP_OP(word) == KTAP_OP_LOADBI && shows_distribution(KTAP_D(word)))
			return true;
	}
	return false;
}

static unsigned int image_flags(const struct gen *g)
{
	unsigned int i;

	for (i = 0; i < g->funcs.n; i++)
		if (code_shows_distribution(&g->funcs.at[i]->code))
			return KTAP_IMAGE_DISTRIBUTIONS;
	return 0;
}

/* Header, then the sections in their order. */
static void assemble(struct image *im, struct buf *out)
{
	struct ktap_image header = {
		.magic = htole32(KTAP_IMAGE_MAGIC),
		.version = htole16(KTAP_IMAGE_VERSION),
		.header_size = htole16(sizeof(header)),
		.flags = htole32(image_flags(im->g)),
	};
	unsigned int i;

	buf_zeros(out, sizeof(header));
	for (i = 0; i < KTAP_SEC__MAX; i++) {
		align8(out);
		header.sec[i].offset = htole32((uint32_t)out->len);
		header.sec[i].count = htole32(im->n[i]);
		buf_add(out, im->sec[i].data, im->sec[i].len);
	}
	align8(out);
	header.size = htole32((uint32_t)out->len);
	memcpy(out->data, &header, sizeof(header));
}

bool image_write(const struct gen *g, void **data, size_t *len)
{
	struct image im = { .g = g };
	struct buf out = { 0 };
	unsigned int i;

	cstring(&im, "");
	for (i = 0; i < g->funcs.n; i++)
		add_func(&im, g->funcs.at[i]);
	add_names(&im);
	add_specs(&im);
	assemble(&im, &out);
	for (i = 0; i < KTAP_SEC__MAX; i++)
		buf_free(&im.sec[i]);
	*data = out.data;
	*len = out.len;
	if (out.len <= KTAP_MAX_IMAGE)
		return true;
	diag_error(g->diag, 0, "program is too large: its image has %zu bytes, over the limit of %u",
		   out.len, KTAP_MAX_IMAGE);
	buf_free(&out);
	return false;
}
