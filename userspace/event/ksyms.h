/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ksyms.h - the kernel's symbols and its modules', by address and by name. Read
 * at the first question, from /proc/kallsyms or the file that KTAP_KALLSYMS
 * names; but what addresses are called the module is asked, if there is one to ask.
 */
#ifndef EVENT_KSYMS_H
#define EVENT_KSYMS_H

#include <stdbool.h>
#include <stdint.h>
#include "event/kernelname.h"
#include "event/symbol.h"
#include "util/buf.h"

struct ksym {
	uint64_t address;	/* 0: the reader may not see it */
	const char *name;
	const char *module;	/* NULL: the kernel itself */
	char type;		/* as nm has it: t and T are code */
	unsigned int next;	/* with the same hash: index plus one, 0: none */
};

/* All zeros at first. */
struct ksyms {
	struct ksym *at;	/* by address; of one address in the order of the file */
	unsigned int n, cap;
	unsigned int *hash;	/* by name: index plus one */
	unsigned int mask;
	struct buf text;
	bool read;
	LIST(struct ksym *) found;	/* by ksyms_find(), while the table was not read */
	unsigned int scans;
	struct kernelnames asked;	/* unless there is a file of our own */
};

/* From now on the module that was opened here, and stays open, is asked for the names of addresses. */
void ksyms_ask(struct ksyms *k, int device);

/* Modules came or went: what was read is to be read again, and who was asked still is. */
void ksyms_renew(struct ksyms *k);

/*
 * What an address is called. A frame's return address, with `back` 1, belongs to the
 * symbol that its call is in, although another may begin behind the call.
 */
struct symbol ksyms_symbol(struct ksyms *k, uint64_t address, unsigned int back);

/* As text (symbol.h). */
void ksyms_text(struct ksyms *k, uint64_t address, struct buf *out);

/* The name alone, wherever in the symbol the address is. */
void ksyms_name(struct ksyms *k, uint64_t address, struct buf *out);

/* "name+0x10/0x140", with " [module]", as the kernel shows a place in its code. */
void ksyms_place(struct ksyms *k, uint64_t address, struct buf *out);

/* KTAP_KALLSYMS names the list: it may be another kernel's. */
bool ksyms_are_given(void);

/* There is no list of them: the kernel was built without. */
bool ksyms_absent(void);

/* All symbols; NULL and nothing if there is no such file. */
const struct ksym *ksyms_all(struct ksyms *k, unsigned int *n);

/*
 * The first of that name, and the next after one; NULL: no more. The table, which takes
 * megabytes, is not read for a few names.
 */
const struct ksym *ksyms_find(struct ksyms *k, const char *name);
const struct ksym *ksyms_again(const struct ksyms *k, const struct ksym *sym);

/* Bytes up to the next symbol. */
uint64_t ksyms_size(struct ksyms *k, const struct ksym *sym);

void ksyms_free(struct ksyms *k);

#endif
