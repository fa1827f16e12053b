// SPDX-License-Identifier: GPL-2.0
/*
 * typed.c - without the kernel's description of its types (BTF): no argument of a
 * function or raw tracepoint has a name or type, only words and what is fetched.
 */
#include "event/typed.h"

#include <ctype.h>

#include "event/types.h"
#include "util/text.h"

static const char missing[] = "this ktap-run does not read the kernel's types (BTF)";

int types_need(struct types *t, struct buf *why)
{
	(void)t;
	text_str(why, missing);
	return -1;
}

void types_close(struct types *t)
{
	(void)t;
}

bool types_function(struct types *t, const char *module, const char *name, struct prototype *p)
{
	(void)t, (void)module, (void)name, (void)p;
	return false;
}

bool types_tracepoint(struct types *t, const char *name, struct prototype *p)
{
	(void)t, (void)name, (void)p;
	return false;
}

void types_tracepoints(struct types *t, struct names *out)
{
	(void)t, (void)out;
}

void prototype_params_text(const struct prototype *p, struct buf *out)
{
	(void)p, (void)out;
}

void typed_params(struct making *m, const struct prototype *p)
{
	(void)m, (void)p;
}

struct ktap_field typed_field(struct making *m, const struct prototype *p, unsigned int roots,
			      const char *chain)
{
	(void)m, (void)p, (void)roots, (void)chain;
	return field_none();
}

unsigned int typed_explain(const struct prototype *p, unsigned int roots, const char *chain,
			   struct buf *why)
{
	(void)p, (void)roots, (void)chain;
	text_str(why, missing);
	return 0;
}

/* A name with more behind it, as in event/deref.c. */
bool deref_is_chain(const char *field)
{
	while (isalnum((unsigned char)*field) || *field == '_')
		field++;
	return *field;
}
