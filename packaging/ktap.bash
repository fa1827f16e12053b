# Completion of ktap and ktap-run for bash. The options are asked of the program itself.

_ktap() {
	local word=${COMP_WORDS[COMP_CWORD]} options
	case ${COMP_WORDS[COMP_CWORD - 1]} in
	-o | --emit | --render | --target | --cgroup) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	-p) mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && echo [0-9]*)" -- "$word"); return ;;
	-c) mapfile -t COMPREPLY < <(compgen -c -- "$word"); return ;;
	-e | -C | --ring | --mem | --string | --max-cpu) return ;;
	esac
	case $word in
	-*)
		options=$("${COMP_WORDS[0]}" --help 2>/dev/null | sed -n 's/^ *\(-[a-zA-Z]\)\?,\? *\(--[a-z-]*\)\?  *.*/\1 \2/p')
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
	*) mapfile -t COMPREPLY < <(compgen -f -X '!*.kp' -- "$word"; compgen -f -X '!*.kpc' -- "$word"; compgen -d -S / -- "$word") ;;
	esac
}
complete -o nospace -F _ktap ktap ktap-run
