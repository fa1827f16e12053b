/* SPDX-License-Identifier: GPL-2.0 */
/*
 * image.h - a generated program to the bytes of an image (ktap/image.h has their
 * grammar). Fails only when the image is over its limit.
 */
#ifndef KTAP_GEN_IMAGE_H
#define KTAP_GEN_IMAGE_H

#include "gen.h"

/* The caller frees *data. */
bool image_write(const struct gen *g, void **data, size_t *len);

#endif
