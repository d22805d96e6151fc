const LOOPBACK_V4 = /^(::ffff:)?127(\.\d{1,3}){3}$/;

/**
 * Whether a host is this machine by its very name. Names are not looked up, since that alone would tell others of them.
 *
 * @param host - In lower case, without brackets and without a dot at its end.
 */
export function isLoopback(host: string): boolean {
    return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || LOOPBACK_V4.test(host);
}
