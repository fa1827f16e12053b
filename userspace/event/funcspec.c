// SPDX-License-Identifier: GPL-2.0
#include "event/funcspec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/glob.h"
#include "util/arena.h"
#include "util/text.h"

#define RETURN	"%return"
#define FTRACE	"ftrace:function"

static const struct { const char *text; bool is_return; } prefixes[] = {
	{ "probe:", false }, { "kprobe:", false }, { "kretprobe:", true },
};

/* What stands behind the prefix, or NULL. */
static const char *behind_prefix(const char *text, bool *is_return)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (!strncmp(text, prefixes[i].text, strlen(prefixes[i].text))) {
			*is_return = prefixes[i].is_return;
			return text + strlen(prefixes[i].text);
		}
	return NULL;
}

static bool is_ftrace(const char *text)
{
	size_t len = strlen(FTRACE);

	return !strncmp(text, FTRACE, len) && (!text[len] || strchr(TEXT_BLANKS, text[len]));
}

/* All functions, or those that match the glob behind the event. */
static void parse_ftrace(const char *text, struct funcspec *spec)
{
	text += strlen(FTRACE);
	text += strspn(text, TEXT_BLANKS);
	spec->is_ftrace = true;
	spec->args = 0;
	spec->name = text_dup(*text ? text : "*");
}

/* A part of the kernel that can have functions: the kernel itself, a loaded module. */
static bool is_module(const char *name, size_t len)
{
	struct buf path = { 0 };
	bool yes;

	if (len == strlen("vmlinux") && !strncmp(name, "vmlinux", len))
		return true;
	buf_printf(&path, "/sys/module/%.*s/initstate", (int)len, name);
	yes = !access(text_cstr(&path), F_OK);
	buf_free(&path);
	return yes;
}

static bool has_any(const char *s, size_t len, const char *letters)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(letters, s[i]))
			return true;
	return false;
}

/* "probe:X:.." with an X that is no module is a program's or a library's function. */
bool funcspec_is(const char *text)
{
	bool is_return;
	const char *s = behind_prefix(text, &is_return), *colon;
	size_t len;

	if (is_ftrace(text))
		return true;
	if (!s)
		return false;
	len = strcspn(s, TEXT_BLANKS);
	if (text[0] == 'k')
		return true;
	colon = memchr(s, ':', len);
	if (has_any(s, len, "/"))
		return false;
	return !colon || has_any(s, colon - s, "*?[") || is_module(s, colon - s);
}

static char *copy(const char *s, size_t len)
{
	char *text = xmalloc(len + 1);

	memcpy(text, s, len);
	text[len] = 0;
	return text;
}

/* "+0x10" at the word's end. Returns the length of what stands before it, 0: bad. */
static size_t parse_offset(const char *s, size_t len, uint64_t *offset)
{
	const char *plus = memchr(s, '+', len);
	char *end;

	*offset = 0;
	if (!plus)
		return len;
	errno = 0;
	*offset = strtoull(plus + 1, &end, 0);
	return plus[1] != '-' && end == s + len && end != plus + 1 && !errno ? (size_t)(plus - s) : 0;
}

static int refuse(struct buf *why, const char *text, const char *what)
{
	buf_printf(why, "%s: '%s'", what, text);
	return -1;
}

/* The word behind the prefix: [module:]name[+offset][%return] */
static int parse_word(const char *text, const char *s, size_t len, struct funcspec *spec,
		      struct buf *why)
{
	const char *colon, *end;

	if (len >= strlen(RETURN) && !strncmp(s + len - strlen(RETURN), RETURN, strlen(RETURN))) {
		spec->is_return = true;
		len -= strlen(RETURN);
	}
	if (memchr(s, '%', len))
		return refuse(why, text, "behind a function only %return can stand");
	if (!len)
		return refuse(why, text, "the probe lacks its function: write probe:vfs_read");
	len = parse_offset(s, len, &spec->offset);
	if (!len)
		return refuse(why, text, "an offset is written FUNCTION+NUMBER");
	colon = memchr(s, ':', len);
	if (colon == s || (colon && colon == s + len - 1) ||
	    (colon && memchr(colon + 1, ':', s + len - colon - 1)))
		return refuse(why, text, "a function of a module is written probe:MODULE:FUNCTION");
	if (spec->offset && spec->is_return)
		return refuse(why, text, "a return has no offset");
	end = s + len;
	if (colon) {
		spec->module = copy(s, colon - s);
		s = colon + 1;
	}
	spec->name = copy(s, end - s);
	if (spec->offset && glob_is_pattern(spec->name))
		return refuse(why, text, "an offset is into one function, not into all that match");
	return 0;
}

int funcspec_parse(const char *text, struct funcspec *spec, struct buf *why)
{
	const char *s;

	*spec = (struct funcspec){ 0 };
	if (is_ftrace(text)) {
		parse_ftrace(text, spec);
		return 0;
	}
	s = behind_prefix(text, &spec->is_return);
	spec->args = s - text + strcspn(s, TEXT_BLANKS);
	if (!parse_word(text, s, strcspn(s, TEXT_BLANKS), spec, why))
		return 0;
	funcspec_free(spec);
	return -1;
}

void funcspec_free(struct funcspec *spec)
{
	free(spec->module);
	free(spec->name);
	*spec = (struct funcspec){ 0 };
}
