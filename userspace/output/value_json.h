/* SPDX-License-Identifier: GPL-2.0 */
/*
 * value_json.h - a value of a record as JSON; doc/json.md says what becomes of each.
 */
#ifndef RUN_VALUE_JSON_H
#define RUN_VALUE_JSON_H

#include "output/value.h"

void value_json(const struct value *v, const struct value_names *names, struct buf *out);

/* Values, one after the other, as an array. */
void values_json(struct span values, const struct value_names *names, struct buf *out);

/* Opens an object and says of which type it is. */
void json_begin(struct buf *out, const char *type);

#endif
