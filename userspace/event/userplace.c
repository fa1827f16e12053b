// SPDX-License-Identifier: GPL-2.0
#include "event/userplace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/library.h"
#include "util/text.h"

/* The kernel's own names of these fields. */
#define PLACE	PARAM_HIDDEN "probe_ip"
#define CALLER	PARAM_HIDDEN "probe_ret_ip"

struct elf *userplace_open(struct event_catalog *c, const struct userspec *spec, struct buf *why)
{
	char *path = library_find(spec->file, c->pid, why);
	struct elf *e = path ? elf_open(path, why) : NULL;

	free(path);
	if (e)
		elf_read_symbols(e);
	return e;
}

const char *userplace_file(const struct elf *e)
{
	const char *slash = strrchr(e->path, '/');

	return slash ? slash + 1 : e->path;
}

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619;
	return h;
}

/* Of two long names that begin alike each keeps its own end. */
static void set_name(char to[KTAP_NAME_LEN], const char *name)
{
	if (strlen(name) < KTAP_NAME_LEN)
		strcpy(to, name);
	else
		snprintf(to, KTAP_NAME_LEN, "%.*s~%08x", KTAP_NAME_LEN - 10, name, hash(name));
}

bool userplace_set(struct making *m, const struct elf *e, const char *system, const char *name,
		   uint64_t address)
{
	uint64_t offset;

	if (!elf_is_code(e, address) || !elf_offset(e, address, &offset))
		return false;
	set_name(m->ev.system, system);
	set_name(m->ev.name, name);
	m->ev.addr = offset;
	m->ev.file = (uintptr_t)text_dup(e->path);
	return true;
}

static void add_source(struct making *m, const char *name, enum ktap_fetch_op op)
{
	struct fetch f = { .type = KTAP_FT_U64 };

	fetch_add(&f, op, 0, 0);
	making_param(m, name, "unsigned long", PARAM_HEX, &f);
}

void userplace_add(struct making *m)
{
	add_source(m, PLACE, KTAP_FETCH_IP);
	if (m->ev.kind == KTAP_EV_UFUNC_RET)
		add_source(m, CALLER, KTAP_FETCH_RETADDR);
}

void userplace_hide(struct making *m)
{
	unsigned int before = m->ev.nargs;

	userplace_add(m);
	m->ev.nhidden = m->ev.nargs - before;
}

static struct ktap_field retval(struct making *m)
{
	struct fetch f = { .type = KTAP_FT_S64 };

	if (m->ev.kind != KTAP_EV_UFUNC_RET)
		return field_none();
	fetch_add(&f, KTAP_FETCH_RETVAL, 0, 0);
	return making_fetch(m, &f);
}

static struct ktap_field referenced(struct making *m, const struct event_ref *ref)
{
	switch (ref->kind) {
	case KTAP_FREF_NAME:	return making_named(m, ref->name);
	case KTAP_FREF_ARG:	return making_nth(m, ref->index);
	case KTAP_FREF_RETVAL:	return retval(m);
	default:		return field_none();
	}
}

void userplace_refs(struct making *m)
{
	for (size_t i = 0; i < m->query->nrefs; i++)
		making_ref(m, referenced(m, &m->query->refs[i]));
}

static void put_address(const struct params *p, const struct fetched *f, const char *name, struct buf *out)
{
	int n = params_find(p, name);
	uint64_t address;

	if (n >= 0 && fetched_word(f, n, &address))
		buf_printf(out, "0x%" PRIx64, address);
	else
		text_str(out, "?");
}

void userplace_text(struct event_catalog *c, const struct ktap_event *ev, const struct params *params,
		    const void *bytes, size_t len, struct buf *out)
{
	static const struct params none;
	const struct params *p = params ? params : &none;
	const struct fetched f = { bytes, len, p->list.n };

	buf_putc(out, '(');
	if (ev->kind == KTAP_EV_UFUNC_RET) {
		put_address(p, &f, CALLER, out);
		text_str(out, " <- ");
	}
	put_address(p, &f, PLACE, out);
	buf_putc(out, ')');
	for (unsigned int i = 0; i < p->list.n; i++) {
		if (!strncmp(p->list.at[i].name, PARAM_HIDDEN, strlen(PARAM_HIDDEN)))
			continue;
		buf_printf(out, " %s=", p->list.at[i].name);
		params_value(p, i, &f, &c->ksyms, out);
	}
}

void userplace_label(const struct ktap_event *ev, struct buf *out)
{
	buf_printf(out, "%s:%s%s", ev->system, ev->name, ev->kind == KTAP_EV_UFUNC_RET ? "%return" : "");
}

const char *userplace_reason(int error)
{
	switch (-error) {
	case ENOENT:	return "its file is gone";
	case EIO:	return "its file system cannot be traced";
	case EINVAL:	return "its file has no such place";
	case ENOEXEC:
	case EILSEQ:
	case 524:	/* ENOTSUPP, the kernel's own */
		return "the kernel cannot put a breakpoint on that instruction";
	default:	return NULL;
	}
}
