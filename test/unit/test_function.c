// SPDX-License-Identifier: GPL-2.0
/* Functions of the kernel: which ones a text means, and what their arguments fetch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/resolve.h"
#include "records.h"
#include "tap.h"
#include "util/text.h"

static struct event_catalog catalog;

/* "name@address name+offset@address%return ..." */
static void means(const char *text, const char *want)
{
	const struct event_query query = { .text = text };
	struct buf why = { 0 }, all = { 0 };
	struct event_list list;
	int err = event_resolve(&catalog, &query, &list, &why);

	for (unsigned int i = 0; !err && i < list.n; i++) {
		buf_printf(&all, "%s", i ? " " : "");
		event_label(&list.at[i], &all);
		buf_printf(&all, "@%llx", (unsigned long long)list.at[i].addr & 0xffff);
	}
	is_text(err ? text_cstr(&why) : text_cstr(&all), want, text);
	if (!err)
		event_list_free(&list);
	buf_free(&all);
	buf_free(&why);
}

/* Each operation as "op imm[:type]", each argument behind the place as its name. */
static void fetches(const char *args, const char *want)
{
	static const char *const op[] = {
#define _(name, class, text) #name,
		KTAP_FETCH_OPS(_)
#undef _
	};
	struct buf text = { 0 }, why = { 0 }, all = { 0 };
	struct event_query query = { 0 };
	struct event_list list;

	buf_printf(&text, "probe:vfs_read %s", args);
	query.text = text_cstr(&text);
	if (event_resolve(&catalog, &query, &list, &why)) {
		is_text(text_cstr(&why), want, args);
	} else {
		const struct ktap_event *ev = &list.at[0];
		const struct ktap_field *f = (const void *)(uintptr_t)ev->args;
		const struct ktap_fetch *ops = (const void *)(uintptr_t)ev->fetch;

		for (unsigned int i = 1; i < ev->nargs; i++) {
			const struct param *p = &list.params.at[0]->list.at[i];

			buf_printf(&all, "%s%s %s:", i > 1 ? "; " : "", p->name, p->ctype);
			for (unsigned int j = 0; j < f[i].size; j++) {
				const struct ktap_fetch *o = &ops[f[i].offset + j];

				buf_printf(&all, " %s %lld", op[o->op], (long long)o->imm);
				if (o->type)
					buf_printf(&all, ":%u", o->type);
			}
		}
		is_text(text_cstr(&all), want, args);
		event_list_free(&list);
	}
	buf_free(&text);
	buf_free(&why);
	buf_free(&all);
}

static void test_names(void)
{
	means("probe:vfs_read", "probe:vfs_read@1000");
	means(" kprobe:vfs_read ", "probe:vfs_read@1000");
	means("probe:vfs_read%return", "probe:vfs_read%return@1000");
	means("kretprobe:vfs_read", "probe:vfs_read%return@1000");
	means("probe:vfs_read+0x10", "probe:vfs_read+0x10@1000");
	means("probe:vmlinux:vfs_*", "probe:vfs_read@1000 probe:vfs_write@1180");
	means("probe:*ext4*:*", "probe:ext4_sync_file@0");
	means("probe:twice", "probe:twice@1200 probe:twice@1280");
	means("probe:kernel_untraced", "probe:kernel_untraced@1300");
	means("probe:*untraced", "the kernel has no function that matches '*untraced'");
	means("probe:bpf_prog*", "the kernel has no function that matches 'bpf_prog*'");
	means("ftrace:function vfs_w*", "ftrace:vfs_write@1180");
	means("probe:vfs_raed", "the kernel has no function that matches 'vfs_raed'; did you mean 'vfs_read'?");
	means("probe:jiffies", "the kernel has no function that matches 'jiffies'; 'jiffies' is no function");
	means("probe:vmlinux:ext4_sync_file",
	      "the kernel has no function that matches 'ext4_sync_file' in 'vmlinux'; 'ext4_sync_file' is a function of ext4");
	means("kprobe:nbd:nbd_*", "no module 'nbd' is loaded");
	means("probe:vfs_read+0x140", "'vfs_read' is 320 bytes long: there is no offset 320");
	means("probe:vfs_read+x", "an offset is written FUNCTION+NUMBER: 'probe:vfs_read+x'");
	means("probe:vfs_*+4", "an offset is into one function, not into all that match: 'probe:vfs_*+4'");
	means("probe:twice+4", "the kernel has 2 functions 'twice': an offset is into one");
	means("probe:vfs_read%retrun", "behind a function only %return can stand: 'probe:vfs_read%retrun'");
	means("kretprobe:vfs_read+4", "a return has no offset: 'kretprobe:vfs_read+4'");
	means("probe:", "the probe lacks its function: write probe:vfs_read: 'probe:'");
}

static void test_arguments(void)
{
	fetches("a=%di b=$arg2:s32", "a x64: REG 112; b s32: ARG 1");
	fetches("%si:u8 $stack $stack3:x16", "arg1 u8: REG 104; arg2 x64: SP 0; arg3 x16: STACK 3");
	fetches("n=+8(%dx):u32", "n u32: REG 96 ADD 8 LOAD 0:2");
	fetches("n=-0x10(+u4($arg1)):s64", "n s64: ARG 0 ADD 4 ULOAD 0:3 ADD -16 LOAD 0:7");
	fetches("s=+0(%si):string u=+0(%si):ustring v=+u8(%si):string c=$comm",
		"s string: REG 104 ANYSTR 0; u ustring: REG 104 USTR 0; v string: REG 104 ADD 8 USTR 0; c string: COMM 0");
	fetches("j=@jiffies:u64 k=@jiffies+8:x32 l=@0xffffffff82000010:s16",
		"j u64: IMM -2113929216 LOAD 0:3; k x32: IMM -2113929208 LOAD 0:2; l s16: IMM -2113929200 LOAD 0:5");
	fetches("i=\\-3:s8 f=+0(%di):b4@28/32 g=%ax:b1@0/8 a=+0(%di):u16[3] y=%ip:symbol h=+0(%di):char",
		"i s8: IMM -3; f b4@28/32: REG 112 LOAD 0:2 BITS 1052:2; g b1@0/8: REG 80 BITS 256; "
		"a u16[3]: REG 112 BYTES 6; y symbol: REG 128; h char: REG 112 LOAD 0");
}

static void test_mistakes(void)
{
	fetches("a=%foo", "column 18 of 'probe:vfs_read a=%foo': this machine has no register 'foo'");
	fetches("a=", "column 18 of 'probe:vfs_read a=': a value is expected: %REG, $argN, $stackN, @SYMBOL, \\NUMBER or +OFFSET(VALUE)");
	fetches("a", "column 17 of 'probe:vfs_read a': '=' is expected behind an argument's name");
	fetches("a=%di a=%si", "column 22 of 'probe:vfs_read a=%di a=%si': two arguments are called 'a'");
	fetches("a=%di:int", "column 22 of 'probe:vfs_read a=%di:int': a type is expected: u8 to u64, s8 to s64, x8 to x64, char, string, ustring, symbol, b4@0/32");
	fetches("a=+8%di", "column 20 of 'probe:vfs_read a=+8%di': '(' is expected behind an offset");
	fetches("a=+8(%di", "column 24 of 'probe:vfs_read a=+8(%di': ')' is expected");
	fetches("a=%di)", "column 21 of 'probe:vfs_read a=%di)': an argument ends here, and ')' begins none");
	fetches("a=$retval", "column 18 of 'probe:vfs_read a=$retval': only a return has $retval: write FUNCTION%return");
	fetches("a=$arg0", "column 18 of 'probe:vfs_read a=$arg0': arguments are $arg1 to $arg12");
	fetches("a=@nothing", "column 18 of 'probe:vfs_read a=@nothing': the kernel has no symbol 'nothing'");
	fetches("a=%di:u8[4]", "column 16 of 'probe:vfs_read a=%di:u8[4]': an array lies in memory: +0(VALUE):u8[4]");
	fetches("a=%di:b4@30/32", "column 22 of 'probe:vfs_read a=%di:b4@30/32': the bit-field does not lie inside its 32 bits");
	fetches("a=$comm:u8", "column 16 of 'probe:vfs_read a=$comm:u8': $comm is a string by itself");
}

/* The kernel's tracing is there, but no list of functions. */
static void test_no_tracer(void)
{
	char folder[] = "/tmp/ktap-XXXXXX", *tracefs = strdup(getenv("KTAP_TRACEFS"));
	struct buf events = { 0 };

	buf_printf(&events, "%s/events", mkdtemp(folder));
	mkdir(text_cstr(&events), 0700);
	catalog_close(&catalog);
	setenv("KTAP_TRACEFS", folder, 1);
	means("ftrace:function vfs_w*",
	      "ftrace:function: this kernel has no CONFIG_FUNCTION_TRACER with CONFIG_DYNAMIC_FTRACE");
	means("probe:vfs_w*", "probe:vfs_write@1180");
	catalog_close(&catalog);
	setenv("KTAP_TRACEFS", tracefs, 1);
	rmdir(text_cstr(&events));
	rmdir(folder);
	buf_free(&events);
	free(tracefs);
}

int main(void)
{
	test_names();
	test_arguments();
	test_mistakes();
	test_no_tracer();
	catalog_close(&catalog);
	return tap_done();
}
