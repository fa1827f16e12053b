// SPDX-License-Identifier: GPL-2.0
#include "event/userspec.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/glob.h"
#include "util/arena.h"
#include "util/text.h"

#define RETURN	"%return"

struct prefix {
	const char *text;
	bool is_return;
};

static const struct prefix functions[] = { { "probe:", false }, { "uprobe:", false }, { "uretprobe:", true } };
static const struct prefix markers[] = { { "sdt:", false }, { "usdt:", false } };

#define COUNT(list)	(sizeof(list) / sizeof(*(list)))

static const struct prefix *prefix_of(const char *text, const struct prefix *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(text, list[i].text, strlen(list[i].text)))
			return &list[i];
	return NULL;
}

/* Of "probe:" those that name a file: the kernel's functions are written alike. */
bool userspec_is_function(const char *text)
{
	const struct prefix *p = prefix_of(text, functions, COUNT(functions));
	const char *file = p ? text + strlen(p->text) : NULL;

	return p && (p != functions || strcspn(file, ":/") < strcspn(file, TEXT_BLANKS));
}

bool userspec_is_marker(const char *text)
{
	return prefix_of(text, markers, COUNT(markers));
}

static char *copy(const char *s, size_t len)
{
	char *text = xmalloc(len + 1);

	memcpy(text, s, len);
	text[len] = 0;
	return text;
}

static int refuse(struct buf *why, const char *text, const char *what)
{
	buf_printf(why, "%s: '%s'", what, text);
	return -1;
}

/* FILE ends at the first colon behind its last slash. Returns what is behind it, NULL: nothing. */
static const char *take_file(const char *s, size_t len, struct userspec *spec)
{
	const char *slash = memrchr(s, '/', len), *from = slash ? slash : s;
	const char *colon = memchr(from, ':', s + len - from);

	if (!colon || colon == s || colon == s + len - 1 || (slash && colon == slash + 1))
		return NULL;
	spec->file = copy(s, colon - s);
	return colon + 1;
}

static bool ends_with(const char *s, size_t len, const char *end)
{
	return len >= strlen(end) && !memcmp(s + len - strlen(end), end, strlen(end));
}

/* "+0x10" at the name's end: cut off. */
static bool take_offset(struct userspec *spec)
{
	char *plus = strchr(spec->name, '+'), *end;

	if (!plus)
		return true;
	errno = 0;
	spec->offset = strtoull(plus + 1, &end, 0);
	*plus = 0;
	return isdigit((unsigned char)plus[1]) && !*end && !errno && *spec->name;
}

static bool take_version(struct userspec *spec)
{
	char *at = strchr(spec->name, '@');

	if (!at)
		return true;
	*at = 0;
	at += 1 + (at[1] == '@');
	spec->version = text_dup(at);
	return *spec->name && *at;
}

static int check_function(const char *text, const struct userspec *spec, struct buf *why)
{
	if (strchr(spec->name, '%'))
		return refuse(why, text, "behind a function only %return can stand");
	if (spec->offset && spec->is_return)
		return refuse(why, text, "a return has no offset");
	if (spec->offset && glob_is_pattern(spec->name))
		return refuse(why, text, "an offset is into one function, not into all that match");
	return 0;
}

static int parse_function(const char *text, const char *s, size_t len, struct userspec *spec,
			  struct buf *why)
{
	const char *name;

	if (ends_with(s, len, RETURN)) {
		spec->is_return = true;
		len -= strlen(RETURN);
	}
	name = take_file(s, len, spec);
	if (!name)
		return refuse(why, text, "a function of a program or library is written probe:FILE:FUNCTION");
	spec->name = copy(name, s + len - name);
	if (!take_offset(spec))
		return refuse(why, text, "an offset is written FUNCTION+NUMBER");
	if (!take_version(spec))
		return refuse(why, text, "a version is written FUNCTION@VERSION");
	return check_function(text, spec, why);
}

int userspec_function(const char *text, struct userspec *spec, struct buf *why)
{
	const struct prefix *p = prefix_of(text, functions, COUNT(functions));
	const char *s = text + strlen(p->text);

	*spec = (struct userspec){ .is_return = p->is_return, .args = strcspn(text, TEXT_BLANKS) };
	if (!parse_function(text, s, strcspn(s, TEXT_BLANKS), spec, why))
		return 0;
	userspec_free(spec);
	return -1;
}

static int parse_marker(const char *text, const char *s, size_t len, struct userspec *spec,
			struct buf *why)
{
	const char *name = take_file(s, len, spec), *colon;

	if (!name)
		return refuse(why, text, "a marker is written sdt:FILE:PROVIDER:NAME or sdt:FILE:NAME");
	colon = memchr(name, ':', s + len - name);
	if (colon) {
		spec->provider = copy(name, colon - name);
		name = colon + 1;
	}
	spec->name = copy(name, s + len - name);
	if (!*spec->name || (spec->provider && !*spec->provider) || strchr(spec->name, ':'))
		return refuse(why, text, "a marker is written sdt:FILE:PROVIDER:NAME or sdt:FILE:NAME");
	if (strchr(spec->name, '%'))
		return refuse(why, text, "a marker has no return");
	return 0;
}

int userspec_marker(const char *text, struct userspec *spec, struct buf *why)
{
	const struct prefix *p = prefix_of(text, markers, COUNT(markers));
	const char *s = text + strlen(p->text);

	*spec = (struct userspec){ .args = strcspn(text, TEXT_BLANKS) };
	if (!parse_marker(text, s, strcspn(s, TEXT_BLANKS), spec, why))
		return 0;
	userspec_free(spec);
	return -1;
}

void userspec_free(struct userspec *spec)
{
	free(spec->file);
	free(spec->provider);
	free(spec->name);
	free(spec->version);
	*spec = (struct userspec){ 0 };
}

bool userspec_has_args(const char *text, const struct userspec *spec)
{
	return text[spec->args + strspn(text + spec->args, TEXT_BLANKS)];
}
