// SPDX-License-Identifier: GPL-2.0
/*
 * format.c - printf's arguments against a format that stands in the program.
 * What is seen here would be a runtime error at every event.
 */
#include "check.h"

#include <ctype.h>
#include <string.h>

/* The arguments that the conversions take one by one. */
struct taker {
	struct check *c;
	src_pos pos;		/* of the format */
	struct expr *next;
	bool open;		/* the last argument may be any number of values */
	bool wrong;
};

static void complain(struct taker *t, const char *text)
{
	if (!t->wrong)
		diag_error(t->c->diag, t->pos, "printf: %s", text);
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
		diag_error(t->c->diag, e->pos, "printf: %%%c wants an integer", conversion);
		t->wrong = true;
	}
}

static const char *skip_number(struct taker *t, const char *s)
{
	if (*s == '*') {
		take_integer(t, '*');
		return s + 1;
	}
	while (isdigit((unsigned char)*s))
		s++;
	return s;
}

/* One conversion, from behind its '%'; where it ends. */
static const char *conversion(struct taker *t, const char *s)
{
	while (*s && strchr("-+ #0", *s))
		s++;
	s = skip_number(t, s);
	if (*s == '.')
		s = skip_number(t, s + 1);
	while (*s && strchr("hlqLjzt", *s))
		s++;
	if (*s == 's')
		take(t);
	else if (*s && strchr("diuxXocp", *s))
		take_integer(t, *s);
	else if (*s != '%')
		complain(t, *s ? "the format has a conversion that there is not; "
				 "there are %d %i %u %x %X %o %c %s %p %%" :
				 "the format ends within a conversion");
	return *s ? s + 1 : s;
}

void check_format(struct check *c, struct expr *call)
{
	struct expr *format = call->call.args.first;
	struct taker t = { .c = c };
	const char *s;

	if (!format || format->kind != EX_STR || strlen(format->str->s) != format->str->len)
		return;
	t.pos = format->pos;
	t.next = format->next;
	for (s = format->str->s; *s && !t.wrong;)
		s = *s == '%' ? conversion(&t, s + 1) : s + 1;
	if (t.next && !t.wrong)
		diag_error(c->diag, t.next->pos, "printf: the format does not use this argument");
}
