// SPDX-License-Identifier: GPL-2.0
/*
 * kpc.c - the compiler alone, for tests: no device, no events of this machine.
 *
 *   kpc --ast|--checked|--bytecode|--check FILE [ARGUMENT]...
 *   kpc --emit IMAGE FILE [ARGUMENT]...
 *
 * --check is silent but for diagnostics. Exit code 1: the script has mistakes.
 * In KPC_EVENTS the name of a file: on each line an event and its fields, the only
 * ones that there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/disasm.h"
#include "lib/compile.h"

/* The fields that the list gives an event, NULL: it has no such event. */
static char *find_event(FILE *list, const char *spec, char *line, size_t size)
{
	size_t len = strlen(spec);

	while (fgets(line, (int)size, list))
		if (!strncmp(line, spec, len) && strchr(" \n", line[len]))
			return line + len;
	return NULL;
}

static int lacks(char *have, const char *field)
{
	char *word, *rest = NULL, *copy = strdup(have);
	int found = 0;

	for (word = strtok_r(copy, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
		found |= !strcmp(word, field);
	free(copy);
	return !found;
}

static int check_event(void *data, const char *spec, const char *const *fields,
		       unsigned int nfields, struct ktap_event_problem *problem)
{
	FILE *list = fopen(data, "r");
	char line[256], *have = list ? find_event(list, spec, line, sizeof(line)) : NULL;
	unsigned int i;

	if (list)
		fclose(list);
	if (!have) {
		snprintf(problem->message, sizeof(problem->message), "no event '%s'", spec);
		snprintf(problem->hint, sizeof(problem->hint), "the list has others");
		return -1;
	}
	for (i = 0; i < nfields; i++) {
		if (!lacks(have, fields[i]))
			continue;
		problem->field = (int)i;
		snprintf(problem->message, sizeof(problem->message), "'%s' has no field '%s'",
			 spec, fields[i]);
		return -1;
	}
	return 0;
}

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
		.check_event = getenv("KPC_EVENTS") ? check_event : NULL,
		.check_data = getenv("KPC_EVENTS"),
	};

	if (!strcmp(mode, "--ast") || !strcmp(mode, "--checked"))
		return ktap_dump_ast(&opts, &diag, !strcmp(mode, "--checked"), stdout) ? 1 : 0;
	if (strcmp(mode, "--bytecode") && strcmp(mode, "--check") && !path)
		return usage();
	return compile(&opts, mode, path);
}
