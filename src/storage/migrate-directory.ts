import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { moveFile, syncDirectory, type Durability } from './atomic-file.js';
import { checkFormat, unknownVersion, writeVersion } from './directory-format.js';
import { onDisk } from './disk-error.js';
import { JsonFile } from './json-file.js';
import { MIGRATIONS, type Migration } from './migrations.js';

/*
 * How a directory gets from one version of the layout to the next, such that a kill at any time loses nothing:
 *
 * 1. The migration writes all that is new into a draft. A kill leaves the old version whole; the next opening throws the draft
 *    away and begins anew.
 * 2. A plan is put down that says which paths change. From then on the draft counts, and whoever opens the directory goes on.
 * 3. The version is noted: from now on an older greenroom refuses the directory.
 * 4. Path by path, the old is moved into a backup, and the new into its place.
 * 5. The plan is removed. The backup stays, for its owner to remove.
 */

const DRAFT = 'migration-draft';
const PLAN = 'migration.json';

interface Plan {
    to: number;
    /** As the migration has it. */
    what: string;
    /** The folder for what there was before. */
    backup: string;
    /** Paths, from the storage directory on, whose new content is in the draft. */
    replaced: readonly string[];
    /** Paths that are to go. */
    removed: readonly string[];
}

/** How to migrate a directory. */
export interface MigrationOptions {
    durability: Durability;
    /** Told of what has been done, and where the old files are. Default: nobody is. */
    tell?: ((message: string) => void) | undefined;
    /** Default: those that there are. */
    migrations?: readonly Migration[];
}

/**
 * Brings a storage directory to the latest version of the layout. Nobody else may use it meanwhile.
 *
 * @throws {@link EngineError} as {@link checkFormat}; `storage-failed` if the disk refuses, and then the next try goes on.
 */
export async function migrateDirectory(directory: string, options: MigrationOptions): Promise<void> {
    const { migrations = MIGRATIONS } = options;
    const latest = 1 + migrations.length;
    const version = checkFormat(directory, latest);
    const plan = readPlan(directory, options);
    // It may have been put down when the version had not been noted yet.
    if (plan !== undefined && plan.to > latest) throw unknownVersion(directory, plan.to, latest);
    if (plan !== undefined) carryOut(directory, plan, options);
    discardDraft(directory);
    for (let from = plan?.to ?? version; from < latest; from++) {
        const migration = migrations.find((one) => one.from === from);
        if (migration === undefined)
            throw new EngineError('internal-error', `No migration leads on from version ${from}.`);
        carryOut(directory, await draftOf(directory, migration, options), options);
    }
}

/** Writes what is new, and then the plan. */
async function draftOf(directory: string, { from, what, write }: Migration, options: MigrationOptions): Promise<Plan> {
    const draft = join(directory, DRAFT);
    onDisk('make', draft, () => mkdirSync(draft));
    try {
        const paths = await write({ directory, draft });
        const isNew = (path: string): boolean => existsSync(join(draft, path));
        const plan: Plan = {
            to: from + 1,
            what,
            backup: freeName(directory, `before-version-${from + 1}`),
            replaced: paths.filter(isNew),
            removed: paths.filter((path) => !isNew(path)),
        };
        planFile(directory, options).write(plan);
        return plan;
    } catch (error) {
        discardDraft(directory);
        throw error;
    }
}

/** Does what a plan says and has not been done yet. */
function carryOut(directory: string, plan: Plan, options: MigrationOptions): void {
    const { to, replaced, removed } = plan;
    const backup = join(directory, plan.backup);
    writeVersion(directory, to, options.durability);
    for (const path of removed) {
        if (existsSync(join(directory, path))) move(join(directory, path), join(backup, path));
    }
    for (const path of replaced) {
        const [draft, place] = [join(directory, DRAFT, path), join(directory, path)];
        // One that is not in the draft any more has been put into its place before.
        if (!existsSync(draft)) continue;
        if (existsSync(place)) move(place, join(backup, path));
        move(draft, place);
    }
    if (options.durability === 'fsync') onDisk('sync', directory, () => syncDirectory(directory));
    const file = join(directory, PLAN);
    onDisk('remove', file, () => rmSync(file, { force: true }));
    discardDraft(directory);
    const old = existsSync(backup) ? ` What there was before is in \`${backup}\`: remove it once all is well.` : '';
    options.tell?.(`\`${directory}\` has been brought to version ${to} of the storage layout: ${plan.what}.${old}`);
}

function move(from: string, to: string): void {
    onDisk('move', from, () => {
        mkdirSync(dirname(to), { recursive: true });
        moveFile(from, to);
    });
}

function discardDraft(directory: string): void {
    const draft = join(directory, DRAFT);
    onDisk('remove', draft, () => rmSync(draft, { recursive: true, force: true }));
}

/** There may be a backup already, of somebody who has gone back to it. */
function freeName(directory: string, name: string): string {
    for (let number = 1; ; number++) {
        const candidate = number === 1 ? name : `${name}-${number}`;
        if (!existsSync(join(directory, candidate))) return candidate;
    }
}

function readPlan(directory: string, options: MigrationOptions): Plan | undefined {
    const plan = planFile(directory, options).read();
    if (plan === undefined || isPlan(plan)) return plan;
    const path = join(directory, PLAN);
    const message =
        `\`${path}\` says that the directory is being brought to another version, but not in a way that this greenroom knows. ` +
        'Open it with the greenroom that was doing it, or restore the directory from a backup.';
    throw new EngineError('storage-corrupted', message, { details: { path } });
}

function isPlan({ to, backup, replaced, removed }: Partial<Plan>): boolean {
    if (!Number.isInteger(to) || !Array.isArray(replaced) || !Array.isArray(removed)) return false;
    return [backup, ...(replaced as unknown[]), ...(removed as unknown[])].every(staysInside);
}

function staysInside(path: unknown): boolean {
    return typeof path === 'string' && path !== '' && !path.split(/[/\\]/).includes('..');
}

function planFile(directory: string, { durability }: MigrationOptions): JsonFile<Plan> {
    return new JsonFile(join(directory, PLAN), { durability });
}
