#!/usr/bin/perl
# The manual is true: its tables are the compiler's own lists, and every example in
# it compiles, or is run and prints what the manual says.
#
# A block marked "ktap" that an "output" block follows is run by ktap-sim: both
# streams must be that text, with a last line "exit N" where the code is not 0. One
# that none follows must compile, by `ktap --check` against the saved events.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);

chdir dirname($0) . "/../.." or die;
system("make -s -C userspace all >&2 && make -s -C test/tool ktap-sim >&2") == 0 or die "Bail out!\n";
my $top = `pwd`;
chomp $top;
my $dir = tempdir(CLEANUP => 1);
system("gcc -gbtf -c -o $dir/kernel.btf test/fixture/kernel.c") == 0 or die "Bail out!\n";
my $n = 0;
my $failed = 0;

sub report {
	my ($ok, $name, $said) = @_;
	$n++;
	print $ok ? "ok" : "not ok", " $n - $name\n";
	print map { "# $_\n" } split(/\n/, $said) unless $ok;
	$failed ||= !$ok;
}

my $diff = `doc/gen-language --check 2>&1`;
report($? == 0, "the tables are those of the compiler (else run: doc/gen-language)", $diff);

# [kind, line number, text] of each fenced block
sub blocks {
	my ($file) = @_;
	my (@found, $open);
	open(my $f, "<", $file) or die "$file: $!";
	while (<$f>) {
		if (/^```(\w*)/) {
			if ($open) { push @found, $open; $open = undef }
			else { $open = [ $1, $. + 1, "" ] }
		} elsif ($open) {
			$open->[2] .= $_;
		}
	}
	return @found;
}

sub run_in_dir {
	my ($command) = @_;
	my $said = `cd $dir && KTAP_BTF=$dir/kernel.btf KTAP_KALLSYMS=$top/test/fixture/kallsyms KTAP_TRACEFS=$top/test/fixture/tracefs $command 2>&1 </dev/null`;
	my $code = $? >> 8;
	return $code ? "${said}exit $code\n" : $said;
}

for my $manual (grep { -e } @ARGV ? @ARGV : "doc/language.md") {
	my @blocks = blocks($manual);
	for my $i (0 .. $#blocks) {
		my ($kind, $line, $text) = @{$blocks[$i]};
		next unless $kind eq "ktap";
		open(my $f, ">", "$dir/example.kp") or die;
		print $f $text;
		close($f);
		if ($i < $#blocks && $blocks[$i + 1][0] eq "output") {
			my $said = run_in_dir("$top/test/tool/build/ktap-sim example.kp 42 word");
			report($said eq $blocks[$i + 1][2], "$manual:$line prints what it should",
			       "printed:\n$said");
		} else {
			my $said = run_in_dir("$top/userspace/ktap --check example.kp 42 word");
			report($said eq "", "$manual:$line compiles", $said);
		}
	}
}
print "1..$n\n";
exit $failed;
