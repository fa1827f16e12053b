// SPDX-License-Identifier: GPL-2.0
#include "records.h"

#include <stdio.h>
#include <string.h>

#include <ktap/bytecode.h>

#include "tap.h"

void put_value(struct buf *b, uint8_t tag, uint8_t aux, const void *bytes, uint32_t len)
{
	const struct ktap_val head = { .tag = tag, .aux = aux, .len = len };

	buf_add(b, &head, sizeof(head));
	buf_add(b, bytes, len);
	buf_zeros(b, -len & 7);
}

void put_int(struct buf *b, int64_t n)
{
	put_value(b, KTAP_T_INT, 0, &n, sizeof(n));
}

void put_str(struct buf *b, const char *s)
{
	put_value(b, KTAP_T_STR, 0, s, strlen(s));
}

void put_tag(struct buf *b, uint8_t tag)
{
	put_value(b, tag, 0, "", 0);
}

void put_u64(struct buf *b, uint64_t n)
{
	buf_add(b, &n, sizeof(n));
}

void put_evtext(struct buf *b, uint32_t probe, const void *bytes, uint32_t len)
{
	const struct ktap_evtext head = { .probe = probe };
	struct buf body = { 0 };

	buf_add(&body, &head, sizeof(head));
	buf_add(&body, bytes, len);
	put_value(b, KTAP_T_EVTEXT, 0, body.data, body.len);
	buf_free(&body);
}

void put_record(struct buf *stream, uint16_t kind, uint64_t time_ns, const struct buf *payload)
{
	const struct ktap_rec head = { .len = sizeof(head) + payload->len, .kind = kind,
				       .probe = KTAP_PROBE_NONE, .time_ns = time_ns };

	buf_add(stream, &head, sizeof(head));
	buf_add(stream, payload->data, payload->len);
}

void is_text(const char *got, const char *want, const char *name)
{
	if (ok(!strcmp(got, want), "%s", name))
		return;
	printf("#  got: %s\n# want: %s\n", got, want);
}
