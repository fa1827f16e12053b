// SPDX-License-Identifier: GPL-2.0
#include "event/kernelname.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <ktap/ioctl.h>

#include "util/sorted.h"

#define TEXT_BYTES	1024u	/* more than any kernel's names and numbers take */

void kernelnames_begin(struct kernelnames *k, int device)
{
	k->fd = device + 1;
}

void kernelnames_renew(struct kernelnames *k)
{
	int fd = k->fd;

	kernelnames_free(k);
	k->fd = fd;
}

void kernelnames_free(struct kernelnames *k)
{
	free(k->known.at);
	arena_free(&k->texts);
	*k = (struct kernelnames){ 0 };
}

static const struct kernelname *known(const struct kernelnames *k, uint64_t address)
{
	unsigned int n = sorted_up_to(&k->known, start, address);
	const struct kernelname *last = n ? &k->known.at[n - 1] : NULL;

	return last && address - last->start < last->size ? last : NULL;
}

/* "name+0x10/0x140 [module]" of an address; false: it is something else. */
static bool parse(struct kernelnames *k, char *text, uint64_t address, struct kernelname *out)
{
	char *plus = strrchr(text, '+'), *slash = plus ? strchr(plus, '/') : NULL;
	char *module = slash ? strchr(slash, '[') : NULL;

	if (!slash)
		return false;
	out->start = address - strtoull(plus + 1, NULL, 16);
	out->size = strtoull(slash + 1, NULL, 16);
	out->name = arena_copy(&k->texts, text, plus - text);
	out->module = module ? arena_copy(&k->texts, module + 1, strcspn(module + 1, "]")) : NULL;
	return true;
}

static const struct kernelname *keep(struct kernelnames *k, const struct kernelname *name)
{
	unsigned int n = sorted_up_to(&k->known, start, name->start);

	list_push(&k->known);
	memmove(&k->known.at[n + 1], &k->known.at[n], (k->known.n - 1 - n) * sizeof(*name));
	k->known.at[n] = *name;
	return &k->known.at[n];
}

const struct kernelname *kernelnames_find(struct kernelnames *k, uint64_t address)
{
	const struct kernelname *found = known(k, address);
	char text[TEXT_BYTES];
	struct ktap_ioc_symbol io = { .size = sizeof(io), .bytes = sizeof(text), .address = address,
				      .text = (uintptr_t)text };
	struct kernelname name;

	if (found || !k->fd)
		return found;
	if (ioctl(k->fd - 1, KTAP_IOC_SYMBOL, &io)) {
		if (errno != ENOENT)
			k->fd = 0;
		return NULL;
	}
	text[sizeof(text) - 1] = 0;
	return parse(k, text, address, &name) ? keep(k, &name) : NULL;
}
