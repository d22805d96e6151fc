import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    realpathSync,
    rmSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEngine, type Engine, type EngineError } from 'greenroom';
import { fillDirectory } from './full-directory.js';
import { survey } from '../dump-engine-state.js';

const LINE_BREAK = 0x0a;

/** What can happen to a file. */
export const DAMAGES = {
    'is garbage': (path: string) => writeFileSync(path, 'So much for {this} file\n"and" more of it'),
    'is empty': (path: string) => writeFileSync(path, ''),
    'is cut in half': (path: string) => {
        const bytes = readFileSync(path);
        let end = Math.floor(bytes.length / 2);
        // That whole lines are missing at the end cannot be seen.
        while (bytes[end - 1] === LINE_BREAK) end -= 1;
        writeFileSync(path, bytes.subarray(0, end));
    },
    'is binary': (path: string) =>
        writeFileSync(path, Buffer.from(Array.from({ length: 999 }, (_, n) => (n * 7919) % 256))),
    'is of zeros': (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
    'is another type of JSON': (path: string) => writeFileSync(path, '[42]\n'),
    'is an empty object': (path: string) => writeFileSync(path, '{}\n'),
    'has garbage in the middle': (path: string) => {
        const bytes = readFileSync(path);
        // With a line break, which no text in JSON can have, however long it is.
        bytes.fill('##"\n', Math.floor(bytes.length / 3), Math.ceil((bytes.length * 2) / 3));
        writeFileSync(path, bytes);
    },
    'is a folder': (path: string) => {
        rmSync(path);
        mkdirSync(join(path, 'inside'), { recursive: true });
    },
    'is gone': (path: string) => rmSync(path),
} as const satisfies Record<string, (path: string) => void>;

export type Damage = keyof typeof DAMAGES;

/** What the engine makes anew, and what is whatever somebody wants it to be. */
const SILENT = /items\.index$|^tmp\/|^sources\/|\/records\/|^logs\/|^format\.json$/;
/** Files of lines, whose torn end is cut off. */
const LINES = /\.jsonl$/;
/** What looks as if a person had wanted it so: a record taken out, or a line edited. */
const BY_HAND: Partial<Record<Damage, RegExp>> = {
    'is gone': /^registry\//,
    'is another type of JSON': /items\.jsonl$/,
    'is an empty object': /items\.jsonl$/,
};

/** What a journal of documents is about. */
const IS_ABOUT: Readonly<Record<string, RegExp>> = {
    'registry/actors.jsonl': /^actor /,
    'registry/builds.jsonl': /^(build|log) /,
    'registry/datasets.jsonl': /^dataset /,
    'registry/dispatches.jsonl': /^dispatch /,
    'registry/key-value-stores.jsonl': /^(store|record) /,
    'registry/request-queues.jsonl': /^queue /,
    'registry/runs.jsonl': /^(run|log) /,
    'registry/schedules.jsonl': /^schedule /,
    'registry/tasks.jsonl': /^task /,
    'registry/webhooks.jsonl': /^webhook /,
};

/** What goes when a person removes the documents of something. */
const GOES_WITH_IT: readonly (readonly [file: RegExp, what: RegExp])[] = [
    [/webhooks/, /^dispatch/],
    [/^registry\/actors/, /^(build|log) /],
];

/** A storage directory with a file of every kind, to be damaged, and all that an engine answers about it. */
export interface DamageScene {
    readonly template: string;
    /** Where it was written, and is damaged: documents name files by that path. */
    readonly directory: string;
    readonly answers: ReadonlyMap<string, string>;
    /** One file of each kind. */
    readonly files: readonly string[];
}

export async function setDamageScene(): Promise<DamageScene> {
    const directory = mkdtempSync(join(tmpdir(), 'greenroom-damage-'));
    const template = `${directory}-template`;
    await fillDirectory(directory);
    const { answers } = await look(directory);
    cpSync(directory, template, { recursive: true, verbatimSymlinks: true });
    rmSync(directory, { recursive: true });
    const kinds = new Set<string>();
    const files = readdirSync(template, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(template, name)).isFile())
        // A link leads to what is not the directory's own.
        .filter((name) => realpathSync(join(template, name)) === join(realpathSync(template), name))
        .toSorted()
        .filter((name) => {
            const kind = name.replace(/[A-Za-z0-9]{17}/, 'ID').replace(/records\/.*/, 'records');
            return kinds.size < kinds.add(kind).size;
        });
    return { template, directory, answers: answers!, files };
}

/** Damages each file of a scene in turn; returns what is wrong with how the engine takes it, as sentences. */
export async function damageEach(
    { template, directory: storageDir, answers, files }: DamageScene,
    damage: Damage,
): Promise<string[]> {
    const problems: string[] = [];
    for (const file of files) {
        cpSync(template, storageDir, { recursive: true, verbatimSymlinks: true });
        DAMAGES[damage](join(storageDir, file));
        const found = await judge(storageDir, { file, damage, before: answers });
        problems.push(...found.map((problem) => `${file}: ${problem}`));
        rmSync(storageDir, { recursive: true, force: true });
    }
    return problems;
}

interface Case {
    file: string;
    damage: Damage;
    before: ReadonlyMap<string, string>;
}

async function judge(storageDir: string, { file, damage, before }: Case): Promise<string[]> {
    const damaged = contentOf(join(storageDir, file));
    const { answers, warnings, problems } = await look(storageDir);
    if (answers === undefined) return problems;
    const [id = 'nothing'] = /[A-Za-z0-9]{17}/.exec(file) ?? [];
    const isById = (what: string): boolean =>
        what.includes(id) ||
        IS_ABOUT[file]?.test(what) === true ||
        (damage === 'is gone' && GOES_WITH_IT.some(([gone, more]) => gone.test(file) && more.test(what)));
    const changed = [...before.keys()].filter((what) => answers.get(what) !== before.get(what));
    const refusals = [...answers].filter(([, answer]) => answer.startsWith('refused'));
    problems.push(...changed.filter((what) => !isById(what)).map((what) => `${what} is ${answers.get(what)}`));
    // A record that is not what its type says is refused by the client, as on the platform.
    const strange = refusals.filter(([, answer]) => !/: storage-\w+$|: invalid-response-body$/.test(answer));
    problems.push(...strange.map((refusal) => refusal.join(' is ')));
    if (SILENT.test(file) || BY_HAND[damage]?.test(file)) return problems;
    const told = [...warnings, ...refusals.map(([what]) => what)];
    const isTold = told.some((text) => text.includes(id) || text.includes(file));
    if (!isTold && changed.length > 0) problems.push(`nobody is told that ${changed.join()} has changed`);
    const mayBeTorn = LINES.test(file) && ['is cut in half', 'is of zeros', 'is empty'].includes(damage);
    if (
        damaged !== undefined &&
        !mayBeTorn &&
        !contentsBeside(storageDir, file).some((content) => content?.includes(damaged))
    ) {
        problems.push(`what was in it is lost: ${damaged}`);
    }
    return problems;
}

/** Opens a directory, finds out all that can be found out, and sees whether an Actor can be run there. */
async function look(
    storageDir: string,
): Promise<{ answers?: Map<string, string>; warnings: string[]; problems: string[] }> {
    const warnings: string[] = [];
    const problems: string[] = [];
    const note = (message: string, error?: unknown): void => void warnings.push(`${message} ${String(error)}`);
    let engine: Engine;
    try {
        engine = await createEngine({ storageDir, logger: { debug() {}, info() {}, error: note, warn: note } });
    } catch (error) {
        const { code, message, stack } = error as EngineError;
        const isClear = /^storage-(corrupted|failed)$/.test(code) && message.includes('format.json');
        return { warnings, problems: isClear ? [] : [String(stack)] };
    }
    const answers = await survey(engine);
    await engine.addActor({ name: 'after', run: () => 7 });
    const run = await engine.call('after');
    if (run.status !== 'SUCCEEDED') problems.push(`a new run is ${run.status}: ${run.statusMessage}`);
    await engine.close({ force: true });
    return { answers, warnings, problems };
}

function contentsBeside(storageDir: string, file: string): (string | undefined)[] {
    const folder = dirname(join(storageDir, file));
    return readdirSync(folder).map((name) => contentOf(join(folder, name)));
}

function contentOf(path: string): string | undefined {
    return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'latin1') : undefined;
}
