const LOOPBACK_V4 = /^(::ffff:)?127(\.\d{1,3}){3}$/;
/** The same, as URLs write it. */
const MAPPED_V4 = /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/;

/**
 * Whether a host is this machine by its very name. Names are not looked up, since that alone would tell others of them.
 *
 * @param host - In lower case, without brackets and without a dot at its end.
 */
export function isLoopback(host: string): boolean {
    return (
        host === 'localhost' ||
        host.endsWith('.localhost') ||
        host === '::1' ||
        LOOPBACK_V4.test(host) ||
        MAPPED_V4.test(host)
    );
}
