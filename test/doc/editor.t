#!/usr/bin/perl
# What editors are told of the language: the grammars load, and each word is coloured
# for what it is. That their lists are the compiler's, language.t tests.
use strict;
use warnings;
use File::Basename;
use JSON::PP;

chdir dirname($0) . "/../.." or die;
my $n = 0;
sub report { my ($ok, $name) = @_; $n++; print $ok ? "ok" : "not ok", " $n - $name\n" }

open(my $f, "<", "doc/editor/ktap.tmLanguage.json") or die;
my $grammar = decode_json(join("", <$f>));
report($grammar->{scopeName} eq "source.ktap", "the TextMate grammar is JSON");

my @rules = (@{$grammar->{patterns}}, values %{$grammar->{repository}});
my @bad = grep { !eval { qr/$_/; 1 } } grep { defined } map { @$_{qw(match begin)} } @rules;
report(!@bad, "its patterns are patterns");

# Which rule matches all of the word?
sub kind {
	my ($word) = @_;
	for my $rule (grep { $_->{match} } @rules) {
		return $rule->{name} if $word =~ /^(?:$rule->{match})$/;
	}
	return "";
}

my %kinds = ("trace_end" => "keyword.control", "print_hist" => "support.function",
	     "execname" => "variable.language", "arg3" => "variable.parameter",
	     '$1' => "variable.parameter", "0xff" => "constant.numeric", "10ms" => "constant.numeric",
	     "nil" => "constant.language", '\x41' => "constant.character", '%-5d' => "constant.character",
	     "mine" => "");
report(kind($_) =~ /^\Q$kinds{$_}\E/ && !(kind($_) && !$kinds{$_}), "$_ is " . ($kinds{$_} || "a name"))
	for sort keys %kinds;

# Vim: the group of the first byte of each word of a line, one a line.
my @words = ("trace", "print", "pid", "arg1", "12us", "nil", '"s"', "mine", "#c");
my @groups = (qw(ktapStatement ktapFunction ktapVariable ktapArgument ktapNumber ktapConstant ktapString), "", "ktapComment");
my $vim = `sh -c "command -v vim"`;
chomp $vim;
if (!$vim || `$vim --version` !~ /\+syntax/) {
	print "ok ", ++$n, " - vim # SKIP no vim with syntax here\n";
} else {
	open(my $k, ">", "/tmp/ktap-vim.$$") or die;
	print $k "$_\n" for @words;
	close($k);
	my $said = `$vim -es -u NONE -N -c 'syntax on' -c 'source doc/editor/ktap.vim' -c 'for i in range(1, line("\$")) | call append(line("\$"), synIDattr(synID(i, 1, 1), "name")) | endfor' -c '%p' -c 'q!' /tmp/ktap-vim.$$ 2>&1 </dev/null`;
	unlink "/tmp/ktap-vim.$$";
	my @said = split(/\r?\n/, $said, -1);
	my $got = join(" ", grep { /\S/ } map { $_ // "" } @said[scalar @words .. $#said]);
	my $want = join(" ", grep { $_ } @groups);
	report($got eq $want, "vim colours words for what they are");
	print "# $got\n" if $got ne $want;
}
print "1..$n\n";
