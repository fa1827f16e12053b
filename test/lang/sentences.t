#!/usr/bin/perl
# Each sentence of the manual has a test. A line "#: words" in a test quotes what the lines
# behind it show: words of one sentence of doc/language.md, and of one only in the sections
# that the test names at its top ("# language.md 4, 11: ..."; else in all). What nobody
# quotes is told, and so is a quotation that the manual has not, or not any more.
#
# A sentence is one of the text, of an item of a list or of a row of a table, and ends at a
# point or a semicolon; what ends in a colon introduces what follows. The examples are run by
# test/doc/language.t. Of the tables that are made from lists, every name and every message
# stands in a test.
#
#   test/lang/sentences.t --list    prints each sentence with the tests that show it
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use File::Basename;

chdir dirname($0) . "/../.." or die;
my $manual = "doc/language.md";
my @language = glob("test/lang/*.kp");
my @others = glob("test/layers.t test/reject/*.kp test/reject/*.t test/{sim,tool,unit}/*.c test/{cli,kernel,scripts,user}/{in-vm*,*.t}");

sub slurp { no warnings "utf8"; my ($name) = @_; local $/; open(my $f, "<", $name) or die "$name: $!"; return scalar <$f> }

# Text as it is read, without markdown's signs.
sub plain {
	my ($text) = @_;
	$text =~ s/\[([^][]*)\]\([^)]*\)/$1/g;
	$text =~ s/\*\*|`//g;
	$text =~ s/(?<!\w)\*(\w[\w ]*)\*(?!\w)/$1/g;
	$text =~ s/\\([|*_<\[\]])/$1/g;
	$text =~ s/\s+/ /g;
	$text =~ s/^ | $//g;
	return $text;
}

# The sentences of a paragraph; a sign inside of code ends none.
sub sentences {
	my ($text) = @_;
	my @code;
	$text =~ s/\*\*[^*]+\.\*\*//g;	# what a paragraph is about
	$text =~ s/\*\*//g;
	$text =~ s/(`[^`]*`)/push @code, $1; "\x01$#code\x02"/ge;
	my @parts = split(/(?<=[^\s.]\.) +(?=[^a-z\s])|; +|(?<=[^\s.]\.\)) +/, $text);
	s/\x01(\d+)\x02/$code[$1]/g for @parts;
	return grep { /\w/ && !/:$/ } map { plain($_) } @parts;
}

my (@titles, @sentences, %made);	# %made: name of a generated table -> its text
my ($section, $code, $table, @paragraph) = (0, 0, "");

sub end_paragraph {
	push @sentences, map { { section => $section, text => $_, tests => {} } } sentences("@paragraph") if $section;
	@paragraph = ();
}

for (split(/\n/, slurp($manual))) {
	if (/^```/) { end_paragraph(); $code = !$code }
	elsif ($code) { }
	elsif (/^<!-- generated: (\w+)/) { end_paragraph(); $table = $1 }
	elsif (/^<!-- end/) { $table = "" }
	elsif ($table) { $made{$table} .= "$_\n" }
	elsif (/^## (.*)/) { end_paragraph(); $titles[++$section] = $1 }
	elsif (/^#|^\s*$|^\|[-| ]*\|$/) {
		@paragraph = () if /^\|/;	# it was the table's head
		end_paragraph();
	}
	elsif (/^\|/) { end_paragraph(); push @paragraph, $_ }
	elsif (/^- (.*)/) { end_paragraph(); push @paragraph, $1 }
	else { push @paragraph, $_ }
}
end_paragraph();

my ($n, $failed) = (0, 0);
sub report {
	my ($name, @wrong) = @_;
	$n++;
	print @wrong ? "not ok" : "ok", " $n - $name\n";
	print map { "# $_\n" } @wrong;
	$failed ||= @wrong;
}

sub quote {
	my ($file, $words, $sections) = @_;
	return "an empty mark" unless $words =~ /\w/ || length $words;
	my @found = grep { index($_->{text}, $words) >= 0 && (!$sections || $sections->{$_->{section}}) } @sentences;
	return "no sentence has: $words" unless @found;
	return "several sentences have: $words" if @found > 1;
	$found[0]{tests}{$file} = 1;
	return ();
}

my ($marks, $marked) = (0, 0);
for my $file (@language, @others) {
	my $text = slurp($file);
	my @words = map { plain($_) } $text =~ m,^(?:\s*/\*\s*)?#:(.*?)(?:\*/)?$,mg;
	my ($named) = $text =~ /^# language\.md ([\d, ]+):/m;
	my %sections = map { $_ => 1 } split(/[, ]+/, $named // "");
	my @wrong = map { quote($file, $_, $named && \%sections) } @words;
	if ($file =~ m,/lang/,) {
		push @wrong, "lacks a line such as: '# language.md 7: tables.'" unless $named;
		push @wrong, map { "the manual has no section $_" } grep { $_ < 1 || $_ > $section } keys %sections;
		push @wrong, "quotes no sentence" unless @words;
	}
	report("$file quotes " . scalar(@words), @wrong) if @words || @wrong;
	$marks += @words;
	$marked++ if @words;
}

for my $i (1 .. $section) {
	my @here = grep { $_->{section} == $i } @sentences;
	my @bare = map { $_->{text} } grep { !%{$_->{tests}} } @here;
	report("section $i, $titles[$i]: " . (@here - @bare) . " of " . @here . " sentences have a test", @bare);
}

# What scripts of the tests say, without comments, and what comes out.
my $scripts = join("\n", map { slurp($_) =~ s/^\s*#.*$//mgr } @language, @others);
my $said = join("\n", map { slurp($_) } glob("test/lang/*.out test/reject/*.err"), @others);

sub message { my ($text) = @_; join(".*?", map { quotemeta($_) } split(/%[a-z]/, $text, -1)) }

report("each keyword stands in a test", grep { $scripts !~ /\b\Q$_\E\b/ } $made{keywords} =~ /`(\w+)`/g);
report("each context variable stands in a test", grep { $scripts !~ /\b\Q$_\E\b/ } $made{variables} =~ /^\| `(\w+)`/mg);
report("each function of the library stands in a test",
       grep { $scripts !~ /(?<![\w.])\Q$_\E(?!\w)/ } $made{builtins} =~ /^\| `([^`]+)`/mg);
report("each error of running is shown by a test",
       grep { my $p = message($_); $said !~ /$p/ } $made{errors} =~ /^\| `(.*)` \|$/mg);
print "1..$n\n";
print "# $marks quotations in $marked tests show ", scalar(grep { %{$_->{tests}} } @sentences), " of ",
	scalar(@sentences), " sentences\n";

if (grep { $_ eq "--list" } @ARGV) {
	print "$_->{section}  $_->{text}\n", map({ "\t$_\n" } sort keys %{$_->{tests}}) for @sentences;
}
exit($failed ? 1 : 0);
