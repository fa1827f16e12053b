// SPDX-License-Identifier: GPL-2.0
#include "output/stack.h"

#include <string.h>

#include "util/text.h"

#define INDENT	"    "

static void frame_text(const struct ktap_stack *whose, uint64_t address, unsigned int back,
		       const struct value_names *names, struct buf *out)
{
	struct symbol s = names_symbol(names, whose, address, back);

	symbol_text(&s, address, out);
}

struct span stack_frames(const struct value *v, struct ktap_stack *whose)
{
	struct span s = v->bytes;

	memcpy(whose, s.at, sizeof(*whose));
	s.at += sizeof(*whose);
	return s;
}

const char *stack_end(const struct ktap_stack *whose)
{
	static const char *const ends[] = {
#define _(name, text) text,
		KTAP_STACK_ENDS(_)
#undef _
	};

	return whose->end < KTAP_STACK__MAX && *ends[whose->end] ? ends[whose->end] : NULL;
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
	struct ktap_stack whose;
	struct span s = stack_frames(v, &whose);

	begin_line(out);
	if (s.at == s.end)
		text_str(out, whose.user ? INDENT "[no user stack]" : INDENT "[no stack]");
	for (bool first = true; s.at < s.end; first = false) {
		text_str(out, first ? INDENT : "\n" INDENT);
		frame_text(&whose, span_u64(&s), !first, names, out);
	}
	if (stack_end(&whose))
		buf_printf(out, "\n" INDENT "[%s]", stack_end(&whose));
}

void user_address_text(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct ktap_stack whose;
	struct span s = stack_frames(v, &whose);

	frame_text(&whose, span_u64(&s), 0, names, out);
}
