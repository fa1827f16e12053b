// SPDX-License-Identifier: GPL-2.0
/*
 * target.c - another machine's description (describe.c) in the place of this machine:
 * its files are unpacked, and the variables that name such files are set to them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/folder.h"
#include "lib/libktap.h"
#include "output/image.h"
#include "util/arena.h"
#include "util/file.h"
#include "util/tar.h"
#include "util/text.h"

struct ktap_target {
	struct folder folder;
	struct ktap_device device;
};

/* --- unpacking --- */

/* What may be in a description: nothing leads out of the folder. */
static bool is_ours(const char *name)
{
	static const char *const begins[] = { "tracing/", "btf/" };

	if (!strcmp(name, "device") || !strcmp(name, "kallsyms"))
		return true;
	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (!strncmp(name, begins[i], strlen(begins[i])))
			return !strstr(name, "/.") && name[strlen(name) - 1] != '/';
	return false;
}

static int unpack_one(const struct ktap_target *t, const struct tar_entry *e, struct buf *why)
{
	if (is_ours(e->name))
		return folder_add(&t->folder, e->name, e->bytes, e->size, why);
	buf_printf(why, "a description has no file '%s'", e->name);
	return -1;
}

static int unpack(const struct ktap_target *t, const struct buf *archive, struct buf *why)
{
	struct tar_entry e;
	size_t at = 0;
	int got;

	while ((got = tar_next(archive->data, archive->len, &at, &e, why)) > 0)
		if (unpack_one(t, &e, why))
			return -1;
	return got;
}

/* --- what the device is --- */

/* The value of "key: value"; "" if there is no such line. */
static void line_value(const char *text, const char *key, char *value, size_t room)
{
	size_t len = strlen(key);

	*value = 0;
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (!strncmp(text, key, len) && text[len] == ':' && text[len + 1] == ' ')
			snprintf(value, room, "%.*s", (int)strcspn(text + len + 2, "\n"), text + len + 2);
}

static uint64_t line_number(const char *text, const char *key)
{
	char value[32];

	line_value(text, key, value, sizeof(value));
	return strtoull(value, NULL, 10);
}

void ktap_device__parse(const char *text, struct ktap_device *d)
{
	*d = (struct ktap_device){ .interface = line_number(text, "interface"),
				   .images = line_number(text, "images"),
				   .features = line_number(text, "features") };
	line_value(text, "release", d->release, sizeof(d->release));
	line_value(text, "machine", d->machine, sizeof(d->machine));
	line_value(text, "module", d->module, sizeof(d->module));
	line_value(text, "boot", d->boot, sizeof(d->boot));
}

static int read_device(struct ktap_target *t, struct buf *why)
{
	struct buf path = { 0 }, text = { 0 };
	bool ok;

	buf_printf(&path, "%s/device", t->folder.path);
	ok = file_read(text_cstr(&path), &text);
	ktap_device__parse(text_cstr(&text), &t->device);
	if (!ok || !*t->device.release) {
		ok = false;
		buf_printf(why, "it does not say of which device it is");
	}
	buf_free(&path);
	buf_free(&text);
	return ok ? 0 : -1;
}

/* --- */

static int take(struct ktap_target *t, const struct buf *archive, struct buf *why)
{
	if (unpack(t, archive, why) || read_device(t, why))
		return -1;
	folder_use(&t->folder, "KTAP_TRACEFS", "tracing");
	folder_use(&t->folder, "KTAP_KALLSYMS", "kallsyms");
	folder_use(&t->folder, "KTAP_BTF", "btf");
	setenv("KTAP_MACHINE", t->device.machine, 1);
	return 0;
}

struct ktap_target *ktap_target__open(const char *file, struct buf *why)
{
	struct ktap_target *t = xmalloc(sizeof(*t));
	struct buf archive = { 0 }, reason = { 0 };

	*t = (struct ktap_target){ 0 };
	if (!file_read(file, &archive))
		buf_printf(why, "%s: %s", file, strerror(errno));
	else if (!folder_make(&t->folder, why) && take(t, &archive, &reason))
		buf_printf(why, "%s is no description of a device, which ktap-run --describe writes: %s", file,
			   text_cstr(&reason));
	buf_free(&archive);
	buf_free(&reason);
	if (!why->len)
		return t;
	ktap_target__close(t);
	return NULL;
}

void ktap_target__close(struct ktap_target *t)
{
	if (t)
		folder_remove(&t->folder);
	free(t);
}

const struct ktap_device *ktap_target__device(const struct ktap_target *t)
{
	return &t->device;
}

/* The lowest feature of the image that the device's module lacks. */
static void explain_features(uint64_t lacking, struct buf *why)
{
	unsigned int bit = __builtin_ctzll(lacking);
	const char *name = image_feature(bit);

	if (name)
		buf_printf(why, "the program needs '%s', which the device's module does not have", name);
	else
		buf_printf(why, "the program needs feature %u, which the device's module does not have", bit);
}

int ktap_device__takes(const struct ktap_device *d, uint32_t images, uint64_t features, struct buf *why)
{
	if (!*d->module)
		return 0;	/* it was not loaded when the description was made */
	if (d->images != images)
		buf_printf(why, "the device's module (%s) loads images of version %u, this ktap writes version %u",
			   d->module, d->images, images);
	else if (features & ~d->features)
		explain_features(features & ~d->features, why);
	return why->len ? -1 : 0;
}
