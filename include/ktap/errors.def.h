/* SPDX-License-Identifier: GPL-2.0 */
/*
 * errors.def.h - everything that loading, verifying and running a program can
 * say. Messages have %s and %d for the arguments that come with the code.
 *
 * _(CODE, message)
 */
#define KTAP_ERRORS(_) \
	_(OK,		"no error") \
	/* loading: the shape of an image */ \
	_(IMG_SHORT,	"image is too short: %d bytes, at least %d are needed") \
	_(IMG_MAGIC,	"not a ktap image: bad magic number") \
	_(IMG_VERSION,	"image has version %d, this ktap runs version %d") \
	_(IMG_HEADER,	"image header says it has %d bytes, version 1 has %d") \
	_(IMG_FEATURE,	"image needs feature %d, which this ktap does not have") \
	_(IMG_SIZE,	"image says it has %d bytes, there are %d") \
	_(IMG_BIG,	"image of %d bytes is over the limit of %d") \
	_(IMG_SECTION,	"section %d lies outside the image, is misaligned or out of order") \
	_(IMG_RESERVED,	"a reserved field is not zero in section %d, element %d") \
	_(IMG_STRING,	"string %d lies outside the string bytes, lacks its NUL or is too long") \
	_(IMG_INDEX,	"an index is out of range in section %d, element %d") \
	_(IMG_CONST,	"constant %d has an unknown type") \
	_(IMG_FUNC,	"function %d: a size or count is over its limit") \
	_(IMG_NOMAIN,	"image has no main chunk") \
	_(IMG_LINES,	"function %d: line table is not in order") \
	_(IMG_COUNT,	"section %d has %d elements, over the limit") \
	_(NOMEM,	"out of memory") \
	/* verifying: the meaning of code */ \
	_(V_OPCODE,	"unknown opcode %d") \
	_(V_OPERAND,	"operand %d is out of range: %d") \
	_(V_NONE,	"unused operand %d is not zero") \
	_(V_PAIR,	"instruction lacks its second word") \
	_(V_STRAY,	"second word of an instruction stands alone") \
	_(V_JUMP,	"jump to %d leaves the function, lands inside an instruction or goes the wrong way") \
	_(V_FALL,	"control runs past the end of the function") \
	_(V_UNINIT,	"register %d is read before it is written on some path") \
	_(V_RANGE,	"registers %d to %d are not all in the frame") \
	_(V_KIND,	"register %d does not hold what the instruction needs") \
	_(V_MULTI,	"open argument range without an instruction that opens it just before") \
	_(V_ARITY,	"builtin %d does not take %d arguments") \
	_(V_RESULTS,	"builtin %d does not give %d results") \
	_(V_UPVAL,	"closure captures register or variable %d, which is not what it says") \
	_(V_COMPLEX,	"function is too complex to verify") \
	/* running */ \
	_(R_ARITH,	"arithmetic on %s") \
	_(R_DIVZERO,	"division by zero") \
	_(R_COMPARE,	"cannot compare %s with %s") \
	_(R_CONCAT,	"cannot concatenate %s") \
	_(R_INDEX,	"cannot index %s") \
	_(R_KEY,	"%s cannot be a table key") \
	_(R_CALL,	"cannot call %s") \
	_(R_ITER,	"cannot iterate over %s") \
	_(R_IN,		"the right side of 'in' is %s, not a table") \
	_(R_FOR,	"'for' needs integers, got %s") \
	_(R_FORSTEP,	"'for' step is zero") \
	_(R_ARGTYPE,	"argument %d of '%s' is %s, expected %s") \
	_(R_STEPS,	"step budget exhausted: more than %d loop turns and calls") \
	_(R_TIME,	"time budget exhausted: the handler ran longer than %d ns") \
	_(R_WASTE,	"handlers that exhaust their budget took half of a processor's time: tracing ends") \
	_(R_STACK,	"stack overflow: calls are nested too deeply") \
	_(R_ARENA,	"out of temporary memory") \
	_(R_STRLEN,	"string of %d bytes is over the limit of %d") \
	_(R_NOMEM,	"out of session memory") \
	_(R_CONTEXT,	"'%s' is allowed in the main chunk only") \
	_(R_RECORD,	"output of one call is over the limit of %d bytes") \
	_(R_USER,	"%s") \
	_(R_INTR,	"interrupted") \
	/* tables */ \
	_(R_POSITION,	"'%s': place %d is outside the list of %d entries") \
	_(R_ORDER,	"sort_pairs: no such order; there are 'value', 'value up', 'key', 'key down'") \
	_(R_DROPPED,	"updates dropped: out of session memory, or the table was busy") \
	_(R_BOUND,	"'%s' keeps 1 to %d entries, not %d") \
	/* strings */ \
	_(R_ARGVALUE,	"argument %d of '%s' is out of range: %d") \
	_(R_ARGLEN,	"argument %d of '%s' is %s, expected string or table") \
	_(R_PATEND,	"malformed pattern: nothing behind its last percent sign") \
	_(R_PATSET,	"malformed pattern: ']' is missing") \
	_(R_PATBAL,	"malformed pattern: a balance (b) needs two characters") \
	_(R_PATFRONT,	"malformed pattern: a frontier (f) needs a set") \
	_(R_PATREF,	"malformed pattern: it refers to a capture that is not there or not closed") \
	_(R_PATCLOSE,	"malformed pattern: ')' without '('") \
	_(R_PATOPEN,	"malformed pattern: '(' without ')'") \
	_(R_PATMANY,	"malformed pattern: too many captures") \
	_(R_PATDEEP,	"pattern too complex") \
	/* the kernel around the event */ \
	_(R_VALUE,	"argument %d of '%s' cannot be %s") \
	_(R_PROCESS,	"'%s' is allowed in the main chunk, begin, ticks and trace_end only") \
	/* aggregates */ \
	_(R_AGG,	"'<<<' on %s, which is no aggregate") \
	_(R_SAMPLE,	"'<<<' cannot add %s") \
	_(R_LHIST,	"lhist: bounds and step do not make 1 to %d steps") \
	_(R_DISTINCT,	"distinct: this aggregate does not count different values") \
	_(R_PERCENT,	"percentile: %d is not within 0 to 100") \
	_(R_HANDLER,	"a handler is a function of the script, not %s") \
	_(R_UNIT,	"print_hist has no unit '%s'; there are 'ns', 'us', 'ms', 's', 'bytes'")

enum ktap_error {
#define _(code, text) KTAP_E_##code,
	KTAP_ERRORS(_)
#undef _
	KTAP_E__MAX
};
