#compdef ktap ktap-run
# Completion of ktap and ktap-run for zsh. The options are asked of the program itself.

local -a options
options=(${(f)"$($words[1] --help 2>/dev/null | sed -nE \
	-e 's/^  (-[a-zA-Z]), (--[a-z-]+) +([^ ].*)/\1[\3]\n\2[\3]/p' -e t \
	-e 's/^  (-[a-zA-Z]) [A-Z[][^ ]* +([^ ].*)/\1[\2]:value:_files/p' -e t \
	-e 's/^  (-[a-zA-Z]) +([^ ].*)/\1[\2]/p' -e t \
	-e 's/^ +(--[a-z-]+) [A-Z]+ +([^ ].*)/\1[\2]:value:_files/p' -e t \
	-e 's/^ +(--[a-z-]+) +([^ ].*)/\1[\2]/p')"})
_arguments $options '*:script:_files -g "*.(kp|kpc)"'
