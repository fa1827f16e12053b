// SPDX-License-Identifier: GPL-2.0
#include "output/report.h"

#include <inttypes.h>
#include <string.h>

#include <ktap/errors.def.h>

#include "util/json.h"
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

/* The same with plain numbers, as a load that failed has them. */
static void message_numbers(uint32_t code, const __s64 *args, size_t nargs, struct buf *out)
{
	const char *p = code < KTAP_E__MAX ? message[code] : "error of an unknown kind";
	size_t i = 0;

	for (; *p; p++) {
		if (*p != '%') {
			buf_putc(out, *p);
			continue;
		}
		p++;
		buf_printf(out, "%lld", i < nargs ? (long long)args[i] : 0);
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

void report_refusal(const struct image *im, const struct ktap_error_info *e, struct buf *out)
{
	struct image_place at;

	if (e->func != ~0u) {
		at = image_place(im, e->func, e->pc);
		put_place(&at, out);
		buf_printf(out, ", function %s, instruction %u: ", at.function, e->pc);
	}
	message_numbers(e->code, e->arg, 2, out);
}

static struct image_place place_of(const struct image *im, uint32_t func, uint32_t pc)
{
	if (im)
		return image_place(im, func, pc);
	return (struct image_place){ .file = "?", .function = "?" };
}

/* The innermost frame is the place itself: a stack is worth showing from two on. */
static void put_stack(const struct ktap_rec_error *e, const struct image *im, struct buf *out)
{
	for (uint32_t i = 0; e->nframes > 1 && i < e->nframes; i++) {
		struct image_place at = place_of(im, e->frame[i].func, e->frame[i].pc);

		buf_printf(out, "    in %s (", at.function);
		put_place(&at, out);
		text_str(out, ")\n");
	}
}

/* The fixed part, frames no more than there are; returns the message's arguments. */
static struct span head_of(const struct rec *rec, struct ktap_rec_error *e)
{
	struct span args = rec->payload;

	memcpy(e, args.at, sizeof(*e));
	args.at += sizeof(*e);
	if (e->nframes > KTAP_ERROR_FRAMES)
		e->nframes = KTAP_ERROR_FRAMES;
	return args;
}

void report_error(const struct rec *rec, const struct value_names *names, struct buf *out)
{
	struct ktap_rec_error e;
	struct span args = head_of(rec, &e);
	struct image_place at;

	if (e.nframes) {
		at = place_of(names->image, e.frame[0].func, e.frame[0].pc);
		put_place(&at, out);
		text_str(out, ": ");
	} else {
		text_str(out, "ktap: ");
	}
	report_message(e.code, args, names, out);
	buf_putc(out, '\n');
	put_stack(&e, names->image, out);
}

/* --- as JSON --- */

static void place_json(const struct image_place *at, struct buf *out)
{
	json_key(out, "file");
	json_text(out, at->file);
	json_key(out, "line");
	json_uint(out, at->line);
	json_key(out, "column");
	json_uint(out, at->col);
}

void report_place_json(const struct image *im, uint32_t func, uint32_t pc, struct buf *out)
{
	struct image_place at = place_of(im, func, pc);

	place_json(&at, out);
}

static void frame_json(const struct image *im, uint32_t func, uint32_t pc, struct buf *out)
{
	struct image_place at = place_of(im, func, pc);

	json_open(out, '{');
	json_key(out, "function");
	json_text(out, at.function);
	place_json(&at, out);
	json_close(out, '}');
}

void report_error_message(const struct rec *rec, const struct value_names *names, struct buf *out)
{
	struct ktap_rec_error e;
	struct span args = head_of(rec, &e);

	report_message(e.code, args, names, out);
}

void report_error_json(const struct rec *rec, const struct value_names *names, struct buf *out)
{
	struct buf message = { 0 };
	struct ktap_rec_error e;

	head_of(rec, &e);
	if (e.nframes)
		report_place_json(names->image, e.frame[0].func, e.frame[0].pc, out);
	report_error_message(rec, names, &message);
	json_key(out, "message");
	json_string(out, message.data, message.len, false);
	buf_free(&message);
	json_key(out, "stack");
	json_open(out, '[');
	for (uint32_t i = 0; i < e.nframes; i++)
		frame_json(names->image, e.frame[i].func, e.frame[i].pc, out);
	json_close(out, ']');
}
