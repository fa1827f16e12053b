/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names.h - the names that a script finds ready made, from the lists of the
 * contract. Pure look-ups over constant tables.
 */
#ifndef KTAP_CHECK_NAMES_H
#define KTAP_CHECK_NAMES_H

#include <stdbool.h>

#include <ktap/bytecode.h>

#include "util/near.h"

struct builtin_info {
	const char *name;
	int min, max;		/* arguments; max -1: any number */
	int results;		/* -1: any number */
	bool process;		/* only in process context */
};

extern const struct builtin_info builtin_info[KTAP_BI__MAX];

/* -1: no such name. A builtin in a library has a dot in its name. */
int name_builtin(const char *name);
int name_ctxvar(const char *name);	/* aliases included */
int name_arg(const char *name);		/* N of argN */

const char *ctxvar_name(unsigned int id);

/* Is it the first half of a dotted builtin? */
bool name_is_library(const char *name);

/*
 * How the text of an event begins that this call attaches a function to: "tick-" of
 * "timer.tick". NULL: the name is no such call's.
 */
const char *name_attacher(const char *name);
bool name_is_attachers_library(const char *name);

/* Anything that means something without being declared. */
bool name_is_known(const char *name);

void near_offer_builtins(struct near_search *near);
/* What looks like a call may be a misspelt statement. */
void near_offer_keywords(struct near_search *near);
void near_offer_variables(struct near_search *near);

#endif
