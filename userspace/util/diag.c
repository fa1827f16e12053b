// SPDX-License-Identifier: GPL-2.0
#include "diag.h"

#include <stdarg.h>
#include <unistd.h>

#define RED	"\033[1;31m"
#define BOLD	"\033[1m"
#define GREEN	"\033[1;32m"
#define PLAIN	"\033[0m"
#define MAX_WIDTH 400		/* of a source line that is worth showing */

struct ktap_diag ktap_diag_stderr(void)
{
	return (struct ktap_diag) { .out = stderr, .color = isatty(STDERR_FILENO) };
}

static const char *in_color(const struct ktap_diag *diag, const char *code)
{
	return diag->color ? code : "";
}

/* A byte that would act on the terminal is shown as a question mark. */
static void put_line(FILE *out, const char *text, size_t len)
{
	for (; len--; text++)
		putc((unsigned char)*text < ' ' && *text != '\t' ? '?' :
		     *text == 0x7f ? '?' : *text, out);
	putc('\n', out);
}

/* Tabs stay tabs and bytes inside a character take no room, so that the caret
 * stands below what it means. */
static void put_caret(const struct ktap_diag *diag, const struct src_place *place)
{
	size_t i;

	fputs("    ", diag->out);
	for (i = 0; i + 1 < place->col && i < place->text_len; i++)
		if (((unsigned char)place->text[i] & 0xc0) != 0x80)
			putc(place->text[i] == '\t' ? '\t' : ' ', diag->out);
	fprintf(diag->out, "%s^%s\n", in_color(diag, GREEN), in_color(diag, PLAIN));
}

static void put_excerpt(const struct ktap_diag *diag, const struct src_place *place)
{
	if (place->text_len > MAX_WIDTH)
		return;
	fputs("    ", diag->out);
	put_line(diag->out, place->text, place->text_len);
	put_caret(diag, place);
}

static void put_message(const struct ktap_diag *diag, src_pos pos,
			const char *hint, const char *fmt, va_list ap)
{
	struct src_place place = { 0 };

	if (diag->sources)
		place = source_place(diag->sources, pos);
	fputs(in_color(diag, BOLD), diag->out);
	if (place.file)
		fprintf(diag->out, "%s:%u:%u: ", place.file->name, place.line, place.col);
	else
		fputs("ktap: ", diag->out);
	fprintf(diag->out, "%serror:%s ", in_color(diag, RED), in_color(diag, PLAIN));
	vfprintf(diag->out, fmt, ap);
	putc('\n', diag->out);
	if (place.file)
		put_excerpt(diag, &place);
	if (hint)
		fprintf(diag->out, "    %s\n", hint);
}

static void report(struct ktap_diag *diag, src_pos pos, const char *hint,
		   const char *fmt, va_list ap)
{
	diag->errors++;
	if (!diag->out || diag->errors > KTAP_MAX_DIAGS)
		return;
	put_message(diag, pos, hint, fmt, ap);
	if (diag->errors == KTAP_MAX_DIAGS)
		fputs("ktap: too many errors, the others are not shown\n", diag->out);
}

void diag_error(struct ktap_diag *diag, src_pos pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(diag, pos, NULL, fmt, ap);
	va_end(ap);
}

void diag_error_hint(struct ktap_diag *diag, src_pos pos, const char *hint,
		     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(diag, pos, hint, fmt, ap);
	va_end(ap);
}
