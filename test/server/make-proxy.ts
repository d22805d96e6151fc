import { onTestFinished } from 'vitest';
import { startForwardProxy, type ForwardProxy, type ForwardProxyOptions } from '../../src/server/forward-proxy.js';

/** The password of test proxies. */
export const PASSWORD = 'open:sesame';

/** A proxy that is closed when the running test has finished. */
export async function makeProxy(options: Partial<ForwardProxyOptions> = {}): Promise<ForwardProxy> {
    const proxy = await startForwardProxy({ password: PASSWORD, ...options });
    onTestFinished(() => proxy.close());
    return proxy;
}

/** The proxy's URL with credentials, as clients take it. */
export function proxyUrl({ hostname, port }: ForwardProxy, username = 'auto', password = PASSWORD): string {
    return `http://${username}:${encodeURIComponent(password)}@${hostname}:${port}`;
}

/** The headers of a client with the password. */
export function credentials(username = 'auto', password = PASSWORD): { 'Proxy-Authorization': string } {
    return { 'Proxy-Authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
