// SPDX-License-Identifier: GPL-2.0
/*
 * load.c - image bytes to struct kp_prog. Nothing of the bytes is trusted: first
 * the section table is checked against the length, then every element of every
 * section, and only then is one block of memory taken and filled. Reads bytes
 * one by one, so it works at any alignment and on any byte order.
 */
#include "host.h"
#include "prog.h"
#include "str.h"

/* The bytes under check, and where to put what is wrong with them. */
struct image {
	const u8 *p;
	struct ktap_isec sec[KTAP_SEC__MAX];
	struct ktap_error_info *err;
};

static int bad(struct ktap_error_info *err, u32 code, s64 arg0, s64 arg1)
{
	*err = (struct ktap_error_info){
		.code = code, .func = ~0u, .arg = { arg0, arg1 },
	};
	return -EBADMSG;
}

static u8 le8(const u8 *p)
{
	return p[0];
}

static u16 le16(const u8 *p)
{
	return (u16)(p[0] | p[1] << 8);
}

static u32 le32(const u8 *p)
{
	return le16(p) | (u32)le16(p + 2) << 16;
}

static u64 le64(const u8 *p)
{
	return le32(p) | (u64)le32(p + 4) << 32;
}

/* A field of an element, by its type. */
#define GET(p, type, field)						\
	_Generic(((type *)0)->field, __u8: le8, __u16: le16,		\
		 __u32: le32, __u64: le64, __s64: le64)			\
		((p) + offsetof(type, field))

static const u8 elem_size[KTAP_SEC__MAX] = {
#define _(name, size) size,
	KTAP_SECTIONS(_)
#undef _
};

static const u8 *elem(const struct image *im, u32 sec, u32 i)
{
	kp_assert(i < im->sec[sec].count);
	return im->p + im->sec[sec].offset + (size_t)i * elem_size[sec];
}

static bool has_string(const struct image *im, u32 i)
{
	return i < im->sec[KTAP_SEC_STRINGS].count;
}

/* Magic number, version and unknown features come first: they explain the rest. */
static int check_header(const struct image *im, size_t len)
{
	const u8 *p = im->p;
	u64 unknown;

	if (len < sizeof(struct ktap_image))
		return bad(im->err, KTAP_E_IMG_SHORT, len, sizeof(struct ktap_image));
	if (GET(p, struct ktap_image, magic) != KTAP_IMAGE_MAGIC)
		return bad(im->err, KTAP_E_IMG_MAGIC, 0, 0);
	if (GET(p, struct ktap_image, version) != KTAP_IMAGE_VERSION)
		return bad(im->err, KTAP_E_IMG_VERSION,
			   GET(p, struct ktap_image, version), KTAP_IMAGE_VERSION);
	unknown = GET(p, struct ktap_image, features) & ~KTAP_FEATURES_KNOWN;
	if (unknown)
		return bad(im->err, KTAP_E_IMG_FEATURE, __builtin_ctzll(unknown), 0);
	if (GET(p, struct ktap_image, header_size) != sizeof(struct ktap_image))
		return bad(im->err, KTAP_E_IMG_HEADER,
			   GET(p, struct ktap_image, header_size),
			   sizeof(struct ktap_image));
	if (len > KTAP_MAX_IMAGE)
		return bad(im->err, KTAP_E_IMG_BIG, len, KTAP_MAX_IMAGE);
	if (GET(p, struct ktap_image, size) != len)
		return bad(im->err, KTAP_E_IMG_SIZE,
			   GET(p, struct ktap_image, size), len);
	if (GET(p, struct ktap_image, flags) & ~KTAP_IMAGE_FLAGS)
		return bad(im->err, KTAP_E_IMG_RESERVED, -1, 0);
	return 0;
}

/* Reads the section table: after it, elem() stays inside the image. */
static int check_sections(struct image *im, u32 len)
{
	u32 i, end = sizeof(struct ktap_image);

	for (i = 0; i < KTAP_SEC__MAX; i++) {
		const u8 *p = im->p + offsetof(struct ktap_image, sec) +
			      i * sizeof(struct ktap_isec);
		u32 offset = GET(p, struct ktap_isec, offset);
		u32 count = GET(p, struct ktap_isec, count);
		u64 bytes = (u64)count * elem_size[i];

		if (offset % 8 || offset < end || offset > len || bytes > len - offset)
			return bad(im->err, KTAP_E_IMG_SECTION, i, 0);
		im->sec[i].offset = offset;
		im->sec[i].count = count;
		end = offset + (u32)bytes;
	}
	return 0;
}

static int check_counts(const struct image *im)
{
	static const struct { u32 sec, most; } limit[] = {
		{ KTAP_SEC_FUNCS, KTAP_MAX_FUNCS },
		{ KTAP_SEC_GLOBALS, KTAP_MAX_GLOBALS },
		{ KTAP_SEC_SPECS, KTAP_MAX_SPECS },
		{ KTAP_SEC_FREFS, KTAP_MAX_FREFS },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(limit); i++)
		if (im->sec[limit[i].sec].count > limit[i].most)
			return bad(im->err, KTAP_E_IMG_COUNT, limit[i].sec,
				   im->sec[limit[i].sec].count);
	if (!im->sec[KTAP_SEC_FUNCS].count)
		return bad(im->err, KTAP_E_IMG_NOMAIN, 0, 0);
	return 0;
}

/*
 * Strings together take no more than all string bytes: a short image that names
 * the same bytes many times does not make a large program.
 */
static int check_strings(const struct image *im)
{
	const u8 *blob = im->p + im->sec[KTAP_SEC_BLOB].offset;
	u32 i, room = im->sec[KTAP_SEC_BLOB].count;
	u64 sum = 0;

	for (i = 0; i < im->sec[KTAP_SEC_STRINGS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_STRINGS, i);
		u32 offset = GET(p, struct ktap_istr, offset);
		u32 len = GET(p, struct ktap_istr, len);

		sum += (u64)len + 1;
		if (len > KTAP_MAX_STRING || offset > room || len >= room - offset ||
		    blob[offset + len] || sum > room)
			return bad(im->err, KTAP_E_IMG_STRING, i, 0);
	}
	return 0;
}

static int check_consts(const struct image *im)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_CONSTS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_CONSTS, i);
		u32 type = GET(p, struct ktap_iconst, type);
		u32 str = GET(p, struct ktap_iconst, str);

		if (type != KTAP_T_INT && type != KTAP_T_STR)
			return bad(im->err, KTAP_E_IMG_CONST, i, 0);
		if (type == KTAP_T_INT ? str : GET(p, struct ktap_iconst, value))
			return bad(im->err, KTAP_E_IMG_RESERVED, KTAP_SEC_CONSTS, i);
		if (type == KTAP_T_STR && !has_string(im, str))
			return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_CONSTS, i);
	}
	return 0;
}

static int check_upvals(const struct image *im)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_UPVALS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_UPVALS, i);

		if (GET(p, struct ktap_iupval, reserved))
			return bad(im->err, KTAP_E_IMG_RESERVED, KTAP_SEC_UPVALS, i);
		if (GET(p, struct ktap_iupval, from) > KTAP_UPVAL_UPVAL ||
		    GET(p, struct ktap_iupval, cell) > 1)
			return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_UPVALS, i);
	}
	return 0;
}

/* A function's part of a section. */
static bool in_section(const struct image *im, u32 sec, u32 first, u32 n)
{
	return first <= im->sec[sec].count && n <= im->sec[sec].count - first;
}

static int check_func_sizes(const struct image *im, u32 i, const u8 *p)
{
	u32 nregs = GET(p, struct ktap_ifunc, nregs);
	u32 nparams = GET(p, struct ktap_ifunc, nparams);
	u32 nup = GET(p, struct ktap_ifunc, nupvals);

	if (nregs > KTAP_MAX_REGS || nparams > KTAP_MAX_PARAMS || nparams > nregs ||
	    GET(p, struct ktap_ifunc, ncode) > KTAP_MAX_CODE ||
	    GET(p, struct ktap_ifunc, nconsts) > KTAP_MAX_CONSTS ||
	    nup > (i ? KTAP_MAX_UPVALS : 0))	/* nothing makes main */
		return bad(im->err, KTAP_E_IMG_FUNC, i, 0);
	return 0;
}

static int check_func_ranges(const struct image *im, u32 i, const u8 *p)
{
	if (!has_string(im, GET(p, struct ktap_ifunc, name)) ||
	    !has_string(im, GET(p, struct ktap_ifunc, file)) ||
	    !in_section(im, KTAP_SEC_CODE, GET(p, struct ktap_ifunc, code),
			GET(p, struct ktap_ifunc, ncode)) ||
	    !in_section(im, KTAP_SEC_CONSTS, GET(p, struct ktap_ifunc, consts),
			GET(p, struct ktap_ifunc, nconsts)) ||
	    !in_section(im, KTAP_SEC_UPVALS, GET(p, struct ktap_ifunc, upvals),
			GET(p, struct ktap_ifunc, nupvals)) ||
	    !in_section(im, KTAP_SEC_LINES, GET(p, struct ktap_ifunc, lines),
			GET(p, struct ktap_ifunc, nlines)))
		return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_FUNCS, i);
	return 0;
}

static int check_func_lines(const struct image *im, u32 i, const u8 *p)
{
	u32 n, first = GET(p, struct ktap_ifunc, lines);
	u32 ncode = GET(p, struct ktap_ifunc, ncode), last = 0;

	for (n = 0; n < GET(p, struct ktap_ifunc, nlines); n++) {
		const u8 *l = elem(im, KTAP_SEC_LINES, first + n);
		u32 pc = GET(l, struct ktap_iline, pc);

		if (pc >= ncode || (n && pc <= last))
			return bad(im->err, KTAP_E_IMG_LINES, i, 0);
		last = pc;
	}
	return 0;
}

static int check_func(const struct image *im, u32 i, const u8 *p)
{
	int err;

	if (GET(p, struct ktap_ifunc, reserved) ||
	    GET(p, struct ktap_ifunc, flags) & ~(u32)KTAP_FN_VARARG)
		return bad(im->err, KTAP_E_IMG_RESERVED, KTAP_SEC_FUNCS, i);
	err = check_func_sizes(im, i, p);
	if (!err)
		err = check_func_ranges(im, i, p);
	return err;
}

/*
 * Code and line tables of all functions together are no longer than their
 * sections, so that checking and verifying take time by the size of the image.
 */
static int check_funcs(const struct image *im)
{
	u64 code = 0, lines = 0;
	u32 i;
	int err;

	for (i = 0; i < im->sec[KTAP_SEC_FUNCS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_FUNCS, i);

		err = check_func(im, i, p);
		if (err)
			return err;
		code += GET(p, struct ktap_ifunc, ncode);
		lines += GET(p, struct ktap_ifunc, nlines);
		if (code > im->sec[KTAP_SEC_CODE].count ||
		    lines > im->sec[KTAP_SEC_LINES].count)
			return bad(im->err, KTAP_E_IMG_FUNC, i, 0);
		err = check_func_lines(im, i, p);
		if (err)
			return err;
	}
	return 0;
}

static int check_globals(const struct image *im)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_GLOBALS].count; i++)
		if (!has_string(im, le32(elem(im, KTAP_SEC_GLOBALS, i))))
			return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_GLOBALS, i);
	return 0;
}

static int check_specs(const struct image *im)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_SPECS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_SPECS, i);

		if (!has_string(im, GET(p, struct ktap_ispec, text)) ||
		    !has_string(im, GET(p, struct ktap_ispec, file)))
			return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_SPECS, i);
	}
	return 0;
}

/* Whether a field reference has an index, and one that can be. */
static bool fref_index_valid(u32 kind, u32 index)
{
	if (kind == KTAP_FREF_ARG)
		return index < KTAP_MAX_ARGS;
	if (kind == KTAP_FREF_SCARG)
		return index >= 1 && index <= 6;
	return true;
}

static int check_frefs(const struct image *im)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_FREFS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_FREFS, i);
		u32 kind = GET(p, struct ktap_ifref, kind);
		u32 index = GET(p, struct ktap_ifref, index);
		u32 name = GET(p, struct ktap_ifref, name);

		if (kind >= KTAP_FREF__MAX || !fref_index_valid(kind, index) ||
		    (kind == KTAP_FREF_NAME && !has_string(im, name)))
			return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_FREFS, i);
		if ((kind != KTAP_FREF_NAME && name) ||
		    (kind != KTAP_FREF_ARG && kind != KTAP_FREF_SCARG && index))
			return bad(im->err, KTAP_E_IMG_RESERVED, KTAP_SEC_FREFS, i);
	}
	return 0;
}

/* Only reports need them: they are checked, and not kept. */
static int check_names(const struct image *im)
{
	u32 i, next = 0;

	for (i = 0; i < im->sec[KTAP_SEC_NAMES].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_NAMES, i);
		u32 word = GET(p, struct ktap_iname, word);

		if (word < next || word >= im->sec[KTAP_SEC_CODE].count ||
		    !has_string(im, GET(p, struct ktap_iname, name)))
			return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_NAMES, i);
		next = word + 1;
	}
	return 0;
}

static int check_image(struct image *im, size_t len)
{
	static int (*const check[])(const struct image *) = {
		check_counts, check_strings, check_consts, check_upvals,
		check_funcs, check_globals, check_specs, check_frefs, check_names,
	};
	int err = check_header(im, len);
	u32 i;

	if (!err)
		err = check_sections(im, (u32)len);
	for (i = 0; !err && i < ARRAY_SIZE(check); i++)
		err = check[i](im);
	return err;
}

/* Offsets of the program's parts in its one block of memory. */
struct plan {
	size_t fn, str, spec, fref, global, k, code, up, line, text;
	size_t total;
};

/* The image's size bounds every part, so the sum cannot overflow. */
static size_t reserve(struct plan *plan, size_t bytes)
{
	size_t at = plan->total;

	plan->total += (bytes + 15) & ~(size_t)15;
	return at;
}

static size_t text_bytes(const struct image *im)
{
	size_t sum = 0;
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_STRINGS].count; i++)
		sum += kp_str_size(GET(elem(im, KTAP_SEC_STRINGS, i),
				       struct ktap_istr, len));
	return sum;
}

static struct plan make_plan(const struct image *im)
{
	const struct ktap_isec *sec = im->sec;
	struct plan plan = { 0 };

	reserve(&plan, sizeof(struct kp_prog));
	plan.fn = reserve(&plan, sec[KTAP_SEC_FUNCS].count * sizeof(struct kp_fn));
	plan.str = reserve(&plan, sec[KTAP_SEC_STRINGS].count * sizeof(struct kp_str *));
	plan.spec = reserve(&plan, sec[KTAP_SEC_SPECS].count * sizeof(struct ktap_ispec));
	plan.fref = reserve(&plan, sec[KTAP_SEC_FREFS].count * sizeof(struct ktap_ifref));
	plan.global = reserve(&plan, sec[KTAP_SEC_GLOBALS].count * sizeof(u32));
	plan.k = reserve(&plan, sec[KTAP_SEC_CONSTS].count * sizeof(struct kp_value));
	plan.code = reserve(&plan, sec[KTAP_SEC_CODE].count * sizeof(ktap_word));
	plan.up = reserve(&plan, sec[KTAP_SEC_UPVALS].count * sizeof(struct kp_upval));
	plan.line = reserve(&plan, sec[KTAP_SEC_LINES].count * sizeof(struct ktap_iline));
	plan.text = reserve(&plan, text_bytes(im));
	return plan;
}

static void fill_strings(struct kp_prog *prog, const struct image *im, u8 *mem)
{
	const u8 *blob = im->p + im->sec[KTAP_SEC_BLOB].offset;
	u32 i;

	for (i = 0; i < prog->nstr; i++) {
		const u8 *p = elem(im, KTAP_SEC_STRINGS, i);
		u32 len = GET(p, struct ktap_istr, len);
		struct kp_str *s = kp_str_init(mem, KTAP_T_STR, KP_OBJ_STATIC, len);

		memcpy(s->data, blob + GET(p, struct ktap_istr, offset), len);
		s->hash = kp_bytes_hash(s->data, len, prog->seed);
		prog->str[i] = s;
		mem += kp_str_size(len);
	}
}

static void fill_consts(const struct kp_prog *prog, const struct image *im,
			struct kp_value *k)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_CONSTS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_CONSTS, i);

		if (GET(p, struct ktap_iconst, type) == KTAP_T_INT)
			k[i] = kp_int((s64)GET(p, struct ktap_iconst, value));
		else
			k[i] = kp_objval(prog->str[GET(p, struct ktap_iconst, str)]);
	}
}

static void fill_words(const struct image *im, u32 sec, u32 *out)
{
	u32 i;

	for (i = 0; i < im->sec[sec].count; i++)
		out[i] = le32(elem(im, sec, i));
}

static void fill_upvals(const struct image *im, struct kp_upval *up)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_UPVALS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_UPVALS, i);

		up[i].from = GET(p, struct ktap_iupval, from);
		up[i].index = GET(p, struct ktap_iupval, index);
		up[i].cell = GET(p, struct ktap_iupval, cell);
	}
}

static void fill_lines(const struct image *im, struct ktap_iline *line)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_LINES].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_LINES, i);

		line[i].pc = GET(p, struct ktap_iline, pc);
		line[i].pos = GET(p, struct ktap_iline, pos);
	}
}

static void fill_specs(const struct image *im, struct ktap_ispec *spec)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_SPECS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_SPECS, i);

		spec[i].text = GET(p, struct ktap_ispec, text);
		spec[i].file = GET(p, struct ktap_ispec, file);
		spec[i].line = GET(p, struct ktap_ispec, line);
		spec[i].col = GET(p, struct ktap_ispec, col);
	}
}

static void fill_frefs(const struct image *im, struct ktap_ifref *fref)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_FREFS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_FREFS, i);

		fref[i].kind = GET(p, struct ktap_ifref, kind);
		fref[i].index = GET(p, struct ktap_ifref, index);
		fref[i].name = GET(p, struct ktap_ifref, name);
	}
}

/* Sections are in place; a function is its ranges of them. */
static void fill_fn(struct kp_prog *prog, const struct image *im,
		    const struct plan *plan, u32 i)
{
	const u8 *p = elem(im, KTAP_SEC_FUNCS, i);
	u8 *mem = prog->mem;

	prog->fn[i] = (struct kp_fn){
		.prog = prog,
		.index = i,
		.code = (ktap_word *)(mem + plan->code) + GET(p, struct ktap_ifunc, code),
		.ncode = GET(p, struct ktap_ifunc, ncode),
		.k = (struct kp_value *)(mem + plan->k) + GET(p, struct ktap_ifunc, consts),
		.nk = GET(p, struct ktap_ifunc, nconsts),
		.up = (struct kp_upval *)(mem + plan->up) + GET(p, struct ktap_ifunc, upvals),
		.nup = GET(p, struct ktap_ifunc, nupvals),
		.lines = (struct ktap_iline *)(mem + plan->line) +
			 GET(p, struct ktap_ifunc, lines),
		.nlines = GET(p, struct ktap_ifunc, nlines),
		.nregs = GET(p, struct ktap_ifunc, nregs),
		.nparams = GET(p, struct ktap_ifunc, nparams),
		.flags = GET(p, struct ktap_ifunc, flags),
		.name = GET(p, struct ktap_ifunc, name),
		.file = GET(p, struct ktap_ifunc, file),
		.line = GET(p, struct ktap_ifunc, line),
	};
}

static void fill_prog(struct kp_prog *prog, const struct image *im,
		      const struct plan *plan)
{
	u8 *mem = prog->mem;
	u32 i;

	prog->fn = (struct kp_fn *)(mem + plan->fn);
	prog->str = (struct kp_str **)(mem + plan->str);
	prog->spec = (struct ktap_ispec *)(mem + plan->spec);
	prog->fref = (struct ktap_ifref *)(mem + plan->fref);
	prog->global = (u32 *)(mem + plan->global);
	prog->nfn = im->sec[KTAP_SEC_FUNCS].count;
	prog->nstr = im->sec[KTAP_SEC_STRINGS].count;
	prog->nspec = im->sec[KTAP_SEC_SPECS].count;
	prog->nfref = im->sec[KTAP_SEC_FREFS].count;
	prog->nglobal = im->sec[KTAP_SEC_GLOBALS].count;

	fill_strings(prog, im, mem + plan->text);
	fill_consts(prog, im, (struct kp_value *)(mem + plan->k));
	fill_words(im, KTAP_SEC_CODE, (u32 *)(mem + plan->code));
	fill_words(im, KTAP_SEC_GLOBALS, (u32 *)(mem + plan->global));
	fill_upvals(im, (struct kp_upval *)(mem + plan->up));
	fill_lines(im, (struct ktap_iline *)(mem + plan->line));
	fill_specs(im, (struct ktap_ispec *)(mem + plan->spec));
	fill_frefs(im, (struct ktap_ifref *)(mem + plan->fref));
	for (i = 0; i < prog->nfn; i++)
		fill_fn(prog, im, plan, i);
}

int kp_prog_load(const void *bytes, size_t len, u32 seed,
		 struct kp_prog **out, struct ktap_error_info *err)
{
	struct image im = { .p = bytes, .err = err };
	struct kp_prog *prog;
	struct plan plan;
	int ret = check_image(&im, len);

	if (ret)
		return ret;
	plan = make_plan(&im);
	prog = kp_host_alloc(plan.total);
	if (!prog) {
		bad(err, KTAP_E_NOMEM, 0, 0);
		return -ENOMEM;
	}
	prog->mem = prog;
	prog->seed = seed;
	prog->flags = GET((const u8 *)bytes, struct ktap_image, flags);
	fill_prog(prog, &im, &plan);
	*out = prog;
	return 0;
}

void kp_prog_free(struct kp_prog *prog)
{
	if (!prog)
		return;
	kp_host_free(prog->fact);
	kp_host_free(prog->mem);
}

/* The last line entry that begins at pc or before. */
u32 kp_fn_pos(const struct kp_fn *fn, u32 pc)
{
	u32 lo = 0, hi = fn->nlines;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (fn->lines[mid].pc <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? fn->lines[lo - 1].pos : 0;
}
