" Vim syntax of ktap scripts: put this file into ~/.vim/syntax/, and into ~/.vimrc
"   autocmd BufNewFile,BufRead *.kp setfiletype ktap
" The lists of words are written by doc/gen-language.
if exists("b:current_syntax")
  finish
endif

syn keyword ktapTodo contained TODO FIXME XXX
syn match ktapComment "#.*$" contains=ktapTodo
syn match ktapEscape contained "\\\(x\x\x\|\d\{1,3}\|.\)"
syn match ktapFormat contained "%[-+ #0]*\(\d\+\|\*\)\=\(\.\(\d\+\|\*\)\)\=[diuxXocsp%]"
syn region ktapString start=+"+ skip=+\\.+ end=+"+ oneline contains=ktapEscape,ktapFormat
syn region ktapString start=+'+ skip=+\\.+ end=+'+ oneline contains=ktapEscape,ktapFormat
syn region ktapString start="\[\z(=*\)\[" end="\]\z1\]"
syn match ktapNumber "\<\(0x[0-9a-fA-F_]\+\|0b[01_]\+\|\d[0-9_]*\)\(ns\|us\|ms\|s\|k\|M\|G\)\=\>"
syn match ktapArgument "\$\d\+\|\<arg\d\+\>"
syn match ktapEvent "\(\<trace\s\+\)\@<=[a-z_]\+:[A-Za-z0-9_*?]\+"

syn keyword ktapConstant true false nil
syn keyword ktapStatement and break continue do else elseif end for function if import in local not or profile repeat return tick trace trace_end until var while
syn keyword ktapVariable argevent argstr cgroup cpu execname func gid nsecs pid ppid probename tid uid argname comm retval args arg
syn keyword ktapFunction arch assert avg byte char clear count curr_taskinfo delete distinct error exit find format gettimeofday_ms gettimeofday_ns gettimeofday_s gettimeofday_us hex histogram in_interrupt in_iowait ipof kaddr kernel_bytes kernel_string kernel_v kread ksym len lhist llhist lower match max min num_cpus pairs pcall percentile print print_hist print_stack print_trace_clock printf rep select snapshot sort_pairs stack stats stddev stringof sub sum table_count time tonumber top tostring type unpack upper user_bytes user_string ustack usym ~
syn match ktapFunction "\<\(ansi\.clear_screen\|ansi\.new_line\|ansi\.reset_color\|ansi\.set_color\|ansi\.set_color2\|ansi\.set_color3\|net\.format_ip_addr\|net\.ip_sock_daddr\|net\.ip_sock_saddr\|net\.ntop\|table\.concat\|table\.insert\|table\.lru\|table\.new\|table\.of\|table\.remove\|table\.sort\)\>"

hi def link ktapTodo Todo
hi def link ktapComment Comment
hi def link ktapEscape SpecialChar
hi def link ktapFormat SpecialChar
hi def link ktapString String
hi def link ktapNumber Number
hi def link ktapArgument Identifier
hi def link ktapEvent Type
hi def link ktapConstant Constant
hi def link ktapStatement Statement
hi def link ktapVariable Identifier
hi def link ktapFunction Function

let b:current_syntax = "ktap"
