// SPDX-License-Identifier: GPL-2.0
/* test_device.c - tools and modules of different releases; what programs need of them. */
#include <stdio.h>

#include <ktap/version.h>

#include "records.h"
#include "run/device.h"
#include "tap.h"
#include "util/text.h"

static void compares(const char *version, const char *want, const char *name)
{
	struct ktap_ioc_info info = { .abi = KTAP_ABI_VERSION };
	struct buf out = { 0 };

	snprintf(info.version, sizeof(info.version), "%s", version);
	device_compare(&info, &out);
	is_text(text_cstr(&out), want, name);
	buf_free(&out);
}

int main(void)
{
	compares(KTAP_VERSION, "", "of one release: nothing is said");
	compares("0.9", "this ktap is version " KTAP_VERSION ", the module is version 0.9: they understand each "
		 "other, but have not the same features", "of different releases: a sentence");
	is_text(image_feature(0), "events", "a feature has a name");
	ok(!image_feature(KTAP_FEATURE__MAX), "one that is newer has none here");
	ok(!image_feature(UINT64_MAX), "nor has what is no bit");
	return tap_done();
}
