/**
 * Advice in terms of the library, by the name that `details.remedy` of an error has. The message of such an error ends with
 * the sentence; interfaces with other options, such as the command line, show their own sentence instead.
 */
export const REMEDIES = {
    'add-actor': 'Register it with `engine.addActor()`. To replace it by a function, add the stand-in `{ name, run }`.',
    'add-path': 'Add it first with `engine.addActor()`, and start it by its name.',
    'add-function': 'Add it again with `engine.addActor()`.',
    'add-memory': 'Reduce the memory of the run, or increase `maxTotalMemoryMbytes` of the engine.',
    'allowed-host': 'Use that host, or add yours to `allowedHosts` of `engine.listen()`.',
    'allowed-origin': 'To permit it, add the origin to `allowedOrigins` of `engine.listen()`.',
    'close-engine': 'Close that engine first, or choose another `storageDir` for this one.',
    'create-build': 'Create one with `client.actor(id).build(version)`.',
    'default-host': 'Leave out `host` to listen at `127.0.0.1`.',
    'empty-storage-dir': 'Choose a `storageDir` that is empty or does not exist yet, such as `./.greenroom`.',
    'free-port':
        'Close the program that listens there, choose another port, or leave out `port` to listen at a free one.',
    'import-storages':
        'Choose another `storageDir`, such as `./.greenroom`, and import that directory with `engine.storages.importFrom()`.',
    'overwrite-directory': 'Set `overwrite: true` to replace its contents, or export to another directory.',
    'overwrite-storage': 'Set `overwrite: true` to replace it, or rename one of the two.',
    'same-greenroom': 'Open it with the greenroom that wrote it, or choose another `storageDir`.',
    token: 'Send `Authorization: Bearer <token>`, with the token of the engine: `engine.token`.',
    'update-greenroom': 'Update greenroom, or choose another `storageDir`.',
} as const satisfies Record<string, string>;

/** The stable name of an advice. */
export type Remedy = keyof typeof REMEDIES;

/** Returns a problem with the sentence of its remedy, if it has one. */
export function withRemedy(problem: string, remedy: Remedy | undefined): string {
    return remedy === undefined ? problem : `${problem} ${REMEDIES[remedy]}`;
}

/** Returns the remedy in the `details` of an error, which may be those of another version. */
export function remedyIn(details: Readonly<Record<string, unknown>> | undefined): Remedy | undefined {
    const name = details?.['remedy'];
    return typeof name === 'string' && Object.hasOwn(REMEDIES, name) ? (name as Remedy) : undefined;
}

/** Returns the message of an error with another sentence for its remedy; unchanged if it does not end with one. */
export function rewordRemedy(
    { message, details }: { readonly message: string; readonly details?: Readonly<Record<string, unknown>> },
    sentences: Readonly<Record<Remedy, string>>,
): string {
    const remedy = remedyIn(details);
    if (remedy === undefined || !message.endsWith(REMEDIES[remedy])) return message;
    return message.slice(0, -REMEDIES[remedy].length) + sentences[remedy];
}
