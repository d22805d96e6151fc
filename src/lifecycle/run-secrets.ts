import type { RunDocument } from '../model/run-document.js';
import type { Runnable } from '../protocol/messages.js';
import type { LifecycleParts, RunSecrets, StartTarget } from './parts.js';

/** What is about to run, and as which run. */
export interface SecretHolder {
    document: RunDocument;
    target: StartTarget;
    runnable: Runnable;
}

/** The variables of a run that let it into something, and all that is to be in no log. */
export async function findRunSecrets(
    { tokens, outside, proxyVariables }: Pick<LifecycleParts, 'tokens' | 'outside' | 'proxyVariables'>,
    { document, target, runnable }: SecretHolder,
): Promise<RunSecrets> {
    const usesProxy = runnable.type === 'program' && runnable.program.mayUseProxy;
    const proxy: Record<string, string> = usesProxy ? await proxyVariables(document) : {};
    const input = target.input && (await target.input.readSecrets(document.run, document.inputKey));
    return {
        variables: { ...proxy, ...input?.variables },
        texts: [
            ...tokens,
            outside.tokenOf(document.run.id),
            proxy['APIFY_PROXY_PASSWORD'] ?? '',
            ...(target.secrets ?? []),
            ...(input?.texts ?? []),
        ],
    };
}
