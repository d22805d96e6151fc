import { SHELLS } from '../commands/completion.js';
import { didYouMean } from '../../util/check.js';
import type { CommandCall } from '../command.js';

/*
 * The scripts know nothing: they ask the program at each Tab, so that they never are older than it. An answer is a line for
 * each candidate, `word<TAB>summary`; a first line `:file` or `:directory` leaves it to the shell.
 */

const BASH = `_greenroom() {
    local line kind=
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :*) kind=\${line#:} ;;
            ?*) COMPREPLY+=("\${line%%$'\\t'*}") ;;
        esac
    done < <(greenroom __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
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
    done < <(greenroom __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
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
    for line in (greenroom __complete -- $words[2..-1] 2>/dev/null)
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

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

/** Prints the script of a shell. */
export async function printScript({ words, terminal }: CommandCall): Promise<void> {
    const [shell = ''] = words.args;
    if (!isShell(shell)) {
        const hint = didYouMean(shell, SHELLS);
        throw words.bad(`The shell is '${shell}', but must be one of ${SHELLS.join(', ')}.${hint}`);
    }
    await terminal.out.write(SCRIPTS[shell]);
}

function isShell(text: string): text is keyof typeof SCRIPTS {
    return SHELLS.some((shell) => shell === text);
}
