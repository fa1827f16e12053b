/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parse.h - one text to a tree of statements. Input: a source; output: its
 * statements, in the arena, whole as far as the text could be understood. The
 * diagnostics' count says whether there were mistakes.
 */
#ifndef KTAP_SYNTAX_PARSE_H
#define KTAP_SYNTAX_PARSE_H

#include "lexer.h"
#include "ast.h"

/* What the parser carries from token to token. */
struct parse {
	struct lexer lexer;
	struct arena *arena;
	struct stmt_list program;
	unsigned int depth;	/* of open brackets and blocks */
	bool too_deep;		/* said so, and gave up */
	bool resync;		/* skip to a line that begins a statement */
	unsigned int skipped;	/* blocks that opened in what is skipped */
	uint32_t error_line;	/* the last that had a syntax error */
	int tokens[2];		/* the last two, the newest first */
	struct str *names[2];	/* their names, NULL for other tokens */
};

struct stmt_list parse_source(const struct source *src, struct arena *arena,
			      struct intern *strings, struct ktap_diag *diag);

/* For the grammar. */
int syntax_lex(union SYNTAX_STYPE *value, src_pos *pos, struct parse *p);
/* A list too high for the passes that walk it is refused here. */
struct expr *parse_checked(struct parse *p, struct expr *e);

/* a ~ "pattern" */
struct expr *parse_pattern(struct parse *p, struct expr *a, struct str *pattern, src_pos op,
			   src_pos pos);
/* The statement that a call makes; NULL, and an error, for any other value. */
struct stmt *parse_call_stmt(struct parse *p, struct expr *e);
/* An error whose statement is understood well enough to go on. */
void parse_error_at(struct parse *p, src_pos pos, const char *hint, const char *text);
/* Says what is wrong at a token that fits no rule. */
void parse_unexpected(struct parse *p, int token, const char *found, src_pos pos,
		      const char *const *expected, int n);
/* Skip the rest of a statement that was not understood. */
bool parse_resync(struct parse *p, int lookahead);

#endif
