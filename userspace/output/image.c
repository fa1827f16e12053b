// SPDX-License-Identifier: GPL-2.0
#include "output/image.h"

#include <string.h>

#include <ktap/bytecode.h>

static const uint32_t element_size[] = {
#define _(name, size) size,
	KTAP_SECTIONS(_)
#undef _
};

bool image_is(const void *bytes, size_t len)
{
	uint32_t magic;

	if (len < sizeof(magic))
		return false;
	memcpy(&magic, bytes, sizeof(magic));
	return magic == KTAP_IMAGE_MAGIC;
}

const char *image_feature(uint64_t bit)
{
	static const char *const name[] = {
#define _(name, text) text,
		KTAP_FEATURES(_)
#undef _
	};

	return bit < sizeof(name) / sizeof(*name) ? name[bit] : NULL;
}

static bool section_fits(const struct image *im, const struct ktap_isec *sec, uint32_t size)
{
	return sec->offset <= im->len && sec->count <= (im->len - sec->offset) / size;
}

int image_open(struct image *im, const void *bytes, size_t len, struct buf *why)
{
	*im = (struct image){ .bytes = bytes, .len = len };
	if (len < sizeof(im->head) || !image_is(bytes, len)) {
		buf_printf(why, "this is not a ktap program image");
		return -1;
	}
	memcpy(&im->head, bytes, sizeof(im->head));
	if (im->head.version != KTAP_IMAGE_VERSION) {
		buf_printf(why, "the image has version %u, this ktap runs version %u: compile the script anew",
			   im->head.version, KTAP_IMAGE_VERSION);
		return -1;
	}
	for (unsigned int i = 0; i < KTAP_SEC__MAX; i++)
		if (!section_fits(im, &im->head.sec[i], element_size[i])) {
			buf_printf(why, "the image is damaged: section %u lies outside of it", i);
			return -1;
		}
	return 0;
}

size_t image_count(const struct image *im, enum ktap_section section)
{
	return im->head.sec[section].count;
}

/* Copies element `index`; sections were checked to lie in the image. */
static bool element(const struct image *im, enum ktap_section section, uint64_t index, void *out)
{
	const struct ktap_isec *sec = &im->head.sec[section];

	if (index >= sec->count)
		return false;
	memcpy(out, im->bytes + sec->offset + index * element_size[section],
	       element_size[section]);
	return true;
}

const char *image_string(const struct image *im, uint32_t index)
{
	const struct ktap_isec *blob = &im->head.sec[KTAP_SEC_BLOB];
	const char *bytes = (const char *)im->bytes + blob->offset;
	struct ktap_istr str;

	if (!element(im, KTAP_SEC_STRINGS, index, &str) || str.offset >= blob->count ||
	    str.len >= blob->count - str.offset || bytes[str.offset + str.len])
		return "?";
	return bytes + str.offset;
}

bool image_spec(const struct image *im, uint32_t index, struct ktap_ispec *spec)
{
	return element(im, KTAP_SEC_SPECS, index, spec);
}

bool image_fref(const struct image *im, uint32_t index, struct ktap_ifref *fref)
{
	return element(im, KTAP_SEC_FREFS, index, fref);
}

/* Data words may look like instructions: that only costs reading a few formats. */
bool image_uses_builtin(const struct image *im, unsigned int builtin)
{
	ktap_word w;

	for (uint32_t i = 0; element(im, KTAP_SEC_CODE, i, &w); i++)
		if ((KTAP_OP(w) == KTAP_OP_BUILTIN && KTAP_C(w) == builtin) ||
		    (KTAP_OP(w) == KTAP_OP_LOADBI && KTAP_D(w) == builtin))
			return true;
	return false;
}

static bool takes_values(const struct image *im)
{
	struct ktap_ifunc f;

	for (uint32_t i = 0; element(im, KTAP_SEC_FUNCS, i, &f); i++)
		if (f.nparams)
			return true;
	return false;
}

bool image_shows_events(const struct image *im)
{
	ktap_word w;

	for (uint32_t i = 0; element(im, KTAP_SEC_CODE, i, &w); i++)
		if (KTAP_OP(w) == KTAP_OP_CTX && (KTAP_D(w) == KTAP_CTX_ARGSTR || KTAP_D(w) == KTAP_CTX_EVENT))
			return true;
	return takes_values(im);
}

const char *image_function(const struct image *im, uint32_t func)
{
	struct ktap_ifunc f;

	return element(im, KTAP_SEC_FUNCS, func, &f) ? image_string(im, f.name) : "?";
}

/* The last entry of the function's line table that begins at or before pc. */
static uint32_t position(const struct image *im, const struct ktap_ifunc *f, uint32_t pc)
{
	struct ktap_iline line;
	uint32_t pos = f->line << 10;

	for (uint32_t i = 0; i < f->nlines; i++) {
		if (!element(im, KTAP_SEC_LINES, (uint64_t)f->lines + i, &line) || line.pc > pc)
			break;
		pos = line.pos;
	}
	return pos;
}

struct image_place image_place(const struct image *im, uint32_t func, uint32_t pc)
{
	struct image_place place = { .file = "?", .function = "?" };
	struct ktap_ifunc f;
	uint32_t pos;

	if (!element(im, KTAP_SEC_FUNCS, func, &f))
		return place;
	pos = position(im, &f, pc);
	place.file = image_string(im, f.file);
	place.function = image_string(im, f.name);
	place.line = pos >> 10;
	place.col = pos & 1023;
	return place;
}

/* The place of an instruction of two words is the second. */
static uint32_t first_word(const struct image *im, uint32_t word)
{
	ktap_word w;

	if (element(im, KTAP_SEC_CODE, word, &w) && KTAP_OP(w) == KTAP_OP_EXT && word)
		return word - 1;
	return word;
}

const char *image_target(const struct image *im, uint32_t func, uint32_t pc)
{
	struct ktap_iname name;
	struct ktap_ifunc f;
	uint32_t word;

	if (!element(im, KTAP_SEC_FUNCS, func, &f))
		return NULL;
	word = first_word(im, f.code + pc);
	for (uint32_t i = 0; element(im, KTAP_SEC_NAMES, i, &name) && name.word <= word; i++)
		if (name.word == word)
			return image_string(im, name.name);
	return NULL;
}
