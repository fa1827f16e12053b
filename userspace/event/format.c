// SPDX-License-Identifier: GPL-2.0
#include "event/format.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/formatfile.h"
#include "event/kernelfmt.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

void formats_init(struct formats *f, const struct tracefs *tracefs)
{
	*f = (struct formats){ .tracefs = tracefs };
}

void formats_exit(struct formats *f)
{
	for (unsigned int i = 0; i < FORMATS_HASH; i++)
		for (struct format *e = f->known[i]; e; e = e->next)
			free(e->at);
	kernelfmt_free(f->kernel);
	arena_free(&f->arena);
}

static struct format **slot_of(struct formats *f, const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return &f->known[hash % FORMATS_HASH];
}

static struct format *add(struct formats *f, struct format **slot, const char *system,
			  const char *name, const struct buf *file)
{
	struct format e = { .next = *slot };

	if (!formatfile_read(&e, &f->arena, file->data, file->len)) {
		free(e.at);
		return NULL;
	}
	e.system = arena_copy(&f->arena, system, strlen(system));
	e.name = arena_copy(&f->arena, name, strlen(name));
	*slot = arena_alloc(&f->arena, sizeof(e));
	**slot = e;
	return *slot;
}

static struct format *find(struct format *e, const char *system, const char *name)
{
	while (e && (strcmp(e->name, name) || strcmp(e->system, system)))
		e = e->next;
	return e;
}

const struct format *format_get(struct formats *f, const char *system,
				const char *name, struct buf *why)
{
	struct format **slot = slot_of(f, name), *e = find(*slot, system, name);
	struct buf file = { 0 };
	int err;

	if (e)
		return e;
	err = tracefs_format(f->tracefs, system, name, &file);
	if (!err && file.len)
		e = add(f, slot, system, name, &file);
	if (!e && why)
		buf_printf(why, "the format of %s:%s cannot be read: %s", system, name,
			   err ? strerror(-err) : "it is not understood");
	buf_free(&file);
	return e;
}

const struct format_field *format_begin(const struct format *format)
{
	return format->at + format->ncommon;
}

const struct format_field *format_end(const struct format *format)
{
	return format->at + format->n;
}

const struct format_field *format_common(const struct format *format, const char *name)
{
	for (unsigned int i = 0; i < format->ncommon; i++)
		if (!strcmp(format->at[i].name, name))
			return &format->at[i];
	return NULL;
}

static int integer_type(unsigned int size, bool is_signed)
{
	switch (size) {
	case 1: return is_signed ? KTAP_FT_S8 : KTAP_FT_U8;
	case 2: return is_signed ? KTAP_FT_S16 : KTAP_FT_U16;
	case 4: return is_signed ? KTAP_FT_S32 : KTAP_FT_U32;
	case 8: return is_signed ? KTAP_FT_S64 : KTAP_FT_U64;
	}
	return -1;
}

/* char, not unsigned char: those are bytes that need not end in NUL. */
bool format_holds_text(const struct format_field *field)
{
	return strstr(field->type, "char") && !strstr(field->type, "unsigned");
}

static int located_type(const struct format_field *field)
{
	if (field->flags & FORMAT_RELATIVE)
		return format_holds_text(field) ? KTAP_FT_REL_LOC : KTAP_FT_REL_LOC_BYTES;
	return format_holds_text(field) ? KTAP_FT_DATA_LOC : KTAP_FT_DATA_LOC_BYTES;
}

static struct ktap_field record_field(int type, unsigned int offset, unsigned int size)
{
	return (struct ktap_field){ .source = KTAP_SRC_RECORD, .type = type,
				    .size = size, .offset = offset };
}

/* Lies wholly in a record of the size that events may have. */
static bool in_record(const struct format_field *field)
{
	return field->size && field->offset < UINT16_MAX && field->size <= UINT16_MAX - field->offset;
}

struct ktap_field format_field(const struct format_field *field)
{
	int type;

	if (!in_record(field))
		return (struct ktap_field){ .source = KTAP_SRC_NONE };
	if (field->flags & FORMAT_LOCATED && field->size == 4)
		return record_field(located_type(field), field->offset, 0);
	type = integer_type(field->size, field->flags & FORMAT_SIGNED);
	if (!(field->flags & FORMAT_ARRAY) && type >= 0)
		return record_field(type, field->offset, 0);
	return record_field(format_holds_text(field) ? KTAP_FT_CHARS : KTAP_FT_BYTES,
			    field->offset, field->size);
}

/*
 * Types of system call arguments that do not fill their word. The format file
 * gives every argument eight unsigned bytes; the C type tells the truth.
 */
static const struct { const char *name; __u8 type; } narrow[] = {
	{ "int", KTAP_FT_S32 },		{ "unsigned int", KTAP_FT_U32 },
	{ "unsigned", KTAP_FT_U32 },	{ "pid_t", KTAP_FT_S32 },
	{ "uid_t", KTAP_FT_U32 },	{ "gid_t", KTAP_FT_U32 },
	{ "qid_t", KTAP_FT_U32 },	{ "key_t", KTAP_FT_S32 },
	{ "mqd_t", KTAP_FT_S32 },	{ "timer_t", KTAP_FT_S32 },
	{ "clockid_t", KTAP_FT_S32 },	{ "key_serial_t", KTAP_FT_S32 },
	{ "rwf_t", KTAP_FT_S32 },	{ "umode_t", KTAP_FT_U16 },
	{ "u32", KTAP_FT_U32 },		{ "__u32", KTAP_FT_U32 },
	{ "s32", KTAP_FT_S32 },		{ "__s32", KTAP_FT_S32 },
	{ "long", KTAP_FT_S64 },	{ "loff_t", KTAP_FT_S64 },
	{ "off_t", KTAP_FT_S64 },	{ "ssize_t", KTAP_FT_S64 },
	{ "s64", KTAP_FT_S64 },		{ "__s64", KTAP_FT_S64 },
};

static __u8 declared_type(const char *type)
{
	char word[64];
	size_t len;

	if (!strncmp(type, "const ", 6))
		type += 6;
	len = strlen(type);
	while (len && type[len - 1] == ' ')
		len--;
	snprintf(word, sizeof(word), "%.*s", (int)len, type);
	for (size_t i = 0; i < COUNT(narrow); i++)
		if (!strcmp(word, narrow[i].name))
			return narrow[i].type;
	return KTAP_FT_U64;
}

struct ktap_field format_syscall_field(const struct format_field *field, unsigned int word)
{
	return (struct ktap_field){ .source = KTAP_SRC_WORD, .offset = word,
				    .type = declared_type(field->type) };
}

unsigned int format_record_size(const struct format *format)
{
	unsigned int end = 0;

	for (const struct format_field *f = format->at; f < format_end(format); f++)
		if (in_record(f) && f->offset + f->size > end)
			end = f->offset + f->size;
	return end;
}

void format_field_names(const struct format *format, struct names *out)
{
	for (const struct format_field *f = format_begin(format); f < format_end(format); f++)
		names_add(out, f->name);
}

void format_arguments(const struct format *format, struct buf *out)
{
	for (const struct format_field *f = format_begin(format); f < format_end(format); f++) {
		int type = f->flags & FORMAT_LOCATED ? strlen(f->type) : strcspn(f->type, "[");

		buf_printf(out, "%s%.*s %s%s", f == format_begin(format) ? "" : ", ", type, f->type,
			   f->name, f->type + type);
	}
}
