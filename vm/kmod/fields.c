// SPDX-License-Identifier: GPL-2.0
/*
 * fields.c - field descriptions of an event, checked when it is attached: the
 * core looks at a record's length, but trusts types, sources and word numbers.
 */
#include <linux/errno.h>

#include "attach.h"
#include "source.h"
#include "../core/fetch.h"

/* Bytes of the item in the record; 0 for those that carry their own size. */
static const u8 item_bytes[] = {
#define _(name, size) [KTAP_FT_##name] = size,
	KTAP_FIELD_TYPES(_)
#undef _
};

static bool is_integer(u32 type)
{
	return type <= KTAP_FT_S64;
}

static u32 words_of(u32 kind)
{
	switch (kind) {
	case KTAP_EV_SYS_ENTER:
		return KP_EVENT_WORDS;
	case KTAP_EV_SYS_EXIT:
		return 2;
	}
	return 0;
}

static bool fetch_is_good(const struct ktap_event *ev, const struct ktap_field *f,
			  const struct ktap_fetch *fetch)
{
	u32 i;

	if (f->offset >= ev->nfetch || f->size > ev->nfetch - f->offset ||
	    !kp_fetch_check(&fetch[f->offset], f->size, f->type))
		return false;
	for (i = 0; i < f->size; i++)
		if (!kp_source_check(ev, &fetch[f->offset + i]))
			return false;
	return true;
}

static bool field_is_good(const struct ktap_event *ev, const struct ktap_field *f,
			  const struct ktap_fetch *fetch)
{
	u32 bytes;

	if (f->type >= KTAP_FT__MAX || f->source >= KTAP_SRC__MAX)
		return false;
	if (f->source == KTAP_SRC_FETCH)
		return fetch_is_good(ev, f, fetch);
	if (item_bytes[f->type] && f->size)
		return false;
	switch (f->source) {
	case KTAP_SRC_NONE:
		return true;
	case KTAP_SRC_WORD:
		return is_integer(f->type) && f->offset < words_of(ev->kind);
	case KTAP_SRC_RECORD:
		bytes = item_bytes[f->type] ?: f->size;
		return bytes <= ev->rec_size && f->offset <= ev->rec_size - bytes;
	}
	return false;
}

int kp_fields_check(const struct ktap_event *ev, const struct ktap_field *f,
		    const struct ktap_fetch *fetch)
{
	u32 i, n = (u32)ev->nargs + ev->nrefs;

	for (i = 0; i < n; i++)
		if (!field_is_good(ev, &f[i], fetch))
			return -EINVAL;
	return 0;
}
