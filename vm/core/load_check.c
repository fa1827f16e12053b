// SPDX-License-Identifier: GPL-2.0
/*
 * load_check.c - the shape of an image: first the section table is checked against the
 * length, then every element of every section.
 */
#include "load.h"

const u8 kp_elem_size[KTAP_SEC__MAX] = {
#define _(name, size) size,
	KTAP_SECTIONS(_)
#undef _
};

static bool has_string(const struct kp_image *im, u32 i)
{
	return i < im->sec[KTAP_SEC_STRINGS].count;
}

/* Magic number, version and unknown features come first: they explain the rest. */
static int check_header(const struct kp_image *im, size_t len)
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
static int check_sections(struct kp_image *im, u32 len)
{
	u32 i, end = sizeof(struct ktap_image);

	for (i = 0; i < KTAP_SEC__MAX; i++) {
		const u8 *p = im->p + offsetof(struct ktap_image, sec) +
			      i * sizeof(struct ktap_isec);
		u32 offset = GET(p, struct ktap_isec, offset);
		u32 count = GET(p, struct ktap_isec, count);
		u64 bytes = (u64)count * kp_elem_size[i];

		if (offset % 8 || offset < end || offset > len || bytes > len - offset)
			return bad(im->err, KTAP_E_IMG_SECTION, i, 0);
		im->sec[i].offset = offset;
		im->sec[i].count = count;
		end = offset + (u32)bytes;
	}
	return 0;
}

static int check_counts(const struct kp_image *im)
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
static int check_strings(const struct kp_image *im)
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

static int check_consts(const struct kp_image *im)
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

static int check_upvals(const struct kp_image *im)
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
static bool in_section(const struct kp_image *im, u32 sec, u32 first, u32 n)
{
	return first <= im->sec[sec].count && n <= im->sec[sec].count - first;
}

static int check_func_sizes(const struct kp_image *im, u32 i, const u8 *p)
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

static int check_func_ranges(const struct kp_image *im, u32 i, const u8 *p)
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

static int check_func_lines(const struct kp_image *im, u32 i, const u8 *p)
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

static int check_func(const struct kp_image *im, u32 i, const u8 *p)
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
static int check_funcs(const struct kp_image *im)
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

static int check_globals(const struct kp_image *im)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_GLOBALS].count; i++)
		if (!has_string(im, le32(elem(im, KTAP_SEC_GLOBALS, i))))
			return bad(im->err, KTAP_E_IMG_INDEX, KTAP_SEC_GLOBALS, i);
	return 0;
}

static int check_specs(const struct kp_image *im)
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

static int check_frefs(const struct kp_image *im)
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
static int check_names(const struct kp_image *im)
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

int kp_image_check(struct kp_image *im, size_t len)
{
	static int (*const check[])(const struct kp_image *) = {
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
