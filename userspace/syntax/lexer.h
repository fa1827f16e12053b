/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lexer.h - text to tokens. Besides plain tokens the lexer decides two things
 * that the grammar cannot: whether a bracket or string continues a call (it
 * stands on the line of what it follows), and where the text of an event and
 * its condition end.
 */
#ifndef KTAP_SYNTAX_LEXER_H
#define KTAP_SYNTAX_LEXER_H

#include "util/diag.h"
#include "util/intern.h"

union SYNTAX_STYPE;

struct lexer {
	const struct source *src;
	struct intern *strings;
	struct ktap_diag *diag;
	void *flex;
	uint32_t at;		/* offset of what flex reads next */
	int prev;		/* the token before, 0 at the start */
	bool newline;		/* between that token and this one */
	bool in_cond;		/* a '/' may end the condition */
	bool first_event;	/* nothing of a trace statement's events is read yet */
	char quote;		/* the events stand in these quotes, 0: in none */
	bool said;		/* why the text ends too early has been reported */
	uint32_t long_start;	/* of a long string */
	size_t long_level;
};

void lexer_begin(struct lexer *lx);
void lexer_end(struct lexer *lx);

/* After a mistake: what follows is ordinary text, not an event's. */
void lexer_recover(struct lexer *lx);

/*
 * The next token, 0 at the end of the text. What is no token has been reported
 * and comes as bison's error token, which is not reported again.
 */
int lexer_next(struct lexer *lx, union SYNTAX_STYPE *value, src_pos *pos);

#endif
