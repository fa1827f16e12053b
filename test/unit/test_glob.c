// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "event/glob.h"
#include "tap.h"

static const struct { const char *pattern, *text; bool matches; } cases[] = {
	{ "", "", true },		{ "", "a", false },
	{ "abc", "abc", true },		{ "abc", "abcd", false },
	{ "*", "", true },		{ "*", "anything", true },
	{ "sys_enter_*", "sys_enter_open", true },
	{ "sys_enter_*", "sys_exit_open", false },
	{ "*_open", "sys_enter_open", true },
	{ "*_open", "sys_enter_openat", false },
	{ "*enter*open*", "sys_enter_openat", true },
	{ "a?c", "abc", true },		{ "a?c", "ac", false },
	{ "[a-c]x", "bx", true },	{ "[a-c]x", "dx", false },
	{ "[!a-c]x", "dx", true },	{ "[!a-c]x", "ax", false },
	{ "[]]", "]", true },		{ "[^x]", "x", false },
	{ "[abc", "[abc", true },	{ "[", "[", true },
	{ "[a-", "[a-", true },		{ "[a-]", "-", true },
	{ "\\*", "*", true },		{ "\\*", "x", false },
	{ "\\", "\\", true },		{ "**a**", "xax", true },
	{ "[\xff]", "\xff", true },
};

/* Exponential if each star were tried with each other. */
static void test_long(void)
{
	char text[3000];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	ok(!glob_match("*a*a*a*a*a*a*a*a*a*a*a*b", text), "many stars end soon");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(glob_match(cases[i].pattern, cases[i].text) == cases[i].matches,
		   "'%s' %s '%s'", cases[i].pattern, cases[i].matches ? "matches" : "does not match",
		   cases[i].text);
	test_long();
	ok(!glob_is_pattern("sched_switch") && glob_is_pattern("a*") && glob_is_pattern("[ab]"),
	   "patterns are told from names");
	return tap_done();
}
