// SPDX-License-Identifier: GPL-2.0
/*
 * kpc.c - the compiler alone, for tests: no device, no events of this machine.
 *
 *   kpc --ast|--checked|--bytecode|--check FILE [ARGUMENT]...
 *   kpc --emit IMAGE FILE [ARGUMENT]...
 *
 * --check is silent but for diagnostics. Exit code 1: the script has mistakes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/disasm.h"
#include "lib/compile.h"

static int usage(void)
{
	fputs("usage: kpc --ast|--checked|--bytecode|--check|--emit IMAGE FILE [ARGUMENT]...\n", stderr);
	return 2;
}

static int emit(const char *path, const struct ktap_image_buf *image)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(image->data, 1, image->len, f) != image->len || fclose(f)) {
		perror(path);
		return 2;
	}
	return 0;
}

static int compile(const struct ktap_compile_opts *opts, const char *mode, const char *path)
{
	struct ktap_diag diag = ktap_diag_stderr();
	struct ktap_image_buf image = { 0 };
	int ret = 0;

	if (ktap_compile(opts, &diag, &image))
		return 1;
	if (!strcmp(mode, "--bytecode"))
		ktap_disasm(image.data, image.len, stdout);
	else if (path)
		ret = emit(path, &image);
	ktap_image_free(&image);
	return ret;
}

int main(int argc, char **argv)
{
	struct ktap_diag diag = ktap_diag_stderr();
	const char *path = NULL, *mode = argc > 1 ? argv[1] : "";
	int first = 2;

	if (!strcmp(mode, "--emit") && argc > 3)
		path = argv[first++];
	if (argc <= first)
		return usage();

	struct ktap_compile_opts opts = {
		.size = sizeof(opts), .name = argv[first], .argc = argc - first - 1,
		.argv = (const char *const *)argv + first + 1,
		.library = getenv("KTAP_LIBRARY"),
	};

	if (!strcmp(mode, "--ast") || !strcmp(mode, "--checked"))
		return ktap_dump_ast(&opts, &diag, !strcmp(mode, "--checked"), stdout) ? 1 : 0;
	if (strcmp(mode, "--bytecode") && strcmp(mode, "--check") && !path)
		return usage();
	return compile(&opts, mode, path);
}
