// SPDX-License-Identifier: GPL-2.0
#include "lib/script.h"

#include <stdlib.h>

#include "lib/checkevent.h"
#include "lib/compile.h"

#define LIBRARY_FOLDER	"/usr/share/ktap"

static const char *library_folder(void)
{
	const char *given = getenv("KTAP_LIBRARY");

	return given && *given ? given : LIBRARY_FOLDER;
}

int script_compile(const struct ktap_source *source, const char *text, size_t len,
		   struct event_catalog *catalog, struct ktap_diag *diag, struct buf *out)
{
	struct checker checker = { .catalog = catalog, .wait = source->wait, .elsewhere = source->elsewhere };
	struct ktap_compile_opts opts = {
		.size = sizeof(opts), .name = source->name, .text = text, .text_len = len,
		.library = library_folder(), .argc = source->argc, .argv = source->argv,
		.check_event = source->check_events ? checker_check : NULL,
		.check_data = &checker,
	};
	struct ktap_image_buf image;
	int err;

	catalog->pid = source->pid;
	catalog_check(catalog);
	err = ktap_compile(&opts, diag, &image);
	if (!err) {
		buf_add(out, image.data, image.len);
		ktap_image_free(&image);
	}
	return err;
}
