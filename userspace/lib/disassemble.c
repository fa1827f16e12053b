// SPDX-License-Identifier: GPL-2.0
#include "dump/disasm.h"
#include "lib/libktap.h"
#include "lib/program.h"

int ktap_program__disassemble(const struct ktap_program *p, FILE *out)
{
	return ktap_disasm(p->bytes.data, p->bytes.len, out);
}
