/* SPDX-License-Identifier: GPL-2.0 */
/*
 * symbol.h - what an address is called, whether of the kernel or of a process.
 */
#ifndef EVENT_SYMBOL_H
#define EVENT_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>
#include "util/buf.h"

/* Its texts are those of whoever found it, and stay as long. */
struct symbol {
	const char *name;	/* as the file has it; NULL: none is known */
	const char *module;	/* the kernel's module, or a process's file; NULL: neither */
	uint64_t offset;	/* behind the symbol; without one, in the file as it was linked */
	bool mangled;		/* the name may be a compiler's (demangle.h) */
};

/* The name as people write it; there is one. */
void symbol_name(const struct symbol *s, struct buf *out);

/* "name+0x10 [module]"; "0x7f0010 [module+0x10]" without a name; "0x7f0010" without both. */
void symbol_text(const struct symbol *s, uint64_t address, struct buf *out);

/* As members of a JSON object: "address", and what is known of "symbol", "offset", "module". */
void symbol_members(const struct symbol *s, uint64_t address, struct buf *out);

/* As the object that stands for such a value, with its "type". */
void symbol_json(const struct symbol *s, uint64_t address, struct buf *out);

#endif
