/* SPDX-License-Identifier: GPL-2.0 */
/*
 * keywords.def.h - the words that cannot be variables. They may still be field
 * names and table keys. _(TOKEN, word)
 */
#define KTAP_KEYWORDS(_) \
	_(AND, "and") _(BREAK, "break") _(CONTINUE, "continue") _(DO, "do") \
	_(ELSE, "else") _(ELSEIF, "elseif") _(END, "end") _(FALSE, "false") \
	_(FOR, "for") _(FUNCTION, "function") _(IF, "if") _(IMPORT, "import") \
	_(IN, "in") _(LOCAL, "local") _(NIL, "nil") _(NOT, "not") _(OR, "or") \
	_(PROFILE, "profile") _(REPEAT, "repeat") _(RETURN, "return") \
	_(TICK, "tick") _(TRACE, "trace") _(TRACE_END, "trace_end") \
	_(TRUE, "true") _(UNTIL, "until") _(VAR, "var") _(WHILE, "while")
