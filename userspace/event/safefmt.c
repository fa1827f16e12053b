// SPDX-License-Identifier: GPL-2.0
#include "event/safefmt.h"

#include <event-parse.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CONSTANT	32	/* elements: fits what is spare behind a record */

static bool is_safe(const struct tep_print_arg *arg);

static bool is_constant(const struct tep_print_arg *arg, long most)
{
	long n = arg && arg->type == TEP_PRINT_ATOM ? strtol(arg->atom.atom, NULL, 0) : 0;

	return n > 0 && n <= most;
}

static bool is_division(const struct tep_print_arg *arg)
{
	return arg->type == TEP_PRINT_OP &&
	       (!strcmp(arg->op.op, "/") || !strcmp(arg->op.op, "%"));
}

/* The length of an array as the record itself gives it, or a small constant. */
static bool is_safe_length(const struct tep_print_arg *arg)
{
	if (!arg)
		return false;
	if (is_division(arg))
		return is_constant(arg->op.right, 4096) && is_safe_length(arg->op.left);
	return arg->type == TEP_PRINT_DYNAMIC_ARRAY_LEN || is_constant(arg, MAX_CONSTANT);
}

static bool is_safe_op(const struct tep_print_arg *arg)
{
	if (is_division(arg) && !is_constant(arg->op.right, 1L << 30))
		return false;
	return is_safe(arg->op.left) && is_safe(arg->op.right);
}

static bool is_safe_one(const struct tep_print_arg *arg)
{
	switch (arg->type) {
	case TEP_PRINT_FLAGS:	return is_safe(arg->flags.field);
	case TEP_PRINT_SYMBOL:	return is_safe(arg->symbol.field);
	case TEP_PRINT_TYPE:	return is_safe(arg->typecast.item);
	case TEP_PRINT_FUNC:	return is_safe(arg->func.args);
	case TEP_PRINT_OP:	return is_safe_op(arg);
	case TEP_PRINT_HEX:
	case TEP_PRINT_HEX_STR:	return is_safe_length(arg->hex.size);
	case TEP_PRINT_INT_ARRAY:
		return is_safe_length(arg->int_array.count) &&
		       is_constant(arg->int_array.el_size, 8);
	default:		return true;
	}
}

/* An argument and those behind it; none is safe. */
static bool is_safe(const struct tep_print_arg *arg)
{
	for (; arg; arg = arg->next)
		if (!is_safe_one(arg))
			return false;
	return true;
}

bool safefmt_is_safe(const struct tep_event *event)
{
	return is_safe(event->print_fmt.args);
}
