// SPDX-License-Identifier: GPL-2.0
#include "parse.h"

#include <ctype.h>
#include <string.h>

#include "keywords.def.h"
#include "util/near.h"
#include "syntax/grammar.tab.h"

#define MAX_EXPECTED	4	/* names of tokens worth listing */

/* +1 for a token that opens a level, -1 for one that closes it. */
static int nesting(int token)
{
	switch (token) {
	case '(': case '[': case '{': case CALL_LPAREN: case CALL_LBRACE: case DO:
		return 1;
	case ')': case ']': case '}': case END:
		return -1;
	default:
		return 0;
	}
}

static void count_depth(struct parse *p, int token, src_pos pos)
{
	int step = nesting(token);

	if (step < 0 && !p->depth)
		return;
	p->depth += (unsigned int)step;
	if (p->depth <= AST_MAX_DEPTH || p->too_deep)
		return;
	p->too_deep = true;
	diag_error(p->lexer.diag, pos, "more than %d levels of brackets and blocks",
		   AST_MAX_DEPTH);
}

static bool starts_statement(int token)
{
	switch (token) {
	case NAME: case LOCAL: case VAR: case FUNCTION: case IF: case WHILE:
	case REPEAT: case FOR: case BREAK: case CONTINUE: case RETURN: case DO:
	case DO_BLOCK: case TRACE: case TRACE_END: case TICK: case IMPORT:
		return true;
	default:
		return false;
	}
}

static void remember(struct parse *p, int token, struct str *name)
{
	p->tokens[1] = p->tokens[0];
	p->names[1] = p->names[0];
	p->tokens[0] = token;
	p->names[0] = token == NAME || token == KEYNAME ? name : NULL;
}

static int next_token(struct parse *p, SYNTAX_STYPE *value, src_pos *pos)
{
	int token = lexer_next(&p->lexer, value, pos);

	count_depth(p, token, *pos);
	return p->too_deep ? 0 : token;
}

static bool opens_brace(int token)
{
	return token == '{' || token == CALL_LBRACE;
}

/* Blocks inside what was not understood are skipped whole. */
static bool ends_skipping(struct parse *p, int token)
{
	if (!token)
		return true;
	if (opens_brace(token))
		p->skipped++;
	if (!p->skipped)
		return token == '}' || (p->lexer.newline && starts_statement(token));
	if (token == '}')
		p->skipped--;
	return false;
}

int syntax_lex(SYNTAX_STYPE *value, src_pos *pos, struct parse *p)
{
	int token = next_token(p, value, pos);

	while (p->resync && !ends_skipping(p, token))
		token = next_token(p, value, pos);
	p->resync = false;
	remember(p, token, value->str);
	return token;
}

struct expr *parse_checked(struct parse *p, struct expr *e)
{
	if (e->depth <= AST_MAX_EXPR)
		return e;
	if (!p->too_deep)
		diag_error(p->lexer.diag, e->pos, "expression is too long: split it");
	p->too_deep = true;
	return ast_expr(p->arena, EX_NIL, e->pos);
}

struct expr *parse_pattern(struct parse *p, struct expr *a, struct str *pattern, src_pos op,
			   src_pos pos)
{
	return parse_checked(p, ast_binary(p->arena, AST_MATCH, a, ast_str(p->arena, pattern, pos), op));
}

static const char *keyword_hint(struct parse *p, const struct str *name)
{
	struct near_search near = near_begin(name->s);

#define _(TOKEN, word) near_offer(&near, word);
	KTAP_KEYWORDS(_)
#undef _
	return near.best ? arena_printf(p->arena, "did you mean '%s'?", near.best) : NULL;
}

struct stmt *parse_call_stmt(struct parse *p, struct expr *e)
{
	struct stmt *s;

	if (e->kind != EX_CALL) {
		parse_error_at(p, e->pos, e->kind == EX_NAME ? keyword_hint(p, e->str) : NULL,
			       "a value alone is not a statement: expected a call or an assignment");
		return NULL;
	}
	s = ast_stmt(p->arena, ST_CALL, e->pos);
	s->call = e;
	return s;
}

/* One syntax error a line: more would be echoes of the first. */
static bool may_report(struct parse *p, src_pos pos)
{
	uint32_t line = source_place(p->lexer.diag->sources, pos).line;

	if (p->too_deep || p->lexer.said || line == p->error_line)
		return false;
	p->error_line = line;
	return true;
}

void parse_error_at(struct parse *p, src_pos pos, const char *hint, const char *text)
{
	if (may_report(p, pos))
		diag_error_hint(p->lexer.diag, pos, hint, "%s", text);
}

/* Both spellings of a bracket are one to the user. */
static const char *shown(const char *name)
{
	if (!strcmp(name, "'(' of a call"))
		return "'('";
	if (!strcmp(name, "'{' of a call"))
		return "'{'";
	if (!strcmp(name, "argument string"))
		return "string";
	if (!strcmp(name, "field name"))
		return "name";
	if (!strcmp(name, "'do' block"))
		return "'do'";
	return name;
}

static bool has(const char *const *names, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* Which tokens to name, said in few words. */
static void describe_expected(struct buf *out, const char *const *names, int n)
{
	const char *last = "";
	int i, shown_n = 0;

	if (has(names, n, "event") && !has(names, n, "'{'")) {
		buf_printf(out, ", expected an event");
		return;
	}
	if (has(names, n, "number")) {
		buf_printf(out, ", expected %s", has(names, n, "')'") ?
			   "an expression or ')'" : has(names, n, "'}'") ?
			   "an expression or '}'" : "an expression");
		return;
	}
	if (has(names, n, "'while'") || n > 12) {
		buf_printf(out, "%s", has(names, n, "'}'") && n > 12 ?
			   ", expected '}' or a statement" : "");
		return;
	}
	for (i = 0; i < n && shown_n < MAX_EXPECTED; i++) {
		const char *name = shown(names[i]);

		if (!strcmp(name, last))
			continue;
		buf_printf(out, "%s%s", shown_n++ ? " or " : ", expected ", name);
		last = name;
	}
}

static const char *unexpected_hint(struct parse *p, int token)
{
	if (token == DECREMENT)
		return "comments begin with '#'";
	if ((p->lexer.in_cond && token == '*') || (token == COND_END && p->tokens[1] == '*'))
		return "a pattern with '*' inside stands in quotes";
	if (p->lexer.in_cond && (token == '{' || token == CALL_LBRACE))
		return "a condition ends at a '/' that stands before '{' or ','";
	if (token == '=' && p->tokens[1] != ')')
		return "to compare, write '=='";
	if (p->names[1])
		return keyword_hint(p, p->names[1]);
	return p->names[0] ? keyword_hint(p, p->names[0]) : NULL;
}

void parse_unexpected(struct parse *p, int token, const char *found, src_pos pos,
		      const char *const *expected, int n)
{
	struct buf text = { 0 };

	if (token == NAME || token == KEYNAME)
		buf_printf(&text, "unexpected '%s'", p->names[0]->s);
	else
		buf_printf(&text, "unexpected %s", token ? shown(found) : "end of the text");
	describe_expected(&text, expected, n);
	buf_putc(&text, 0);
	parse_error_at(p, pos, unexpected_hint(p, token), text.data);
	buf_free(&text);
}

/*
 * True: the token at which the error was is dropped. What closes a block, or
 * begins a statement on a line of its own, is kept.
 */
bool parse_resync(struct parse *p, int lookahead)
{
	if (lookahead <= 0 || lookahead == '}')
		return false;
	if (p->lexer.newline && starts_statement(lookahead))
		return false;
	p->resync = true;
	p->skipped = opens_brace(lookahead);
	lexer_recover(&p->lexer);
	return true;
}

struct stmt_list parse_source(const struct source *src, struct arena *arena,
			      struct intern *strings, struct ktap_diag *diag)
{
	struct parse p = {
		.lexer = { .src = src, .strings = strings, .diag = diag },
		.arena = arena,
	};

	lexer_begin(&p.lexer);
	syntax_parse(&p);
	lexer_end(&p.lexer);
	return p.program;
}
