// SPDX-License-Identifier: GPL-2.0
/*
 * test_verify.c - runs the .kasm files of case/: each is named for a rule of loader
 * or verifier and holds cases:
 *
 *	-- asm what the case is about
 *	.func main 1
 *		RET1 0
 *	-- error
 *	V_UNINIT 0:0 0 0          name function:pc arguments
 *
 * or, where the program is right, "-- ok" and what the verifier found out about
 * functions, those that are told:
 *
 *	0 FILL CALLS
 *
 * A file named for an error must hold a case that makes it, and every error of
 * loading and verifying must have a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tool/kasm.h"
#include "../tool/tap.h"
#include "program.h"

#define MAX_FILES	200

static unsigned errors_seen[KTAP_E__MAX];

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void trim(char *s)
{
	size_t n = strlen(s);

	while (n && strchr(" \n", s[n - 1]))
		s[--n] = 0;
}

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

static bool expect_error(const struct kp_prog *prog, const struct ktap_error_info *err,
			 const char *want)
{
	if (prog || strcmp(error_text(err), want)) {
		diag("got '%s', expected '%s'", prog ? "ok" : error_text(err), want);
		return false;
	}
	errors_seen[err->code]++;
	return true;
}

static void run_case(const char *file, const char *title, const char *text,
		     bool error, char *want)
{
	struct ktap_error_info err;
	struct kp_prog *prog;
	char msg[256];
	size_t len;
	void *image = kasm(text, &len, msg, sizeof(msg));

	if (!image) {
		ok(false, "%s: %s: %s", file, title, msg);
		return;
	}
	trim(want);
	prog = load_program(image, len, &err);
	ok(error ? expect_error(prog, &err, want) : expect_ok(prog, &err, want),
	   "%s: %s", file, title);
	kp_prog_free(prog);
	free(image);
}

/* Cuts off a stanza: its first line, and the text up to the next "-- ". */
static char *cut_stanza(char **pp, char **head)
{
	static char nothing[1];
	char *text = strchr(*pp, '\n'), *next;

	*head = *pp + 3;
	*text++ = 0;
	*pp = text;
	if (!strncmp(text, "-- ", 3))
		return nothing;
	next = strstr(text, "\n-- ");
	if (next)
		*next++ = 0;
	*pp = next;
	return text;
}

static char *skip_comment(char *p)
{
	p = strstr(p, "\n-- ");
	return p ? p + 1 : NULL;
}

static void run_file(const char *path)
{
	size_t len;
	char *all = read_file(path, &len), *p = all;

	if (strncmp(p, "-- ", 3))
		p = skip_comment(p);
	while (p) {
		char *title, *kind, *text = cut_stanza(&p, &title), *want;

		if (!p || strncmp(title, "asm ", 4)) {
			ok(false, "%s: bad stanza '%s'", path, title);
			break;
		}
		want = cut_stanza(&p, &kind);
		run_case(base_name(path), title + 4, text, !strncmp(kind, "error", 5), want);
	}
	free(all);
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
	char *path[MAX_FILES];
	int i, n = find_files(argc > 1 ? argv[1] : "test/verify/case", ".kasm",
			      path, MAX_FILES);

	for (i = 0; i < n; i++) {
		run_file(path[i]);
		free(path[i]);
	}
	check_all_seen();
	return tap_done();
}
