import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readKeyValue, type KeyValue } from './key-values.js';
import type { CommandCall } from '../command.js';

/** What is to be run. */
export type RunTarget =
    /** A folder or a module file, as an absolute path; `folder` is the one that it is in. */
    | { readonly kind: 'path'; readonly path: string; readonly folder: string }
    /** The id or name of an Actor that is registered; `path` is where there is none of that name. */
    | { readonly kind: 'name'; readonly name: string; readonly path: string };

/** What the arguments of `greenroom run` say. */
export interface RunArguments {
    readonly target: RunTarget;
    /** Whether the folder one stands in is meant because nothing was named. */
    readonly isDefault: boolean;
    readonly pairs: readonly KeyValue[];
}

/** Tells the Actor from `key=value`: it is the first argument, unless that sets a value and is no path. */
export function readRunArguments({ words, cwd }: CommandCall): RunArguments {
    const [first, ...rest] = words.args;
    const isActor = first !== undefined && (readKeyValue(first) === undefined || existsSync(resolve(cwd, first)));
    const pairs = (isActor ? rest : words.args).map((argument) => {
        const pair = readKeyValue(argument);
        if (pair !== undefined) return pair;
        throw words.bad(
            `'${argument}' is no key=value, as all arguments after the Actor are. Quote what belongs together.`,
        );
    });
    return { target: targetOf(isActor ? first : '.', cwd), isDefault: !isActor, pairs };
}

function targetOf(text: string, cwd: string): RunTarget {
    const path = text.startsWith('file:') ? text : resolve(cwd, text);
    const stats = statSync(path, { throwIfNoEntry: false });
    const isPath = stats !== undefined || /^(\.|\/|[a-z]:\\|file:)/i.test(text) || /\.[mc]?[jt]s$/.test(text);
    if (!isPath) return { kind: 'name', name: text, path };
    return { kind: 'path', path, folder: stats?.isDirectory() ? path : dirname(path) };
}
