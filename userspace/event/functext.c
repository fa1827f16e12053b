// SPDX-License-Identifier: GPL-2.0
#include "event/functext.h"

#include <string.h>

#include "util/text.h"

static bool is_called(const struct params *p, unsigned int n, const char *name)
{
	return n < p->list.n && !strcmp(p->list.at[n].name, name);
}

static void put_entry(struct event_catalog *c, const struct ktap_event *ev, struct buf *out)
{
	if (ev->addr)
		ksyms_place(&c->ksyms, ev->addr + ev->offset, out);
	else
		buf_printf(out, "%s+0x%llx", ev->name, (unsigned long long)ev->offset);
}

static void put_return(struct event_catalog *c, const struct ktap_event *ev,
		       const struct fetched *f, unsigned int caller, struct buf *out)
{
	uint64_t address;

	if (fetched_word(f, caller, &address))
		ksyms_place(&c->ksyms, address, out);
	else
		text_str(out, "?");
	buf_printf(out, " <- %s", ev->name);
}

/* Names only, as the kernel shows them. */
static void put_symbol(struct event_catalog *c, const struct fetched *f, unsigned int n, struct buf *out)
{
	uint64_t address;

	if (fetched_word(f, n, &address))
		ksyms_name(&c->ksyms, address, out);
	else
		text_str(out, "?");
}

static void put_ftrace(struct event_catalog *c, const struct fetched *f, struct buf *out)
{
	put_symbol(c, f, 0, out);
	text_str(out, " <-- ");
	put_symbol(c, f, 1, out);
}

/* Behind the parameters that tell the place come those that were asked for. */
void function_text(struct event_catalog *c, const struct ktap_event *ev,
		   const struct params *params, const void *bytes, size_t len, struct buf *out)
{
	static const struct params none;
	const struct params *p = params ? params : &none;
	const struct fetched f = { bytes, len, p->list.n };
	unsigned int first = is_called(p, 0, FUNCTION_PLACE);

	if (!strcmp(ev->system, FUNCTION_FTRACE)) {
		put_ftrace(c, &f, out);
		return;
	}
	buf_putc(out, '(');
	if (is_called(p, first, FUNCTION_CALLER))
		put_return(c, ev, &f, first++, out);
	else
		put_entry(c, ev, out);
	buf_putc(out, ')');
	if (first < p->list.n) {
		buf_putc(out, ' ');
		params_text(p, first, &f, &c->ksyms, out);
	}
}
