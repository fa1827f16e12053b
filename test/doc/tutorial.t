#!/usr/bin/perl
# The tutorial and the page of events are true: each script in them is run in an emulated machine, beside the work
# that the comment before it names, and prints each line that stands below it, but for
# the numbers. Each says:
#
#   <!-- work: COMMAND -->
#   ```ktap
#   SCRIPT
#   ```
#   ```console
#   $ ktap OPTIONS tool.kp ARGUMENTS   (only where there are any)
#   LINES
#   ```
#
# With SHOW=1 in the environment the whole output is shown, to paste from.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);

chdir dirname($0) . "/../.." or die;
my $dir = tempdir(CLEANUP => 1);
mkdir "$dir/in" and mkdir "$dir/out" or die;

# The scripts of a page, each with its work and what is shown below it.
sub steps {
	my ($page) = @_;
	my (@steps, $work, $kind, $text);
	open(my $f, "<", $page) or die "$page: $!";
	while (<$f>) {
		if (/^<!-- work: (.*) -->/) { $work = $1 }
		elsif (/^```(\w*)/ && !defined $kind) { ($kind, $text) = ($1, "") }
		elsif (/^```/) {
			push @steps, { at => "$page:$.", work => $work, script => $text } if $kind eq "ktap";
			$steps[-1]{shown} //= $text if $kind eq "console" && @steps;
			undef $kind;
		}
		elsif (defined $kind) { $text .= $_ }
	}
	return @steps;
}

my @pages = @ARGV ? @ARGV : ("doc/tutorial.md", "doc/events.md");
my @steps = map { steps($_) } @pages;
my $i = 0;
for my $step (@steps) {
	$i++;
	open(my $s, ">", "$dir/in/$i.kp") or die;
	print $s $step->{script};
	open(my $w, ">", "$dir/in/$i.work") or die;
	print $w "$step->{work}\n";
	my $args = $step->{shown} =~ s/^\$ ktap .*?\.kp ?(.*)\n// ? $1 : "";
	open(my $a, ">", "$dir/in/$i.args") or die;
	print $a "$args\n";
}

system("make -s -C userspace >&2 && flock test/user/Makefile make -s -C test/user build/target >&2") == 0 or die "Bail out!\n";
my $kernel = $ENV{KTAP_KERNEL} // "6.1";
my $status = system("test/vm/run", "--kernel", $kernel, "--timeout", "900", "--add", "$dir/in:/in",
		    "--add", "test/user/build/target:/bin/target", "--out", "$dir/out",
		    "--", "sh /ktap/test/doc/in-vm-tutorial $i >&2") >> 8;
if ($status == 77) { print "1..0 # SKIP no emulated machine here\n"; exit 0 }

# As it stands there, but for numbers, bars and how wide the columns are.
sub shape {
	my ($line) = @_;
	$line =~ s/[0-9]+/N/g;
	$line =~ s/@+/@/g;
	$line =~ s/[ \t]+/ /g;
	return $line =~ s/^ | $//gr;
}

print "1..", $i + 1, "\n";
print $status ? "not ok" : "ok", " 1 - the machine ran (status $status)\n";
my $n = 0;
for my $step (@steps) {
	$n++;
	open(my $o, "<", "$dir/out/$n") or next;
	my @lines = <$o>;
	chomp @lines;
	my $last = pop(@lines) // "";
	my %said = map { shape($_) => 1 } @lines;
	my @missing = grep { !/^\.\.\.$/ && !$said{shape($_)} } split(/\n/, $step->{shown});
	my $ok = $last eq "exit 0" && !@missing;
	print $ok ? "ok" : "not ok", " ", $n + 1, " - $step->{at} does what is told\n";
	print map { "# lacks: $_\n" } @missing;
	print map { "# $_\n" } @lines, $last if !$ok || $ENV{SHOW};
}
