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
import { dumpEngineState } from '../dump-engine-state.js';

const LINE_BREAK = 0x0a;

/** Ways to corrupt a file. */
export const CORRUPTIONS = {
    'is garbage': (path: string) => writeFileSync(path, 'So much for {this} file\n"and" more of it'),
    'is empty': (path: string) => writeFileSync(path, ''),
    'is cut in half': (path: string) => {
        const bytes = readFileSync(path);
        let end = Math.floor(bytes.length / 2);
        // Not at a line break, since missing whole lines at the end cannot be detected.
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
        // With a line break, which a JSON string of any length cannot contain.
        bytes.fill('##"\n', Math.floor(bytes.length / 3), Math.ceil((bytes.length * 2) / 3));
        writeFileSync(path, bytes);
    },
    'is a folder': (path: string) => {
        rmSync(path);
        mkdirSync(join(path, 'inside'), { recursive: true });
    },
    'is gone': (path: string) => rmSync(path),
} as const satisfies Record<string, (path: string) => void>;

export type Corruption = keyof typeof CORRUPTIONS;

/** Files that the engine creates again, and files whose content users may change freely. */
const UNREPORTED = /items\.index$|^tmp\/|^sources\/|\/records\/|^logs\/|^format\.json$/;
/** Files of lines, whose torn tail is truncated. */
const LINE_FILES = /\.jsonl$/;
/** Corruptions that look like an edit of a user, such as a removed record or an edited line. */
const LIKE_USER_EDITS: Partial<Record<Corruption, RegExp>> = {
    'is gone': /^registry\//,
    'is another type of JSON': /items\.jsonl$/,
    'is an empty object': /items\.jsonl$/,
};

/** The answers that depend on a journal of documents. */
const CONTENT_OF_JOURNALS: Readonly<Record<string, RegExp>> = {
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

/** The answers that also disappear when the documents of a journal are removed. */
const DEPENDENTS: readonly (readonly [file: RegExp, subject: RegExp])[] = [
    [/webhooks/, /^dispatch/],
    [/^registry\/actors/, /^(build|log) /],
];

/** A storage directory with a file of every kind, and the answers of an engine about its content. */
export interface CorruptionFixture {
    readonly template: string;
    /** Path at which it was written and is corrupted, since documents contain the path. */
    readonly directory: string;
    readonly answers: ReadonlyMap<string, string>;
    /** One file of each kind. */
    readonly files: readonly string[];
}

export async function createCorruptionFixture(): Promise<CorruptionFixture> {
    const directory = mkdtempSync(join(tmpdir(), 'greenroom-corrupted-'));
    const template = `${directory}-template`;
    await fillDirectory(directory);
    const { answers } = await inspect(directory);
    cpSync(directory, template, { recursive: true, verbatimSymlinks: true });
    rmSync(directory, { recursive: true });
    const kinds = new Set<string>();
    const files = readdirSync(template, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(template, name)).isFile())
        // Excludes files behind links, which do not belong to the directory.
        .filter((name) => realpathSync(join(template, name)) === join(realpathSync(template), name))
        .toSorted()
        .filter((name) => {
            const kind = name.replace(/[A-Za-z0-9]{17}/, 'ID').replace(/records\/.*/, 'records');
            return kinds.size < kinds.add(kind).size;
        });
    return { template, directory, answers: answers!, files };
}

/** Corrupts each file of a fixture in turn. Returns a description of each wrong reaction of the engine. */
export async function corruptEach(
    { template, directory: storageDir, answers, files }: CorruptionFixture,
    corruption: Corruption,
): Promise<string[]> {
    const problems: string[] = [];
    for (const file of files) {
        cpSync(template, storageDir, { recursive: true, verbatimSymlinks: true });
        CORRUPTIONS[corruption](join(storageDir, file));
        const caseProblems = await findProblems(storageDir, { file, corruption, before: answers });
        problems.push(...caseProblems.map((problem) => `${file}: ${problem}`));
        rmSync(storageDir, { recursive: true, force: true });
    }
    return problems;
}

interface Case {
    file: string;
    corruption: Corruption;
    before: ReadonlyMap<string, string>;
}

async function findProblems(storageDir: string, { file, corruption, before }: Case): Promise<string[]> {
    const content = readContent(join(storageDir, file));
    const { answers, warnings, problems } = await inspect(storageDir);
    if (answers === undefined) return problems;
    const [id = 'nothing'] = /[A-Za-z0-9]{17}/.exec(file) ?? [];
    const isAffected = (subject: string): boolean =>
        subject.includes(id) ||
        CONTENT_OF_JOURNALS[file]?.test(subject) === true ||
        (corruption === 'is gone' && DEPENDENTS.some(([gone, more]) => gone.test(file) && more.test(subject)));
    const changed = [...before.keys()].filter((subject) => answers.get(subject) !== before.get(subject));
    const errors = [...answers].filter(([, answer]) => answer.startsWith('error: '));
    problems.push(
        ...changed.filter((subject) => !isAffected(subject)).map((subject) => `${subject} is ${answers.get(subject)}`),
    );
    // The client refuses a record that does not match its content type, as on the platform.
    const unexpected = errors.filter(([, answer]) => !/: storage-\w+$|: invalid-response-body$/.test(answer));
    problems.push(...unexpected.map((error) => error.join(' is ')));
    if (UNREPORTED.test(file) || LIKE_USER_EDITS[corruption]?.test(file)) return problems;
    const reports = [...warnings, ...errors.map(([subject]) => subject)];
    const isReported = reports.some((text) => text.includes(id) || text.includes(file));
    if (!isReported && changed.length > 0) problems.push(`no report of the changes of ${changed.join()}`);
    const mayBeTorn = LINE_FILES.test(file) && ['is cut in half', 'is of zeros', 'is empty'].includes(corruption);
    if (
        content !== undefined &&
        !mayBeTorn &&
        !readSiblings(storageDir, file).some((sibling) => sibling?.includes(content))
    ) {
        problems.push(`its content is lost: ${content}`);
    }
    return problems;
}

/** Opens a directory, collects all answers of the engine about it, and runs an Actor there. */
async function inspect(
    storageDir: string,
): Promise<{ answers?: Map<string, string>; warnings: string[]; problems: string[] }> {
    const warnings: string[] = [];
    const problems: string[] = [];
    const warn = (message: string, error?: unknown): void => void warnings.push(`${message} ${String(error)}`);
    let engine: Engine;
    try {
        engine = await createEngine({ storageDir, logger: { debug() {}, info() {}, error: warn, warn } });
    } catch (error) {
        const { code, message, stack } = error as EngineError;
        const isClear = /^storage-(corrupted|failed)$/.test(code) && message.includes('format.json');
        return { warnings, problems: isClear ? [] : [String(stack)] };
    }
    const answers = await dumpEngineState(engine);
    await engine.addActor({ name: 'after', run: () => 7 });
    const run = await engine.call('after');
    if (run.status !== 'SUCCEEDED') problems.push(`a new run is ${run.status}: ${run.statusMessage}`);
    await engine.close({ force: true });
    return { answers, warnings, problems };
}

function readSiblings(storageDir: string, file: string): (string | undefined)[] {
    const folder = dirname(join(storageDir, file));
    return readdirSync(folder).map((name) => readContent(join(folder, name)));
}

function readContent(path: string): string | undefined {
    return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'latin1') : undefined;
}
