// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_image.c - compiled scripts with some of their bytes changed, through loader,
 * verifier, interpreter and machine code: what is accepted runs, whatever it does, without
 * harm and to an end, and does the same by each engine. The memory and address checks of the
 * core are on, and every other program has its memory taken back at every chance.
 *
 *   fuzz_image ROUNDS SEED LAST FILE...
 *
 * LAST is where the image under way is kept: after a crash, the one to look at.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/compile.h"
#include "../tool/simrun.h"
#include "../../vm/sim/fault.h"

#define SLOW		20	/* seconds after which a program is said to have no end */
#define STEPS		20000	/* of a handler */
#define PATIENCE	4	/* slices of the main chunk */

static uint64_t state;

static uint32_t pick(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (uint32_t)(state >> 16) % n : 0;
}

/* --- changing --- */

static struct ktap_image head;	/* as it was before anything changed */

/* A word of the code, at random. */
static ktap_word *word(char *image)
{
	const struct ktap_isec *code = &head.sec[KTAP_SEC_CODE];

	return (ktap_word *)(image + code->offset) + pick(code->count);
}

/* An operand becomes another that is about as large. */
static void change_operand(char *image, size_t len)
{
	uint8_t *byte = (uint8_t *)word(image) + 1 + pick(3);

	(void)len;
	*byte = pick(4) ? (uint8_t)(*byte + pick(7) - 3) : (uint8_t)pick(256);
}

static void change_opcode(char *image, size_t len)
{
	(void)len;
	*(uint8_t *)word(image) = (uint8_t)pick(KTAP_OP__MAX);
}

static void copy_word(char *image, size_t len)
{
	ktap_word *to = word(image);

	(void)len;
	*to = *word(image);
}

static void swap_words(char *image, size_t len)
{
	ktap_word *a = word(image), *b = word(image), was = *a;

	(void)len;
	*a = *b;
	*b = was;
}

/* A byte of the tables: functions, constants, captures, lines, names. */
static void change_table(char *image, size_t len)
{
	uint32_t first = head.sec[KTAP_SEC_CONSTS].offset;

	image[first + pick((uint32_t)len - first)] ^= 1u << pick(8);
}

static void change_any(char *image, size_t len)
{
	image[pick((uint32_t)len)] ^= 1u << pick(8);
}

static void (*const change[])(char *image, size_t len) = {
	change_operand, change_operand, change_operand, change_opcode, copy_word, swap_words,
	change_table, change_any,
};

/* --- running --- */

static void keep(const char *path, const void *image, size_t len)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(image, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(2);
	}
}

/* What a program did, as far as anybody can see. */
struct outcome {
	char *text;		/* what it printed, and the errors */
	size_t len;
	struct simrun r;
};

static struct outcome run(struct kp_prog *prog, const void *image, size_t len, bool nmi)
{
	struct outcome o = { 0 };
	FILE *out = open_memstream(&o.text, &o.len);
	struct image names;
	struct buf why = { 0 };

	o.r = (struct simrun){ .out = out, .err = out, .mem_limit = 4 << 20, .rounds = 2, .nmi = nmi,
			       .max_steps = STEPS, .patience = PATIENCE, .count_memory = true,
			       .now = 1000000000, .tick = 1000 };
	if (!image_open(&names, image, len, &why))
		o.r.names = &names;
	buf_free(&why);
	simrun(prog, &o.r);
	fclose(out);
	return o;
}

/* The same program by another engine does the same. */
static bool alike(const struct outcome *a, const struct outcome *b)
{
	const struct simrun *x = &a->r, *y = &b->r;

	return a->len == b->len && !memcmp(a->text, b->text, a->len) && x->code == y->code &&
	       x->fired == y->fired && x->drops == y->drops && x->faults == y->faults &&
	       x->truncated == y->truncated && x->errors == y->errors && x->lost == y->lost;
}

static void show(const char *by, const struct outcome *o)
{
	printf("--- %s: code %d, %llu fired, %llu dropped, %llu faults, %llu cut, %llu errors, %llu lost\n%.*s\n", by,
	       o->r.code, (unsigned long long)o->r.fired, (unsigned long long)o->r.drops,
	       (unsigned long long)o->r.faults, (unsigned long long)o->r.truncated,
	       (unsigned long long)o->r.errors, (unsigned long long)o->r.lost,
	       o->len > 2000 ? 2000 : (int)o->len, o->text);
}

/* By the interpreter, by machine code, by both in turn. */
static const char *const engine[] = { NULL, "1", "2" };
#define ENGINES	(sizeof(engine) / sizeof(engine[0]))

static void run_by_all(const void *image, size_t len, bool nmi)
{
	struct outcome o[ENGINES];
	struct ktap_error_info err;
	struct kp_prog *prog;

	for (size_t i = 0; i < ENGINES; i++) {
		if (engine[i])
			setenv("KTAP_SIM_JIT", engine[i], 1);
		else
			unsetenv("KTAP_SIM_JIT");
		if (kp_prog_load(image, len, 1, &prog, &err) || kp_verify(prog, &err))
			abort();
		o[i] = run(prog, image, len, nmi);
		kp_prog_free(prog);
		if (alike(&o[0], &o[i]))
			continue;
		show("interpreted", &o[0]);
		show(i == 1 ? "machine code" : "both in turn", &o[i]);
		exit(1);
	}
	for (size_t i = 0; i < ENGINES; i++)
		free(o[i].text);
}

/* Whether it was accepted. */
static bool try(const char *image, size_t len, unsigned int round)
{
	struct ktap_error_info err = { 0 };
	struct kp_prog *prog;
	bool accepted;

	if (kp_prog_load(image, len, 1, &prog, &err))
		return false;
	accepted = !kp_verify(prog, &err);
	kp_prog_free(prog);
	kp_sim_restless = round & 1;
	if (accepted)
		run_by_all(image, len, round & 2);
	return accepted;
}

static bool compile(const char *path, struct ktap_image_buf *image)
{
	struct ktap_compile_opts opts = { .size = sizeof(opts), .name = path,
					  .library = "../../scripts/lib" };
	struct ktap_diag diag = { 0 };

	return !ktap_compile(&opts, &diag, image);
}

static bool fuzz_one(const struct ktap_image_buf *image, unsigned int round, const char *last)
{
	char *copy = malloc(image->len);
	unsigned int n = 1 + pick(3);
	bool accepted;

	memcpy(copy, image->data, image->len);
	memcpy(&head, copy, sizeof(head));
	while (n--)
		change[pick(sizeof(change) / sizeof(change[0]))](copy, image->len);
	keep(last, copy, image->len);
	alarm(SLOW);
	accepted = try(copy, image->len, round);
	alarm(0);
	free(copy);
	return accepted;
}

int main(int argc, char **argv)
{
	unsigned int rounds, i, n = 0, accepted = 0;
	struct ktap_image_buf *image;

	if (argc < 5)
		return 2;
	rounds = (unsigned int)atoi(argv[1]);
	state = strtoull(argv[2], NULL, 0) * 2654435761u + 1;
	image = calloc((size_t)argc, sizeof(*image));
	for (i = 4; i < (unsigned int)argc; i++)
		n += compile(argv[i], &image[n]);
	for (i = 0; n && i < rounds; i++)
		accepted += fuzz_one(&image[pick(n)], i, argv[3]);
	printf("%u images of %u scripts changed, %u accepted and run\n", rounds, n, accepted);
	while (n)
		ktap_image_free(&image[--n]);
	free(image);
	return !accepted;
}
