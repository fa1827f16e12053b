/* SPDX-License-Identifier: GPL-2.0 */
/*
 * orders.def.h - in what order sort_pairs() iterates.
 *
 * _(name, by key, down)     the first is the default
 */
#define KTAP_ORDERS(_) \
	_("value",	0, 1) \
	_("value up",	0, 0) \
	_("key",	1, 0) \
	_("key down",	1, 1)
