import { secretTexts } from '../logs/secret-texts.js';
import { openSecrets, SECRET_KEY_VARIABLE, SECRET_PASSPHRASE_VARIABLE } from '../protocol/input-secrets.js';
import type { InputRules, RunSecrets } from '../lifecycle/parts.js';
import type { Build } from '../model/actor.js';
import type { Run } from '../model/run.js';

import type { InputDesk } from '../registry/input/prepare-input.js';
import type { SecretKeyring } from '../registry/input/secret-keys.js';
import type { Storages } from '../storage/storages.js';

/** What inputs are prepared with. */
export interface InputParts {
    desk: InputDesk;
    keys: SecretKeyring;
    storages: Storages;
}

/** What a build wants of inputs; undefined where it has no input schema. */
export function inputRulesOf(build: Build, { desk, keys, storages }: InputParts): InputRules | undefined {
    const schema = build.actorDefinition?.input;
    if (schema === undefined) return undefined;
    return {
        prepare: (input, userId) => desk.prepare(build, input, userId),
        readSecrets: async (run, inputKey) => {
            if (!hasSecrets(schema)) return undefined;
            const pair = keys.of(run.userId).find();
            return pair && readSecrets(storages, run, inputKey, pair);
        },
    };
}

async function readSecrets(
    storages: Storages,
    { defaultKeyValueStoreId: storeId }: Run,
    inputKey: string,
    pair: { privateKey: string; passphrase: string },
): Promise<RunSecrets> {
    const record = await storages.keyValueStores.find(storeId)?.peek(inputKey, Number.POSITIVE_INFINITY);
    const key = Buffer.from(pair.privateKey).toString('base64');
    const values = record === undefined ? [] : await valuesIn(record.bytes, pair);
    return {
        variables: { [SECRET_KEY_VARIABLE]: key, [SECRET_PASSPHRASE_VARIABLE]: pair.passphrase },
        texts: [key, pair.passphrase, ...secretTexts(values)],
    };
}

/** What cannot be opened here is for the Actor to hear of, and is not known to anybody. */
async function valuesIn(input: Buffer, pair: { privateKey: string; passphrase: string }): Promise<unknown[]> {
    try {
        const fields = await openSecrets(JSON.parse(input.toString()), pair);
        return fields.map(([, value]) => value);
    } catch {
        return [];
    }
}

function hasSecrets({ properties }: Record<string, unknown>): boolean {
    if (typeof properties !== 'object' || properties === null) return false;
    return Object.values(properties).some((field: { isSecret?: unknown } | null) => field?.isSecret === true);
}
