// SPDX-License-Identifier: GPL-2.0
#include "ast_dump.h"

#include <inttypes.h>

#include <ktap/image.h>

#include "check/names.h"
#include "syntax/walk.h"
#include "text.h"

static const char *const expr_names[] = {
#define _(KIND, name) [EX_##KIND] = name,
	AST_EXPRS(_)
#undef _
};

static const char *const stmt_names[] = {
#define _(KIND, name) [ST_##KIND] = name,
	AST_STMTS(_)
#undef _
};

struct dump {
	FILE *out;
	int indent;
};

static void dump_expr(void *data, struct expr *e);
static void dump_body(void *data, struct stmt_list *body);

static void dump_vars(struct dump *d, const struct var_list *vars)
{
	const struct var *var;

	for (var = vars->first; var; var = var->next)
		fprintf(d->out, " %s", var->name->s);
}

static void dump_func(struct dump *d, struct func *fn)
{
	fputs("(", d->out);
	fputs("function", d->out);
	if (fn->name)
		fprintf(d->out, " %s", fn->name->s);
	fputs(" (params", d->out);
	dump_vars(d, &fn->params);
	fprintf(d->out, "%s)", fn->vararg ? " ..." : "");
	dump_body(d, &fn->body);
	fputs(")", d->out);
}

static void dump_field(struct dump *d, const struct field_ref *ref)
{
	switch (ref->kind) {
	case KTAP_FREF_NAME:	fprintf(d->out, "(field %s)", ref->name->s); break;
	case KTAP_FREF_ARG:	fprintf(d->out, "(field arg%u)", ref->index); break;
	case KTAP_FREF_RETVAL:	fputs("(field retval)", d->out); break;
	case KTAP_FREF_SCNR:	fputs("(field sc_nr)", d->out); break;
	default:		fprintf(d->out, "(field sc_arg%u)", ref->index); break;
	}
}

static void dump_item(struct dump *d, const struct table_item *item)
{
	if (!item->key) {
		dump_expr(d, item->value);
		return;
	}
	fputs(" (=", d->out);
	dump_expr(d, item->key);
	dump_expr(d, item->value);
	fputs(")", d->out);
}

static void dump_table(struct dump *d, const struct item_list *items)
{
	const struct table_item *item;

	fputs("(table", d->out);
	for (item = items->first; item; item = item->next)
		dump_item(d, item);
	fputs(")", d->out);
}

static void dump_leaf(struct dump *d, struct expr *e)
{
	switch (e->kind) {
	case EX_INT:	fprintf(d->out, "%" PRId64, e->num); break;
	case EX_ARGREF:	fprintf(d->out, "$%" PRId64, e->num); break;
	case EX_STR:	text_quoted(d->out, e->str->s, e->str->len); break;
	case EX_NAME:	fputs(e->str->s, d->out); break;
	case EX_LOCAL:	fprintf(d->out, "(local %s)", e->var->name->s); break;
	case EX_GLOBAL:	fprintf(d->out, "(global %s)", e->global->name->s); break;
	case EX_BUILTIN: fprintf(d->out, "(builtin %s)", builtin_info[e->id].name); break;
	case EX_CTX:	fprintf(d->out, "(ctx %s)", ctxvar_name(e->id)); break;
	case EX_FIELD:	dump_field(d, &e->field); break;
	default:	fputs(expr_names[e->kind], d->out); break;
	}
}

static bool is_leaf(const struct expr *e)
{
	return e->kind <= EX_NAME || e->kind >= EX_LOCAL;
}

static void dump_expr(void *data, struct expr *e)
{
	struct dump *d = data;

	putc(' ', d->out);
	if (is_leaf(e)) {
		dump_leaf(d, e);
	} else if (e->kind == EX_FUNC) {
		dump_func(d, e->func);
	} else if (e->kind == EX_TABLE) {
		dump_table(d, &e->items);
	} else {
		fprintf(d->out, "(%s", e->kind == EX_UNARY || e->kind == EX_BINARY ?
			ast_op_text(e->bin.op) : expr_names[e->kind]);
		walk_children(e, dump_expr, d);
		fputs(")", d->out);
	}
}

static void dump_events(struct dump *d, struct stmt *s)
{
	struct event *event;

	for (event = s->trace.events.first; event; event = event->next) {
		fputs(" (event ", d->out);
		text_quoted(d->out, event->text->s, event->text->len);
		if (event->wrapper)
			dump_expr(d, event->wrapper);
		else if (event->cond)
			dump_expr(d, event->cond);
		fputs(")", d->out);
	}
}

/* The names that a statement declares. */
static void dump_declared(struct dump *d, const struct stmt *s)
{
	switch (s->kind) {
	case ST_LOCAL:
		fputs(" (names", d->out);
		dump_vars(d, &s->local.vars);
		fputs(")", d->out);
		break;
	case ST_FORNUM:
		fprintf(d->out, " %s", s->range.var->name->s);
		break;
	case ST_FORIN:
		fputs(" (names", d->out);
		dump_vars(d, &s->forin.vars);
		fputs(")", d->out);
		break;
	case ST_LOCALFUNC:
		fprintf(d->out, " %s", s->localfunc.var->name->s);
		break;
	case ST_UPDATE:
		fprintf(d->out, s->update.op == AST_AGGREGATE ? " %s" : " %s=",
			ast_op_text(s->update.op));
		break;
	case ST_IMPORT:
		putc(' ', d->out);
		text_quoted(d->out, s->import.name->s, s->import.name->len);
		break;
	default:
		break;
	}
}

static void new_line(struct dump *d)
{
	fprintf(d->out, "\n%*s", 2 * d->indent, "");
}

static void dump_stmt(struct dump *d, struct stmt *s);

/* The first and last part of a for are statements of their own. */
static void dump_forc(struct dump *d, struct stmt *s)
{
	if (s->forc.init)
		dump_stmt(d, s->forc.init);
	if (s->forc.cond)
		dump_expr(d, s->forc.cond);
	if (s->forc.step)
		dump_stmt(d, s->forc.step);
	dump_body(d, &s->forc.body);
}

static void dump_stmt(struct dump *d, struct stmt *s)
{
	new_line(d);
	fprintf(d->out, "(%s", stmt_names[s->kind]);
	dump_declared(d, s);
	d->indent++;
	if (s->kind == ST_TRACE) {
		dump_events(d, s);
		if (s->trace.spec)
			dump_expr(d, s->trace.spec);
		dump_expr(d, s->trace.handler);
	} else if (s->kind == ST_FORC) {
		dump_forc(d, s);
	} else if (s->kind == ST_ASSIGN) {
		fputs(" (to", d->out);
		walk_list(&s->assign.targets, dump_expr, d);
		fputs(")", d->out);
		walk_list(&s->assign.values, dump_expr, d);
	} else {
		walk_stmt(s, dump_expr, dump_body, d);
	}
	d->indent--;
	fputs(")", d->out);
}

static void dump_body(void *data, struct stmt_list *body)
{
	struct dump *d = data;
	struct stmt *s;

	d->indent++;
	new_line(d);
	fputs("(body", d->out);
	d->indent++;
	for (s = body->first; s; s = s->next)
		dump_stmt(d, s);
	d->indent -= 2;
	fputs(")", d->out);
}

void ast_dump(FILE *out, struct stmt_list program)
{
	struct dump d = { .out = out, .indent = 0 };
	struct stmt *s;

	fputs("(program", out);
	d.indent++;
	for (s = program.first; s; s = s->next)
		dump_stmt(&d, s);
	fputs(")\n", out);
}
