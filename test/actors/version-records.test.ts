import { describe, expect, it } from 'vitest';
import { ActorVersions, type StoredVersion } from '../../src/actors/actor-versions.js';
import { createSecretCipher } from '../../src/storage/secret-cipher.js';
import type { VersionFields } from '../../src/model/api/version.js';

const SECRETS = createSecretCipher();
const VERSION = { versionNumber: '1.0', sourceType: 'SOURCE_FILES' };

/** The versions of one Actor, with their stored records. */
function makeVersions(...given: VersionFields[]): { versions: ActorVersions; kept: () => StoredVersion[] } {
    let kept: StoredVersion[] = [];
    const store = {
        versionsOf: () => kept,
        setVersions: (_: string, versions: StoredVersion[]) => void (kept = versions),
    };
    const versions = new ActorVersions(store, SECRETS);
    for (const fields of given) versions.create('actor', fields);
    return { versions, kept: () => kept };
}

const refused = (code = 'invalid-value'): unknown => expect.objectContaining({ code });

describe('a version', () => {
    it.each(['1', '1.0.0', '100.0', '01.0', '1.x', '../1.0', '__proto__', '', ' 1.0', 1.0, null, undefined])(
        'with the number %j is refused, and nothing is saved',
        (versionNumber) => {
            const { versions, kept } = makeVersions();

            expect(() => versions.create('actor', { ...VERSION, versionNumber: versionNumber as string })).toThrow(
                refused(),
            );
            expect(kept()).toEqual([]);
        },
    );

    it.each([
        ['../escape.js'],
        ['/etc/passwd'],
        ['a/../../b.js'],
        ['C:\\windows.js'],
        ['C:/windows.js'],
        ['a\\b.js'],
        ['.'],
        [''],
        ['a\0.js'],
    ])('with a file %j is refused', (name) => {
        const { versions, kept } = makeVersions();
        const sourceFiles = [{ name, format: 'TEXT' as const, content: '' }];

        expect(() => versions.create('actor', { ...VERSION, sourceFiles })).toThrow(refused('actor-source-invalid'));
        expect(kept()).toEqual([]);
    });

    it.each([
        [{ sourceType: 'ZIP' }, 'sourceType'],
        [{ sourceType: undefined }, 'sourceType'],
        [{ sourceType: 'GIT_REPO' }, 'gitRepoUrl'],
        [{ sourceType: 'TARBALL', tarballUrl: '' }, 'tarballUrl'],
        [{ applyEnvVarsToBuild: 'yes' }, 'applyEnvVarsToBuild'],
        [{ buildTag: '' }, 'buildTag'],
        [{ envVars: {} }, 'envVars'],
        [
            {
                envVars: [
                    { name: 'A', value: '1' },
                    { name: 'A', value: '2' },
                ],
            },
            'envVars[1].name',
        ],
    ])('with %j is refused', (fields, path) => {
        const { versions } = makeVersions();

        expect(() => versions.create('actor', { ...VERSION, ...(fields as VersionFields) })).toThrow(path);
    });

    it('with an unknown field is refused', () => {
        const { versions } = makeVersions();
        const fields = { ...VERSION, sourceFile: [] } as VersionFields;

        expect(() => versions.create('actor', fields)).toThrow(refused('unknown-option'));
    });

    it('keeps its number', () => {
        const { versions } = makeVersions(VERSION);

        expect(() => versions.update('actor', '1.0', { versionNumber: '2.0' })).toThrow(refused());
        expect(versions.update('actor', '1.0', { versionNumber: '1.0' })).toHaveProperty('versionNumber', '1.0');
    });

    it('accepts null for an omitted field, as clients in Python send it', () => {
        const { versions } = makeVersions();
        const fields = { ...VERSION, buildTag: null, envVars: null, applyEnvVarsToBuild: null, gitRepoUrl: null };

        const version = versions.create('actor', fields as unknown as VersionFields);

        expect(version).toEqual({ ...VERSION, buildTag: 'latest', envVars: [], sourceFiles: [] });
    });

    it('drops its files if its source is elsewhere', () => {
        const { versions } = makeVersions({ ...VERSION, sourceFiles: [{ name: 'a.js', content: '' }] });

        const changed = versions.update('actor', '1.0', { sourceType: 'TARBALL', tarballUrl: 'https://x.invalid' });

        expect(changed).toMatchObject({ sourceFiles: [], tarballUrl: 'https://x.invalid' });
        expect(versions.update('actor', '1.0', { sourceType: 'SOURCE_FILES' })).not.toHaveProperty('tarballUrl');
    });
});

describe('an environment variable', () => {
    it.each(['../A', 'A=B', 'A B', '1A', '', 'A\0', 'ÄÖ', null, undefined, 7])('named %j is refused', (name) => {
        const { versions } = makeVersions(VERSION);

        expect(() => versions.createEnvVar('actor', '1.0', { name: name as string, value: '' })).toThrow(refused());
        expect(versions.find('actor', '1.0')?.envVars).toEqual([]);
    });

    it.each(['__proto__', 'constructor', 'toString'])('named %s is like all others', (name) => {
        const { versions } = makeVersions(VERSION);

        versions.createEnvVar('actor', '1.0', { name, value: 'x' });

        expect(versions.find('actor', '1.0')?.envVars).toEqual([{ name, value: 'x', isSecret: false }]);
        expect(versions.updateEnvVar('actor', '1.0', name, { value: 'y' })).toEqual({
            name,
            value: 'y',
            isSecret: false,
        });
    });

    it.each([undefined, null, 7, {}, 'a\0b'])('of the value %j is refused without showing the value', (value) => {
        const { versions } = makeVersions(VERSION);
        const fields = { name: 'A', value: value as string, isSecret: true };

        expect(() => versions.createEnvVar('actor', '1.0', fields)).toThrow(refused());
        expect(() => versions.createEnvVar('actor', '1.0', fields)).not.toThrow('a\0b');
    });

    it('that is secret is stored encrypted, and kept if all are set again without its value', () => {
        const { versions, kept } = makeVersions({
            ...VERSION,
            envVars: [{ name: 'A', value: 'a secret', isSecret: true }],
        });
        const { envVars } = versions.find('actor', '1.0')!;

        versions.update('actor', '1.0', { envVars });

        expect(JSON.stringify(kept())).not.toContain('a secret');
        expect(SECRETS.decrypt(kept()[0]!.envVars[0]!.value!)).toBe('a secret');
    });

    it('can become secret, but not public again', () => {
        const { versions } = makeVersions({ ...VERSION, envVars: [{ name: 'A', value: 'a secret' }] });

        expect(versions.updateEnvVar('actor', '1.0', 'A', { isSecret: true })).toEqual({ name: 'A', isSecret: true });
        expect(() => versions.updateEnvVar('actor', '1.0', 'A', { isSecret: false })).toThrow(refused());
        const open = versions.updateEnvVar('actor', '1.0', 'A', { isSecret: false, value: 'no secret' });
        expect(open).toEqual({ name: 'A', value: 'no secret', isSecret: false });
    });

    it('is returned as a copy', () => {
        const { versions } = makeVersions({ ...VERSION, envVars: [{ name: 'A', value: '1' }] });

        versions.find('actor', '1.0')!.envVars[0]!.value = 'changed';

        expect(versions.find('actor', '1.0')?.envVars).toEqual([{ name: 'A', value: '1', isSecret: false }]);
    });
});
