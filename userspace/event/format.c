// SPDX-License-Identifier: GPL-2.0
#include "event/format.h"
#include "event/soundfmt.h"

#include <event-parse.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

void formats_init(struct formats *f, const struct tracefs *tracefs)
{
	*f = (struct formats){ .tracefs = tracefs, .tep = tep_alloc() };
	if (!f->tep)
		return;
	tep_set_loglevel(TEP_LOG_NONE);	/* what it cannot print, we print raw */
	tep_set_long_size(f->tep, sizeof(long));
	tep_set_local_bigendian(f->tep, tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	tep_set_file_bigendian(f->tep, tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
}

void formats_exit(struct formats *f)
{
	if (f->tep)
		tep_free(f->tep);
	f->tep = NULL;
}

/* An event whose print format is not understood is known all the same. */
static struct tep_event *parse(struct formats *f, const char *system,
			       const char *name, const struct buf *file)
{
	tep_parse_event(f->tep, file->data, format_sound(file->data, file->len), system);
	return tep_find_event_by_name(f->tep, system, name);
}

static struct tep_event **recent_slot(struct formats *f, const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return &f->recent[hash % FORMATS_RECENT];
}

static struct tep_event *find_or_read(struct formats *f, const char *system,
				      const char *name, struct buf *why)
{
	struct tep_event *event;
	struct buf file = { 0 };
	int err;

	event = tep_find_event_by_name(f->tep, system, name);
	if (event)
		return event;
	err = tracefs_format(f->tracefs, system, name, &file);
	if (!err && file.len)
		event = parse(f, system, name, &file);
	if (!event && why)
		buf_printf(why, "the format of %s:%s cannot be read: %s", system, name,
			    err ? strerror(-err) : "it is not understood");
	buf_free(&file);
	return event;
}

struct tep_event *format_get(struct formats *f, const char *system,
			     const char *name, struct buf *why)
{
	struct tep_event **slot = recent_slot(f, name);

	if (!f->tep)
		return NULL;
	if (!*slot || strcmp((*slot)->name, name) || strcmp((*slot)->system, system))
		*slot = find_or_read(f, system, name, why);
	return *slot;
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
bool format_holds_text(const struct tep_format_field *field)
{
	return strstr(field->type, "char") && !strstr(field->type, "unsigned");
}

static int located_type(const struct tep_format_field *field)
{
	if (field->flags & TEP_FIELD_IS_RELATIVE)
		return format_holds_text(field) ? KTAP_FT_REL_LOC : KTAP_FT_REL_LOC_BYTES;
	return format_holds_text(field) ? KTAP_FT_DATA_LOC : KTAP_FT_DATA_LOC_BYTES;
}

static struct ktap_field record_field(int type, unsigned int offset, unsigned int size)
{
	return (struct ktap_field){ .source = KTAP_SRC_RECORD, .type = type,
				    .size = size, .offset = offset };
}

/* Lies wholly in a record of the size that events may have. */
static bool in_record(const struct tep_format_field *field)
{
	return field->offset >= 0 && field->size > 0 && field->offset < UINT16_MAX &&
	       field->size <= UINT16_MAX - field->offset;
}

struct ktap_field format_field(const struct tep_format_field *field)
{
	int type;

	if (!in_record(field))
		return (struct ktap_field){ .source = KTAP_SRC_NONE };
	if (field->flags & TEP_FIELD_IS_DYNAMIC && field->size == 4)
		return record_field(located_type(field), field->offset, 0);
	type = integer_type(field->size, field->flags & TEP_FIELD_IS_SIGNED);
	if (!(field->flags & TEP_FIELD_IS_ARRAY) && type >= 0)
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

struct ktap_field format_syscall_field(const struct tep_format_field *field,
				       unsigned int word)
{
	return (struct ktap_field){ .source = KTAP_SRC_WORD, .offset = word,
				    .type = declared_type(field->type) };
}

unsigned int format_record_size(const struct tep_event *event)
{
	unsigned int end = 0;

	for (const struct tep_format_field *f = event->format.common_fields; f; f = f->next)
		if (in_record(f) && (unsigned int)(f->offset + f->size) > end)
			end = f->offset + f->size;
	for (const struct tep_format_field *f = event->format.fields; f; f = f->next)
		if (in_record(f) && (unsigned int)(f->offset + f->size) > end)
			end = f->offset + f->size;
	return end;
}

void format_field_names(const struct tep_event *event, struct names *out)
{
	for (const struct tep_format_field *f = event->format.fields; f; f = f->next)
		names_add(out, f->name);
}

void format_arguments(const struct tep_event *event, struct buf *out)
{
	for (const struct tep_format_field *f = event->format.fields; f; f = f->next) {
		int type = f->flags & TEP_FIELD_IS_DYNAMIC ? strlen(f->type) : strcspn(f->type, "[");

		buf_printf(out, "%s%.*s %s%s", f == event->format.fields ? "" : ", ", type, f->type,
			   f->name, f->type + type);
	}
}
