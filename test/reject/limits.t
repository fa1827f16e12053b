#!/usr/bin/perl
# Programs that pass a limit of the machine: an error that names it, no crash.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);

chdir dirname($0) or die;
system("make -s -C ../../userspace build/kpc >&2") == 0 or die;
my $dir = tempdir(CLEANUP => 1);

sub each_of { my ($n, $text) = @_; join("", map { my $t = $text; $t =~ s/\@/$_/g; $t } 1 .. $n) }

#: | parameters, local variables of a function | 100, about 250 |
my @cases = (
	[ "variables", each_of(251, "local v\@ = \@\n"), "more than 250 variables and temporary values" ],
	[ "arguments", "f(" . join(", ", 1 .. 260) . ")\nfunction f() { }\n", "more than 250 variables and temporary values" ],
	[ "parameters", "function f(" . join(", ", map { "p$_" } 1 .. 101) . ") { }\n", "more than 100 parameters" ],
	[ "captured", each_of(150, "local a\@\n") . "function f() {\n" . each_of(60, "local b\@\n") .
		"return function () { " . each_of(150, "a\@ = 1 ") . each_of(60, "b\@ = 1 ") . "} }\n",
		"more than 200 variables of functions around it" ],
	[ "jump", "while (x) {\n" . ("x = {1, 2, 3}\n" x 8000) . "}\n", "words between a jump and its target" ],
	[ "code", "x = {1, 2, 3}\n" x 12000, "more than 65535 instruction words" ],
	[ "constants", "x = {" . join(", ", map { "\"s$_\"" } 1 .. 40000) . "}\n" . "y = {" .
		join(", ", map { "\"t$_\"" } 1 .. 40000) . "}\n", "more than 65535 (constants|instruction words)" ],
	[ "globals", each_of(4097, "g\@ = 1\n"), "more than 4096 shared variables" ],
	[ "functions", each_of(4100, "function () { }") =~ s/function/\nf = function/gr, "more than 4096 functions" ],
	[ "fields", "trace a:b {\n" . each_of(257, "print(args.f\@)\n") . "}\n", "more than 256 different event fields" ],
	[ "events", each_of(200, "function f\@() {\n" . ("trace a:b h\n" x 0) . "}\n") . "function h() { }\n" .
		each_of(9, "function g\@() {\n" . ("trace \"a:b\" h\n" x 2000) . "}\n"), "more than 16384 events" ],
	[ "key", "t = {}\nprint(t[" . join(", ", 1 .. 17) . "])\n", "more than 16 parts of a key" ],
	[ "brackets", "x = " . "(" x 300 . "1" . ")" x 300 . "\n", "more than 200 levels" ],
	[ "blocks", "{ " x 300 . "} " x 300, "more than 200 levels" ],
	[ "sum", "x = " . join(" + ", ("y") x 5000) . "\ny = 1\n", "expression is too long" ],
	[ "chain", "x = " . join(" .. ", ("y") x 5000) . "\ny = 1\n", "(too long|too deeply)" ],
	[ "unary", "x = " . "-" x 1 . " -" x 100000 . " 1\n", "(too long|too deeply)" ],
	[ "elseif", "if (x) { } " . "elseif (x) { } " x 20000 . "\nx = 1\n", "" ],
	[ "list", "x = {" . "y, " x 30000 . "}\ny = 1\n", "" ],
	[ "concat", "x = " . join(" .. ", ("y") x 900) . "\ny = 1\n", "" ],
	[ "line", "x = \"" . "a" x 1000000 . "\n", "string is not closed" ],
	[ "text", "x = " . "1 " x 500000, "" ],
);

# A chain of modules.
for my $i (1 .. 60) {
	open(my $f, ">", "$dir/m$i.kp") or die;
	print $f $i < 60 ? "import \"m" . ($i + 1) . ".kp\"\n" : "x = 1\n";
}
push @cases, [ "modules", "import \"m1.kp\"\n", "modules import modules too deeply" ];

print "1..", scalar @cases, "\n";
my $n = 0;
for my $case (@cases) {
	my ($name, $text, $want) = @$case;
	$n++;
	open(my $f, ">", "$dir/$name.kp") or die;
	print $f $text;
	close($f);
	my $said = `timeout 60 ../../userspace/build/kpc --check $dir/$name.kp 2>&1`;
	my $crashed = $? & 127 || $? >> 8 > 1;
	my $ok = !$crashed && ($want ? $? >> 8 == 1 && $said =~ /$want/ : 1);
	print $ok ? "ok" : "not ok", " $n - $name\n";
	print map { "# $_\n" } split(/\n/, substr($said, 0, 600)) unless $ok;
}
