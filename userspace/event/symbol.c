// SPDX-License-Identifier: GPL-2.0
#include "event/symbol.h"

#include <inttypes.h>

#include "event/demangle.h"
#include "util/json.h"
#include "util/text.h"

void symbol_name(const struct symbol *s, struct buf *out)
{
	if (s->mangled)
		demangle_text(s->name, out);
	else
		text_str(out, s->name);
}

static void nameless_text(const struct symbol *s, uint64_t address, struct buf *out)
{
	buf_printf(out, "0x%" PRIx64, address);
	if (s->module)
		buf_printf(out, " [%s+0x%" PRIx64 "]", s->module, s->offset);
}

void symbol_text(const struct symbol *s, uint64_t address, struct buf *out)
{
	if (!s->name) {
		nameless_text(s, address, out);
		return;
	}
	symbol_name(s, out);
	if (s->offset)
		buf_printf(out, "+0x%" PRIx64, s->offset);
	if (s->module)
		buf_printf(out, " [%s]", s->module);
}

static void name_json(const struct symbol *s, struct buf *out)
{
	struct buf name = { 0 };

	symbol_name(s, &name);
	json_key(out, "symbol");
	json_bytes(out, name.data, name.len);
	buf_free(&name);
}

void symbol_members(const struct symbol *s, uint64_t address, struct buf *out)
{
	json_key(out, "address");
	json_hex(out, address);
	if (s->name)
		name_json(s, out);
	if (s->name || s->module) {
		json_key(out, "offset");
		json_uint(out, s->offset);
	}
	if (s->module) {
		json_key(out, "module");
		json_text(out, s->module);
	}
}

void symbol_json(const struct symbol *s, uint64_t address, struct buf *out)
{
	json_open(out, '{');
	json_key(out, "type");
	json_text(out, "address");
	symbol_members(s, address, out);
	json_close(out, '}');
}
