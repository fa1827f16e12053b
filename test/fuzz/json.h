/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json.h - whether a text is one JSON value, by the letter of RFC 8259, UTF-8 included.
 */
#ifndef KTAP_FUZZ_JSON_H
#define KTAP_FUZZ_JSON_H

#include <stdbool.h>
#include <stddef.h>

bool json_is(const char *text, size_t len);

#endif
