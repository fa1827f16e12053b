/* SPDX-License-Identifier: GPL-2.0 */
/*
 * image.h - reading a program image (FILE.kpc) for its names: what it traces,
 * where an error happened. The module judges the program; here an index that
 * leads nowhere only gives "?".
 */
#ifndef RUN_IMAGE_H
#define RUN_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ktap/image.h>
#include "util/buf.h"

struct image {
	const uint8_t *bytes;
	size_t len;
	struct ktap_image head;
};

bool image_is(const void *bytes, size_t len);

/* 0; or -1 and a sentence. `bytes` stay the caller's and outlive the image. */
int image_open(struct image *im, const void *bytes, size_t len, struct buf *why);

/* What a feature bit of the header is called; NULL: it is newer than this ktap. */
const char *image_feature(uint64_t bit);

size_t image_count(const struct image *im, enum ktap_section section);
const char *image_string(const struct image *im, uint32_t index);
bool image_spec(const struct image *im, uint32_t index, struct ktap_ispec *spec);
bool image_fref(const struct image *im, uint32_t index, struct ktap_ifref *fref);

/* Whether the code calls a builtin, or has it as a value. */
bool image_uses_builtin(const struct image *im, unsigned int builtin);

/* Whether it may make text of events: it asks for them, or has handlers that are given theirs. */
bool image_shows_events(const struct image *im);

struct image_place {
	const char *file, *function;
	unsigned int line, col;		/* 0: not known */
};

struct image_place image_place(const struct image *im, uint32_t func, uint32_t pc);
/* What the instruction at this place updates, as the script calls it; NULL: not known. */
const char *image_target(const struct image *im, uint32_t func, uint32_t pc);

const char *image_function(const struct image *im, uint32_t func);

#endif
