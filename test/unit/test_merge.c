// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "output/merge.h"
#include "tap.h"
#include "util/text.h"

#define SIZE	4096u
#define NRINGS	3

static struct ktap_ring_page page[NRINGS];
static uint8_t *data[NRINGS];
static struct merge merge;
static struct buf seen;

static void on_record(void *arg, const struct rec *rec, int cpu)
{
	(void)arg;
	buf_printf(&seen, "%llu@%d ", (unsigned long long)rec->time_ns, cpu);
}

static void on_damage(void *arg, const char *error, int cpu)
{
	(void)arg, (void)error;
	buf_printf(&seen, "damage@%d ", cpu);
}

static int cpu_of(const uint8_t *at)
{
	int cpu = 0;

	while (at < data[cpu] || at >= data[cpu] + SIZE)
		cpu++;
	return cpu;
}

/* Takes up to three records by itself, none that is damaged. */
static void on_stretch(void *arg, struct stretch *s)
{
	const char *error;
	struct rec rec;

	while (s->count < 3 && !rec_peek(s->at, s->end - s->at, &rec, &error) &&
	       rec.kind == KTAP_REC_PRINT && rec.time_ns <= s->until_ns) {
		on_record(arg, &rec, cpu_of(s->at));
		s->at += rec.len;
		s->last_ns = rec.time_ns;
		s->count++;
	}
}

static struct merge_sink sink = { NULL, NULL, on_record, on_damage };

static void begin(void)
{
	struct ring ring[NRINGS];

	for (int i = 0; i < NRINGS; i++) {
		page[i] = (struct ktap_ring_page){ .size = SIZE };
		data[i] = calloc(1, SIZE);
		ring[i] = (struct ring){ .page = &page[i], .data = data[i], .size = SIZE, .cpu = i };
	}
	merge_init(&merge, ring, NRINGS);
	seen.len = 0;
}

static void end(void)
{
	merge_exit(&merge);
	for (int i = 0; i < NRINGS; i++)
		free(data[i]);
}

/* A record of a length, as the module writes it: never across the end. */
static void write_record(int cpu, uint64_t time_ns, uint32_t len)
{
	uint32_t at = page[cpu].head % SIZE;
	struct ktap_rec rec = { .len = SIZE - at, .kind = KTAP_REC_PAD };

	if (at + len > SIZE) {
		memcpy(data[cpu] + at, &rec, 8);
		page[cpu].head += SIZE - at;
		at = 0;
	}
	rec = (struct ktap_rec){ .len = len, .kind = KTAP_REC_PRINT, .time_ns = time_ns };
	memset(data[cpu] + at, 0, len);
	memcpy(data[cpu] + at, &rec, sizeof(rec));
	page[cpu].head += len;
}

static void drains(uint64_t now_ns, const char *want, const char *name)
{
	seen.len = 0;
	merge_drain(&merge, now_ns, false, &sink);
	is_text(text_cstr(&seen), want, name);
}

static void drains_all(const char *want, const char *name)
{
	seen.len = 0;
	merge_drain(&merge, 0, true, &sink);
	is_text(text_cstr(&seen), want, name);
}

static void test_order(void)
{
	begin();
	write_record(0, 1000, 16);
	write_record(2, 1001, 16);
	write_record(1, 1002, 16);
	write_record(0, 1003, 16);
	write_record(2, 1003, 16);
	write_record(1, 20000, 16);
	drains(1000000, "1000@0 1001@2 1002@1 1003@0 1003@2 20000@1 ", "in order of time");
	is(page[0].tail, 32, "and their room is given back");
	drains(2000000, "", "once");
	end();
}

static void test_slack(void)
{
	begin();
	write_record(0, 100000, 16);
	drains(100000 + MERGE_SLACK_NS - 1, "", "too young: an older one may be on its way");
	drains(100000 + MERGE_SLACK_NS, "100000@0 ", "old enough");
	end();
}

static void test_busy(void)
{
	begin();
	write_record(0, 1000, 16);
	write_record(0, 5000, 16);
	write_record(1, 2000, 16);
	page[1].busy = 1;
	drains(1000000, "1000@0 2000@1 ", "a writer at work holds back what is younger");
	write_record(1, 3000, 16);
	drains(1000000, "3000@1 ", "its own records never");
	page[1].busy = 0;
	drains(1000000, "5000@0 ", "until it is done");
	page[2].busy = 1;
	write_record(0, 6000, 16);
	drains(1000000, "", "at work for the first time");
	drains_all("6000@0 ", "at the end all is given out");
	end();
}

static void test_wrap(void)
{
	uint64_t time = 1;
	bool whole = true;

	begin();
	for (int round = 0; round < 2000; round++) {
		write_record(0, time++, 16 + 8 * (round % 37));
		write_record(1, time++, 16 + 8 * (round % 11));
		seen.len = 0;
		whole &= merge_drain(&merge, 1 << 30, false, &sink) == 2;
	}
	ok(whole, "4000 records around the end of rings, none lost, none twice");
	end();
}

static void test_damage(void)
{
	struct ktap_rec rec = { .len = 17, .kind = KTAP_REC_PRINT };

	begin();
	write_record(0, 1, 16);
	write_record(0, 2, 16);
	write_record(1, 3, 16);
	memcpy(data[0] + 16, &rec, sizeof(rec));
	drains(1000000, "1@0 damage@0 3@1 ", "a damaged header ends its ring, not the others");
	write_record(1, 4, 16);
	drains(1000000, "4@1 ", "which go on");
	page[2].head = 1 << 20;
	write_record(1, 5, 16);
	drains(1000000, "damage@2 5@1 ", "a head beyond the ring");
	end();
}

/* Any bytes at all, in all rings. */
static void test_noise(void)
{
	srand(3);
	for (int round = 0; round < 3000; round++) {
		begin();
		for (int cpu = 0; cpu < NRINGS; cpu++) {
			for (unsigned int i = 0; i < 16; i++)
				write_record(cpu, rand() % 100, 16 + 8 * (rand() % 8));
			for (int n = rand() % 6; n; n--)
				data[cpu][rand() % 512] = rand();
			page[cpu].head += rand() % 8 ? 0 : rand();
		}
		merge_drain(&merge, 1 << 30, false, &sink);
		merge_drain(&merge, 0, true, &sink);
		end();
	}
	ok(true, "damaged rings are survived");
}

static void test_all(void)
{
	test_order();
	test_slack();
	test_busy();
	test_wrap();
	test_damage();
	test_noise();
}

int main(void)
{
	test_all();
	sink.stretch = on_stretch;	/* and the same if most are taken by threes */
	test_all();
	buf_free(&seen);
	return tap_done();
}
