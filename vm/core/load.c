// SPDX-License-Identifier: GPL-2.0
/*
 * load.c - image bytes to struct kp_prog. Nothing of the bytes is trusted: they are
 * checked whole (load_check.c), and only then is one block of memory taken and filled.
 */
#include "load.h"
#include "str.h"

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

static size_t text_bytes(const struct kp_image *im)
{
	size_t sum = 0;
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_STRINGS].count; i++)
		sum += kp_str_size(GET(elem(im, KTAP_SEC_STRINGS, i),
				       struct ktap_istr, len));
	return sum;
}

static struct plan make_plan(const struct kp_image *im)
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

static void fill_strings(struct kp_prog *prog, const struct kp_image *im, u8 *mem)
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

static void fill_consts(const struct kp_prog *prog, const struct kp_image *im,
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

static void fill_words(const struct kp_image *im, u32 sec, u32 *out)
{
	u32 i;

	for (i = 0; i < im->sec[sec].count; i++)
		out[i] = le32(elem(im, sec, i));
}

static void fill_upvals(const struct kp_image *im, struct kp_upval *up)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_UPVALS].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_UPVALS, i);

		up[i].from = GET(p, struct ktap_iupval, from);
		up[i].index = GET(p, struct ktap_iupval, index);
		up[i].cell = GET(p, struct ktap_iupval, cell);
	}
}

static void fill_lines(const struct kp_image *im, struct ktap_iline *line)
{
	u32 i;

	for (i = 0; i < im->sec[KTAP_SEC_LINES].count; i++) {
		const u8 *p = elem(im, KTAP_SEC_LINES, i);

		line[i].pc = GET(p, struct ktap_iline, pc);
		line[i].pos = GET(p, struct ktap_iline, pos);
	}
}

static void fill_specs(const struct kp_image *im, struct ktap_ispec *spec)
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

static void fill_frefs(const struct kp_image *im, struct ktap_ifref *fref)
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
static void fill_fn(struct kp_prog *prog, const struct kp_image *im,
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

static void fill_prog(struct kp_prog *prog, const struct kp_image *im,
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
	struct kp_image im = { .p = bytes, .err = err };
	struct kp_prog *prog;
	struct plan plan;
	int ret = kp_image_check(&im, len);

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
	kp_host_free(prog->insn);
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
