// SPDX-License-Identifier: GPL-2.0
#include "lib/libktap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/program.h"
#include "lib/script.h"
#include "output/image.h"
#include "run/session.h"
#include "util/arena.h"
#include "util/text.h"

#define MAX_INPUT	(64u << 20)	/* larger than any script or image */

static int read_stream(FILE *file, struct buf *out)
{
	char chunk[8192];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		buf_add(out, chunk, n);
		if (out->len > MAX_INPUT)
			return -EFBIG;
	}
	return ferror(file) ? -(errno ? errno : EIO) : 0;
}

static int read_input(const char *name, struct buf *out)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int err;

	if (!file)
		return -errno;
	err = read_stream(file, out);
	if (file != stdin)
		fclose(file);
	return err;
}

static int from_file(const struct ktap_source *source, struct ktap_diag *diag, struct ktap_program *p)
{
	struct buf input = { 0 };
	int err = read_input(source->name, &input);

	if (err) {
		diag_error(diag, 0, "%s: %s", source->name, strerror(-err));
	} else if (image_is(input.data, input.len)) {
		p->bytes = input;
		return 0;
	} else {
		err = script_compile(source, text_cstr(&input), input.len, p->catalog, diag, &p->bytes);
	}
	buf_free(&input);
	return err;
}

struct ktap_program *ktap_program__open(const struct ktap_source *source, struct ktap_diag *diag)
{
	struct ktap_program *p = xmalloc(sizeof(*p));
	int err;

	*p = (struct ktap_program){ .catalog = xmalloc(sizeof(*p->catalog)) };
	*p->catalog = (struct event_catalog){ 0 };
	if (source->text)
		err = script_compile(source, source->text, strlen(source->text), p->catalog, diag, &p->bytes);
	else
		err = from_file(source, diag, p);
	if (!err)
		return p;
	ktap_program__close(p);
	return NULL;
}

void ktap_program__close(struct ktap_program *p)
{
	catalog_close(p->catalog);
	free(p->catalog);
	buf_free(&p->bytes);
	free(p);
}

int ktap_program__save(const struct ktap_program *p, const char *name, struct buf *why)
{
	FILE *file = fopen(name, "we");
	bool ok = file && fwrite(p->bytes.data, 1, p->bytes.len, file) == p->bytes.len;

	if (file && fclose(file))
		ok = false;
	if (!ok)
		buf_printf(why, "%s: %s", name, strerror(errno));
	return ok ? 0 : -1;
}

int ktap_program__fits(const struct ktap_program *p, const struct ktap_target *target, struct buf *why)
{
	struct image im;

	if (image_open(&im, p->bytes.data, p->bytes.len, why))
		return -1;
	return ktap_device__takes(ktap_target__device(target), im.head.version, im.head.features, why);
}

int ktap_program__run(const struct ktap_program *p, const struct ktap_run_opts *o)
{
	struct buf device = { 0 };
	int code;
	const struct session_opts opts = {
		.catalog = p->catalog, .out = o->out, .err = o->err, .quiet = o->quiet, .verbose = o->verbose,
		.strict = o->strict, .no_jit = o->no_jit, .wait = o->wait, .stamps = o->stamps, .json = o->json,
		.raw = o->raw ? &device : NULL,
		.color = o->color,
		.scope = o->scope, .command = o->command, .everything = o->everything,
		.ring_bytes = o->ring_bytes,
		.mem_bytes = o->mem_bytes, .string_bytes = o->string_bytes, .max_cpu = o->max_cpu,
	};

	if (o->raw)
		ktap_device__describe(&device);
	code = session_run_image(p->bytes.data, p->bytes.len, &opts);
	buf_free(&device);
	return code;
}

void ktap_module__describe(struct buf *out)
{
	struct ktap_ioc_info info;
	struct buf why = { 0 };

	if (session_module_info(&info, &why))
		buf_printf(out, "module: %s\n", text_cstr(&why));
	else
		buf_printf(out, "module: %s, interface %u, images %u\n", info.version,
			   info.abi, info.image_version);
	buf_free(&why);
}
