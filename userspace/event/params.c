// SPDX-License-Identifier: GPL-2.0
#include "event/params.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/json.h"
#include "util/text.h"

struct params *params_new(void)
{
	struct params *p = xmalloc(sizeof(*p));

	*p = (struct params){ .users = 1 };
	return p;
}

struct params *params_get(struct params *p)
{
	if (p)
		__atomic_add_fetch(&p->users, 1, __ATOMIC_RELAXED);
	return p;
}

void params_put(struct params *p)
{
	if (!p || __atomic_sub_fetch(&p->users, 1, __ATOMIC_ACQ_REL))
		return;
	for (unsigned int i = 0; i < p->list.n; i++) {
		free(p->list.at[i].name);
		free(p->list.at[i].ctype);
	}
	free(p->list.at);
	free(p);
}

struct param *params_add(struct params *p, const char *name, const char *ctype,
			 enum param_style style, __u8 type)
{
	struct param *param = list_push(&p->list);

	*param = (struct param){ .name = text_dup(name), .ctype = text_dup(ctype),
				 .style = style, .type = type };
	return param;
}

int params_find(const struct params *p, const char *name)
{
	for (unsigned int i = 0; i < p->list.n; i++)
		if (!strcmp(p->list.at[i].name, name))
			return i;
	return -1;
}

/* Word number `at` of the bytes. */
static bool word_at(const struct fetched *f, size_t at, uint64_t *word)
{
	if (f->len < (at + 1) * sizeof(*word))
		return false;
	memcpy(word, f->bytes + at * sizeof(*word), sizeof(*word));
	return true;
}

bool fetched_word(const struct fetched *f, unsigned int n, uint64_t *word)
{
	uint64_t have;

	return n < f->nargs && n < 64 && word_at(f, 0, &have) && have >> n & 1 &&
	       word_at(f, n + 1, word);
}

/* Where the bytes of a text are; false if they are not all there. */
static bool bytes_of(const struct fetched *f, uint64_t word, const unsigned char **at, size_t *len)
{
	size_t from = word & 0xffff;

	*len = word >> 16;
	if (from > f->len || *len > f->len - from)
		return false;
	*at = f->bytes + from;
	return true;
}

static unsigned int type_size(__u8 type)
{
	static const unsigned char size[] = {
#define _(name, bytes) bytes,
		KTAP_FIELD_TYPES(_)
#undef _
	};

	return type <= KTAP_FT_S64 ? size[type] : 1;
}

static bool is_signed(__u8 type)
{
	return type >= KTAP_FT_S8 && type <= KTAP_FT_S64;
}

/* What the parameter's type leaves of a word, without and with its sign. */
static uint64_t narrow(const struct param *p, uint64_t word)
{
	unsigned int unused = 64 - 8 * type_size(p->type);

	return word << unused >> unused;
}

static int64_t narrow_signed(const struct param *p, uint64_t word)
{
	unsigned int unused = 64 - 8 * type_size(p->type);

	return (int64_t)(word << unused) >> unused;
}

static void put_number(const struct param *p, uint64_t word, struct ksyms *k, struct buf *out)
{
	uint64_t n = narrow(p, word);

	if (p->style == PARAM_SYMBOL)
		ksyms_text(k, n, out);
	else if (p->style == PARAM_PLACE)
		ksyms_place(k, n, out);
	else if (p->style == PARAM_CHAR)
		buf_printf(out, "'%c'", isprint((int)(n & 255)) ? (int)n : '.');
	else if (p->style == PARAM_HEX)
		buf_printf(out, "0x%" PRIx64, n);
	else if (is_signed(p->type))
		buf_printf(out, "%" PRId64, narrow_signed(p, word));
	else
		buf_printf(out, "%" PRIu64, n);
}

/* One line, whatever the bytes are. */
static void put_string(const unsigned char *s, size_t len, struct buf *out)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < len; i++)
		buf_putc(out, s[i] == '\n' ? ' ' : s[i]);
	buf_putc(out, '"');
}

/* False behind the last element that there are bytes for. */
static bool element(const struct param *p, const unsigned char *at, size_t len, unsigned int i, uint64_t *n)
{
	unsigned int size = type_size(p->type);

	if (i >= p->count || (i + 1) * size > len)
		return false;
	*n = 0;
	memcpy(n, at + i * size, size);
	return true;
}

/* {1,2,3} */
static void put_array(const struct param *p, const unsigned char *at, size_t len, struct ksyms *k,
		      struct buf *out)
{
	uint64_t n;

	buf_putc(out, '{');
	for (unsigned int i = 0; element(p, at, len, i, &n); i++) {
		text_str(out, i ? "," : "");
		put_number(p, n, k, out);
	}
	buf_putc(out, '}');
}

/* What was fetched for a parameter. */
struct value {
	uint64_t word;
	const unsigned char *at;	/* of a string or an array */
	size_t len;
};

/* False if it could not be read where the event was. */
static bool value_of(const struct param *p, const struct fetched *f, unsigned int n, struct value *v)
{
	bool bytes = p->count || p->style == PARAM_TEXT;

	return fetched_word(f, n, &v->word) && (!bytes || bytes_of(f, v->word, &v->at, &v->len));
}

void params_value(const struct params *p, unsigned int n, const struct fetched *f,
		  struct ksyms *k, struct buf *out)
{
	const struct param *param = &p->list.at[n];
	struct value v;

	if (!value_of(param, f, n, &v))
		text_str(out, "(fault)");
	else if (param->style == PARAM_TEXT)
		put_string(v.at, v.len, out);
	else if (param->count)
		put_array(param, v.at, v.len, k, out);
	else
		put_number(param, v.word, k, out);
}

void params_text(const struct params *p, unsigned int first, const struct fetched *f,
		 struct ksyms *k, struct buf *out)
{
	for (unsigned int i = first; i < p->list.n; i++) {
		buf_printf(out, "%s%s=", i > first ? " " : "", p->list.at[i].name);
		params_value(p, i, f, k, out);
	}
}

/* --- as JSON --- */

static void json_symbol(uint64_t address, struct ksyms *k, struct buf *out)
{
	const struct symbol s = ksyms_symbol(k, address, 0);

	symbol_json(&s, address, out);
}

static void json_char(char c, struct buf *out)
{
	json_string(out, &c, 1, false);
}

static void json_number(const struct param *p, uint64_t word, struct ksyms *k, struct buf *out)
{
	if (p->style == PARAM_SYMBOL || p->style == PARAM_PLACE)
		json_symbol(narrow(p, word), k, out);
	else if (p->style == PARAM_CHAR)
		json_char(word, out);
	else if (p->style == PARAM_HEX)
		json_hex(out, narrow(p, word));
	else if (is_signed(p->type))
		json_int(out, narrow_signed(p, word));
	else
		json_uint(out, narrow(p, word));
}

static void json_array(const struct param *p, const unsigned char *at, size_t len, struct ksyms *k,
		       struct buf *out)
{
	uint64_t n;

	json_open(out, '[');
	for (unsigned int i = 0; element(p, at, len, i, &n); i++)
		json_number(p, n, k, out);
	json_close(out, ']');
}

static void json_param(const struct params *p, unsigned int n, const struct fetched *f,
		       struct ksyms *k, struct buf *out)
{
	const struct param *param = &p->list.at[n];
	struct value v;

	if (!value_of(param, f, n, &v))
		json_null(out);
	else if (param->style == PARAM_TEXT)
		json_string(out, v.at, v.len, false);
	else if (param->count)
		json_array(param, v.at, v.len, k, out);
	else
		json_number(param, v.word, k, out);
}

void params_members(const struct params *p, const struct fetched *f, struct ksyms *k, struct buf *out)
{
	for (unsigned int i = 0; i < p->list.n; i++) {
		if (!strncmp(p->list.at[i].name, PARAM_HIDDEN, strlen(PARAM_HIDDEN)))
			continue;
		json_key(out, p->list.at[i].name);
		json_param(p, i, f, k, out);
	}
}
