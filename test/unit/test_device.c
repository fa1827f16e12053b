// SPDX-License-Identifier: GPL-2.0
/* test_device.c - tools and modules of different releases; what programs need of them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include <ktap/errors.def.h>
#include <ktap/version.h>

#include "records.h"
#include "run/device.h"
#include "tap.h"
#include "util/text.h"

/* What a module of another release answers. */
static struct ktap_ioc_info info;
static struct ktap_error_info refusal;

int ioctl(int fd, unsigned long nr, ...)
{
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, nr);
	arg = va_arg(args, void *);
	va_end(args);
	if (nr == KTAP_IOC_INFO) {
		*(struct ktap_ioc_info *)arg = info;
		return 0;
	}
	((struct ktap_ioc_load *)arg)->error = refusal;
	errno = EBADMSG;
	return -1;
}

static void speaks(uint32_t abi, uint32_t image_version, const char *want, const char *name)
{
	struct ktap_ioc_info got;
	struct buf why = { 0 };

	info = (struct ktap_ioc_info){ .abi = abi, .image_version = image_version, .version = "0.9" };
	ok(device_info(-1, &got, &why) == (*want ? -1 : 0), "%s", name);
	is_text(text_cstr(&why), want, name);
	buf_free(&why);
}

static void refuses(int64_t bit, const char *want, const char *name)
{
	static const struct ktap_image head = { .magic = KTAP_IMAGE_MAGIC };
	struct image im = { .bytes = (const uint8_t *)&head, .len = sizeof(head), .head = head };
	struct ktap_ioc_load load = { 0 };
	struct buf why = { 0 };

	refusal = (struct ktap_error_info){ .code = KTAP_E_IMG_FEATURE, .func = ~0u, .arg = { bit } };
	ok(device_load(-1, &im, &load, &why) == -1, "%s", name);
	is_text(text_cstr(&why), want, name);
	buf_free(&why);
}

static void compares(const char *version, const char *want, const char *name)
{
	struct buf out = { 0 };

	info = (struct ktap_ioc_info){ .abi = KTAP_ABI_VERSION };
	snprintf(info.version, sizeof(info.version), "%s", version);
	device_compare(&info, &out);
	is_text(text_cstr(&out), want, name);
	buf_free(&out);
}

static void engine(uint32_t flags, uint32_t interpreted, const char *want, const char *name)
{
	const struct ktap_ioc_load load = { .flags = flags, .interpreted = interpreted };
	struct buf out = { 0 };

	device_engine(&load, &out);
	is_text(text_cstr(&out), want, name);
	buf_free(&out);
}

int main(void)
{
	compares(KTAP_VERSION, "", "of one release: nothing is said");
	compares("0.9", "this ktap is version " KTAP_VERSION ", the module is version 0.9: they understand each "
		 "other, but have not the same features", "of different releases: a sentence");
	speaks(KTAP_ABI_VERSION, KTAP_IMAGE_VERSION, "", "of different releases, with one interface");
	speaks(KTAP_ABI_VERSION + 1, KTAP_IMAGE_VERSION,
	       "the module (0.9) speaks version 2 and loads images of version 1, this ktap speaks 1 and writes 1: "
	       "install both from one release", "with another interface");
	speaks(KTAP_ABI_VERSION, KTAP_IMAGE_VERSION + 1,
	       "the module (0.9) speaks version 1 and loads images of version 2, this ktap speaks 1 and writes 1: "
	       "install both from one release", "with other images");
	refuses(KTAP_FEATURE_EVENTS, "the module refuses the program: it needs 'events', which is newer than the module",
		"a feature that the module lacks, by its name");
	refuses(9, "the module refuses the program: image needs feature 9, which this ktap does not have",
		"one that neither knows, by its number");
	is_text(image_feature(0), "events", "a feature has a name");
	ok(!image_feature(KTAP_FEATURE__MAX), "one that is newer has none here");
	ok(!image_feature(UINT64_MAX), "nor has what is no bit");
	engine(KTAP_LOAD_JITED, KTAP_INTERPRETED_NOT, "the program is machine code", "machine code");
	engine(KTAP_LOAD_JITED, KTAP_INTERPRETED_LARGE, "the program is machine code, but some functions are "
	       "interpreted: too large for the kernel's BPF compiler", "most of it");
	engine(0, KTAP_INTERPRETED_NO_COMPILER, "the program is interpreted: this kernel has no CONFIG_BPF_JIT",
	       "none, and why");
	engine(0, KTAP_INTERPRETED_NOT, "the program is interpreted", "by a module that does not tell why");
	engine(0, 9999, "the program is interpreted", "by one that knows more reasons");
	return tap_done();
}
