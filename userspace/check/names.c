// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <ktap/limits.h>

#include "syntax/keywords.def.h"

#define ANY	false
#define PROCESS	true

const struct builtin_info builtin_info[KTAP_BI__MAX] = {
#define _(NAME, name, min, max, results, contexts, help) \
	[KTAP_BI_##NAME] = { name, min, max, results, contexts },
	KTAP_BUILTINS(_)
#undef _
};

static const char *const ctxvar_names[KTAP_CTX__MAX] = {
#define _(NAME, name, type, help) [KTAP_CTX_##NAME] = name,
	KTAP_CTXVARS(_)
#undef _
};

static const struct { const char *name; int id; } ctxvar_aliases[] = {
#define _(alias, NAME) { alias, KTAP_CTX_##NAME },
	KTAP_CTXVAR_ALIASES(_)
#undef _
};

static const struct { const char *name; int id; } builtin_aliases[] = {
#define _(alias, NAME) { alias, KTAP_BI_##NAME },
	KTAP_BUILTIN_ALIASES(_)
#undef _
};

#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))

/* Builtins that have a syntax of their own instead of a name. */
static bool is_hidden(int id)
{
	return id == KTAP_BI_EVTEXT || id == KTAP_BI_EVFIELD || id == KTAP_BI_ARG ||
	       id == KTAP_BI_GLOB;
}

int name_builtin(const char *name)
{
	int id;

	for (id = 0; id < KTAP_BI__MAX; id++)
		if (!is_hidden(id) && !strcmp(builtin_info[id].name, name))
			return id;
	for (id = 0; id < COUNT(builtin_aliases); id++)
		if (!strcmp(builtin_aliases[id].name, name))
			return builtin_aliases[id].id;
	return -1;
}

int name_ctxvar(const char *name)
{
	int i;

	for (i = 0; i < KTAP_CTX__MAX; i++)
		if (!strcmp(ctxvar_names[i], name))
			return i;
	for (i = 0; i < COUNT(ctxvar_aliases); i++)
		if (!strcmp(ctxvar_aliases[i].name, name))
			return ctxvar_aliases[i].id;
	return -1;
}

static const struct { const char *name, *prefix; } attachers[] = {
	{ "timer.tick", "tick-" },
	{ "timer.profile", "profile-" },
	{ "kdebug.kprobe", "probe:" },
};

const char *name_attacher(const char *name)
{
	int i;

	for (i = 0; i < COUNT(attachers); i++)
		if (!strcmp(attachers[i].name, name))
			return attachers[i].prefix;
	return NULL;
}

bool name_is_attachers_library(const char *name)
{
	size_t len = strlen(name);
	int i;

	for (i = 0; i < COUNT(attachers); i++)
		if (!strncmp(attachers[i].name, name, len) && attachers[i].name[len] == '.')
			return true;
	return false;
}

const char *ctxvar_name(unsigned int id)
{
	return ctxvar_names[id];
}

int name_arg(const char *name)
{
	char *end;
	long n;

	if (strncmp(name, "arg", 3) || !isdigit((unsigned char)name[3]))
		return -1;
	if (name[3] == '0' && name[4])
		return -1;
	n = strtol(name + 3, &end, 10);
	return *end || n >= (long)KTAP_MAX_ARGS ? -1 : (int)n;
}

bool name_is_library(const char *name)
{
	size_t len = strlen(name);
	int id;

	for (id = 0; id < KTAP_BI__MAX; id++)
		if (!is_hidden(id) && !strncmp(builtin_info[id].name, name, len) &&
		    builtin_info[id].name[len] == '.')
			return true;
	return false;
}

bool name_is_known(const char *name)
{
	return name_builtin(name) >= 0 || name_ctxvar(name) >= 0 || name_arg(name) >= 0 ||
	       !strcmp(name, "retval") || !strcmp(name, "args") || !strcmp(name, "arg") ||
	       name_is_library(name) || name_is_attachers_library(name);
}

void near_offer_builtins(struct near_search *near)
{
	int id;

	for (id = 0; id < KTAP_BI__MAX; id++)
		if (!is_hidden(id))
			near_offer(near, builtin_info[id].name);
	for (id = 0; id < COUNT(builtin_aliases); id++)
		near_offer(near, builtin_aliases[id].name);
	for (id = 0; id < COUNT(attachers); id++)
		near_offer(near, attachers[id].name);
}

void near_offer_keywords(struct near_search *near)
{
#define _(TOKEN, word) near_offer(near, word);
	KTAP_KEYWORDS(_)
#undef _
}

void near_offer_variables(struct near_search *near)
{
	int i;

	for (i = 0; i < KTAP_CTX__MAX; i++)
		near_offer(near, ctxvar_names[i]);
	for (i = 0; i < COUNT(ctxvar_aliases); i++)
		near_offer(near, ctxvar_aliases[i].name);
	near_offer(near, "retval");
	near_offer(near, "args");
}
