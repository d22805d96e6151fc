import { EngineError } from '../errors/engine-error.js';
import { publicEnvVar, publicVersion, readEnvVar, readVersion, type StoredVersion } from './version-records.js';
import type { SecretBox } from '../storage/secret-box.js';
import type { ActorVersion, EnvVar, EnvVarFields, VersionFields } from '../model/version.js';

/** Where versions are kept: in the records of their Actors. */
export interface VersionStore {
    versionsOf(actorId: string): readonly StoredVersion[];
    /** Replaces all versions of an Actor. */
    setVersions(actorId: string, versions: StoredVersion[]): void;
}

/** The versions of all Actors, with their environment variables. What it hands out are copies, without secrets. */
export class ActorVersions {
    readonly #store: VersionStore;
    readonly #secrets: SecretBox;

    constructor(store: VersionStore, secrets: SecretBox) {
        this.#store = store;
        this.#secrets = secrets;
    }

    list(actorId: string): ActorVersion[] {
        return this.#store.versionsOf(actorId).map(publicVersion);
    }

    find(actorId: string, versionNumber: string): ActorVersion | undefined {
        const version = this.#find(actorId, versionNumber);
        return version && publicVersion(version);
    }

    create(actorId: string, fields: VersionFields): ActorVersion {
        const version = readVersion('version', fields, this.#secrets);
        if (this.#find(actorId, version.versionNumber)) {
            const message = `The Actor has a version ${version.versionNumber} already. Update that one, or choose another number.`;
            throw new EngineError('version-already-exists', message, { details: { version: version.versionNumber } });
        }
        this.#store.setVersions(actorId, [...this.#store.versionsOf(actorId), version]);
        return publicVersion(version);
    }

    update(actorId: string, versionNumber: string, fields: VersionFields): ActorVersion {
        const before = this.#require(actorId, versionNumber);
        return publicVersion(this.#put(actorId, readVersion('fields', fields, this.#secrets, before)));
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
        this.#put(actorId, { ...version, envVars: [...version.envVars, variable] });
        return publicEnvVar(variable);
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
        this.#put(actorId, { ...version, envVars });
        return publicEnvVar(variable);
    }

    removeEnvVar(actorId: string, versionNumber: string, name: string): void {
        const version = this.#require(actorId, versionNumber);
        this.#put(actorId, { ...version, envVars: version.envVars.filter((variable) => variable.name !== name) });
    }

    #put(actorId: string, version: StoredVersion): StoredVersion {
        const { versionNumber } = version;
        const versions = this.#store.versionsOf(actorId);
        this.#store.setVersions(
            actorId,
            versions.map((other) => (other.versionNumber === versionNumber ? version : other)),
        );
        return version;
    }

    #find(actorId: string, versionNumber: string): StoredVersion | undefined {
        return this.#store.versionsOf(actorId).find((version) => version.versionNumber === versionNumber);
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
