// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "event/signedfmt.h"
#include "records.h"
#include "tap.h"
#include "util/text.h"

static struct format_field fields[] = {
	{ .name = "common_pid", .size = 4, .flags = FORMAT_SIGNED },
	{ .name = "ret", .size = 4, .flags = FORMAT_SIGNED },
	{ .name = "retries", .size = 1, .flags = FORMAT_SIGNED },
	{ .name = "bytes", .size = 8, .flags = FORMAT_SIGNED },
	{ .name = "count", .size = 4 },
	{ .name = "comm", .size = 4, .flags = FORMAT_SIGNED | FORMAT_ARRAY },
};
static const struct format format = { .at = fields, .n = 6, .ncommon = 1 };

/* Of a last line. */
static void gives(const char *line, const char *want)
{
	struct buf file = { 0 }, out = { 0 };

	buf_printf(&file, "field:int ret; REC->ret\n\nprint fmt: \"%%d\", %s\n", line);
	format_signed(&format, file.data, file.len, &out);
	text_cstr(&out);
	is_text(strstr(out.data, "%d\", ") + strlen("%d\", "), want, line);
	is(!strncmp(out.data, file.data, strlen("field:int ret; REC->ret\n")), 1, "  what is ahead of it stays");
	buf_free(&file);
	buf_free(&out);
}

#define RET	"(((REC->ret + 2147483648) & 4294967295) - 2147483648)"

int main(void)
{
	struct buf out = { 0 };

	gives("REC->ret", RET "\n");
	gives("REC->retries", "(((REC->retries + 128) & 255) - 128)\n");
	gives("REC->bytes, REC->count, REC->comm, REC->nothing", "REC->bytes, REC->count, REC->comm, REC->nothing\n");
	gives("REC->count && REC->ret ? &REC->ret : 0", "REC->count && " RET " ? &REC->ret : 0\n");
	gives("REC->ret + REC->", RET " + REC->\n");
	gives("REC->ret, REC->ret", RET ", " RET "\n");
	format_signed(&format, "REC->ret", 8, &out);
	is_text(text_cstr(&out), "REC->ret", "no last line");
	buf_free(&out);
	return tap_done();
}
