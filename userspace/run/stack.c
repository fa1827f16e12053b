// SPDX-License-Identifier: GPL-2.0
#include "run/stack.h"

#include <inttypes.h>
#include <string.h>

#include "util/text.h"

#define INDENT	"    "

static void frame_text(const struct ktap_stack *whose, uint64_t address, unsigned int back,
		       const struct value_names *names, struct buf *out)
{
	if (whose->user && names->user)
		names->user(names->arg, whose, address, back, out);
	else if (!whose->user && names->address)
		names->address(names->arg, address, back, out);
	else
		buf_printf(out, "0x%" PRIx64, address);
}

/* Blanks before a newline would only be in the way. */
static void begin_line(struct buf *out)
{
	while (out->len && (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == '\t'))
		out->len--;
	if (out->len && out->data[out->len - 1] != '\n')
		buf_putc(out, '\n');
}

void stack_text(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct span s = v->bytes;
	struct ktap_stack whose;

	memcpy(&whose, s.at, sizeof(whose));
	s.at += sizeof(whose);
	begin_line(out);
	if (s.at == s.end)
		text_str(out, whose.user ? INDENT "[no user stack]" : INDENT "[no stack]");
	for (bool first = true; s.at < s.end; first = false) {
		text_str(out, first ? INDENT : "\n" INDENT);
		frame_text(&whose, span_u64(&s), !first, names, out);
	}
}

void user_address_text(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct span s = v->bytes;
	struct ktap_stack whose;

	memcpy(&whose, s.at, sizeof(whose));
	s.at += sizeof(whose);
	frame_text(&whose, span_u64(&s), 0, names, out);
}
