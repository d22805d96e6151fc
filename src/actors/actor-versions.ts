import { EngineError } from '../errors/engine-error.js';
import { checkFlag, checkOptions, checkText, checkWord, invalid } from '../util/check.js';
import { withoutNull, withoutUndefined } from '../util/json/without-undefined.js';
import { checkSourceFiles, normalizeSourceFiles } from './source/source-files.js';
import type { SecretCipher } from '../storage/secret-cipher.js';
import type {
    ActorVersion,
    EnvVar,
    EnvVarFields,
    VersionFields,
    SourceFile,
    SourceFolder,
    SourceType,
} from '../model/api/version.js';

/** Where versions are kept: in the records of their Actors. */
interface VersionStore {
    versionsOf(actorId: string): readonly StoredVersion[];
    /** Replaces all versions of an Actor. */
    setVersions(actorId: string, versions: StoredVersion[]): void;
}

/** The tag of the build that runs get by default, and that a version has which names none. */
export const DEFAULT_TAG = 'latest';

const VERSION_NUMBER = /^(?:0|[1-9]\d?)\.(?:0|[1-9]\d?)$/;

const ENV_VAR_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const SOURCE_TYPES: readonly SourceType[] = ['SOURCE_FILES', 'GIT_REPO', 'TARBALL', 'GITHUB_GIST', 'SOURCE_CODE'];

/** The field that each type of source has its address in. */
const SOURCE_URL_FIELDS: Partial<Record<SourceType, 'gitRepoUrl' | 'tarballUrl' | 'gitHubGistUrl'>> = {
    GIT_REPO: 'gitRepoUrl',
    TARBALL: 'tarballUrl',
    GITHUB_GIST: 'gitHubGistUrl',
};

const VERSION_KEYS = [
    'versionNumber',
    'sourceType',
    'buildTag',
    'applyEnvVarsToBuild',
    'envVars',
    'sourceFiles',
    ...Object.values(SOURCE_URL_FIELDS),
];

/** The versions of all Actors, with their environment variables. What it hands out are copies, without secrets. */
export class ActorVersions {
    readonly #store: VersionStore;
    readonly #secrets: SecretCipher;

    constructor(store: VersionStore, secrets: SecretCipher) {
        this.#store = store;
        this.#secrets = secrets;
    }

    list(actorId: string): ActorVersion[] {
        return this.#store.versionsOf(actorId).map(toPublicVersion);
    }

    find(actorId: string, versionNumber: string): ActorVersion | undefined {
        return this.list(actorId).find((version) => version.versionNumber === versionNumber);
    }

    create(actorId: string, fields: VersionFields): ActorVersion {
        const version = readVersion('version', fields, this.#secrets);
        if (this.find(actorId, version.versionNumber)) {
            const message = `The Actor has a version ${version.versionNumber} already. Update that one, or choose another number.`;
            throw new EngineError('version-already-exists', message, { details: { version: version.versionNumber } });
        }
        this.#store.setVersions(actorId, [...this.#store.versionsOf(actorId), version]);
        return toPublicVersion(version);
    }

    update(actorId: string, versionNumber: string, fields: VersionFields): ActorVersion {
        const before = this.#require(actorId, versionNumber);
        return toPublicVersion(this.#replace(actorId, readVersion('fields', fields, this.#secrets, before)));
    }

    /** Builds that were made of it stay. */
    remove(actorId: string, versionNumber: string): void {
        const versions = this.#store.versionsOf(actorId);
        this.#store.setVersions(
            actorId,
            versions.filter((version) => version.versionNumber !== versionNumber),
        );
    }

    createEnvVar(actorId: string, versionNumber: string, fields: EnvVarFields): EnvVar {
        const version = this.#require(actorId, versionNumber);
        const variable = readEnvVar('envVar', fields, this.#secrets);
        if (version.envVars.some(({ name }) => name === variable.name)) {
            const message = `Version ${versionNumber} has an environment variable \`${variable.name}\` already. Update that one, or choose another name.`;
            throw new EngineError('env-var-already-exists', message, { details: { name: variable.name } });
        }
        this.#replace(actorId, { ...version, envVars: [...version.envVars, variable] });
        return toPublicEnvVar(variable);
    }

    updateEnvVar(actorId: string, versionNumber: string, name: string, fields: EnvVarFields): EnvVar {
        const version = this.#require(actorId, versionNumber);
        const before = version.envVars.find((variable) => variable.name === name);
        if (before === undefined) {
            const message = `Version ${versionNumber} has no environment variable \`${name}\`. \`envVars().create()\` makes one.`;
            throw new EngineError('record-not-found', message, { details: { name } });
        }
        const variable = readEnvVar('fields', fields, this.#secrets, before);
        const envVars = version.envVars.map((other) => (other === before ? variable : other));
        this.#replace(actorId, { ...version, envVars });
        return toPublicEnvVar(variable);
    }

    removeEnvVar(actorId: string, versionNumber: string, name: string): void {
        const version = this.#require(actorId, versionNumber);
        this.#replace(actorId, { ...version, envVars: version.envVars.filter((variable) => variable.name !== name) });
    }

    #replace(actorId: string, version: StoredVersion): StoredVersion {
        const { versionNumber } = version;
        const versions = this.#store.versionsOf(actorId);
        this.#store.setVersions(
            actorId,
            versions.map((other) => (other.versionNumber === versionNumber ? version : other)),
        );
        return version;
    }

    #require(actorId: string, versionNumber: string): StoredVersion {
        return requireVersion(this.#store.versionsOf(actorId), versionNumber);
    }
}

/** The version with a number; throws `record-not-found`, with the numbers there are. */
export function requireVersion(versions: readonly StoredVersion[], versionNumber: string): StoredVersion {
    const found = versions.find((version) => version.versionNumber === versionNumber);
    if (found) return found;
    const numbers = versions.map((version) => version.versionNumber).join(', ') || 'none';
    const message = `The Actor has no version ${versionNumber}. It has: ${numbers}. \`versions().create()\` makes one.`;
    throw new EngineError('record-not-found', message, { details: { version: versionNumber } });
}

/** What `engine.addActor()` was given instead of source files. */
interface VersionOrigin {
    /** Absolute path of the folder, which is read when the version is built. */
    directory: string;
    /** Absolute path of the module, when the source was a single one. */
    entryFile?: string;
    /** Whether it was a function; those are not built. */
    isFunction?: true;
}

/** A version as it is kept: the values of secret environment variables are sealed. */
export interface StoredVersion extends ActorVersion {
    origin?: VersionOrigin;
}

/** A version with what is to change of it, or a new one; checked. Null stands for a field that is left out. */
export function readVersion(
    path: string,
    given: VersionFields,
    secrets: SecretCipher,
    before?: StoredVersion,
): StoredVersion {
    checkOptions(path, given, VERSION_KEYS);
    const fields = withoutNull(given);
    checkText(`${path}.buildTag`, fields.buildTag);
    checkFlag(`${path}.applyEnvVarsToBuild`, fields.applyEnvVarsToBuild);
    const sourceType = readSourceType(`${path}.sourceType`, fields.sourceType, before);
    const known: Partial<StoredVersion> = before ?? {};
    return withoutUndefined({
        versionNumber: readVersionNumber(`${path}.versionNumber`, fields.versionNumber, before),
        sourceType,
        buildTag: fields.buildTag ?? known.buildTag ?? DEFAULT_TAG,
        applyEnvVarsToBuild: fields.applyEnvVarsToBuild ?? known.applyEnvVarsToBuild,
        envVars: readEnvVars(`${path}.envVars`, fields.envVars, secrets, known.envVars),
        ...readSource(path, fields, sourceType, known),
    });
}

/** An environment variable with what is to change of it, or a new one; checked, and sealed if it is secret. */
function readEnvVar(path: string, given: EnvVarFields, secrets: SecretCipher, before?: EnvVar): EnvVar {
    checkOptions(path, given, ['name', 'value', 'isSecret']);
    const { value, isSecret = before?.isSecret, ...fields } = withoutNull(given);
    const name = readEnvVarName(`${path}.name`, fields.name ?? before?.name, before);
    checkFlag(`${path}.isSecret`, isSecret);
    const text: unknown = value ?? keptValue(before, isSecret === true, secrets);
    if (typeof text !== 'string' || text.includes('\0')) {
        const remedy = before?.isSecret === true ? 'Give it anew: a secret value is not made public again.' : '';
        // The value may be a secret, and what an error shows of it would be read by others.
        throw invalid(`${path}.value`, text === undefined ? undefined : '…', 'a text, without NUL', remedy);
    }
    return isSecret === true ? { name, value: secrets.encrypt(text), isSecret } : { name, value: text };
}

function readEnvVarName(path: string, name: unknown, before: EnvVar | undefined): string {
    if (typeof name !== 'string' || !ENV_VAR_NAME.test(name)) {
        throw invalid(path, name, 'a name of letters, digits and `_` that does not begin with a digit');
    }
    if (before === undefined || name === before.name) return name;
    const message = `\`${path}\` is '${name}', but the variable is \`${before.name}\` and keeps its name. Delete it, and create another one.`;
    throw new EngineError('cannot-rename-env-var', message, { details: { path } });
}

/** The value that stays where none is given. A secret that is to be none any more has none to hand out. */
function keptValue(before: EnvVar | undefined, isSecret: boolean, secrets: SecretCipher): string | undefined {
    if (before?.value === undefined || before.isSecret !== true) return before?.value;
    return isSecret ? secrets.decrypt(before.value) : undefined;
}

function readEnvVars(
    path: string,
    given: readonly EnvVarFields[] | undefined,
    secrets: SecretCipher,
    before: EnvVar[] = [],
): EnvVar[] {
    if (given === undefined) return before;
    if (!Array.isArray(given)) throw invalid(path, given, 'an array of { name, value }');
    const names = new Set<string>();
    return given.map((fields: EnvVarFields, index) => {
        const at = `${path}[${index}]`;
        const known = before.find(({ name }) => name === fields?.name);
        const variable = readEnvVar(at, fields, secrets, known);
        if (names.has(variable.name)) {
            throw invalid(`${at}.name`, variable.name, 'a name that no earlier variable has');
        }
        names.add(variable.name);
        return variable;
    });
}

/** A version as it may be handed out: a copy, without secrets and without what only the engine needs. */
export function toPublicVersion({ origin: _, ...version }: StoredVersion): ActorVersion {
    return {
        ...version,
        envVars: version.envVars.map(toPublicEnvVar),
        sourceFiles: version.sourceFiles.map((file) => ({ ...file })),
    };
}

/** An environment variable as it may be handed out. */
function toPublicEnvVar({ name, value, isSecret }: EnvVar): EnvVar {
    return isSecret === true ? { name, isSecret } : { name, value };
}

function readVersionNumber(path: string, value: unknown, before: StoredVersion | undefined): string {
    if (before !== undefined && (value === undefined || value === before.versionNumber)) return before.versionNumber;
    if (before !== undefined) {
        const remedy = 'Create another version: builds go by the number of theirs.';
        throw invalid(path, value, `'${before.versionNumber}', which cannot be changed`, remedy);
    }
    if (typeof value === 'string' && VERSION_NUMBER.test(value)) return value;
    throw invalid(path, value, "a text like '0.1', with numbers from 0 to 99");
}

function readSourceType(path: string, value: unknown, before: StoredVersion | undefined): SourceType {
    const type = value ?? before?.sourceType;
    checkWord(path, type, SOURCE_TYPES);
    if (type !== undefined) return type as SourceType;
    throw invalid(path, type, `one of ${SOURCE_TYPES.map((word) => `'${word}'`).join(', ')}`);
}

type VersionSource = Pick<StoredVersion, 'sourceFiles' | 'origin' | 'gitRepoUrl' | 'tarballUrl' | 'gitHubGistUrl'>;

/** Where the source is: what belongs to another type of it goes. */
function readSource(
    path: string,
    fields: VersionFields,
    sourceType: SourceType,
    before: Partial<StoredVersion>,
): VersionSource {
    if (sourceType === 'SOURCE_FILES') {
        const sourceFiles = readSourceFiles(fields.sourceFiles);
        if (sourceFiles !== undefined) return { sourceFiles };
        return { sourceFiles: before.sourceFiles ?? [], ...(before.origin && { origin: before.origin }) };
    }
    const name = SOURCE_URL_FIELDS[sourceType];
    if (name === undefined) return { sourceFiles: [] };
    const address: unknown = fields[name] ?? before[name];
    if (typeof address === 'string' && address !== '') return { sourceFiles: [], [name]: address };
    throw invalid(`${path}.${name}`, address, `the address of the source, as \`sourceType\` is '${sourceType}'`);
}

function readSourceFiles(files: VersionFields['sourceFiles'] | undefined): (SourceFile | SourceFolder)[] | undefined {
    if (files === undefined) return undefined;
    // The platform takes a version that has no files yet.
    if (!Array.isArray(files) || files.length > 0) checkSourceFiles(files);
    return normalizeSourceFiles(files);
}
