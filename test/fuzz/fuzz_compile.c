// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_compile.c - changed scripts through the compiler: it may refuse them, but
 * it must not fall over, and what it accepts the loader and verifier accept.
 *
 *   fuzz_compile ROUNDS SEED FILE...
 *
 * Prints the script and exits with 1 when an accepted program is refused.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump/disasm.h"
#include "lib/compile.h"
#include "prog.h"

#define MAX_TEXT	(64u << 10)

static uint64_t state;

static uint32_t pick(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (uint32_t)(state >> 16) % n : 0;
}

struct text {
	char *at;
	size_t len;
};

static const char *const words[] = {
	"{", "}", "(", ")", "[", "]", "\n", ";", ",", "..", "...", "x", "t", "1", "nil", "\"s\"",
	" = ", " += ", "++", " && ", " || ", "!", " ? ", " : ", " in ", "function () {", "return ",
	"local x = ", "if (x) {", "while (x) {", "repeat {", "} until (x)", "for (i = 1, 3) {",
	"for (i = 0; i < 3; i++) {", "for (a, b, v in pairs(t)) {", "break ", "continue ",
	"trace a:b /x == 1/, c:d {", "trace \"a:b /pid == 1/\" function (e) {", "tick-1s {",
	"trace_end {", "e.name", "e.field(1)", "args.x", "args[1]", "arg1", "retval", "pid",
	"print(", "printf(\"%d\", ", "pcall(f, 1)", "t[1, 2]", "{1, 2, a = 3}", "do ", "end ",
	"[[", "]]", "#", "'", "\"", "/", "0x", "9223372036854775807", "-", "local function f() {",
	"import \"x\"", "$1", "arg[1]", "select(1, ", "f(...)", " else {", " elseif (x) {",
};

/* Replaces `cut` bytes at `at` by others, as far as there is room. */
static void splice(struct text *t, size_t at, size_t cut, const char *with, size_t len)
{
	if (t->len - cut + len > MAX_TEXT)
		return;
	memmove(t->at + at + len, t->at + at + cut, t->len - at - cut);
	memcpy(t->at + at, with, len);
	t->len += len - cut;
}

/* Start of the line that holds byte `at`. */
static size_t line_start(const struct text *t, size_t at)
{
	while (at && t->at[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_len(const struct text *t, size_t start)
{
	const char *end = memchr(t->at + start, '\n', t->len - start);

	return end ? (size_t)(end + 1 - (t->at + start)) : t->len - start;
}

/* A whole line goes, or one of another script comes: it often still compiles. */
static void mutate_line(struct text *t, const struct text *other)
{
	size_t at = line_start(t, pick((uint32_t)t->len)), from;

	if (pick(3)) {
		from = line_start(other, pick((uint32_t)other->len));
		splice(t, at, 0, other->at + from, line_len(other, from));
	} else {
		splice(t, at, line_len(t, at), "", 0);
	}
}

static void mutate(struct text *t, const struct text *other)
{
	size_t at = pick((uint32_t)t->len + 1), cut = pick(16), from, len;
	const char *word = words[pick(sizeof(words) / sizeof(words[0]))];
	char byte = (char)pick(256);

	if (cut > t->len - at)
		cut = t->len - at;
	switch (pick(9)) {
	case 6: case 7: case 8:
		mutate_line(t, other);
		break;
	case 0:
		splice(t, at, cut, "", 0);
		break;
	case 1:
		splice(t, at, 0, &byte, 1);
		break;
	case 2:
		from = pick((uint32_t)other->len);
		len = pick(200);
		if (len > other->len - from)
			len = other->len - from;
		splice(t, at, 0, other->at + from, len);
		break;
	default:
		splice(t, at, pick(2) ? cut : 0, word, strlen(word));
	}
}

static int check_image(const struct ktap_image_buf *image, FILE *null)
{
	struct ktap_error_info err = { 0 };
	struct kp_prog *prog;
	int ret;

	ktap_disasm(image->data, image->len, null);
	ret = kp_prog_load(image->data, image->len, 1, &prog, &err);
	if (!ret) {
		ret = kp_verify(prog, &err);
		kp_prog_free(prog);
	}
	if (ret)
		fprintf(stderr, "refused: code %u, function %u, pc %u\n", err.code, err.func, err.pc);
	return ret;
}

/* 1: compiled, 0: refused by the compiler, -1: refused afterwards. */
static int try(const struct text *t, FILE *null)
{
	struct ktap_compile_opts opts = {
		.size = sizeof(opts), .name = "fuzz.kp", .text = t->at, .text_len = t->len,
	};
	struct ktap_diag diag = { .out = null };
	struct ktap_image_buf image = { 0 };
	int ret;

	ktap_dump_ast(&opts, &diag, true, null);
	if (ktap_compile(&opts, &diag, &image))
		return 0;
	ret = check_image(&image, null) ? -1 : 1;
	ktap_image_free(&image);
	return ret;
}

static struct text read_file(const char *path)
{
	struct text t = { malloc(MAX_TEXT), 0 };
	FILE *f = fopen(path, "rb");

	if (!f || !t.at) {
		perror(path);
		exit(2);
	}
	t.len = fread(t.at, 1, MAX_TEXT / 2, f);
	fclose(f);
	return t;
}

int main(int argc, char **argv)
{
	FILE *null = fopen("/dev/null", "w");
	int rounds, nfiles = argc - 3, i, accepted = 0;
	struct text *files, t = { malloc(2 * MAX_TEXT), 0 };

	if (argc < 4 || !null)
		return 2;
	rounds = atoi(argv[1]);
	state = strtoull(argv[2], NULL, 0) * 0x9e3779b97f4a7c15ull + 1;
	files = calloc((size_t)nfiles, sizeof(*files));
	for (i = 0; i < nfiles; i++)
		files[i] = read_file(argv[3 + i]);
	for (i = 0; i < rounds; i++) {
		const struct text *from = &files[pick((uint32_t)nfiles)];
		int n = 1 + (int)pick(3), ret;

		memcpy(t.at, from->at, from->len);
		t.len = from->len;
		while (n--)
			mutate(&t, &files[pick((uint32_t)nfiles)]);
		ret = try(&t, null);
		if (ret < 0) {
			fwrite(t.at, 1, t.len, stdout);
			fflush(stdout);
			_exit(1);
		}
		accepted += ret;
	}
	fprintf(stderr, "%d of %d accepted\n", accepted, rounds);
	while (nfiles--)
		free(files[nfiles].at);
	free(files);
	free(t.at);
	fclose(null);
	return 0;
}
