/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report.h - a runtime error as text or JSON: place, message, the script's call stack.
 */
#ifndef RUN_REPORT_H
#define RUN_REPORT_H

#include <ktap/ioctl.h>
#include "output/decode.h"
#include "output/image.h"
#include "output/value.h"

/* The message of an error code; the arguments are values, taken in order. */
void report_message(uint32_t code, struct span args, const struct value_names *names,
		    struct buf *out);

/* Why an image is refused: the place, if it is of one, and the message. */
void report_refusal(const struct image *im, const struct ktap_error_info *e, struct buf *out);

/* A checked ERROR record, with newlines. */
void report_error(const struct rec *rec, const struct value_names *names, struct buf *out);

/* Its message alone. */
void report_error_message(const struct rec *rec, const struct value_names *names, struct buf *out);

/* The record as members of a JSON object: place, "message", "stack". */
void report_error_json(const struct rec *rec, const struct value_names *names, struct buf *out);

/* "file", "line", "column" of an instruction. `im` may be NULL. */
void report_place_json(const struct image *im, uint32_t func, uint32_t pc, struct buf *out);

#endif
