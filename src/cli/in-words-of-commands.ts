/** What the library and the API advise to do, and how the same is done on a command line. */
const REMEDIES: readonly (readonly [said: string, instead: string])[] = [
    [
        'Close that engine first, or give this one another `storageDir`.',
        'Wait until that has ended, or name another directory: --storage DIR. ' +
            'While `greenroom dev` or `greenroom serve` runs, all commands can use one directory at once.',
    ],
    ['another `storageDir`', 'another directory with --storage DIR'],
    ['a `storageDir` on one', 'a directory on one, with --storage DIR,'],
    ['Set `overwrite: true`', 'Add --overwrite'],
    ['Send `Authorization: Bearer <token>`, with the token of the engine: `engine.token`. ', ''],
];

/** A message of the library or the API, with the options of commands in place of theirs. */
export function inWordsOfCommands(message: string): string {
    return REMEDIES.reduce((text, [said, instead]) => text.replaceAll(said, instead), message);
}
