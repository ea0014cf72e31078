/**
 * The completion script for bash has the typed words from the package bash-completion, which many machines lack. There bash's
 * own words serve, in which `=` and `:` stand for themselves.
 */
export const BASH_WORDS = `type -t _get_comp_words_by_ref > /dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD - 1]}
}
`
