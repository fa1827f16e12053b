/* SPDX-License-Identifier: GPL-2.0 */
/*
 * grammar.y - the language, both generations of it. Actions build nodes and do
 * nothing else; what a program means is check/'s business.
 */
%code requires {
#include "syntax/parse.h"
}

%code {
#define YYMAXDEPTH 4000
#define YYLLOC_DEFAULT(cur, rhs, n) \
	((cur) = (n) ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))
#define A	(p->arena)

static void syntax_error(src_pos *pos, struct parse *p, const char *text);
}

%define api.pure full
%define api.prefix {syntax_}
%define api.location.type {src_pos}
%define parse.error custom
%define parse.lac full
%locations
%param { struct parse *p }
%initial-action { @$ = 0; }
%expect 0

%union {
	int64_t num;
	unsigned int op;
	struct str *str;
	struct expr *expr;
	struct expr_list exprs;
	struct var_list vars;
	struct item_list items;
	struct stmt *stmt;
	struct stmt_list stmts;
	struct if_arm *arm;
	struct arm_list arms;
	struct event_list events;
}

%token <num> INT "number" ARGREF "argument"
%token <str> NAME "name" KEYNAME "field name" STRING "string" CALL_STRING "argument string"
%token <str> EVENT_TEXT "event" PATTERN "pattern"
%token <op> UPDATE "assignment operator"
%token BREAK "'break'" CONTINUE "'continue'" DO "'do'" DO_BLOCK "'do' block" ELSE "'else'"
%token ELSEIF "'elseif'" END "'end'" FALSE "'false'" FOR "'for'" FUNCTION "'function'"
%token IF "'if'" IMPORT "'import'" LOCAL "'local'" NIL "'nil'" PROFILE "'profile'"
%token REPEAT "'repeat'" RETURN "'return'" TICK "'tick'" TRACE "'trace'"
%token TRACE_END "'trace_end'" TRUE "'true'" UNTIL "'until'" VAR "'var'" WHILE "'while'"
%token QUOTE "quote" COND_BEGIN "condition" COND_END "'/' at the end of the condition"
%token ELLIPSIS "'...'" INCREMENT "'++'" DECREMENT "'--'" AGGREGATE "'<<<'"
%token OR "'||'" AND "'&&'" EQ "'=='" NE "'!='" LE "'<='" GE "'>='" IN "'in'" CONCAT "'..'"
%token ARROW "'->'" SHL "'<<'" SHR "'>>'" USHR "'>>>'" NOT "'not'"
%token CALL_LPAREN "'(' of a call" CALL_LBRACE "'{' of a call"

/* A name or call goes on as long as it can. */
%precedence LOW
%precedence CALL_LPAREN CALL_LBRACE

%right '?' ':'
%left OR
%left AND
%left EQ NE '<' LE '>' GE IN '~'
%left '|'
%left '^'
%left '&'
%right CONCAT
%left SHL SHR USHR
%left '+' '-'
%left '*' '/' '%'
%precedence UNARY '!' NOT

%type <str> string field
%type <expr> expr suffixed primary function funcname value table spec
%type <exprs> exprs args values
%type <vars> names params
%type <items> items item_list
%type <stmt> stmt simple init step
%type <stmts> stmts block body else
%type <arms> elseifs
%type <events> event events

%%

program: body			{ p->program = $1; }

/* `return` ends a block: what followed it could not run. */
body: stmts
    | stmts RETURN values semi	{
		struct stmt *s = ast_stmt(A, ST_RETURN, @2);

		s->values = $3;
		$$ = ast_stmts_add($1, s);
	}

values: %empty			{ $$ = (struct expr_list) { 0 }; }
      | exprs

semi: %empty | ';'

stmts: %empty			{ $$ = (struct stmt_list) { 0 }; }
     | stmts stmt		{ $$ = ast_stmts_add($1, $2); }
     | stmts ';'
     | stmts error		{
		if (parse_resync(p, yychar)) {
			yyclearin;
			yyerrok;
		}
	}

lbrace: '{' | CALL_LBRACE
lparen: '(' | CALL_LPAREN

block: lbrace body '}'		{ $$ = $2; }

stmt: simple
    | block			{
		$$ = ast_stmt(A, ST_BLOCK, @1);
		$$->body = $1;
	}
    | DO body END		{
		$$ = ast_stmt(A, ST_BLOCK, @1);
		$$->body = $2;
	}
    | DO_BLOCK block		{
		$$ = ast_stmt(A, ST_BLOCK, @1);
		$$->body = $2;
	}
    | local names		{
		$$ = ast_stmt(A, ST_LOCAL, @2);
		$$->local.vars = $2;
	}
    | local names '=' exprs	{
		$$ = ast_stmt(A, ST_LOCAL, @2);
		$$->local.vars = $2;
		$$->local.values = $4;
	}
    | local FUNCTION NAME function {
		$$ = ast_stmt(A, ST_LOCALFUNC, @3);
		$$->localfunc.var = ast_var(A, $3, @3);
		$$->localfunc.func = $4;
		$4->func->name = $3;
	}
    | FUNCTION funcname function {
		$$ = ast_stmt(A, ST_ASSIGN, @2);
		$$->assign.targets = ast_exprs_add((struct expr_list) { 0 }, $2);
		$$->assign.values = ast_exprs_add((struct expr_list) { 0 }, $3);
		$3->func->name = $2->kind == EX_NAME ? $2->str : $2->index.key->str;
	}
    | IF lparen expr ')' block elseifs else {
		struct if_arm *arm = ast_arm(A, $3, $5);

		$$ = ast_stmt(A, ST_IF, @1);
		arm->next = $6.first;
		$$->arms.first = arm;
		$$->arms.last = $6.last ? $6.last : arm;
		if ($7.first)
			$$->arms = ast_arms_add($$->arms, ast_arm(A, NULL, $7));
	}
    | WHILE lparen expr ')' block {
		$$ = ast_stmt(A, ST_WHILE, @1);
		$$->loop.cond = $3;
		$$->loop.body = $5;
	}
    | REPEAT block UNTIL lparen expr ')' {
		$$ = ast_stmt(A, ST_REPEAT, @1);
		$$->loop.cond = $5;
		$$->loop.body = $2;
	}
    | FOR lparen NAME '=' expr ',' expr step_value ')' block {
		$$ = ast_stmt(A, ST_FORNUM, @1);
		$$->range.var = ast_var(A, $3, @3);
		$$->range.from = $5;
		$$->range.to = $7;
		$$->range.step = $<expr>8;
		$$->range.body = $10;
	}
    | FOR lparen init ';' cond_opt ';' step ')' block {
		$$ = ast_stmt(A, ST_FORC, @1);
		$$->forc.init = $3;
		$$->forc.cond = $<expr>5;
		$$->forc.step = $7;
		$$->forc.body = $9;
	}
    | FOR lparen names IN expr ')' block {
		$$ = ast_stmt(A, ST_FORIN, @1);
		$$->forin.vars = $3;
		$$->forin.table = $5;
		$$->forin.body = $7;
	}
    | BREAK			{ $$ = ast_stmt(A, ST_BREAK, @1); }
    | CONTINUE			{ $$ = ast_stmt(A, ST_CONTINUE, @1); }
    | IMPORT string		{
		$$ = ast_stmt(A, ST_IMPORT, @2);
		$$->import.name = $2;
	}
    | TRACE events block	{
		$$ = ast_stmt(A, ST_TRACE, @1);
		$$->trace.events = $2;
		$$->trace.handler = ast_func(A, (struct var_list) { 0 }, false, $3, @1);
	}
    | TRACE QUOTE events QUOTE value {
		$$ = ast_stmt(A, ST_TRACE, @1);
		$$->trace.events = $3;
		$$->trace.handler = $5;
	}
    | TRACE spec value		{
		$$ = ast_stmt(A, ST_TRACE, @1);
		$$->trace.spec = $2;
		$$->trace.handler = $3;
	}
    | TICK events block		{
		$$ = ast_stmt(A, ST_TRACE, @2);
		$$->trace.events = $2;
		$$->trace.handler = ast_func(A, (struct var_list) { 0 }, false, $3, @1);
	}
    | TRACE_END block		{
		$$ = ast_stmt(A, ST_TRACEEND, @1);
		$$->handler = ast_func(A, (struct var_list) { 0 }, false, $2, @1);
	}
    | TRACE_END value		{
		$$ = ast_stmt(A, ST_TRACEEND, @1);
		$$->handler = $2;
	}

local: LOCAL | VAR
string: STRING | CALL_STRING

/* What may also stand as the last part of a for ( ; ; ). */
simple: suffixed %prec LOW	{ $$ = parse_call_stmt(p, $1); }
      | suffixed '=' exprs	{
		$$ = ast_stmt(A, ST_ASSIGN, @2);
		$$->assign.targets = ast_exprs_add((struct expr_list) { 0 }, $1);
		$$->assign.values = $3;
	}
      | suffixed ',' exprs '=' exprs {
		struct expr_list targets = { $1, $1, 1 };

		$1->next = $3.first;
		targets.last = $3.last;
		targets.n += $3.n;
		$$ = ast_stmt(A, ST_ASSIGN, @4);
		$$->assign.targets = targets;
		$$->assign.values = $5;
	}
      | suffixed UPDATE expr	{
		$$ = ast_stmt(A, ST_UPDATE, @2);
		$$->update.target = $1;
		$$->update.op = $2;
		$$->update.value = $3;
	}
      | suffixed INCREMENT	{
		$$ = ast_stmt(A, ST_UPDATE, @2);
		$$->update.target = $1;
		$$->update.op = KTAP_ARITH_ADD;
		$$->update.value = ast_int(A, 1, @2);
	}
      | suffixed DECREMENT	{
		$$ = ast_stmt(A, ST_UPDATE, @2);
		$$->update.target = $1;
		$$->update.op = KTAP_ARITH_SUB;
		$$->update.value = ast_int(A, 1, @2);
	}
      | suffixed AGGREGATE expr	{
		$$ = ast_stmt(A, ST_UPDATE, @2);
		$$->update.target = $1;
		$$->update.op = AST_AGGREGATE;
		$$->update.value = $3;
	}

init: %empty			{ $$ = NULL; }
    | NAME '=' expr		{
		$$ = ast_stmt(A, ST_LOCAL, @1);
		$$->local.vars = ast_vars_add((struct var_list) { 0 }, ast_var(A, $1, @1));
		$$->local.values = ast_exprs_add((struct expr_list) { 0 }, $3);
	}
    | local NAME '=' expr	{
		$$ = ast_stmt(A, ST_LOCAL, @2);
		$$->local.vars = ast_vars_add((struct var_list) { 0 }, ast_var(A, $2, @2));
		$$->local.values = ast_exprs_add((struct expr_list) { 0 }, $4);
	}

cond_opt: %empty		{ $<expr>$ = NULL; }
	| expr			{ $<expr>$ = $1; }

step: %empty			{ $$ = NULL; }
    | simple

step_value: %empty		{ $<expr>$ = NULL; }
	  | ',' expr		{ $<expr>$ = $2; }

elseifs: %empty			{ $$ = (struct arm_list) { 0 }; }
       | elseifs ELSEIF lparen expr ')' block { $$ = ast_arms_add($1, ast_arm(A, $4, $6)); }
       | elseifs ELSE IF lparen expr ')' block { $$ = ast_arms_add($1, ast_arm(A, $5, $7)); }

/* An empty else is no arm. */
else: %empty			{ $$ = (struct stmt_list) { 0 }; }
    | ELSE block		{ $$ = $2; }

events: event
      | events ',' event	{
		$$ = $1;
		$$.last->next = $3.first;
		$$.last = $3.last;
	}

event: EVENT_TEXT		{
		$$ = ast_events_add(A, (struct event_list) { 0 }, $1, NULL, @1);
	}
     | EVENT_TEXT COND_BEGIN expr COND_END {
		$$ = ast_events_add(A, (struct event_list) { 0 }, $1, $3, @1);
	}

/* An event that the program computes. */
spec: STRING			{ $$ = ast_str(A, $1, @1); }
    | STRING CONCAT expr	{
		$$ = ast_binary(A, KTAP_ARITH_CONCAT, ast_str(A, $1, @1), $3, @2);
		$$ = parse_checked(p, $$);
	}
    | suffixed	%prec LOW
    | suffixed CONCAT expr	{
		$$ = parse_checked(p, ast_binary(A, KTAP_ARITH_CONCAT, $1, $3, @2));
	}

value: FUNCTION function	{ $$ = $2; }
     | suffixed	%prec LOW

names: NAME			{ $$ = ast_vars_add((struct var_list) { 0 }, ast_var(A, $1, @1)); }
     | names ',' NAME		{ $$ = ast_vars_add($1, ast_var(A, $3, @3)); }

funcname: NAME			{ $$ = ast_name(A, $1, @1); }
	| funcname '.' field	{ $$ = parse_checked(p, ast_index(A, $1, ast_str(A, $3, @3), @3)); }

function: lparen ')' block	{ $$ = ast_func(A, (struct var_list) { 0 }, false, $3, @1); }
	| lparen params ')' block { $$ = ast_func(A, $2, false, $4, @1); }
	| lparen ELLIPSIS ')' block { $$ = ast_func(A, (struct var_list) { 0 }, true, $4, @1); }
	| lparen params ',' ELLIPSIS ')' block { $$ = ast_func(A, $2, true, $6, @1); }

params: NAME			{ $$ = ast_vars_add((struct var_list) { 0 }, ast_var(A, $1, @1)); }
      | params ',' NAME		{ $$ = ast_vars_add($1, ast_var(A, $3, @3)); }

exprs: expr			{ $$ = ast_exprs_add((struct expr_list) { 0 }, $1); }
     | exprs ',' expr		{ $$ = ast_exprs_add($1, $3); }

expr: suffixed %prec LOW
    | NIL			{ $$ = ast_expr(A, EX_NIL, @1); }
    | TRUE			{ $$ = ast_expr(A, EX_TRUE, @1); }
    | FALSE			{ $$ = ast_expr(A, EX_FALSE, @1); }
    | INT			{ $$ = ast_int(A, $1, @1); }
    | STRING			{ $$ = ast_str(A, $1, @1); }
    | ELLIPSIS			{ $$ = ast_expr(A, EX_VARARG, @1); }
    | ARGREF			{
		$$ = ast_expr(A, EX_ARGREF, @1);
		$$->num = $1;
	}
    | table
    | FUNCTION function		{ $$ = $2; }
    | expr '?' expr ':' expr	{ $$ = parse_checked(p, ast_cond(A, $1, $3, $5, @2)); }
    | expr OR expr		{ $$ = parse_checked(p, ast_binary(A, AST_OR, $1, $3, @2)); }
    | expr AND expr		{ $$ = parse_checked(p, ast_binary(A, AST_AND, $1, $3, @2)); }
    | expr EQ expr		{ $$ = parse_checked(p, ast_binary(A, AST_EQ, $1, $3, @2)); }
    | expr NE expr		{ $$ = parse_checked(p, ast_binary(A, AST_NE, $1, $3, @2)); }
    | expr '<' expr		{ $$ = parse_checked(p, ast_binary(A, AST_LT, $1, $3, @2)); }
    | expr LE expr		{ $$ = parse_checked(p, ast_binary(A, AST_LE, $1, $3, @2)); }
    | expr '>' expr		{ $$ = parse_checked(p, ast_binary(A, AST_GT, $1, $3, @2)); }
    | expr GE expr		{ $$ = parse_checked(p, ast_binary(A, AST_GE, $1, $3, @2)); }
    | expr IN expr		{ $$ = parse_checked(p, ast_binary(A, AST_IN, $1, $3, @2)); }
    | expr '~' expr		{ $$ = parse_checked(p, ast_binary(A, AST_MATCH, $1, $3, @2)); }
    | expr EQ PATTERN		{ $$ = parse_pattern(p, $1, $3, @2, @3); }
    | expr '~' PATTERN		{ $$ = parse_pattern(p, $1, $3, @2, @3); }
    | expr NE PATTERN		{
		$$ = parse_checked(p, ast_unary(A, AST_NOT, parse_pattern(p, $1, $3, @2, @3), @2));
	}
    | expr '|' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_BOR, $1, $3, @2)); }
    | expr '^' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_BXOR, $1, $3, @2)); }
    | expr '&' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_BAND, $1, $3, @2)); }
    | expr CONCAT expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_CONCAT, $1, $3, @2)); }
    | expr SHL expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_SHL, $1, $3, @2)); }
    | expr SHR expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_SHR, $1, $3, @2)); }
    | expr USHR expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_USHR, $1, $3, @2)); }
    | expr '+' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_ADD, $1, $3, @2)); }
    | expr '-' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_SUB, $1, $3, @2)); }
    | expr '*' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_MUL, $1, $3, @2)); }
    | expr '/' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_DIV, $1, $3, @2)); }
    | expr '%' expr		{ $$ = parse_checked(p, ast_binary(A, KTAP_ARITH_MOD, $1, $3, @2)); }
    | '-' expr %prec UNARY	{ $$ = parse_checked(p, ast_unary(A, AST_NEG, $2, @1)); }
    | '!' expr			{ $$ = parse_checked(p, ast_unary(A, AST_NOT, $2, @1)); }
    | NOT expr			{ $$ = parse_checked(p, ast_unary(A, AST_NOT, $2, @1)); }
    | '~' expr %prec UNARY	{ $$ = parse_checked(p, ast_unary(A, AST_BNOT, $2, @1)); }
    | '&' expr %prec UNARY	{ $$ = parse_checked(p, ast_unary(A, AST_ADDR, $2, @1)); }

primary: NAME			{ $$ = ast_name(A, $1, @1); }
       | lparen expr ')'	{
		$$ = $2;
		$$->single = true;
	}

suffixed: primary
	| suffixed args		{ $$ = parse_checked(p, ast_call(A, $1, $2)); }
	| suffixed '.' field	{ $$ = parse_checked(p, ast_index(A, $1, ast_str(A, $3, @3), @3)); }
	| suffixed ARROW field	{ $$ = parse_checked(p, ast_arrow(A, $1, $3, @3)); }
	| suffixed '[' exprs ']' {
		$$ = parse_checked(p, ast_index(A, $1, ast_key(A, $3, @3), @3));
	}

args: CALL_LPAREN ')'		{ $$ = (struct expr_list) { 0 }; }
    | CALL_LPAREN exprs ')'	{ $$ = $2; }
    | CALL_STRING		{ $$ = ast_exprs_add((struct expr_list) { 0 }, ast_str(A, $1, @1)); }
    | CALL_LBRACE items '}'	{
		$$ = ast_exprs_add((struct expr_list) { 0 }, ast_table(A, $2, @1));
	}

field: NAME | KEYNAME

table: '{' items '}'		{ $$ = parse_checked(p, ast_table(A, $2, @1)); }

items: %empty			{ $$ = (struct item_list) { 0 }; }
     | item_list
     | item_list separator

item_list: expr			{ $$ = ast_items_add(A, (struct item_list) { 0 }, NULL, $1); }
	 | field '=' expr	{
		$$ = ast_items_add(A, (struct item_list) { 0 }, ast_str(A, $1, @1), $3);
	}
	 | '[' exprs ']' '=' expr {
		$$ = ast_items_add(A, (struct item_list) { 0 }, ast_key(A, $2, @2), $5);
	}
	 | item_list separator expr { $$ = ast_items_add(A, $1, NULL, $3); }
	 | item_list separator field '=' expr {
		$$ = ast_items_add(A, $1, ast_str(A, $3, @3), $5);
	}
	 | item_list separator '[' exprs ']' '=' expr {
		$$ = ast_items_add(A, $1, ast_key(A, $4, @4), $7);
	}

separator: ',' | ';'

%%

/* What bison itself has to say: its stack is full. */
static void syntax_error(src_pos *pos, struct parse *p, const char *text)
{
	(void)text;
	if (!p->too_deep)
		diag_error(p->lexer.diag, *pos, "program is nested too deeply");
	p->too_deep = true;
}

static int yyreport_syntax_error(const yypcontext_t *ctx, struct parse *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *names[YYNTOKENS];
	int n = yypcontext_expected_tokens(ctx, kinds, YYNTOKENS), i;

	for (i = 0; i < n; i++)
		names[i] = yysymbol_name(kinds[i]);
	parse_unexpected(p, p->tokens[0], yysymbol_name(yypcontext_token(ctx)),
			 *yypcontext_location(ctx), names, n);
	return 0;
}
