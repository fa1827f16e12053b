/* SPDX-License-Identifier: GPL-2.0 */
/*
 * types.def.h - the kinds of value, once: the tag of a register, of a constant
 * and of an argument in a record is the same number.
 *
 * _(TAG, name shown by type(), immediate)
 *
 * immediate: 1 where the 64-bit payload is the value itself, 0 where it points
 * to an object whose header repeats the tag. The order is part of the format:
 * everything up to FALSE is false, everything after it is true.
 */
#define KTAP_TYPES(_) \
	_(NIL,		"nil",		1) \
	_(FALSE,	"boolean",	1) \
	_(TRUE,		"boolean",	1) \
	_(INT,		"integer",	1) \
	_(ADDR,		"address",	1) \
	_(BUILTIN,	"function",	1) \
	_(EVENT,	"event",	1) \
	_(STR,		"string",	0) \
	_(EVTEXT,	"eventtext",	0) \
	_(TUPLE,	"tuple",	0) \
	_(TABLE,	"table",	0) \
	_(FUNC,		"function",	0) \
	_(CELL,		"variable",	0) \
	_(ITER,		"iterator",	0) \
	_(AGG,		"aggregate",	0) \
	_(STACK,	"stack",	0) \
	_(UADDR,	"address",	0)
