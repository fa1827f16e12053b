// SPDX-License-Identifier: GPL-2.0
/*
 * format.c - the arguments of printf and format against a format that stands in the program.
 * What is seen here would be a runtime error at every event.
 */
#include "check.h"

#include <ktap/conversion.h>

/* The arguments that the conversions take one by one. */
struct taker {
	struct check *c;
	const char *name;	/* of the function */
	src_pos pos;		/* of the format */
	struct expr *next;
	bool open;		/* the last argument may be any number of values */
	bool wrong;
};

static void complain(struct taker *t, const char *text)
{
	if (!t->wrong)
		diag_error(t->c->diag, t->pos, "%s: %s", t->name, text);
	t->wrong = true;
}

static struct expr *take(struct taker *t)
{
	struct expr *e = t->next;

	if (!e && !t->open)
		complain(t, "the format wants more arguments than are given");
	if (e)
		t->next = e->next;
	if (e && expr_is_multi(e) && !e->next) {
		t->open = true;
		return NULL;
	}
	return e;
}

static bool is_never_integer(const struct expr *e)
{
	return e->kind == EX_STR || e->kind == EX_NIL || e->kind == EX_TRUE ||
	       e->kind == EX_FALSE || e->kind == EX_TABLE || e->kind == EX_FUNC;
}

static void take_integer(struct taker *t, char conversion)
{
	const struct expr *e = take(t);

	if (e && is_never_integer(e) && !t->wrong) {
		diag_error(t->c->diag, e->pos, "%s: %%%c wants an integer", t->name,
			   conversion);
		t->wrong = true;
	}
}

static const char *conversion(struct taker *t, const char *s, const char *end)
{
	struct ktap_conv c;

	s = ktap_conv_parse(s, end, &c);
	if (c.width == KTAP_CONV_ARG)
		take_integer(t, '*');
	if (c.precision == KTAP_CONV_ARG)
		take_integer(t, '*');
	switch (ktap_conv_kind(c.letter)) {
	case KTAP_CONV_INT: take_integer(t, c.letter); break;
	case KTAP_CONV_TEXT: take(t); break;
	case KTAP_CONV_PERCENT: break;
	case KTAP_CONV_BAD:
		complain(t, c.letter ? "the format has a conversion that there is not; "
				       "there are %d %i %u %x %X %o %c %s %p %%" :
				       "the format ends within a conversion");
	}
	return s;
}

void check_format(struct check *c, struct expr *call)
{
	struct expr *format = call->call.args.first;
	struct taker t = { .c = c, .name = call->call.fn->id == KTAP_BI_FORMAT ? "format" : "printf" };
	const char *s, *end;

	if (!format || format->kind != EX_STR)
		return;
	t.pos = format->pos;
	t.next = format->next;
	end = format->str->s + format->str->len;
	for (s = format->str->s; s < end && !t.wrong;)
		s = *s == '%' ? conversion(&t, s + 1, end) : s + 1;
	if (t.next && !t.wrong)
		diag_error(c->diag, t.next->pos, "%s: the format does not use this argument", t.name);
}
