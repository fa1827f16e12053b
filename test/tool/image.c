// SPDX-License-Identifier: GPL-2.0
/*
 * image.c - writes the sections one after the other into one buffer.
 */
#include <stdlib.h>
#include <string.h>

#include <ktap/bytecode.h>
#include <ktap/image.h>

#include "image.h"

#define ROOM	4096

enum { S_MAIN, S_FILE, S_G0, S_SPEC, S_FIELD, STRINGS };

static const char *const text[STRINGS] = { "main", "test.kp", "n", "test:event", "nr" };

struct writer {
	char buf[ROOM];
	struct ktap_image *h;
	size_t at;
};

static void section(struct writer *w, enum ktap_section s, const void *from,
		    size_t count, size_t size)
{
	w->at = (w->at + 7) & ~(size_t)7;
	w->h->sec[s].offset = w->at;
	w->h->sec[s].count = count;
	if (count)
		memcpy(w->buf + w->at, from, count * size);
	w->at += count * size;
}

static void strings(struct writer *w)
{
	struct ktap_istr str[STRINGS];
	char blob[256];
	size_t at = 0;
	int i;

	for (i = 0; i < STRINGS; i++) {
		str[i].offset = at;
		str[i].len = strlen(text[i]);
		strcpy(blob + at, text[i]);
		at += str[i].len + 1;
	}
	section(w, KTAP_SEC_STRINGS, str, STRINGS, sizeof(str[0]));
	section(w, KTAP_SEC_BLOB, blob, at, 1);
}

#define PRINT_R0(code, n) \
	(code)[(n)++] = KTAP_ABC(KTAP_OP_BUILTIN, 0, 2, KTAP_BI_PRINT), \
	(code)[(n)++] = KTAP_AD(KTAP_OP_EXT, 1, 0)

static size_t main_code(ktap_word *c, enum image_what what)
{
	size_t n = 0;

	if (what == IMAGE_LOOP) {	/* while (true) {} */
		c[n++] = KTAP_AD(KTAP_OP_JMP, 0, -1);
		return n;
	}
	c[n++] = KTAP_AD(KTAP_OP_CLOSURE, 0, 2);
	c[n++] = KTAP_AD(KTAP_OP_TRACEEND, 0, 0);
	c[n++] = KTAP_AD(KTAP_OP_CLOSURE, 0, 1);
	c[n++] = KTAP_AD(KTAP_OP_TRACE, 0, 0);
	c[n++] = KTAP_AD(KTAP_OP_RET0, 0, 0);
	return n;
}

static size_t handler_code(ktap_word *c, enum image_what what)
{
	size_t n = 0;

	c[n++] = KTAP_AD(KTAP_OP_LOADI, 0, 1);
	c[n++] = KTAP_AD(KTAP_OP_GLOBADD, 0, 0);
	if (what == IMAGE_PRINT) {
		c[n++] = KTAP_AD(KTAP_OP_FIELD, 0, 0);
		PRINT_R0(c, n);
	}
	if (what == IMAGE_STACK) {
		c[n++] = KTAP_ABC(KTAP_OP_BUILTIN, 0, 1, KTAP_BI_USTACK);
		c[n++] = KTAP_AD(KTAP_OP_EXT, 2, 0);
	}
	if (what == IMAGE_STUCK)
		c[n++] = KTAP_AD(KTAP_OP_JMP, 0, -1);
	else
		c[n++] = KTAP_AD(KTAP_OP_RET0, 0, 0);
	return n;
}

static size_t end_code(ktap_word *c)
{
	size_t n = 0;

	c[n++] = KTAP_AD(KTAP_OP_GETGLOB, 0, 0);
	PRINT_R0(c, n);
	c[n++] = KTAP_AD(KTAP_OP_RET0, 0, 0);
	return n;
}

static void functions(struct writer *w, enum image_what what)
{
	struct ktap_ifunc fn[3] = { 0 };
	ktap_word code[64];
	size_t n = 0;
	int i;

	for (i = 0; i < 3; i++) {
		fn[i].name = S_MAIN;
		fn[i].file = S_FILE;
		fn[i].line = 1;
		fn[i].nregs = 4;
		fn[i].code = n;
		fn[i].ncode = i == 0 ? main_code(code + n, what) :
			      i == 1 ? handler_code(code + n, what) : end_code(code + n);
		n += fn[i].ncode;
	}
	section(w, KTAP_SEC_CONSTS, NULL, 0, 16);
	section(w, KTAP_SEC_FUNCS, fn, 3, sizeof(fn[0]));
	section(w, KTAP_SEC_CODE, code, n, sizeof(code[0]));
}

static void tables(struct writer *w, enum image_what what)
{
	struct ktap_ispec spec = { .text = S_SPEC, .file = S_FILE, .line = 1, .col = 1 };
	struct ktap_ifref fref = { .kind = KTAP_FREF_NAME, .name = S_FIELD };
	__u32 global = S_G0;

	section(w, KTAP_SEC_UPVALS, NULL, 0, 4);
	section(w, KTAP_SEC_LINES, NULL, 0, 8);
	section(w, KTAP_SEC_GLOBALS, &global, 1, sizeof(global));
	section(w, KTAP_SEC_SPECS, &spec, 1, sizeof(spec));
	section(w, KTAP_SEC_FREFS, &fref, what == IMAGE_PRINT, sizeof(fref));
	section(w, KTAP_SEC_NAMES, NULL, 0, 8);
}

void *image_make(enum image_what what, size_t *len)
{
	struct writer *w = calloc(1, sizeof(*w));
	void *image;

	w->h = (void *)w->buf;
	w->at = sizeof(*w->h);
	strings(w);
	functions(w, what);
	tables(w, what);
	w->h->magic = KTAP_IMAGE_MAGIC;
	w->h->version = KTAP_IMAGE_VERSION;
	w->h->header_size = sizeof(*w->h);
	w->h->size = w->at;
	*len = w->at;
	image = malloc(w->at);
	memcpy(image, w->buf, w->at);
	free(w);
	return image;
}
