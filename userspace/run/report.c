// SPDX-License-Identifier: GPL-2.0
#include "run/report.h"

#include <inttypes.h>
#include <string.h>

#include <ktap/errors.def.h>

#include "util/text.h"

static const char *const message[] = {
#define _(code, text) text,
	KTAP_ERRORS(_)
#undef _
};

/* Every conversion, %s or %d, takes one value and shows it whatever it is. */
void report_message(uint32_t code, struct span args, const struct value_names *names,
		    struct buf *out)
{
	const char *p = code < KTAP_E__MAX ? message[code] : "error of an unknown kind";
	struct value v;

	for (; *p; p++) {
		if (*p != '%') {
			buf_putc(out, *p);
			continue;
		}
		p++;
		if (span_value(&args, &v))
			value_text(&v, names, out);
		else
			buf_putc(out, '?');
	}
}

void report_message_numbers(uint32_t code, const int64_t *args, size_t nargs, struct buf *out)
{
	const char *p = code < KTAP_E__MAX ? message[code] : "error of an unknown kind";
	size_t i = 0;

	for (; *p; p++) {
		if (*p != '%') {
			buf_putc(out, *p);
			continue;
		}
		p++;
		buf_printf(out, "%" PRId64, i < nargs ? args[i] : 0);
		i++;
	}
}

static void put_place(const struct image_place *at, struct buf *out)
{
	text_str(out, at->file);
	if (at->line)
		buf_printf(out, ":%u", at->line);
	if (at->line && at->col)
		buf_printf(out, ":%u", at->col);
}

static struct image_place place_of(const struct image *im, uint32_t func, uint32_t pc)
{
	if (im)
		return image_place(im, func, pc);
	return (struct image_place){ .file = "?", .function = "?" };
}

/* The innermost frame is the place itself: a stack is worth showing from two on. */
static void put_stack(const struct ktap_rec_error *e, uint32_t nframes,
		      const struct image *im, struct buf *out)
{
	for (uint32_t i = 0; nframes > 1 && i < nframes; i++) {
		struct image_place at = place_of(im, e->frame[i].func, e->frame[i].pc);

		buf_printf(out, "    in %s (", at.function);
		put_place(&at, out);
		text_str(out, ")\n");
	}
}

void report_error(const struct rec *rec, const struct image *im,
		  const struct value_names *names, struct buf *out)
{
	struct span args = rec->payload;
	struct ktap_rec_error e;
	struct image_place at;
	uint32_t nframes;

	memcpy(&e, args.at, sizeof(e));
	args.at += sizeof(e);
	nframes = e.nframes < KTAP_ERROR_FRAMES ? e.nframes : KTAP_ERROR_FRAMES;
	if (nframes) {
		at = place_of(im, e.frame[0].func, e.frame[0].pc);
		put_place(&at, out);
		text_str(out, ": ");
	} else {
		text_str(out, "ktap: ");
	}
	report_message(e.code, args, names, out);
	buf_putc(out, '\n');
	put_stack(&e, nframes, im, out);
}
