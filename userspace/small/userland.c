// SPDX-License-Identifier: GPL-2.0
/*
 * userland.c - without a reader of programs and libraries (libelf): no event in them,
 * no names of their addresses, stacks of processes by frame pointers alone.
 */
#include "event/sdt.h"
#include "event/ufunc.h"
#include "event/userspec.h"
#include "event/usyms.h"
#include "run/unwind.h"

static int refuse(struct event_catalog *c, const struct event_query *query,
		  struct event_list *out, struct buf *why)
{
	(void)c, (void)out;
	buf_printf(why, "'%s' is in a program or library, and this ktap-run does not read their "
		   "symbols (it has no libelf): ktap does", query->text);
	return EVENT_REFUSED;
}

const struct event_source ufunc_source = {
	.owns		= userspec_is_function,
	.resolve	= refuse,
};

const struct event_source sdt_source = {
	.owns		= userspec_is_marker,
	.resolve	= refuse,
};

struct symbol usyms_symbol(struct usyms *u, const struct ktap_stack *whose, uint64_t address,
			   unsigned int back)
{
	(void)u, (void)whose, (void)address, (void)back;
	return (struct symbol){ 0 };
}

void usyms_free(struct usyms *u)
{
	(void)u;
}

int unwind_start(struct session *s, struct buf *why)
{
	(void)s, (void)why;
	return 0;
}

void unwind_stop(struct session *s)
{
	(void)s;
}

void unwind_program(struct session *s, const char *path)
{
	(void)s, (void)path;
}
