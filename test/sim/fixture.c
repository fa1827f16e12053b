// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "../../vm/core/str.h"
#include "../../vm/core/tab.h"

void fixture_init(struct fixture *f, u64 mem_limit)
{
	struct kp_opts opts = kp_sim_opts();

	memset(f, 0, sizeof(*f));
	opts.mem_limit = mem_limit;
	if (kp_sim_init(&f->sim, &f->prog, &opts, 1 << 16))
		abort();
}

void fixture_exit(struct fixture *f)
{
	kp_sim_exit(&f->sim);
	while (f->nmade)
		free(f->made[--f->nmade]);
}

static void *keep(struct fixture *f, size_t bytes)
{
	void *p = aligned_alloc(16, (bytes + 15) & ~(size_t)15);

	if (f->nmade < ARRAY_SIZE(f->made))
		f->made[f->nmade++] = p;
	return p;
}

struct kp_value fixture_str(struct fixture *f, const char *text)
{
	u32 len = strlen(text);
	struct kp_str *s = kp_str_init(keep(f, kp_str_size(len)), KTAP_T_STR, KP_OBJ_TEMP, len);

	memcpy(s->data, text, len);
	return kp_objval(s);
}

struct kp_value fixture_tuple(struct fixture *f, const struct kp_value *v, u32 n)
{
	struct kp_tuple *t = keep(f, sizeof(*t) + n * sizeof(*v));

	memset(t, 0, sizeof(*t));
	t->o.type = KTAP_T_TUPLE;
	t->o.flags = KP_OBJ_TEMP;
	t->n = n;
	memcpy(t->v, v, n * sizeof(*v));
	return kp_objval(t);
}

void fixture_set_str(struct fixture *f, struct kp_tab *t, struct kp_value key, const char *text)
{
	u32 len = strlen(text);
	u64 mem[64];
	struct kp_str *s = kp_str_init(mem, KTAP_T_STR, KP_OBJ_TEMP, len);
	struct kp_value v = kp_objval(s);

	(void)f;
	memcpy(s->data, text, len);
	kp_tab_set(t, NULL, &key, &v);
}
