import { openSecrets, secretKeyIn } from '../../protocol/input-secrets.js';
import type { RunContext } from './context.js';

/** An input as it was given: its secret fields are decrypted, if the run has the key. */
export async function openInput<Input>({ env }: RunContext, stored: Input): Promise<Input> {
    const key = secretKeyIn(env);
    if (key === undefined) return stored;
    const fields = await openSecrets(stored, key);
    return fields.length === 0 ? stored : { ...stored, ...Object.fromEntries(fields) };
}
