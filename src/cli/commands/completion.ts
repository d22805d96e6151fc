import type { Command } from '../command.js';

/** The shells that completion is made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `greenroom completion`. */
export const completionCommand: Command = {
    name: 'completion',
    summary: 'Print a script for the completion of commands and options in your shell.',
    arguments: [{ name: 'shell', summary: 'bash, zsh or fish.', isRequired: true, completion: SHELLS }],
    examples: [
        { line: 'source <(greenroom completion bash)', summary: 'For this shell; in ~/.bashrc for every one' },
        { line: 'source <(greenroom completion zsh)', summary: 'The same in ~/.zshrc, after compinit' },
        {
            line: 'greenroom completion fish > ~/.config/fish/completions/greenroom.fish',
            summary: 'For fish, once for all',
        },
    ],
    load: async () => (await import('../completion/print-script.js')).printScript,
};

/** What the scripts call at each Tab. */
export const completeCommand: Command = {
    name: '__complete',
    summary: 'Print what the last of the words may be completed with, for the scripts of `greenroom completion`.',
    isHidden: true,
    arguments: [{ name: 'word', summary: 'The words of the line so far.', isRepeated: true }],
    examples: [{ line: 'greenroom __complete -- run --mem', summary: 'Options that begin so' }],
    load: async () => (await import('../completion/print-candidates.js')).printCandidates,
};
