#!/usr/bin/perl
# Every message of the compiler is shown by a test: it stands, whole, in a .err file
# here or in a test of events or of the command line. What no script can bring about,
# or a test looks for in part, is listed with its reason in messages.untold.
use strict;
use warnings;
use File::Basename;

chdir dirname($0) . "/../.." or die;

sub slurp { my ($name) = @_; local $/; open(my $f, "<", $name) or die "$name: $!"; return scalar <$f> }

# Where a message may be given: these functions, and strings returned where a reason is asked for.
my $says = qr/\b(?:diag_error(?:_hint)?|complain|check_word|parse_error_at|code_fail|has_room|(?:buf_printf|text_str)\(\s*why)\b/;
my $string = qr/"(?:[^"\\]|\\.)*"/;

# The strings of text, neighbours joined; only those that are sentences.
sub strings {
	my ($text) = @_;
	my @found;
	while ($text =~ /($string(?:\s*$string)*)/g) {
		(my $s = $1) =~ s/"\s*"//g;
		$s =~ s/^"|"$//g;
		$s =~ s/\\(.)/$1/g;
		push @found, $s if $s =~ /[a-z]+'? +['a-z]+/;
	}
	return @found;
}

my %messages;	# message -> file
for my $file (grep { !m,/build, } glob("userspace/{syntax,check,gen,event}/*.[cyl]")) {
	my $text = slurp($file);
	$text =~ s,/\*.*?\*/,,gs;
	while ($text =~ /$says(.*?)\)\s*;/gs) { $messages{$_} //= $file for strings($1) }
	if ($file =~ /(literal|parse)\.c$/) {
		while ($text =~ /\breturn ([^;]*);/gs) { $messages{$_} //= $file for strings($1) }
	}
}

my $shown = join("\n", map { slurp($_) } glob("test/reject/*.err test/lang/*.out test/unit/*.c test/unit/*.t test/cli/*.t test/doc/*.t"), "doc/language.md");
$shown =~ s/"\s*\n\s*"//g;	# strings in C that are neighbours
$shown =~ s/\\"/"/g;

my %untold;
for (split(/\n/, slurp("test/reject/messages.untold"))) {
	next if /^#|^$/;
	my ($message, $reason) = split(/\t+/);
	$untold{$message} = $reason // die "messages.untold: no reason: $message";
}

sub pattern {
	my ($message) = @_;
	$message =~ s/%$/%u/;	# a number whose length a macro tells
	return join(".*?", map { my $p = $_; $p =~ s/%%/%/g; quotemeta($p) }
		    split(/%(?!%)[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:l|ll|z)?[diuxcs]/, $message, -1));
}

my ($n, $failed) = (0, 0);
for my $message (sort keys %messages) {
	my $ok = exists $untold{$message} || $shown =~ pattern($message);
	$n++;
	print $ok ? "ok" : "not ok", " $n - $message\n";
	print "# of $messages{$message}: no test shows it\n" unless $ok;
	$failed ||= !$ok;
}
for my $message (sort keys %untold) {
	$n++;
	my $ok = exists $messages{$message};
	print $ok ? "ok" : "not ok", " $n - listed in messages.untold: $message\n";
	$failed ||= !$ok;
}
print "1..$n\n";
exit $failed;
