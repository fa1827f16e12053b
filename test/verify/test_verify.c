// SPDX-License-Identifier: GPL-2.0
/*
 * test_verify.c - runs the cases of case/ (cases.h). A file named for an error must hold a
 * case that makes it, and every error of loading and verifying must have a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tool/tap.h"
#include "cases.h"
#include "program.h"
#include "output/report.h"
#include "util/text.h"

static unsigned errors_seen[KTAP_E__MAX];

static bool flags_match(const struct kp_prog *prog, const char *line)
{
	static const struct { const char *name; u32 flag; } flag[] = {
		{ "FILL", KP_FN_FILL }, { "ARGS", KP_FN_ARGS }, { "CALLS", KP_FN_CALLS },
	};
	char *rest;
	unsigned long f = strtoul(line, &rest, 10);
	u32 i, want = 0, mask = KP_FN_FILL | KP_FN_ARGS | KP_FN_CALLS;

	for (i = 0; i < ARRAY_SIZE(flag); i++)
		if (strstr(rest, flag[i].name))
			want |= flag[i].flag;
	if (f < prog->nfn && (prog->fn[f].flags & mask) == want)
		return true;
	diag("flags of function %lu: %#x, expected '%s'", f,
	     f < prog->nfn ? prog->fn[f].flags : 0, line);
	return false;
}

static bool expect_ok(const struct kp_prog *prog, const struct ktap_error_info *err,
		      char *want)
{
	char *line;
	bool good = true;

	if (!prog) {
		diag("refused: %s", error_text(err));
		return false;
	}
	for (line = strtok(want, "\n"); line; line = strtok(NULL, "\n"))
		good &= flags_match(prog, line);
	return good;
}

/* The line that tests know, and the sentence that users read. */
static char *refusal(const struct verify_case *c, const struct ktap_error_info *err)
{
	struct buf out = { 0 }, why = { 0 };
	struct image im = { 0 };
	char *copy;

	buf_printf(&out, "%s\n", error_text(err));
	if (image_open(&im, c->image, c->len, &why))
		buf_printf(&out, "%s", text_cstr(&why));
	else
		report_refusal(&im, err, &out);
	copy = text_dup(text_cstr(&out));
	buf_free(&why);
	buf_free(&out);
	return copy;
}

static bool expect_error(const struct verify_case *c, const struct kp_prog *prog, const struct ktap_error_info *err)
{
	char *got = prog ? text_dup("ok") : refusal(c, err);
	bool same = !strcmp(got, c->want);

	if (!same)
		diag("got '%s', expected '%s'", got, c->want);
	else
		errors_seen[err->code]++;
	free(got);
	return same;
}

static void run_case(const struct verify_case *c)
{
	struct ktap_error_info err;
	struct kp_prog *prog;

	if (!c->image) {
		ok(false, "%s: %s: %s", c->file, c->title, c->want);
		return;
	}
	prog = load_program(c->image, c->len, &err);
	ok(c->error ? expect_error(c, prog, &err) : expect_ok(prog, &err, c->want), "%s: %s", c->file, c->title);
	kp_prog_free(prog);
}

static void check_all_seen(void)
{
	u32 i;

	for (i = KTAP_E_IMG_SHORT; i <= KTAP_E_V_COMPLEX; i++)
		if (i != KTAP_E_NOMEM)
			ok(errors_seen[i], "some case is refused by %s", error_name(i));
}

int main(int argc, char **argv)
{
	for_each_case(argc > 1 ? argv[1] : "test/verify/case", run_case);
	check_all_seen();
	return tap_done();
}
