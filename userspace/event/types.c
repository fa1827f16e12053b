// SPDX-License-Identifier: GPL-2.0
#include "event/types.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "event/ctype.h"
#include "util/arena.h"
#include "util/text.h"

#define FOLDER		"/sys/kernel/btf"
#define VMLINUX		"vmlinux"

/*
 * A tracepoint's arguments follow the data of a probe in what calls its probes, a
 * function that has their names; and in the type of its probes, which has not.
 */
#define ITERATOR	"__traceiter_"
#define PROBE_TYPE	"btf_trace_"

/* A place of the hash table; id 0: free. */
struct type_name {
	uint32_t id;
};

/* libbpf has opinions of its own on stderr. */
static int silent(enum libbpf_print_level level, const char *fmt, va_list args)
{
	(void)level, (void)fmt, (void)args;
	return 0;
}

static char *joined(const char *folder, const char *name)
{
	struct buf path = { 0 };
	char *copy;

	buf_printf(&path, "%s/%s", folder, name);
	copy = text_dup(text_cstr(&path));
	buf_free(&path);
	return copy;
}

static bool add_set(struct types *t, const char *name, struct btf *btf)
{
	if (!btf)
		return false;
	*list_push(&t->sets) = (struct type_set){ .name = text_dup(name), .btf = btf };
	return true;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static void no_types(struct types *t, const char *path, int error)
{
	if (getenv("KTAP_BTF"))
		buf_printf(&t->why, "KTAP_BTF names no file of types (BTF): %s: %s", path, strerror(error));
	else if (error == ENOENT)
		buf_printf(&t->why, "this kernel does not describe its types: it has no %s (CONFIG_DEBUG_INFO_BTF)", path);
	else
		buf_printf(&t->why, "the kernel's types cannot be read: %s: %s", path, strerror(error));
}

static void read_vmlinux(struct types *t)
{
	const char *given = getenv("KTAP_BTF"), *at = given && *given ? given : FOLDER;
	char *path = NULL;

	libbpf_set_print(silent);
	if (!given || !*given || is_folder(at)) {
		t->folder = text_dup(at);
		path = joined(at, VMLINUX);
	} else {
		path = text_dup(at);
	}
	if (!add_set(t, VMLINUX, btf__parse(path, NULL)))
		no_types(t, path, errno);
	free(path);
}

int types_need(struct types *t, struct buf *why)
{
	if (!t->tried)
		read_vmlinux(t);
	t->tried = true;
	if (t->sets.n)
		return 0;
	buf_printf(why, "%s", text_cstr(&t->why));
	return -1;
}

void types_close(struct types *t)
{
	for (unsigned int i = t->sets.n; i--; ) {
		free(t->sets.at[i].names);
		btf__free(t->sets.at[i].btf);
		free(t->sets.at[i].name);
	}
	free(t->sets.at);
	free(t->folder);
	buf_free(&t->why);
	*t = (struct types){ 0 };
}

static struct type_set *find_set(struct types *t, const char *name)
{
	for (unsigned int i = 0; i < t->sets.n; i++)
		if (!strcmp(t->sets.at[i].name, name))
			return &t->sets.at[i];
	return NULL;
}

/* The set of a module, NULL: the kernel has no types of it. */
static struct type_set *need_module(struct types *t, const char *module)
{
	struct type_set *set = find_set(t, module);
	char *path;

	if (set || !t->folder)
		return set;
	path = joined(t->folder, module);
	if (add_set(t, module, btf__parse_split(path, t->sets.at[0].btf)))
		set = &t->sets.at[t->sets.n - 1];
	free(path);
	return set;
}

static void need_modules(struct types *t)
{
	DIR *dir = t->folder && !t->modules_tried ? opendir(t->folder) : NULL;
	struct dirent *entry;

	t->modules_tried = true;
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, VMLINUX))
			need_module(t, entry->d_name);
	if (dir)
		closedir(dir);
}

static const char *name_at(const struct btf *btf, uint32_t offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

static const char *type_name(const struct btf *btf, uint32_t id)
{
	return name_at(btf, btf__type_by_id(btf, id)->name_off);
}

/* --- names of a set --- */

static bool begins(const char *name, const char *with)
{
	return !strncmp(name, with, strlen(with));
}

/* What is looked for by name. */
static bool is_indexed(const struct btf *btf, const struct btf_type *type)
{
	return btf_is_func(type) ||
	       (btf_is_typedef(type) && begins(name_at(btf, type->name_off), PROBE_TYPE));
}

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

/* The first id that is the set's own: what vmlinux has is not the module's. */
static uint32_t first_id(const struct type_set *set)
{
	const struct btf *base = btf__base_btf(set->btf);

	return base ? btf__type_cnt(base) : 1;
}

static void index_name(struct type_set *set, uint32_t id)
{
	uint32_t at = hash(type_name(set->btf, id));

	while (set->names[at & (set->nnames - 1)].id)
		at++;
	set->names[at & (set->nnames - 1)].id = id;
}

static void index_names(struct type_set *set)
{
	uint32_t id, n = 0, end = btf__type_cnt(set->btf);

	for (id = first_id(set); id < end; id++)
		n += is_indexed(set->btf, btf__type_by_id(set->btf, id));
	for (set->nnames = 16; set->nnames < 2 * n; set->nnames *= 2)
		;
	set->names = xmalloc(set->nnames * sizeof(*set->names));
	memset(set->names, 0, set->nnames * sizeof(*set->names));
	for (id = first_id(set); id < end; id++)
		if (is_indexed(set->btf, btf__type_by_id(set->btf, id)))
			index_name(set, id);
}

static uint32_t find_name(struct type_set *set, const char *name, bool function)
{
	uint32_t at = hash(name), id;

	if (!set->names)
		index_names(set);
	for (; (id = set->names[at & (set->nnames - 1)].id); at++)
		if (btf_is_func(btf__type_by_id(set->btf, id)) == function &&
		    !strcmp(type_name(set->btf, id), name))
			return id;
	return 0;
}

/* --- prototypes --- */

static bool function_in(struct type_set *set, const char *name, struct prototype *p)
{
	uint32_t id = find_name(set, name, true);

	if (!id)
		return false;
	*p = (struct prototype){ .btf = set->btf, .id = btf__type_by_id(set->btf, id)->type };
	return true;
}

static bool iterator_in(struct type_set *set, const char *name, struct prototype *p)
{
	struct buf full = { 0 };
	bool found;

	buf_printf(&full, ITERATOR "%s", name);
	found = function_in(set, text_cstr(&full), p) && btf_vlen(btf__type_by_id(p->btf, p->id));
	buf_free(&full);
	return found;
}

static bool probe_type_in(struct type_set *set, const char *name, struct prototype *p)
{
	const struct btf_type *type = NULL;
	struct buf full = { 0 };
	uint32_t id;

	buf_printf(&full, PROBE_TYPE "%s", name);
	id = find_name(set, text_cstr(&full), false);
	buf_free(&full);
	if (id)
		type = ctype_of(set->btf, id);
	if (!ctype_is_pointer(type))
		return false;
	id = ctype_strip(set->btf, type->type);
	type = btf__type_by_id(set->btf, id);
	*p = (struct prototype){ .btf = set->btf, .id = id };
	return type && btf_is_func_proto(type) && btf_vlen(type);
}

static bool tracepoint_in(struct type_set *set, const char *name, struct prototype *p)
{
	bool found = iterator_in(set, name, p) || probe_type_in(set, name, p);

	p->first = 1;
	return found;
}

typedef bool (*find_in)(struct type_set *set, const char *name, struct prototype *p);

/* Most names are in vmlinux: the modules' types are read for the others only. */
static bool find_anywhere(struct types *t, find_in in, const char *name, struct prototype *p)
{
	if (in(&t->sets.at[0], name, p))
		return true;
	need_modules(t);
	for (unsigned int i = 1; i < t->sets.n; i++)
		if (in(&t->sets.at[i], name, p))
			return true;
	return false;
}

bool types_function(struct types *t, const char *module, const char *name, struct prototype *p)
{
	struct type_set *set;

	if (!module || !t->folder)
		return find_anywhere(t, function_in, name, p);
	set = need_module(t, module);
	return set && function_in(set, name, p);
}

bool types_tracepoint(struct types *t, const char *name, struct prototype *p)
{
	return find_anywhere(t, tracepoint_in, name, p);
}

static void add_tracepoint(const char *name, struct names *out)
{
	if (begins(name, ITERATOR))
		names_add(out, name + strlen(ITERATOR));
	else if (begins(name, PROBE_TYPE))
		names_add(out, name + strlen(PROBE_TYPE));
}

void types_tracepoints(struct types *t, struct names *out)
{
	need_modules(t);
	for (unsigned int i = 0; i < t->sets.n; i++) {
		const struct btf *btf = t->sets.at[i].btf;
		uint32_t id, end = btf__type_cnt(btf);

		for (id = first_id(&t->sets.at[i]); id < end; id++)
			if (is_indexed(btf, btf__type_by_id(btf, id)))
				add_tracepoint(type_name(btf, id), out);
	}
	names_unique(out);
}

static const struct btf_param *param_at(const struct prototype *p, unsigned int n)
{
	return &btf_params(btf__type_by_id(p->btf, p->id))[p->first + n];
}

/* What ends the list of a variadic function has no type. */
bool prototype_is_variadic(const struct prototype *p)
{
	const struct btf_type *type = btf__type_by_id(p->btf, p->id);
	unsigned int n = btf_vlen(type);

	return n && !btf_params(type)[n - 1].type && !btf_params(type)[n - 1].name_off;
}

unsigned int prototype_count(const struct prototype *p)
{
	return btf_vlen(btf__type_by_id(p->btf, p->id)) - p->first - prototype_is_variadic(p);
}

const char *prototype_name(const struct prototype *p, unsigned int n)
{
	return name_at(p->btf, param_at(p, n)->name_off);
}

int prototype_find(const struct prototype *p, const char *name)
{
	for (unsigned int i = 0; *name && i < prototype_count(p); i++)
		if (!strcmp(prototype_name(p, i), name))
			return (int)i;
	return -1;
}

uint32_t prototype_type(const struct prototype *p, unsigned int n)
{
	return param_at(p, n)->type;
}

uint32_t prototype_result(const struct prototype *p)
{
	return btf__type_by_id(p->btf, p->id)->type;
}

void prototype_type_text(const struct prototype *p, unsigned int n, struct buf *out)
{
	ctype_text(p->btf, prototype_type(p, n), out);
}

void prototype_text(const struct prototype *p, unsigned int n, struct buf *out)
{
	ctype_text(p->btf, prototype_type(p, n), out);
	if (!*prototype_name(p, n))
		return;
	if (out->data[out->len - 1] != '*')
		buf_putc(out, ' ');
	buf_printf(out, "%s", prototype_name(p, n));
}

void prototype_params_text(const struct prototype *p, struct buf *out)
{
	for (unsigned int i = 0; i < prototype_count(p); i++) {
		if (i)
			text_str(out, ", ");
		prototype_text(p, i, out);
	}
}

void prototype_result_text(const struct prototype *p, struct buf *out)
{
	ctype_text(p->btf, prototype_result(p), out);
}
