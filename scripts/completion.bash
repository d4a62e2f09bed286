# Completes tsimcne's subcommands and options in bash. Both are read from the program's own help, so
# they are always those of the installed version.
_tsimcne() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD - 1]}" words choices
  if ((COMP_CWORD == 1)); then
    words="$(tsimcne --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]\+\) .*/\1/p') --help --version"
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  # Long lists of choices are broken after a "|".
  local help="$(tsimcne "${COMP_WORDS[1]}" --help 2>/dev/null | sed ':a;/|$/{N;s/\n *//;ba}')"
  choices="$(sed -n "s/^ *\(-[a-z],\)\?$before \([a-z0-9-]\+\(|[a-z0-9-]\+\)\+\).*/\2/p" <<<"$help")"
  if [[ -n "$choices" ]]; then
    COMPREPLY=($(compgen -W "${choices//|/ }" -- "$word"))
  elif [[ "$word" == -* ]]; then
    words="$(grep -oE '^ +(-[a-z],)?--[a-z-]+' <<<"$help" | grep -oE -- '--[a-z-]+')"
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _tsimcne tsimcne
