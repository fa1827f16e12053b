// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tool/kasm.h"
#include "program.h"

void diag(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *p = malloc(1 << 20);

	if (!f || !p) {
		perror(path);
		exit(2);
	}
	*len = fread(p, 1, (1 << 20) - 1, f);
	p[*len] = 0;
	fclose(f);
	return p;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int find_files(const char *dir, const char *part, char **path, int room)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	while (d && n < room && (e = readdir(d)))
		if (strstr(e->d_name, part) && asprintf(&path[n], "%s/%s", dir, e->d_name) > 0)
			n++;
	if (d)
		closedir(d);
	qsort(path, n, sizeof(*path), by_name);
	return n;
}

void *must_assemble(const char *text, size_t *len)
{
	char err[256];
	void *p = kasm(text, len, err, sizeof(err));

	if (!p) {
		fprintf(stderr, "%s\nin:\n%s", err, text);
		exit(2);
	}
	return p;
}

struct kp_prog *load_program(const void *bytes, size_t len, struct ktap_error_info *err)
{
	void *copy = malloc(len ? len : 1);
	struct kp_prog *prog = NULL;
	int ret;

	memset(err, 0, sizeof(*err));
	if (len)
		memcpy(copy, bytes, len);
	ret = kp_prog_load(copy, len, 0x1234, &prog, err);
	free(copy);
	if (ret)
		return NULL;
	if (!kp_verify(prog, err))
		return prog;
	kp_prog_free(prog);
	return NULL;
}

const char *error_name(u32 code)
{
	static const char *const name[] = {
#define _(code, text) #code,
		KTAP_ERRORS(_)
#undef _
	};

	return code < KTAP_E__MAX ? name[code] : "?";
}

const char *error_text(const struct ktap_error_info *err)
{
	static char out[128];
	char place[32] = "-";

	if (err->func != ~0u)
		snprintf(place, sizeof(place), "%u:%u", err->func, err->pc);
	snprintf(out, sizeof(out), "%s %s %lld %lld", error_name(err->code), place,
		 (long long)err->arg[0], (long long)err->arg[1]);
	return out;
}
