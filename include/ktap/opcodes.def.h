/* SPDX-License-Identifier: GPL-2.0 */
/*
 * opcodes.def.h - the instruction set, once. Enum, names, disassembler,
 * assembler, the verifier's operand checks, the mutation test and the table in
 * doc/bytecode.md expand these rows.
 *
 * _(NAME, format, first operand, second operand, third operand, flags)
 *
 * Formats (see bytecode.h for the word):
 *   ABC  three 8-bit operands a, b, c
 *   AD   8-bit a, unsigned 16-bit d
 *   AS   8-bit a, signed 16-bit s
 *
 * Operand kinds:
 *   none   unused, must be zero
 *   dst    register that is written
 *   reg    register that is read
 *   cell   register that is read and holds a CELL made by NEWCELL
 *   base   first register of a range, in the frame even when the range is empty;
 *          the row's notes say of which length
 *   num    a count            cnt   a count plus one, 0 = "up to the top"
 *   imm    a signed number    flag  0 or 1
 *   kany   constant           kint  integer constant     kstr  string constant
 *   glob   shared variable    fn    function             spec  event specification
 *   upv    captured value     upc   captured cell
 *   fref   event field        ctx   context variable     bi    builtin
 *   arith  arithmetic operator (enum ktap_arith)
 *   jmp    distance in words from the next instruction
 *   swap   1 behind LT .. GEK: the script has the sides the other way round, which
 *          an error tells; 0 elsewhere
 *
 * Flags (KTAP_F_ in the rows):
 *   0      none
 *   J      the next word is a JMP that belongs to this instruction: it is taken
 *          when the condition holds; the pair is one instruction of two words
 *   X      the next word is an EXT that belongs to this instruction
 *   A      may take temporary memory or note an object that it makes, either of which may
 *          first walk all registers for what is still used (CTX: not for integers)
 *   C      calls: every register from `base` up is lost but for the results
 *   E      control does not reach the next instruction
 *   P      only in process context
 *
 * An operand of kind cnt that is 0 means "multi": as a count of results, all of
 * them, ending at the top; as a count of arguments, everything up to the top. An
 * instruction that consumes a multi range stands directly behind the one that
 * produced it (CALL, PCALL, BUILTIN, VARARG), and no jump leads to it.
 *
 * Meaning, in this notation: R registers, K constants of the function, G shared
 * variables, U captured variables, * the value inside a cell, "top" the end of
 * a multi-value range. An operation on values of the wrong type is a runtime
 * error. Updates written `op=` are atomic across CPUs; nil counts as 0 there.
 */
#define KTAP_OPCODES(_) \
	/* moves and constants */ \
	_(MOVE,		AD,  dst,  reg,  none, 0)   /* R[a] = R[d] */ \
	_(LOADNIL,	AD,  dst,  num,  none, 0)   /* R[a] .. R[a+d-1] = nil */ \
	_(LOADBOOL,	AD,  dst,  flag, none, 0)   /* R[a] = d != 0 */ \
	_(LOADI,	AS,  dst,  imm,  none, 0)   /* R[a] = s */ \
	_(LOADK,	AD,  dst,  kany, none, 0)   /* R[a] = K[d] */ \
	_(LOADBI,	AD,  dst,  bi,   none, 0)   /* R[a] = builtin d as a value */ \
	/* variables: shared, captured, boxed */ \
	_(GETGLOB,	AD,  dst,  glob, none, 0)   /* R[a] = G[d] */ \
	_(SETGLOB,	AD,  reg,  glob, none, 0)   /* G[d] = R[a] */ \
	_(GLOBADD,	AD,  reg,  glob, none, 0)   /* G[d] += R[a] */ \
	_(GLOBUP,	AD,  reg,  glob, none, KTAP_F_X | KTAP_F_A)   /* G[d] op= R[a], EXT holds op */ \
	_(GETUPV,	AD,  dst,  upv,  none, 0)   /* R[a] = U[d] */ \
	_(GETUPC,	AD,  dst,  upc,  none, 0)   /* R[a] = *U[d] */ \
	_(SETUPC,	AD,  reg,  upc,  none, 0)   /* *U[d] = R[a] */ \
	_(UPCADD,	AD,  reg,  upc,  none, 0)   /* *U[d] += R[a] */ \
	_(UPCUP,	AD,  reg,  upc,  none, KTAP_F_X | KTAP_F_A)   /* *U[d] op= R[a] */ \
	_(NEWCELL,	AD,  dst,  reg,  none, KTAP_F_A)   /* R[a] = new cell holding R[d] */ \
	_(GETCELL,	AD,  dst,  cell, none, 0)   /* R[a] = *R[d] */ \
	_(SETCELL,	AD,  cell, reg,  none, 0)   /* *R[a] = R[d] */ \
	_(CELLADD,	AD,  cell, reg,  none, 0)   /* *R[a] += R[d] */ \
	_(CELLUP,	AD,  cell, reg,  none, KTAP_F_X | KTAP_F_A)   /* *R[a] op= R[d] */ \
	/* tables */ \
	_(NEWTAB,	ABC, dst,  num,  num,  KTAP_F_A)   /* R[a] = {}, about b list and c other entries */ \
	_(GETTAB,	ABC, dst,  reg,  reg,  KTAP_F_A) /* R[a] = R[b][R[c]] */ \
	_(GETTABK,	ABC, dst,  reg,  kany, KTAP_F_A) /* R[a] = R[b][K[c]] */ \
	_(SETTAB,	ABC, reg,  reg,  reg,  KTAP_F_A) /* R[a][R[b]] = R[c] */ \
	_(SETTABK,	ABC, reg,  kany, reg,  KTAP_F_A) /* R[a][K[b]] = R[c] */ \
	_(TABADD,	ABC, reg,  reg,  reg,  KTAP_F_A) /* R[a][R[b]] += R[c] */ \
	_(TABADDI,	ABC, reg,  reg,  imm,  KTAP_F_A) /* R[a][R[b]] += c */ \
	_(TABUP,	ABC, reg,  reg,  reg,  KTAP_F_X | KTAP_F_A)   /* R[a][R[b]] op= R[c] */ \
	_(APPEND,	ABC, reg,  base, cnt,  KTAP_F_X)   /* R[a][n], [n+1].. = R[b] .. R[b+c-2]; n is EXT's d */ \
	_(TUPLE,	ABC, dst,  base, num,  KTAP_F_A)   /* R[a] = composite key of R[b] .. R[b+c-1], c >= 2 */ \
	_(IN,		ABC, dst,  reg,  reg,  KTAP_F_A) /* R[a] = R[b] in R[c] */ \
	_(ITERPREP,	AD,  dst,  reg,  none, 0)   /* R[a] = iterator over the table R[d] */ \
	_(ITERNEXT,	ABC, base, num,  num,  KTAP_F_J) /* R[a+1] .. R[a+b] = next key (b > 1: its parts), R[a+b+1] = value if c == 1; jumps unless at the end */ \
	/* arithmetic: registers, then with a constant on the right */ \
	_(ADD,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] + R[c] */ \
	_(SUB,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] - R[c] */ \
	_(MUL,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] * R[c] */ \
	_(DIV,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] / R[c], toward zero */ \
	_(MOD,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] % R[c], sign of R[b] */ \
	_(BAND,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] & R[c] */ \
	_(BOR,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] | R[c] */ \
	_(BXOR,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] ^ R[c] */ \
	_(SHL,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] << (R[c] & 63) */ \
	_(SHR,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] >> (R[c] & 63), arithmetic */ \
	_(USHR,		ABC, dst,  reg,  reg,  0)   /* R[a] = R[b] >>> (R[c] & 63), logical */ \
	_(ADDK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] + K[c] */ \
	_(SUBK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] - K[c] */ \
	_(MULK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] * K[c] */ \
	_(DIVK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] / K[c] */ \
	_(MODK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] % K[c] */ \
	_(BANDK,	ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] & K[c] */ \
	_(BORK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] | K[c] */ \
	_(BXORK,	ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] ^ K[c] */ \
	_(SHLK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] << (K[c] & 63) */ \
	_(SHRK,		ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] >> (K[c] & 63) */ \
	_(USHRK,	ABC, dst,  reg,  kint, 0)   /* R[a] = R[b] >>> (K[c] & 63) */ \
	_(NEG,		AD,  dst,  reg,  none, 0)   /* R[a] = -R[d] */ \
	_(BNOT,		AD,  dst,  reg,  none, 0)   /* R[a] = ~R[d] */ \
	_(NOT,		AD,  dst,  reg,  none, 0)   /* R[a] = !R[d] */ \
	_(CONCAT,	ABC, dst,  base, num,  KTAP_F_A)   /* R[a] = R[b] .. R[b+c-1] joined, c >= 2 */ \
	/* jumps and fused compare-and-jump */ \
	_(JMP,		AS,  swap, jmp,  none, KTAP_F_E)   /* pc += s; backwards spends a step */ \
	_(TEST,		AD,  reg,  none, none, KTAP_F_J)   /* R[a] is true */ \
	_(TESTN,	AD,  reg,  none, none, KTAP_F_J)   /* R[a] is nil or false */ \
	_(EQ,		AD,  reg,  reg,  none, KTAP_F_J | KTAP_F_A) /* R[a] == R[d] */ \
	_(NE,		AD,  reg,  reg,  none, KTAP_F_J | KTAP_F_A) /* R[a] != R[d] */ \
	_(LT,		AD,  reg,  reg,  none, KTAP_F_J)   /* R[a] < R[d] */ \
	_(LE,		AD,  reg,  reg,  none, KTAP_F_J)   /* R[a] <= R[d] */ \
	_(EQK,		AD,  reg,  kany, none, KTAP_F_J | KTAP_F_A) /* R[a] == K[d] */ \
	_(NEK,		AD,  reg,  kany, none, KTAP_F_J | KTAP_F_A) /* R[a] != K[d] */ \
	_(LTK,		AD,  reg,  kint, none, KTAP_F_J)   /* R[a] < K[d] */ \
	_(LEK,		AD,  reg,  kint, none, KTAP_F_J)   /* R[a] <= K[d] */ \
	_(GTK,		AD,  reg,  kint, none, KTAP_F_J)   /* R[a] > K[d] */ \
	_(GEK,		AD,  reg,  kint, none, KTAP_F_J)   /* R[a] >= K[d] */ \
	_(FORPREP,	AS,  base, jmp,  none, 0)   /* R[a] first, R[a+1] last, R[a+2] step; R[a+3] = R[a]; jumps ahead if there is no turn */ \
	_(FORLOOP,	AS,  base, jmp,  none, 0)   /* R[a] += R[a+2]; R[a+3] = R[a]; jumps back while not past R[a+1] */ \
	/* functions */ \
	_(CLOSURE,	AD,  dst,  fn,   none, KTAP_F_A)   /* R[a] = function d with its captures */ \
	_(CALL,		ABC, base, cnt,  cnt,  KTAP_F_C)   /* R[a] .. R[a+c-2] = R[a](R[a+1] .. R[a+b-1]) */ \
	_(PCALL,	ABC, base, cnt,  cnt,  KTAP_F_C)   /* as CALL, protected: R[a] = true, results; or false, message */ \
	_(TAILCALL,	ABC, base, cnt,  none, KTAP_F_E)   /* return R[a](R[a+1] .. R[a+b-1]) */ \
	_(RETURN,	ABC, base, cnt,  none, KTAP_F_E)   /* return R[a] .. R[a+b-2] */ \
	_(RET0,		AD,  none, none, none, KTAP_F_E)   /* return */ \
	_(RET1,		AD,  reg,  none, none, KTAP_F_E)   /* return R[a] */ \
	_(VARARG,	ABC, base, cnt,  none, 0)    /* R[a] .. R[a+b-2] = the extra arguments */ \
	_(BUILTIN,	ABC, base, cnt,  bi,   KTAP_F_X | KTAP_F_C) /* R[a] .. R[a+n-2] = builtin c(R[a] .. R[a+b-2]); n is EXT's a, a cnt */ \
	/* events */ \
	_(CTX,		AD,  dst,  ctx,  none, KTAP_F_A) /* R[a] = context variable d */ \
	_(FIELD,	AD,  dst,  fref, none, KTAP_F_A) /* R[a] = field d of the event, nil if it has none */ \
	_(TRACE,	AD,  reg,  spec, none, KTAP_F_P)   /* attach the function R[a] to event d */ \
	_(TRACES,	AD,  reg,  reg,  none, KTAP_F_P)   /* attach the function R[a] to the event named by the string R[d] */ \
	_(TRACEEND,	AD,  reg,  none, none, KTAP_F_P)   /* call the function R[a] when tracing ends */ \
	/* the second word of an X instruction; never runs by itself */ \
	_(EXT,		AD,  num,  num,  none, 0)   /* a: arithmetic operator or result count, d: list index */ \
	/* aggregates: nil becomes one, then takes the sample */ \
	_(GLOBAGG,	AD,  reg,  glob, none, KTAP_F_A)   /* G[d] <<< R[a] */ \
	_(UPCAGG,	AD,  reg,  upc,  none, KTAP_F_A)   /* *U[d] <<< R[a] */ \
	_(CELLAGG,	AD,  cell, reg,  none, KTAP_F_A)   /* *R[a] <<< R[d] */ \
	_(TABAGG,	ABC, reg,  reg,  reg,  KTAP_F_A)   /* R[a][R[b]] <<< R[c] */

/*
 * The operators of `op=` instructions, in the order of the arithmetic opcodes.
 * _(NAME, text)
 */
#define KTAP_ARITHS(_) \
	_(ADD, "+") _(SUB, "-") _(MUL, "*") _(DIV, "/") _(MOD, "%") \
	_(BAND, "&") _(BOR, "|") _(BXOR, "^") _(SHL, "<<") _(SHR, ">>") \
	_(USHR, ">>>") _(CONCAT, "..")
