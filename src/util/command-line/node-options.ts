import { EngineError } from '../../errors/engine-error.js';
import type { ErrorCode } from '../../errors/catalogue.js';

/** An option of Node, as on its command line or in `NODE_OPTIONS`. */
export interface NodeOption {
    name: string;
    /** Empty if it has none. */
    value: string;
    /** The option as written: one word or two. */
    words: string[];
}

/** Options whose value may be the next word. */
const WITH_VALUE = new Set(
    (
        '-r --require --import --loader --experimental-loader -C --conditions --run --env-file --env-file-if-exists ' +
        '--title --input-type --watch-path --watch-kill-signal -e --eval --max-http-header-size --disable-warning ' +
        '--dns-result-order --unhandled-rejections --icu-data-dir --openssl-config --redirect-warnings ' +
        '--diagnostic-dir --report-dir --report-directory --report-filename --report-signal --secure-heap ' +
        '--secure-heap-min --tls-cipher-list --tls-keylog --trace-event-categories --trace-event-file-pattern ' +
        '--heapsnapshot-near-heap-limit --heapsnapshot-signal --cpu-prof-dir --cpu-prof-name --cpu-prof-interval ' +
        '--heap-prof-dir --heap-prof-name --heap-prof-interval --localstorage-file --experimental-default-type ' +
        '--experimental-specifier-resolution --es-module-specifier-resolution --inspect-port --disable-proto ' +
        '--network-family-autoselection-attempt-timeout --stack-trace-limit --v8-pool-size'
    ).split(' '),
);

/** Shorter or older names of options. */
const ALIASES = new Map([
    ['-r', '--require'],
    ['-C', '--conditions'],
    ['-e', '--eval'],
    ['-p', '--print'],
    ['-pe', '--print'],
    ['-c', '--check'],
    ['-i', '--interactive'],
    ['-v', '--version'],
    ['-h', '--help'],
    ['--experimental-loader', '--loader'],
    ['--report-dir', '--report-directory'],
]);

/**
 * Parses the options at the start of a command line, up to the first word that is not an option.
 *
 * @param withValue - Further options whose value may be the next word.
 * @returns The options, and the words after them.
 */
export function parseNodeOptions(
    words: readonly string[],
    withValue: ReadonlySet<string> = new Set(),
): { options: NodeOption[]; rest: string[] } {
    const options: NodeOption[] = [];
    for (let at = 0; at < words.length; at++) {
        const word = words[at]!;
        if (word === '--') return { options, rest: words.slice(at + 1) };
        if (!/^-./.test(word)) return { options, rest: words.slice(at) };
        const takesNext = WITH_VALUE.has(word) || withValue.has(word);
        const option = toOption(word, takesNext ? words[at + 1] : undefined);
        at += option.words.length - 1;
        options.push(option);
    }
    return { options, rest: [] };
}

function toOption(word: string, next: string | undefined): NodeOption {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined) return { name: ALIASES.get(name) ?? name, value: value!, words: [word] };
    return {
        name: ALIASES.get(word) ?? word,
        value: next ?? '',
        words: next === undefined ? [word] : [word, next],
    };
}

/** Splits the value of the variable `NODE_OPTIONS` as Node does: by spaces outside of double quotes. */
export function splitNodeOptions(value: string): string[] {
    const words = value.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/gs) ?? [];
    return words.map((word) =>
        word.replaceAll(/"((?:[^"\\]|\\.)*)"/gs, (_, text: string) => text.replaceAll(/\\(.)/gs, '$1')),
    );
}

/** The way in which an option takes effect in a run. */
export type OptionEffect =
    /** Modules or files that the worker loads. */
    | 'load'
    /** Applied by the worker to the warnings of Node. */
    | 'warnings'
    /** Always in effect. */
    | 'default'
    /** Has no effect in a run; other features replace it. */
    | 'ignored'
    /** Not possible in a run. */
    | 'refused'
    /** Needs a process of its own. */
    | 'process';

/** Names of options by effect. A name that ends in `*` is a prefix. */
const EFFECTS: readonly (readonly [OptionEffect, string])[] = [
    ['load', '--require --import --loader --env-file --env-file-if-exists'],
    ['warnings', '--no-warnings --no-deprecation --trace-deprecation --throw-deprecation'],
    ['default', '--enable-source-maps'],
    ['ignored', '--inspect* --watch*'],
    [
        'refused',
        '--permission --experimental-permission --allow-* --test* --experimental-test* --build-snapshot* --input-type ' +
            '--prof-process --experimental-sea-config --check --eval --print --interactive --version --help --run',
    ],
];

/** True if this Node version runs TypeScript: 22.18, 23.6 and later. */
export const NODE_STRIPS_TYPES = Boolean((process.features as { typescript?: unknown }).typescript);

/** Returns how an option takes effect in a run. */
export function effectOf({ name }: NodeOption): OptionEffect {
    if (name === '--experimental-strip-types' && NODE_STRIPS_TYPES) return 'default';
    const matches = (pattern: string): boolean =>
        pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
    return EFFECTS.find(([, names]) => names.split(' ').some(matches))?.[0] ?? 'process';
}

/** Rejects options that are not possible in a run. @param place - Where they are, for the message. */
export function refuseUnsupported(options: readonly NodeOption[], place: string, code: ErrorCode): void {
    const option = options.find((one) => effectOf(one) === 'refused');
    if (option === undefined) return;
    const message = `The option \`${option.words.join(' ')}\` ${place} is not supported in a run. Remove it.`;
    throw new EngineError(code, message, { details: { option: option.name } });
}
