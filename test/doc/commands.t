#!/usr/bin/perl
# The first page is true: each `ktap` command in it is run as it stands there, in an
# emulated machine beside a little work, and ends well with output. Of the other
# commands, which install and build, the program or the target of make is there.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);

chdir dirname($0) . "/../.." or die;

# Each command of the page: an indented line, and those that follow while a quote is open.
sub commands {
	my ($file) = @_;
	my (@found, $open);
	open(my $f, "<", $file) or die "$file: $!";
	while (<$f>) {
		if (defined $open) { $open .= $_ }
		elsif (/^    (\S.*\n)/) { $open = $1 }
		next if !defined $open || ($open =~ tr/'//) % 2;
		push @found, $open =~ s/\s+#[^'"]*$//r;
		undef $open;
	}
	return @found;
}

my @all = commands("README.md");
chomp @all;
my @run = grep { /^(userspace\/)?ktap / } @all;
my @other = grep { !/^(userspace\/)?ktap / } @all;

my $dir = tempdir(CLEANUP => 1);
mkdir "$dir/in" and mkdir "$dir/out" or die;
for my $i (1 .. @run) {
	open(my $f, ">", "$dir/in/$i") or die;
	print $f $run[$i - 1] =~ s/^userspace\///r, "\n";
}
system("make -s -C userspace >&2") == 0 or die "Bail out!\n";
my $kernel = $ENV{KTAP_KERNEL} // "6.1";
my $status = system("test/vm/run", "--kernel", $kernel, "--timeout", "300", "--add", "$dir/in:/in", "--out", "$dir/out",
		    "--", "sh /ktap/test/doc/in-vm-readme " . @run . " >&2") >> 8;
if ($status == 77) { print "1..0 # SKIP no emulated machine here\n"; exit 0 }

my $n = 0;
sub report {
	my ($ok, $name, @said) = @_;
	$n++;
	print $ok ? "ok" : "not ok", " $n - $name\n";
	print map { "# $_" } @said unless $ok;
}

report(@run >= 6 && $status == 0, "the machine ran " . @run . " commands (status $status)");
for my $i (1 .. @run) {
	open(my $f, "<", "$dir/out/$i");
	my @said = $f ? <$f> : ();
	my $last = pop(@said) // "";
	my $name = $run[$i - 1] =~ s/\n.*//sr;
	report($last eq "status 0\n" && @said > 0, "runs: $name", @said, $last);
}
for my $command (map { split(/ && /) } @other) {
	my ($program, @words) = split(' ', $command);
	my @targets = grep { !/=/ } @words;
	my $said = $program eq "make" ? `env -u MAKEFLAGS make -n @targets 2>&1 >/dev/null` : `command -v $program >/dev/null 2>&1 || echo no`;
	report($said eq "", "is there: $command", $said);
}
print "1..$n\n";
