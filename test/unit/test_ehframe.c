// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of programs and libraries, each compared with what readelf says of the same
 * place; damaged sections; and what the module refuses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/ehframe.h"
#include "tap.h"
#include "unwind.h"
#include "util/text.h"

#define DIR	"test/user/build/"

static bool rows_of(const char *path, struct unwind_rows *rows, struct elf **e, struct buf *why)
{
	*rows = (struct unwind_rows){ 0 };
	*e = elf_open(path, why);
	return *e && !ehframe_rows(*e, rows, why);
}

/* --- readelf's word --- */

/* A line of the table that readelf makes of a function: columns are named by the one above. */
struct said {
	unsigned long address;
	char cfa[16], bp[16], ret[16];
};

/* "r10 (r10)" is one column. */
static void drop_second_names(char *line)
{
	for (char *at = line; (at = strstr(at, " (r")); )
		for (; *at && *at != ')'; at++)
			*at = ' ';
	for (; *line; line++)
		if (*line == ')')
			*line = ' ';
}

/* False: it is no such line. */
static bool read_said(const char *line, const char *columns, struct said *s)
{
	char word[16], column[16];
	int n, skip;

	*s = (struct said){ .bp = "u" };
	if (sscanf(line, "%lx %15s%n", &s->address, s->cfa, &n) != 2 ||
	    sscanf(columns, " LOC CFA%n", &skip) == EOF)
		return false;
	columns += skip;
	line += n;
	while (sscanf(columns, "%15s%n", column, &skip) == 1 && sscanf(line, "%15s%n", word, &n) == 1) {
		if (!strcmp(column, "rbp"))
			memcpy(s->bp, word, sizeof(word));
		if (!strcmp(column, "ra"))
			memcpy(s->ret, word, sizeof(word));
		columns += skip;
		line += n;
	}
	return s->ret[0];
}

static int bp_said(const char *bp)
{
	int n;

	if (sscanf(bp, "c-%d", &n) == 1)
		return n % 8 || n / 8 > 253 ? (int)KTAP_UNWIND_BP_LOST : n / 8;
	return !strcmp(bp, "u") || !strcmp(bp, "s") ? (int)KTAP_UNWIND_BP_KEPT : -1;
}

/* False: readelf does not say what it is. */
static bool row_said(const struct said *s, struct ktap_unwind_row *row)
{
	int offset, bp = bp_said(s->bp);
	char reg[8];

	*row = (struct ktap_unwind_row){ 0 };
	if (!strcmp(s->ret, "u")) {
		row->rule = KTAP_UNWIND_END;
		return true;
	}
	if (sscanf(s->cfa, "%3s+%d", reg, &offset) != 2 || bp < 0)
		return false;
	if (strcmp(s->ret, "c-8") || offset % 8 || (strcmp(reg, "rsp") && strcmp(reg, "rbp")))
		return true;
	row->rule = strcmp(reg, "rsp") ? KTAP_UNWIND_BP : KTAP_UNWIND_SP;
	row->words = offset / 8;
	row->bp = bp;
	return true;
}

static bool agrees(const struct elf *e, const struct unwind_rows *rows, const struct said *s,
		   const struct ktap_unwind_row *want)
{
	const struct ktap_unwind_row *got;
	uint64_t at;

	if (!elf_offset(e, s->address, &at))
		return false;
	got = kp_unwind_row(rows->at, rows->n, at);
	return want->rule == KTAP_UNWIND_NONE ? !got :
	       got && got->rule == want->rule && got->words == want->words && got->bp == want->bp;
}

struct count { unsigned int same, other; };

static void compare(const struct elf *e, const struct unwind_rows *rows, FILE *readelf, struct count *c)
{
	char line[512], columns[512] = "";
	struct ktap_unwind_row want;
	struct said s;

	while (fgets(line, sizeof(line), readelf)) {
		if (strstr(line, "CIE"))
			*columns = 0;
		drop_second_names(line);
		if (strstr(line, "LOC") && strstr(line, "CFA"))
			snprintf(columns, sizeof(columns), "%s", line);
		else if (*columns && read_said(line, columns, &s) && s.address && row_said(&s, &want)) {
			bool same = agrees(e, rows, &s, &want);

			c->same += same;
			c->other += !same;
			if (!same && c->other < 5)
				printf("# %s: %lx %s %s %s\n", e->path, s.address, s.cfa, s.bp, s.ret);
		}
	}
}

static void test_file(const char *path, unsigned int least)
{
	struct unwind_rows rows;
	struct buf why = { 0 }, command = { 0 };
	struct count c = { 0 };
	unsigned int bad;
	struct elf *e;
	FILE *readelf;

	if (ok(rows_of(path, &rows, &e, &why), "%s: %s", path, text_cstr(&why))) {
		buf_printf(&command, "readelf --debug-dump=frames-interp %s 2>/dev/null", path);
		readelf = popen(text_cstr(&command), "re");
		compare(e, &rows, readelf, &c);
		pclose(readelf);
		is(c.other, 0, "%s: as readelf says", path);
		ok(c.same >= least, "%s: in %u places", path, c.same);
		ok(kp_unwind_check(rows.at, rows.n, &bad), "%s: rows that the module takes", path);
	}
	elf_close(e);
	free(rows.at);
	buf_free(&why);
	buf_free(&command);
}

/* The second half of a stub has pushed a word; readelf calls it an expression. */
static void test_stubs(void)
{
	struct unwind_rows rows;
	struct buf why = { 0 };
	struct elf *e;
	struct elf_section plt;
	const struct ktap_unwind_row *row = NULL;
	uint64_t at = 0;

	if (rows_of(DIR "target", &rows, &e, &why) && elf_section(e, ".plt", &plt) &&
	    elf_offset(e, plt.address + 16, &at))
		row = kp_unwind_row(rows.at, rows.n, at);
	is(row ? row->rule * 10 + row->words : 0, KTAP_UNWIND_SP * 10 + 1, "a stub's first half");
	row = kp_unwind_row(rows.at, rows.n, at + 15);
	is(row ? row->rule * 10 + row->words : 0, KTAP_UNWIND_SP * 10 + 2, "its second half");
	elf_close(e);
	free(rows.at);
	buf_free(&why);
}

static void test_aligned(void)
{
	struct unwind_rows rows;
	struct buf why = { 0 };
	struct elf *e;
	unsigned int n = 0;

	if (rows_of(DIR "bare/bare", &rows, &e, &why))
		for (unsigned int i = 0; i < rows.n; i++)
			n += rows.at[i].rule == KTAP_UNWIND_BP_AT && rows.at[i].bp == KTAP_UNWIND_BP_HERE;
	is(n, 1, "a function that keeps the end of its frame in a word: %s", text_cstr(&why));
	elf_close(e);
	free(rows.at);
	buf_free(&why);
}

static void test_absent(void)
{
	struct unwind_rows rows;
	struct buf why = { 0 };
	struct elf *e;

	ok(rows_of(DIR "bare/untold", &rows, &e, &why) && !rows.n, "no .eh_frame: no rows, no error");
	elf_close(e);
	ok(!rows_of(DIR "bare/damaged", &rows, &e, &why) && !rows.n, "a damaged one: no rows");
	ok(!strcmp(text_cstr(&why), "its .eh_frame is damaged at byte 0: an entry is longer than the section"),
	   "and an error: %s", text_cstr(&why));
	elf_close(e);
	buf_free(&why);
}

/* --- what the module takes --- */

#define REFUSED(_) \
	_("places that do not ascend", 1, { { 5, 1, KTAP_UNWIND_SP, 0 }, { 5, 0, KTAP_UNWIND_NONE, 0 } }) \
	_("places that go back", 1, { { 5, 1, KTAP_UNWIND_SP, 0 }, { 4, 0, KTAP_UNWIND_NONE, 0 } }) \
	_("an unknown rule", 0, { { 5, 1, KTAP_UNWIND__MAX, 0 }, { 6, 0, KTAP_UNWIND_NONE, 0 } }) \
	_("no words", 0, { { 5, 0, KTAP_UNWIND_BP, 0 }, { 6, 0, KTAP_UNWIND_NONE, 0 } }) \
	_("a frame pointer where it points, without one", 0, \
	  { { 5, 1, KTAP_UNWIND_SP, KTAP_UNWIND_BP_HERE }, { 6, 0, KTAP_UNWIND_NONE, 0 } }) \
	_("words of an end", 1, { { 5, 1, KTAP_UNWIND_SP, 0 }, { 6, 1, KTAP_UNWIND_END, 0 } }) \
	_("words of nothing", 1, { { 5, 1, KTAP_UNWIND_SP, 0 }, { 6, 0, KTAP_UNWIND_NONE, 1 } }) \
	_("no last row", 2, { { 5, 1, KTAP_UNWIND_SP, 0 }, { 6, 0, KTAP_UNWIND_END, 0 } })

static void test_check(void)
{
	const struct ktap_unwind_row good[] = {
		{ 5, 1, KTAP_UNWIND_SP, 0 }, { 6, 2, KTAP_UNWIND_BP, 2 }, { 7, 1, KTAP_UNWIND_BP_AT, 254 },
		{ 8, 0, KTAP_UNWIND_END, 0 }, { 9, 0, KTAP_UNWIND_NONE, 0 },
	};
	unsigned int bad;

	ok(kp_unwind_check(good, 5, &bad), "every rule is taken");
	ok(kp_unwind_check(NULL, 0, &bad), "and no rows");
#define _(name, at, ...) { \
		const struct ktap_unwind_row rows[] = __VA_ARGS__; \
		ok(!kp_unwind_check(rows, 2, &bad) && bad == (at), "refused: " name); \
	}
	REFUSED(_)
#undef _
	ok(!kp_unwind_row(good, 5, 4) && kp_unwind_row(good, 5, 5) == good &&
	   kp_unwind_row(good, 5, 8) == good + 3 && !kp_unwind_row(good, 5, 9) &&
	   !kp_unwind_row(good, 5, ~0ull) && !kp_unwind_row(NULL, 0, 5), "the row of a place");
}

int main(void)
{
	test_file("/lib/x86_64-linux-gnu/libc.so.6", 10000);
	test_file("/lib64/ld-linux-x86-64.so.2", 1000);
	test_file(DIR "target-static", 5000);
	test_file(DIR "bare/bare", 20);
	test_file(DIR "bare/libbare.so", 5);
	test_stubs();
	test_aligned();
	test_absent();
	test_check();
	return tap_done();
}
