import { defineCommand, type Command } from '../command.js';

/*
 * The scripts call the program at each Tab, so they are never outdated. It prints a line for each candidate,
 * `word<TAB>description`; a line `:file` or `:directory` requests the shell's completion of paths.
 */

const BASH = `_greenroom() {
    local line kind=
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :*) kind=\${line#:} ;;
            ?*) COMPREPLY+=("\${line%%$'\\t'*}") ;;
        esac
    done < <(greenroom complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    case $kind in
        file) compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}") ;;
        directory) compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}") ;;
    esac
}
complete -F _greenroom greenroom
`;

const ZSH = `#compdef greenroom
_greenroom() {
    local line kind=
    local -a found
    while IFS= read -r line; do
        case $line in
            :*) kind=\${line#:} ;;
            ?*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
        esac
    done < <(greenroom complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
    (( $#found )) && _describe greenroom found
    case $kind in
        file) _files ;;
        directory) _files -/ ;;
    esac
}
compdef _greenroom greenroom
`;

const FISH = `function __greenroom_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (greenroom complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case ':file'
                __fish_complete_path (commandline -ct)
            case ':directory'
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c greenroom -f -a '(__greenroom_complete)'
`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

const completion = defineCommand({
    args: { '<shell>': ['your shell', Object.keys(SCRIPTS)] },
    examples: {
        'source <(greenroom completion bash)': 'Bash: for this shell; add the line to ~/.bashrc for all shells',
        'source <(greenroom completion zsh)': 'Zsh: add the line to ~/.zshrc, after compinit',
        'greenroom completion fish > ~/.config/fish/completions/greenroom.fish': 'Fish: install once',
    },
    run: (cli, _options, shell: string) => cli.out.write(SCRIPTS[shell]!),
});

/** The command that the scripts call. */
const complete = defineCommand({
    args: { '[word...]': 'words of the command line so far' },
    async run(cli, _options, words: string[], command: Command) {
        const { findCandidates } = await import('../candidates.js');
        for (const line of await findCandidates(cli, command.parent!, words)) cli.out.line(line);
    },
});

export const commands = { completion, complete };
