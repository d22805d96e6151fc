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

/** Stores versions in the records of their Actors. */
interface VersionStore {
    versionsOf(actorId: string): readonly StoredVersion[];
    /** Replaces all versions of an Actor. */
    setVersions(actorId: string, versions: StoredVersion[]): void;
}

/** The default tag of versions, and of the build that runs use. */
export const DEFAULT_TAG = 'latest';

const VERSION_NUMBER = /^(?:0|[1-9]\d?)\.(?:0|[1-9]\d?)$/;

const ENV_VAR_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const SOURCE_TYPES: readonly SourceType[] = ['SOURCE_FILES', 'GIT_REPO', 'TARBALL', 'GITHUB_GIST', 'SOURCE_CODE'];

/** The field with the URL of each type of source. */
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

/** The versions of all Actors, with their environment variables. Returns copies without secrets. */
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
            const message = `The Actor already has a version ${version.versionNumber}. Update it, or choose another number.`;
            throw new EngineError('version-already-exists', message, { details: { version: version.versionNumber } });
        }
        this.#store.setVersions(actorId, [...this.#store.versionsOf(actorId), version]);
        return toPublicVersion(version);
    }

    update(actorId: string, versionNumber: string, fields: VersionFields): ActorVersion {
        const before = this.#require(actorId, versionNumber);
        return toPublicVersion(this.#replace(actorId, readVersion('fields', fields, this.#secrets, before)));
    }

    /** Removes a version. Its builds stay. */
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
            const message = `Version ${versionNumber} already has an environment variable \`${variable.name}\`. Update it, or choose another name.`;
            throw new EngineError('env-var-already-exists', message, { details: { name: variable.name } });
        }
        this.#replace(actorId, { ...version, envVars: [...version.envVars, variable] });
        return toPublicEnvVar(variable);
    }

    updateEnvVar(actorId: string, versionNumber: string, name: string, fields: EnvVarFields): EnvVar {
        const version = this.#require(actorId, versionNumber);
        const before = version.envVars.find((variable) => variable.name === name);
        if (before === undefined) {
            const message = `Version ${versionNumber} has no environment variable \`${name}\`. Create it with \`envVars().create()\`.`;
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

/** Returns the version with a number. Throws `record-not-found` with the existing numbers. */
export function requireVersion(versions: readonly StoredVersion[], versionNumber: string): StoredVersion {
    const found = versions.find((version) => version.versionNumber === versionNumber);
    if (found) return found;
    const numbers = versions.map((version) => version.versionNumber).join(', ') || 'none';
    const message = `The Actor has no version ${versionNumber}. Existing versions: ${numbers}. Create one with \`versions().create()\`.`;
    throw new EngineError('record-not-found', message, { details: { version: versionNumber } });
}

/** The source passed to `engine.addActor()` in place of source files. */
interface VersionOrigin {
    /** Absolute path of the folder, which each build reads. */
    directory: string;
    /** Absolute path of the module, if the source is a single module. */
    entryFile?: string;
    /** True for a function, which cannot be built. */
    isFunction?: true;
}

/** A stored version: the values of secret environment variables are encrypted. */
export interface StoredVersion extends ActorVersion {
    origin?: VersionOrigin;
}

/**
 * Validates the fields of a version and applies them to the previous one, or to a new one. A null field counts as omitted.
 *
 * @param path - The name of the value in error messages.
 */
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

/** Validates the fields of an environment variable and applies them to the previous one, or to a new one. Encrypts secrets. */
function readEnvVar(path: string, given: EnvVarFields, secrets: SecretCipher, before?: EnvVar): EnvVar {
    checkOptions(path, given, ['name', 'value', 'isSecret']);
    const { value, isSecret = before?.isSecret, ...fields } = withoutNull(given);
    const name = readEnvVarName(`${path}.name`, fields.name ?? before?.name, before);
    checkFlag(`${path}.isSecret`, isSecret);
    const text: unknown = value ?? keptValue(before, isSecret === true, secrets);
    if (typeof text !== 'string' || text.includes('\0')) {
        const remedy = before?.isSecret === true ? 'Set the value again: a secret value cannot be made public.' : '';
        // The value may be a secret, so the error must not show it.
        throw invalid(`${path}.value`, text === undefined ? undefined : '…', 'a string without NUL characters', remedy);
    }
    return isSecret === true
        ? { name, value: secrets.encrypt(text), isSecret }
        : { name, value: text, isSecret: false };
}

function readEnvVarName(path: string, name: unknown, before: EnvVar | undefined): string {
    if (typeof name !== 'string' || !ENV_VAR_NAME.test(name)) {
        throw invalid(path, name, 'a name of letters, digits and `_` that does not start with a digit');
    }
    if (before === undefined || name === before.name) return name;
    const message = `\`${path}\` is '${name}', but the variable \`${before.name}\` cannot be renamed. Delete it, and create another one.`;
    throw new EngineError('cannot-rename-env-var', message, { details: { path } });
}

/** Returns the current value, used if the update sets none. Undefined if a secret becomes public: it must be set again. */
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
            throw invalid(`${at}.name`, variable.name, 'a unique name');
        }
        names.add(variable.name);
        return variable;
    });
}

/** Returns a copy of a version for clients: without secrets and internal fields. */
export function toPublicVersion({ origin: _, ...version }: StoredVersion): ActorVersion {
    return {
        ...version,
        envVars: version.envVars.map(toPublicEnvVar),
        sourceFiles: version.sourceFiles.map((file) => ({ ...file })),
    };
}

/** Returns an environment variable for clients, without a secret value. */
function toPublicEnvVar({ name, value, isSecret }: EnvVar): EnvVar {
    return isSecret === true ? { name, isSecret } : { name, value, isSecret: false };
}

function readVersionNumber(path: string, value: unknown, before: StoredVersion | undefined): string {
    if (before !== undefined && (value === undefined || value === before.versionNumber)) return before.versionNumber;
    if (before !== undefined) {
        const remedy = "A version's number cannot change, because its builds contain it. Create another version.";
        throw invalid(path, value, `'${before.versionNumber}'`, remedy);
    }
    if (typeof value === 'string' && VERSION_NUMBER.test(value)) return value;
    throw invalid(path, value, "a string like '0.1', with numbers from 0 to 99");
}

function readSourceType(path: string, value: unknown, before: StoredVersion | undefined): SourceType {
    const type = value ?? before?.sourceType;
    checkWord(path, type, SOURCE_TYPES);
    if (type !== undefined) return type as SourceType;
    throw invalid(path, type, `one of ${SOURCE_TYPES.map((word) => `'${word}'`).join(', ')}`);
}

type VersionSource = Pick<StoredVersion, 'sourceFiles' | 'origin' | 'gitRepoUrl' | 'tarballUrl' | 'gitHubGistUrl'>;

/** Reads the source fields of a version, and drops those of other source types. */
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
    const url: unknown = fields[name] ?? before[name];
    if (typeof url === 'string' && url !== '') return { sourceFiles: [], [name]: url };
    throw invalid(`${path}.${name}`, url, `the URL of the source, because \`sourceType\` is '${sourceType}'`);
}

function readSourceFiles(files: VersionFields['sourceFiles'] | undefined): (SourceFile | SourceFolder)[] | undefined {
    if (files === undefined) return undefined;
    // The platform accepts a version without files.
    if (!Array.isArray(files) || files.length > 0) checkSourceFiles(files);
    return normalizeSourceFiles(files);
}
