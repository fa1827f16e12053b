// SPDX-License-Identifier: GPL-2.0
/* words.c - the options of ktap-run, and what --help says. */
#include "cli/options.h"
#include "cli/words.h"

const char options_help[] =
"usage: ktap-run [option]... IMAGE\n"
"       ktap-run [option]... IMAGE -- COMMAND [argument]...\n"
"       ktap-run --describe >FILE\n"
"\n"
"Traces the kernel by a program image, which 'ktap --emit IMAGE SCRIPT' writes on any\n"
"machine. It has no compiler and needs no library.\n"
"\n"
WORDS_SCOPE
"  -c COMMAND        run COMMAND, trace it and what it creates until it ends\n"
WORDS_OUTPUT
WORDS_LIMITS("128k")
"      --raw         records as they are instead of text, for 'ktap --render FILE'\n"
"                    elsewhere; then -o may be tcp:ADDRESS:PORT or unix:PATH\n"
"      --describe    write a description of this device to standard output, for\n"
"                    'ktap --target FILE' elsewhere\n"
WORDS_END
"\n"
"Exit status: 0 fine, 1 runtime error, 2 usage, 3 cannot load or attach, 4 loss under\n"
"--strict; or what the script gave to exit(); or the command's own.\n";

const char options_nothing[] =
	"there is no program image: ktap-run FILE (see ktap-run --help)";

const char options_short[] = "+:o:p:fC:c:aTqvh";

const struct option options_long[] = {
	{ "raw", no_argument, NULL, OPT_RAW },
	{ "describe", no_argument, NULL, OPT_DESCRIBE },
	LONG_OF_SESSION,
};
