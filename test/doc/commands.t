#!/usr/bin/perl
# What the pages tell one to type is true. Each `ktap` and `ktap-run` command of the first page and of
# the manual is run as it stands there, in an emulated machine beside a little work; it ends well, with output
# where some is shown: each line of that, but for the numbers, is in what it printed. Of what
# builds and installs the program, or the target of make, is there. What cannot run here is in the list below, with
# its reason. (The tutorial and events.md have a test of their own, tutorial.t.)
#
# With SHOW=1 in the environment the whole output is shown, to paste from.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);

chdir dirname($0) . "/../.." or die;

my %elsewhere = (
	"nc -l 5555 | ktap --render -" => "wants another machine: test/cli/device.t streams from one program to the other",
	"make BR2_EXTERNAL=…/ktap/packaging/buildroot menuconfig" => "Buildroot's: test/buildsystems.t runs its commands",
	"ktap-run --raw -o tcp:192.168.0.2:5555 tool.kpc" => "the same",
);

# Each command of a page, [text, line, lines shown below it]: an indented line, or one behind "$ " in a block;
# and the lines that follow while a quote is open.
sub commands {
	my ($file) = @_;
	my (@found, $open, $kind);
	open(my $f, "<", $file) or die "$file: $!";
	while (<$f>) {
		if (defined $open) { $open->[0] .= $_ }
		elsif (/^```(\w*)/) { $kind = defined $kind ? undef : $1; next }
		elsif (defined $kind && $kind eq "console" && /^\$ (.*\n)/) { $open = [$1, $., []] }
		elsif (defined $kind) { push @{$found[-1][2]}, $_ if $kind eq "console" && @found; next }
		elsif (/^    (\S.*\n)/) { $open = [$1, $., []] }
		$open->[0] =~ s/\s{2,}#.*// if $open;	# a remark stands apart
		next if !defined $open || ($open->[0] =~ tr/'//) % 2;
		$open->[0] =~ s/\n$//;
		push @found, $open;
		undef $open;
	}
	return @found;
}

my $tool = qr{^(userspace/)?ktap(-run)? };
my (@run, @there, @told);
my @pages = ("README.md", "test/README.md", "scripts/README.md", grep { !/tutorial|events|language/ } glob("doc/*.md"));
for my $page (@pages) {
	for my $c (commands($page)) {
		my ($command, $line, $shown) = @$c;
		my $item = { name => "$page:$line: " . $command =~ s/\n.*//sr, command => $command, shown => $shown };
		if ($elsewhere{$command}) { push @told, $item }
		elsif ($command =~ $tool) { push @run, $item }
		elsif ($command =~ /\bktap(-run)? -/) { die "Bail out! $item->{name}: how is that run?\n" }
		elsif ($command =~ m{^(\w+=\S+ )?(make|test/|doc/|apt)}) { push @there, $item }
	}
}

my $dir = tempdir(CLEANUP => 1);
mkdir "$dir/in" and mkdir "$dir/out" or die;
for my $i (1 .. @run) {
	open(my $f, ">", "$dir/in/$i") or die;
	print $f $run[$i - 1]{command} =~ s/^userspace\///r, "\n";
}
system("make -s -C userspace all device >&2") == 0 or die "Bail out!\n";
my $kernel = $ENV{KTAP_KERNEL} // "6.1";
my $status = system("test/vm/run", "--kernel", $kernel, "--timeout", "900", "--add", "$dir/in:/in",
		    "--add", "userspace/ktap-run:/usr/bin/ktap-run", "--out", "$dir/out", "--", "sh /ktap/test/doc/in-vm-commands " . @run . " >&2") >> 8;
if ($status == 77) { print "1..0 # SKIP no emulated machine here\n"; exit 0 }

my $n = 0;
sub report {
	my ($ok, $name, @said) = @_;
	$n++;
	print $ok ? "ok" : "not ok", " $n - $name\n";
	print map { "# $_" } @said unless $ok && !$ENV{SHOW};
}

# As it stands there, but for numbers, bars and how wide the columns are.
sub shape {
	my ($line) = @_;
	$line =~ s/[0-9]+/N/g;
	$line =~ s/@+ *(\|?)/\@$1/g;
	$line =~ s/\s+/ /g;
	return $line =~ s/^ | $//gr;
}

report(@run >= 15 && $status == 0, "the machine ran " . @run . " commands (status $status)");
for my $i (1 .. @run) {
	my $item = $run[$i - 1];
	open(my $f, "<", "$dir/out/$i");
	my @said = $f ? <$f> : ();
	my $last = pop(@said) // "";
	my %said = map { shape($_) => 1 } @said;
	my @missing = grep { !/^(\^C|\.\.\.)$/ && !$said{shape($_)} } @{$item->{shown}};
	report($last eq "status 0\n" && !@missing, "runs: $item->{name}", (map { "lacks: $_" } @missing), @said, $last);
}
for my $item (map { my $i = $_; map { { name => $i->{name}, command => $_ } } split(/ && /, $i->{command}) } @there) {
	my ($program, @words) = grep { !/=/ && $_ ne "…" } split(' ', $item->{command} =~ s/\[.*?\]|'[^']*'//gr);
	my $said = $program eq "make" ? `env -u MAKEFLAGS make -n @words 2>&1 >/dev/null`
				      : `command -v $program >/dev/null 2>&1 || echo no`;
	report($said eq "", "is there: $item->{name}", $said);
}
for my $item (@told) { $n++; print "ok $n - $item->{name} # SKIP $elsewhere{$item->{command}}\n" }
print "1..$n\n";
