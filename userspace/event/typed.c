// SPDX-License-Identifier: GPL-2.0
#include "event/typed.h"

#include <stdio.h>

#include "util/text.h"

static void add_param(struct making *m, const struct prototype *p, unsigned int n)
{
	const char *name = prototype_name(p, n);
	struct buf type = { 0 };
	char number[16];
	struct deref d;

	snprintf(number, sizeof(number), "arg%u", n);
	deref_param(p, n, &d);
	prototype_type_text(p, n, &type);
	making_param(m, *name ? name : number, text_cstr(&type), d.style, &d.fetch);
	buf_free(&type);
}

void typed_params(struct making *m, const struct prototype *p)
{
	for (unsigned int i = 0; i < prototype_count(p) && i < KTAP_MAX_ARGS; i++)
		add_param(m, p, i);
}

struct ktap_field typed_field(struct making *m, const struct prototype *p, unsigned int roots,
			      const char *chain)
{
	struct buf why = { 0 };
	struct deref d;
	int err = deref_chain(p, roots, chain, &d, &why);

	buf_free(&why);
	return err ? field_none() : making_fetch(m, &d.fetch);
}

unsigned int typed_explain(const struct prototype *p, unsigned int roots, const char *chain,
			   struct buf *why)
{
	struct deref d;

	deref_chain(p, roots, chain, &d, why);
	return d.part;
}
