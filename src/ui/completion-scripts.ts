/** Shells that `conduct autocomplete` knows. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/**
 * What a shell reads to complete `conduct`. It asks conduct itself at each Tab, so it never grows old, and knows tasks
 * and checkpoints. Lines of the answer are `WORD<TAB>ABOUT`; without any, the shell offers files.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_conduct() {
  local line word
  COMPREPLY=()
  while IFS= read -r line; do
    word=\${line%%$'\\t'*}
    case \${COMP_WORDS[COMP_CWORD]} in
      [\\"\\']*) ;;
      *) word=$(printf '%q' "$word") ;;
    esac
    COMPREPLY+=("$word")
  done < <(conduct autocomplete words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _conduct conduct
`,
  zsh: `_conduct() {
  local -a described
  local line
  for line in "\${(@f)$(conduct autocomplete words -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#described )); then _describe -V conduct described; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _conduct conduct
`,
  fish: `function __conduct_words
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  set -l found (conduct autocomplete words -- $words[2..-1] "$typed" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path "$typed"
  end
end
complete -c conduct -f -a '(__conduct_words)'
`,
}

/** Where a person puts it. */
export const SETUP: Readonly<Record<Shell, string>> = {
  bash: `echo 'eval "$(conduct autocomplete bash)"' >> ~/.bashrc`,
  zsh: `echo 'eval "$(conduct autocomplete zsh)"' >> ~/.zshrc`,
  fish: 'conduct autocomplete fish > ~/.config/fish/completions/conduct.fish',
}
