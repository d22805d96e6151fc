import { EngineError } from '../../errors/engine-error.js';
import { withApi } from '../api/with-api.js';
import { referencePath } from '../find/path-of.js';
import type { CommandAction } from '../command.js';
import type { StorageRecord } from '../find/find-storage.js';
import type { StorageKindWords } from './storage-kind.js';

/** `dataset create`, `kv create`, `queue create`. */
export function createStorage(kind: StorageKindWords): CommandAction {
    return (call) =>
        withApi(
            call,
            async (api) => {
                const { terminal, words } = call;
                const [name] = words.args;
                if (name !== undefined && (await api.find(referencePath(kind.path, `~${name}`))) !== undefined) {
                    const message = `There is a ${kind.noun[0]} \`${name}\` already. See it with \`greenroom ${kind.command} info ${name}\`, or take another name.`;
                    throw new EngineError('name-not-unique', message, { details: { name } });
                }
                const made = await api.post<StorageRecord>(kind.path, { query: { name } });
                if (words.flag('json')) terminal.json(made);
                else terminal.out.line(`Made the ${kind.noun[0]} ${made.name ?? 'without a name'}: ${made.id}`);
            },
            { isToBeMade: true },
        );
}
